import type { Quartiles } from '../statistics.ts';
import { quartiles, ratios } from '../statistics.ts';

/** What two things cost, measured side by side. */
export interface Compared {
  /** Of Lookaside. */
  readonly lookaside: Quartiles;
  /** Of the function that only reads the item by the SDK. */
  readonly bare: Quartiles;
  /** How many times as much Lookaside costs, pair by pair. */
  readonly ratio: Quartiles;
  /** The pairs' ratios, in the order in which they were measured. */
  readonly ratios: readonly number[];
}

export function compare(lookaside: readonly number[], bare: readonly number[]): Compared {
  const byPair = ratios(lookaside, bare);
  return {
    lookaside: quartiles(lookaside),
    bare: quartiles(bare),
    ratio: quartiles(byPair),
    ratios: byPair.map((ratio) => Number(ratio.toFixed(4))),
  };
}
