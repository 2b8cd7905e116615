/** From, to: both included. */
export type Band = readonly [low: number, high: number];

/** How many standard deviations hold 95 % of a normal distribution, on both sides of its mean. */
const DEVIATIONS = 1.959964;

/**
 * The 95 % band of a counted share (Wilson's score interval). It is right for small counts too, and for a count of 0.
 * @param wrong how many of `count` are wrong
 * @returns shares, 0 to 1; all of them if nothing was counted
 */
export function wilsonBand(wrong: number, count: number): Band {
  if (count === 0) return [0, 1];
  const share = wrong / count;
  const squared = DEVIATIONS ** 2 / count;
  const centre = (share + squared / 2) / (1 + squared);
  const half = Math.sqrt(share * (1 - share) * squared + squared ** 2 / 4) / (1 + squared);
  return [wrong === 0 ? 0 : centre - half, wrong === count ? 1 : centre + half];
}
