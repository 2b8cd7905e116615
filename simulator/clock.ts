/** The time, in epoch milliseconds. */
export type Now = () => number;

/** A number of 0 ≤ x < 1, as `Math.random` draws it. */
export type Random = () => number;
