/**
 * What the contract says: the number of a promise (§5), `§3` for what §3 says of freshness and revalidation, `budget`
 * for the budget of calls to the upstream, `prefer` for what a caller that does not wait is told, or `fault`: the code threw.
 */
export type Promised = 1 | 2 | 3 | 4 | 5 | 7 | 8 | 9 | '§3' | 'budget' | 'prefer' | 'fault';

/** A promise that did not hold. */
export interface Violation {
  readonly promise: Promised;
  readonly what: string;
}
