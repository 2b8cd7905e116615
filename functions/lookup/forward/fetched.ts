import type { UpstreamCall, UpstreamFailure, UpstreamOutcome } from '../upstream.ts';

/** The result of asking the upstream. */
export type Fetched = Answered | Unanswered;

/** The upstream answered. */
export interface Answered {
  readonly outcome: Exclude<UpstreamOutcome, UpstreamFailure>;
  readonly call: UpstreamCall;
  readonly reply: ReadReply;
}

/** The upstream gave no answer. */
export interface Unanswered {
  readonly outcome: UpstreamFailure;
  /** Undefined: the upstream was not asked. */
  readonly call: UpstreamCall | undefined;
  /** Whether the look-up gave the fetch up, because it can serve a stale entry. */
  readonly isGivenUp: boolean;
}

/** A reply, read and trimmed once. The same text is served and stored. */
export interface ReadReply {
  /** JSON text; empty: the upstream gave no readable error. */
  readonly body: string;
  /** The customer's keyed hash; undefined: the reply names no customer. */
  readonly customer: string | undefined;
  /** The same customer's hashes under the other key secrets. */
  readonly customerAliases: readonly string[];
  /** Whether the reply is about another customer than the requested one. */
  readonly isMismatch: boolean;
}
