import type { Quartiles } from '../statistics.ts';
import { quartiles, ratios } from '../statistics.ts';

/** The cost of two things, measured side by side. */
export interface Compared {
  /** Of Lookaside. */
  readonly lookaside: Quartiles;
  /** Of the function that only reads the item by the SDK. */
  readonly bare: Quartiles;
  /** How many times as much Lookaside costs, pair by pair. */
  readonly ratio: Quartiles;
  /**
   * The least of three estimates: the median of the pairs' ratios, the ratio of the medians, and that of the lower
   * quartiles. Other work on the machine makes one of them too large by chance; code that costs more makes all three so.
   */
  readonly steadyRatio: number;
  /** The pairs' ratios, in the order of measurement. */
  readonly ratios: readonly number[];
}

/** Compares measurements of pairs: the quartiles of each side, and of the ratios by pair. */
export function compare(lookaside: readonly number[], bare: readonly number[]): Compared {
  const byPair = ratios(lookaside, bare);
  const [own, base, ratio] = [quartiles(lookaside), quartiles(bare), quartiles(byPair)];
  return {
    lookaside: own,
    bare: base,
    ratio,
    steadyRatio: Math.min(ratio.median, own.median / base.median, own.lower / base.lower),
    ratios: byPair.map((ratio) => Number(ratio.toFixed(4))),
  };
}
