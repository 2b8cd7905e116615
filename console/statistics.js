/**
 * @typedef {import('../local/observation/recent-requests.ts').NumberedObservation} Request
 * @typedef {import('../local/observation/outcome.ts').Outcome} Outcome
 */

/** The outcomes of look-ups, from the best to the worst. @type {readonly Outcome[]} */
export const LOOKUP_OUTCOMES = [
  'hit',
  'stale',
  'collapsed',
  'miss',
  'bypass',
  'pending',
  'not-cached',
  'refused',
  'failed',
  'fault',
];

/** The outcomes that the cache answered itself. @type {readonly Outcome[]} */
const ANSWERED_FROM_CACHE = ['hit', 'stale'];

/**
 * The outcomes that count for the hit ratio: look-ups that the cache could have answered.
 *
 * @type {readonly Outcome[]}
 */
const COUNTED = ['hit', 'stale', 'collapsed', 'miss', 'pending', 'failed'];

/**
 * The single look-ups among the requests: their durations are those of a look-up.
 *
 * @param {readonly Request[]} requests
 */
export function lookupsOf(requests) {
  return requests.filter(({ api, outcome }) => api !== undefined && LOOKUP_OUTCOMES.includes(outcome));
}

/**
 * The outcomes of all look-ups among the requests. Those of a batch count one by one.
 *
 * @param {readonly Request[]} requests
 */
export function outcomesOf(requests) {
  return requests
    .flatMap(({ api, outcome, outcomes }) => outcomes ?? (api === undefined ? [] : [outcome]))
    .filter((outcome) => LOOKUP_OUTCOMES.includes(outcome));
}

/**
 * The durations of the single look-ups, without the refused ones: these ask neither the cache nor Capillary, and would
 * make the others look fast.
 *
 * @param {readonly Request[]} requests
 */
export function durationsOf(requests) {
  return lookupsOf(requests)
    .filter(({ outcome }) => outcome !== 'refused')
    .map(({ durationMs }) => durationMs);
}

/**
 * The share of the look-ups that the cache answered, 0 to 1; undefined while there is none.
 *
 * @param {readonly Outcome[]} outcomes
 */
export function hitRatio(outcomes) {
  const counted = outcomes.filter((outcome) => COUNTED.includes(outcome));
  const hits = counted.filter((outcome) => ANSWERED_FROM_CACHE.includes(outcome));
  return counted.length === 0 ? undefined : hits.length / counted.length;
}

/**
 * The smallest value that is not exceeded by this share of them (nearest rank); undefined if there is none.
 *
 * @param {readonly number[]} values
 * @param {number} share 0 to 1
 */
export function percentile(values, share) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/**
 * How long the upstream takes: the median of the look-ups that asked it.
 *
 * @param {readonly Request[]} requests
 */
export function usualUpstreamMs(requests) {
  const known = requests.flatMap(({ upstreamDurationMs, upstreamFailure }) =>
    upstreamDurationMs === undefined || upstreamFailure !== undefined ? [] : [upstreamDurationMs],
  );
  return percentile(known.slice(-20), 0.5);
}
