/** The answer of a route, before the gateway's wire format. */
export interface Reply {
  readonly status: number;
  /** Without the headers that every reply has. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or bytes that are no text. Empty: no body. */
  readonly body: string | Buffer;
  /** Facts for the log line, beside route, status and duration. No personal data. */
  readonly report: Readonly<Record<string, unknown>>;
}
