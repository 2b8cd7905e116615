/**
 * The broken part of the contract: the number of a promise (§5), `§3` for the rules of §3 about freshness and
 * revalidation, `budget` for the budget of calls to the upstream, `prefer` for the answers to a caller that does not
 * wait, or `fault`: the code threw.
 */
export type Promised = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | '§3' | 'budget' | 'prefer' | 'fault';

/** A promise that did not hold. */
export interface Violation {
  readonly promise: Promised;
  readonly what: string;
}
