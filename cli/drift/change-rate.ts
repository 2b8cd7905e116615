import type { AuditedHit } from './audit-lines.ts';
import type { Band } from './wilson-band.ts';

/**
 * How often a customer changes at the upstream, if each customer changes with the same probability at any time. Changes
 * a second.
 */
export interface ChangeRate {
  /** The most likely rate. 0: no hit was wrong. Infinity: each was. */
  readonly perSecond: number;
  /** The rates that fit the audits well enough: 95 %. */
  readonly band: Band;
}

/** The log has ages in tenths of a second: an age of 0 is up to half of it. Seconds. */
const LEAST_AGE_SECONDS = 0.05;
/** By how much the logarithm of the likelihood falls at the ends of a 95 % band: half of the χ² of one degree. */
const BAND_FALL = 1.920729;
/** The searched rates: from once in 30,000 years to a thousand a second. */
const [LEAST_RATE, MOST_RATE] = [1e-12, 1e3];
const HALVINGS = 100;

/** The hits of one age. */
interface AgeCount {
  readonly seconds: number;
  same: number;
  wrong: number;
}

/** The share of hits of an age that are wrong at a rate: 1 − exp(−rate × age). 0 to 1. */
export function wrongShareAt(ageSeconds: number, perSecond: number): number {
  return ageSeconds === 0 ? 0 : -Math.expm1(-perSecond * ageSeconds);
}

/**
 * The age at which this share of the hits is wrong. Seconds; Infinity: no hit becomes wrong.
 * @param share 0 to 1, both excluded
 */
export function ageOfShare(share: number, perSecond: number): number {
  return -Math.log1p(-share) / perSecond;
}

/** Finds the rate that makes the audits most likely, from each hit's own age, and its band by the likelihood ratio. */
export function fitChangeRate(hits: readonly AuditedHit[]): ChangeRate {
  const ages = countByAge(hits);
  const sameSeconds = ages.reduce((sum, { seconds, same }) => sum + seconds * same, 0);
  const hasWrong = ages.some(({ wrong }) => wrong > 0);
  const hasSame = sameSeconds > 0;
  if (!(hasWrong || hasSame)) return { perSecond: 0, band: [0, Number.POSITIVE_INFINITY] };
  const slope = (rate: number) =>
    ages.reduce((sum, { seconds, wrong }) => sum + (wrong * seconds) / Math.expm1(rate * seconds), -sameSeconds);
  const logLikelihood = (rate: number) =>
    ages.reduce((sum, { seconds, wrong }) => {
      return wrong === 0 ? sum : sum + wrong * Math.log(-Math.expm1(-rate * seconds));
    }, -rate * sameSeconds);
  const perSecond = hasWrong && hasSame ? whereNegative(slope) : hasWrong ? Number.POSITIVE_INFINITY : 0;
  const best = hasWrong && hasSame ? logLikelihood(perSecond) : 0;
  const fall = (rate: number) => best - logLikelihood(rate) - BAND_FALL;
  return {
    perSecond,
    band: [
      hasWrong ? whereNegative(fall, LEAST_RATE, Math.min(perSecond, MOST_RATE)) : 0,
      hasSame
        ? whereNegative((rate) => -fall(rate), Math.max(perSecond, LEAST_RATE), MOST_RATE)
        : Number.POSITIVE_INFINITY,
    ],
  };
}

function countByAge(hits: readonly AuditedHit[]): readonly AgeCount[] {
  const counts = new Map<number, AgeCount>();
  for (const { ageSeconds, isWrong } of hits) {
    const seconds = Math.max(LEAST_AGE_SECONDS, ageSeconds);
    const count = counts.get(seconds) ?? { seconds, same: 0, wrong: 0 };
    count[isWrong ? 'wrong' : 'same'] += 1;
    counts.set(seconds, count);
  }
  return [...counts.values()];
}

/** The point at which a function that falls with the rate becomes negative, found by halving the rates' logarithms. */
function whereNegative(falling: (rate: number) => number, from = LEAST_RATE, to = MOST_RATE): number {
  let [low, high] = [from, to];
  for (let left = HALVINGS; left > 0; left -= 1) {
    const middle = Math.sqrt(low * high);
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}
