/** The answer of a route, before the gateway's wire format. */
export interface Reply {
  readonly status: number;
  /** The headers, without those of every reply. */
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or bytes that are not text. Empty: no body. */
  readonly body: string | Buffer;
  /** Facts for the log line, besides route, status and duration. No personal data. */
  readonly report: Readonly<Record<string, unknown>>;
}
