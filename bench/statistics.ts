/** A summary of numbers. */
export interface Quartiles {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
  /** The number of values. */
  readonly count: number;
}

/** Median and quartiles, between the two nearest of the numbers in proportion. NaN where there is no number. */
export function quartiles(numbers: readonly number[]): Quartiles {
  const sorted = [...numbers].sort((left, right) => left - right);
  const at = (share: number) => {
    const position = (sorted.length - 1) * share;
    const below = sorted[Math.floor(position)] ?? Number.NaN;
    const above = sorted[Math.ceil(position)] ?? below;
    return below + (above - below) * (position - Math.floor(position));
  };
  return { median: at(0.5), lower: at(0.25), upper: at(0.75), count: sorted.length };
}

/**
 * The ratio of each number to the one that was measured beside it. It compares pairs, not the medians of each side:
 * work that slows the machine down slows both of a pair.
 */
export function ratios(numbers: readonly number[], bases: readonly number[]): readonly number[] {
  return numbers.flatMap((number, position) => {
    const base = bases[position];
    return base === undefined ? [] : [number / base];
  });
}
