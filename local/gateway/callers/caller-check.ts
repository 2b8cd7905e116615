import type { IncomingMessage } from 'node:http';

/** A request of a caller, as far as its credential covers it. */
export interface CalledRequest {
  readonly request: IncomingMessage;
  /** The path as sent. */
  readonly path: string;
  /** The query as sent. */
  readonly query: string;
  readonly body: Buffer;
}

/** The facts that a gateway knows about a caller. The members of an event have these names. */
export interface GatewayCaller {
  /** The id of its API key; null: it has none. */
  readonly apiKeyId: string | null;
  /** The identity that signed; null: the request is not signed. */
  readonly userArn: string | null;
  /** The claims of its token, each as a text; null: it has no token. */
  readonly claims: Readonly<Record<string, string>> | null;
}

/** A caller without a credential. */
export const UNKNOWN_CALLER: GatewayCaller = { apiKeyId: null, userArn: null, claims: null };

/** Checks a caller's credential as API Gateway does. Undefined: the gateway refuses the caller. */
export type CallerCheck = (called: CalledRequest) => Promise<GatewayCaller | undefined>;
