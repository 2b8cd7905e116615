/** Numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/** Numbers that a seed decides (mulberry32): the same forecast for the same plan. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Above this mean a normal number replaces a Poisson one: they differ by less than the forecast's own noise. */
const NORMAL_FROM = 60;

/** How often an event happens, from its average number (Poisson). */
export function poisson(mean: number, random: Random): number {
  if (mean > NORMAL_FROM) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** A duration with this median: it is seldom much longer (log-normal, σ 0.4). */
export function around(median: number, random: Random): number {
  return median * Math.exp(0.4 * normal(random));
}

/** A number of the standard normal distribution (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
