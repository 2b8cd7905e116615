import type { AuditedHit } from './audit-lines.ts';
import { type Band, wilsonBand } from './wilson-band.ts';

/** The hits within a range of ages. */
export interface AgeBucket {
  /** The lower end, not included, unless it is 0. Seconds. */
  readonly aboveSeconds: number;
  /** The upper end, included. Seconds. Undefined: there is no end. */
  readonly upToSeconds: number | undefined;
  readonly count: number;
  readonly wrong: number;
  /** wrong of count, 0 to 1. */
  readonly share: number;
  /** The 95 % band of the share. */
  readonly band: Band;
  readonly meanAgeSeconds: number;
  readonly hits: readonly AuditedHit[];
}

/**
 * The ends of the buckets. Seconds. The ages of the metrics (`AUDIT_AGES`) end here too, so the buckets add up to them.
 */
export const BUCKET_ENDS = [5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, Number.POSITIVE_INFINITY] as const;

/** Counts hits by their ages, youngest first. A bucket without hits is left out. */
export function ageBuckets(hits: readonly AuditedHit[]): readonly AgeBucket[] {
  return BUCKET_ENDS.flatMap((end, index) => {
    const above = BUCKET_ENDS[index - 1] ?? 0;
    const inside = hits.filter(({ ageSeconds }) => (index === 0 || ageSeconds > above) && ageSeconds <= end);
    return inside.length === 0 ? [] : [toBucket(inside, above, end)];
  });
}

function toBucket(hits: readonly AuditedHit[], above: number, end: number): AgeBucket {
  const count = hits.length;
  const wrong = hits.filter(({ isWrong }) => isWrong).length;
  return {
    aboveSeconds: above,
    upToSeconds: Number.isFinite(end) ? end : undefined,
    count,
    wrong,
    share: wrong / count,
    band: wilsonBand(wrong, count),
    meanAgeSeconds: hits.reduce((sum, { ageSeconds }) => sum + ageSeconds, 0) / count,
    hits,
  };
}
