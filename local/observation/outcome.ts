import type { Facts } from './facts.ts';

/** How a request went, in one word. */
export const OUTCOMES = [
  ...([
    'hit',
    'stale',
    'miss',
    'collapsed',
    'bypass',
    'failed',
    'not-cached',
    'refused',
    'pending',
    'prefetch',
  ] as const),
  ...(['batch', 'revalidated', 'purge', 'event', 'fault', 'other'] as const),
] as const;
/** The outcome of a request, in one word. */
export type Outcome = (typeof OUTCOMES)[number];

/**
 * The outcome of a request by its facts; the first row that fits counts.
 *
 * | facts | outcome |
 * |---|---|
 * | code is internal_error | fault |
 * | it is a batch | batch |
 * | its purpose is to revalidate, or to audit | revalidated |
 * | it names an event | event |
 * | it counts what was purged | purge |
 * | it is a prefetch | prefetch |
 * | answer is failed, not-cached, or pending | the same |
 * | cache is hit, without a detail | hit |
 * | cache is hit, with a detail | stale |
 * | cache is collapsed, or bypass | the same |
 * | cache is anything else | miss |
 * | it has a code | refused |
 * | anything else | other |
 */
export function outcomeOf(facts: Facts): Outcome {
  if (facts.code === 'internal_error') return 'fault';
  if (Array.isArray(facts.lookups)) return 'batch';
  if (facts.purpose === 'revalidate' || facts.purpose === 'audit') return 'revalidated';
  if (facts.event !== undefined) return 'event';
  if (facts.purged !== undefined) return 'purge';
  if (facts.isPrefetch === true) return 'prefetch';
  const { answer } = facts;
  if (answer === 'failed' || answer === 'not-cached' || answer === 'pending') return answer;
  switch (facts.cache) {
    case undefined:
      return facts.code === undefined ? 'other' : 'refused';
    case 'hit':
      return facts.detail === undefined ? 'hit' : 'stale';
    case 'collapsed':
    case 'bypass':
      return facts.cache;
    default:
      return 'miss';
  }
}
