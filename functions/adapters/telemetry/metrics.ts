import { Metrics } from '@aws-lambda-powertools/metrics';

/** The facts of a request, as the log line has them. */
type Facts = Readonly<Record<string, unknown>>;

/** One metric of a request. */
export interface RequestMetric {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds';
  readonly value: number;
}

const count = (name: string, value = 1): RequestMetric => ({ name, unit: 'Count', value });

/**
 * The metrics of a request, by what its log line says; for a batch, those of its look-ups together.
 *
 * | metric | of a look-up that |
 * |---|---|
 * | Hit, Stale | was answered by the cache, fresh or stale |
 * | Collapsed | was answered by what another one fetched |
 * | Miss | went forward, because nothing usable was there |
 * | Request | went forward, because its caller asked for a newer answer: one who always does shows here |
 * | Bypass | went forward, because the cache is off or its store does not answer |
 * | Refused | was refused by us: its caller's error |
 * | Fault | met a fault of our own |
 * | UpstreamLatency, UpstreamCall | asked the upstream: how long, and how many requests |
 * | UpstreamFailure, UpstreamFailure_<kind> | found the upstream failing, whether or not the cache had an answer |
 * | StoreFailure | found the store failing |
 * | IdentityMismatch | got a reply about somebody else, which was not kept |
 * | HalfMissing | wanted sections of both of the upstream's APIs, and got one's alone |
 * | JoinMismatch | found that the upstream's APIs have two customers by one identifier |
 * | RevalidationAsked | asked for a revalidation |
 * | RevalidationLost | wanted a revalidation that could not be asked for |
 * | Revalidation_<outcome> | was a revalidation: stored, failed, or needless |
 * | Purged, MarkedStale | was no look-up but a purge or a webhook event: how many entries |
 * | EventUnread | was a webhook event that names no customer and no card, as far as it can be read |
 *
 * An event that is not the function's own is no request: it counts as nothing.
 */
export function requestMetrics(facts: Facts): readonly RequestMetric[] {
  if (Array.isArray(facts.lookups)) return together(facts.lookups.flatMap((lookup: Facts) => ofOne(lookup)));
  return ofOne(facts);
}

function ofOne(facts: Facts): readonly RequestMetric[] {
  return [
    ...outcomeMetrics(facts),
    ...callMetrics(facts),
    ...(typeof facts.upstreamFailure === 'string'
      ? [count('UpstreamFailure'), count(`UpstreamFailure_${facts.upstreamFailure}`)]
      : []),
    ...(facts.storeFailure === undefined ? [] : [count('StoreFailure')]),
    ...(facts.isIdentityMismatch === true ? [count('IdentityMismatch')] : []),
    ...(facts.joined === 'v2-missing' || facts.joined === 'v1.1-missing' ? [count('HalfMissing')] : []),
    ...(facts.joined === 'mismatch' ? [count('JoinMismatch')] : []),
    ...(facts.isRevalidationAsked === true ? [count('RevalidationAsked')] : []),
    ...(facts.isRevalidationLost === true ? [count('RevalidationLost')] : []),
    ...(facts.isEventUnread === true ? [count('EventUnread')] : []),
    ...(typeof facts.purged === 'number' ? [count('Purged', facts.purged)] : []),
    ...(typeof facts.markedStale === 'number' ? [count('MarkedStale', facts.markedStale)] : []),
  ];
}

/** Of a look-up that really asked: neither the breaker nor a pause kept it from the upstream. */
function callMetrics({ upstreamAttempts, upstreamDurationMs }: Facts): readonly RequestMetric[] {
  if (typeof upstreamAttempts !== 'number' || upstreamAttempts === 0) return [];
  const latency = { name: 'UpstreamLatency', unit: 'Milliseconds', value: Number(upstreamDurationMs) } as const;
  return [latency, count('UpstreamCall', upstreamAttempts)];
}

/** Errors that are no refusal of the caller's request: they count as what caused them. */
const TROUBLE_CODES: readonly unknown[] = [undefined, 'store_unavailable', 'too_many_requests'];

function outcomeMetrics(facts: Facts): readonly RequestMetric[] {
  if (facts.code === 'internal_error') return [count('Fault')];
  if (facts.foreignEvent !== undefined) return [];
  if (facts.purpose === 'revalidate') return [count(`Revalidation_${revalidationOutcome(facts)}`)];
  switch (facts.cache) {
    case undefined:
      return TROUBLE_CODES.includes(facts.code) ? [] : [count('Refused')];
    case 'hit':
      return [count(facts.detail === undefined ? 'Hit' : 'Stale')];
    case 'collapsed':
      return [count('Collapsed')];
    case 'request':
      return [count('Request')];
    case 'bypass':
      return [count('Bypass')];
    default:
      return [count('Miss')];
  }
}

function revalidationOutcome(facts: Facts): 'stored' | 'failed' | 'needless' {
  if (facts.isStored === true) return 'stored';
  return facts.upstreamFailure === undefined && facts.upstreamDurationMs === undefined ? 'needless' : 'failed';
}

/** Metrics of one name as one: counts added up, of times the longest. */
function together(metrics: readonly RequestMetric[]): readonly RequestMetric[] {
  const byName = new Map<string, RequestMetric>();
  for (const metric of metrics) {
    const { value = 0 } = byName.get(metric.name) ?? {};
    const isCount = metric.unit === 'Count';
    byName.set(metric.name, { ...metric, value: isCount ? metric.value + value : Math.max(metric.value, value) });
  }
  return [...byName.values()];
}

/** What makes a log line a carrier of metrics (CloudWatch's embedded metric format). */
export type MetricsFormat = (facts: Facts) => Facts;

/** The format, by Powertools. Its only dimension is the service's name: no personal data can be in it. */
export function createMetricsFormat(serviceName: string): MetricsFormat {
  const metrics = new Metrics({ namespace: 'Lookaside', serviceName });
  return (facts) => {
    const ofRequest = requestMetrics(facts);
    if (ofRequest.length === 0) return {};
    // Nothing waits between these lines: requests that run side by side do not mix.
    for (const { name, unit, value } of ofRequest) metrics.addMetric(name, unit, value);
    const { service: _, ...format } = metrics.serializeMetrics();
    metrics.clearMetrics();
    return format;
  };
}
