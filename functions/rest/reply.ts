/** What a route answers, before the gateway's wire format. */
export interface Reply {
  readonly status: number;
  /** Without those that every reply has. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty: no body. */
  readonly body: string;
  /** What the log line says besides route, status and duration. No personal data. */
  readonly report: Readonly<Record<string, unknown>>;
}
