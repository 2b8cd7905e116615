import { type AgeBucket, ageBuckets } from './age-buckets.ts';
import type { AuditedHit, LoggedAudits } from './audit-lines.ts';
import { ageOfShare, type ChangeRate, fitChangeRate, wrongShareAt } from './change-rate.ts';

/** A row of the curve: the hits within a range of ages, and the share that the fitted rate gives as wrong. */
export interface CurveRow extends Omit<AgeBucket, 'hits'> {
  readonly fitted: number;
  /** Whether the fitted share lies outside the band of the counted one. */
  readonly isOff: boolean;
}

/** The freshness at which a share of the hits is wrong, by the fitted rate. Whole seconds. */
export interface FreshnessOfShare {
  /** The share of wrong hits at that age. 0 to 1. */
  readonly share: number;
  /** Undefined: no hit was wrong, so no end was found. */
  readonly seconds: number | undefined;
  /** The 95 % band. Its end is undefined in the same case as `seconds`. */
  readonly atLeastSeconds: number;
  readonly atMostSeconds: number | undefined;
  /** Whether it is older than every audited hit. */
  readonly isBeyondAudits: boolean;
}

/** The facts about the hits in a log of audits. */
export interface DriftFindings {
  readonly compared: number;
  readonly wrong: number;
  readonly skipped: number;
  readonly notFound: { readonly compared: number; readonly wrong: number };
  readonly curve: readonly CurveRow[];
  /** The number of hits in which each section differs, the most frequent first. */
  readonly sections: readonly (readonly [name: string, count: number])[];
  readonly freshness: FreshnessOfShare;
}

/** @param share the share of wrong hits at the wanted freshness. 0 to 1, both excluded */
export function driftFindings({ hits, notFoundHits, skipped }: LoggedAudits, share: number): DriftFindings {
  const rate = fitChangeRate(hits);
  const oldest = hits.reduce((most, { ageSeconds }) => Math.max(most, ageSeconds), 0);
  return {
    compared: hits.length,
    wrong: wrongOf(hits),
    skipped,
    notFound: { compared: notFoundHits.length, wrong: wrongOf(notFoundHits) },
    curve: ageBuckets(hits).map((bucket) => toRow(bucket, rate)),
    sections: countSections(hits),
    freshness: freshnessOf(share, rate, oldest),
  };
}

function wrongOf(hits: readonly AuditedHit[]): number {
  return hits.filter(({ isWrong }) => isWrong).length;
}

function toRow({ hits, ...bucket }: AgeBucket, { perSecond }: ChangeRate): CurveRow {
  const expected = hits.reduce((sum, { ageSeconds }) => sum + wrongShareAt(ageSeconds, perSecond), 0);
  const fitted = expected / hits.length;
  return { ...bucket, fitted, isOff: fitted < bucket.band[0] || fitted > bucket.band[1] };
}

function freshnessOf(share: number, { perSecond, band }: ChangeRate, oldest: number): FreshnessOfShare {
  const wholeSeconds = (rate: number): number | undefined => {
    const age = ageOfShare(share, rate);
    // Round down, so that no more hits are wrong. But 99.9999999999 counts as 100: the fit has no more digits.
    return Number.isFinite(age) ? Math.floor(Number(age.toPrecision(9))) : undefined;
  };
  const seconds = wholeSeconds(perSecond);
  const atLeastSeconds = wholeSeconds(band[1]) ?? 0;
  const isBeyondAudits = (seconds ?? atLeastSeconds) > oldest;
  return { share, seconds, atLeastSeconds, atMostSeconds: wholeSeconds(band[0]), isBeyondAudits };
}

function countSections(hits: readonly AuditedHit[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of hits.flatMap(({ sections }) => sections)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([one, ones], [other, others]) => others - ones || (one < other ? -1 : 1));
}
