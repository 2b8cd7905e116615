import {
  type Answered,
  type CountedFailure,
  DIMENSION_SETS,
  METRIC_NAMESPACE,
  METRIC_UNITS,
  type MetricName,
  type MetricUnit,
} from '../../metric-names.ts';
import { auditMetrics } from './audit-metrics.ts';

/** The facts of a request, from its log line. */
type Facts = Readonly<Record<string, unknown>>;

/** One metric of a request. */
export interface RequestMetric {
  readonly name: MetricName;
  readonly unit: MetricUnit;
  readonly value: number;
}

const metric = (name: MetricName, value = 1): RequestMetric => ({
  name,
  unit: METRIC_UNITS.get(name) ?? 'Count',
  value,
});

/**
 * The metrics of a request, from its log line; for a batch, those of all its look-ups.
 *
 * | metric | of a look-up that |
 * |---|---|
 * | Latency_<outcome> | was answered alone, not in a batch: how long it took, by its outcome (Latency_Hit) |
 * | NotFound | found no customer for a caller; a fetch in the background does not count |
 * | Guarded | was refused, because its caller tries numbers out |
 * | NotCached | was answered 504, because its caller wanted an answer from the cache only |
 * | Hit, Stale | was answered by the cache, fresh or stale |
 * | Collapsed | was answered with another look-up's fetch |
 * | Miss | went forward, because there was no usable entry |
 * | Request | went forward, because its caller asked for a newer answer |
 * | Bypass | went forward, because the cache is off or its store does not answer |
 * | Pending | was answered "pending": its caller did not wait |
 * | Refused | was refused by Lookaside: its caller's error |
 * | Fault | failed by a fault of our own |
 * | UpstreamLatency, UpstreamCall | asked the upstream: how long, and how many requests |
 * | UpstreamFailure, UpstreamFailure_<kind> | found that the upstream failed, with or without an answer from the cache |
 * | BudgetRefused | found no call left in the fleet's budget, with or without an answer from the cache |
 * | BudgetSpent | was one of these and had a waiting caller: no call is left at all |
 * | StoreFailure | found that the store failed |
 * | IdentityMismatch | got a reply about another customer, which was not stored |
 * | HalfMissing | asked for sections of both APIs, and got those of one API only |
 * | JoinMismatch | found that the two APIs have two customers for one identifier |
 * | Prefetch | was a prefetch that asked for a fetch; it counts in none of the kinds above |
 * | PrefetchUsed | was answered with a fresh entry of a prefetch, for the first time on its instance |
 * | RevalidationAsked | asked for a revalidation |
 * | RevalidationLost | could not ask for a revalidation |
 * | Revalidation_<outcome> | was a revalidation: stored, failed, or needless |
 * | Audit… | was an audit: see `auditMetrics` |
 * | Purged, MarkedStale | was a purge or a webhook event, not a look-up: how many entries |
 * | Event | was a webhook event that the service acted on |
 * | Unacknowledged | was a purge or a webhook event that the service could not complete: its sender must repeat it |
 * | WebhookRefused | was an event without the webhook's secret, not a look-up |
 * | EventUnread | was a webhook event that the service cannot read, or in which it found no customer and no card |
 * | OtherRequest | was no look-up, came through the gateway, and got no error |
 *
 * An event that is not the function's own is not a request: no metric counts it.
 */
export function requestMetrics(facts: Facts): readonly RequestMetric[] {
  if (Array.isArray(facts.lookups)) {
    // The guard refuses a batch as a whole.
    const guarded = facts.isGuarded === true ? [metric('Guarded')] : [];
    return together([...facts.lookups.flatMap((lookup: Facts) => ofOne(lookup)), ...guarded]);
  }
  return [...ofOne(facts), ...latency(facts)];
}

function ofOne(facts: Facts): readonly RequestMetric[] {
  return [
    ...outcomeMetrics(facts),
    ...callMetrics(facts),
    ...failureMetrics(facts),
    ...(isNotFound(facts) ? [metric('NotFound')] : []),
    ...(facts.isGuarded === true ? [metric('Guarded')] : []),
    ...(facts.code === 'not_cached' && facts.status === 504 ? [metric('NotCached')] : []),
    ...(facts.storeFailure === undefined ? [] : [metric('StoreFailure')]),
    ...(facts.isIdentityMismatch === true ? [metric('IdentityMismatch')] : []),
    ...(facts.joined === 'v2-missing' || facts.joined === 'v1.1-missing' ? [metric('HalfMissing')] : []),
    ...(facts.joined === 'mismatch' ? [metric('JoinMismatch')] : []),
    ...(facts.isPrefetchUsed === true ? [metric('PrefetchUsed')] : []),
    ...(facts.isRevalidationAsked === true ? [metric('RevalidationAsked')] : []),
    ...(facts.isRevalidationLost === true ? [metric('RevalidationLost')] : []),
    ...(facts.isEventUnread === true ? [metric('EventUnread')] : []),
    ...(facts.event !== undefined && facts.isEventUnread !== true ? [metric('Event')] : []),
    ...(facts.code === 'unauthorized' ? [metric('WebhookRefused')] : []),
    ...(isUnacknowledged(facts) ? [metric('Unacknowledged')] : []),
    ...(typeof facts.purged === 'number' ? [metric('Purged', facts.purged)] : []),
    ...auditMetrics(facts).map((name) => metric(name)),
    ...(typeof facts.markedStale === 'number' ? [metric('MarkedStale', facts.markedStale)] : []),
    ...(isOther(facts) ? [metric('OtherRequest')] : []),
  ];
}

/**
 * Whether the service could not complete a purge or an event. Such a purge ends with 503, such an event with 429. Two
 * other requests end with 429: one of a caller that tries numbers out, and an event that the service cannot read.
 */
function isUnacknowledged({ code, isGuarded, isEventUnread }: Facts): boolean {
  return code === 'store_unavailable' || (code === 'too_many_requests' && !isGuarded && !isEventUnread);
}

/** Whether a request came through the gateway, got no error, and is no look-up: a look-up has an answer. */
function isOther({ status, resource, answer, isFromOtherRegion }: Facts): boolean {
  return resource !== undefined && Number(status) < 400 && answer === undefined && isFromOtherRegion !== true;
}

/**
 * Whether a caller got no customer. A fetch in the background has no caller: the look-up that asked for it has counted, or
 * the next one counts.
 */
function isNotFound({ answer, purpose }: Facts): boolean {
  return purpose === undefined && (answer === 'not-found' || answer === 'erased');
}

/** The metrics of a look-up that asked the upstream: no breaker and no pause stopped it. */
function callMetrics({ upstreamAttempts, upstreamDurationMs }: Facts): readonly RequestMetric[] {
  if (typeof upstreamAttempts !== 'number' || upstreamAttempts === 0) return [];
  return [metric('UpstreamLatency', Number(upstreamDurationMs)), metric('UpstreamCall', upstreamAttempts)];
}

/** The metrics of a look-up for which the upstream failed, or for which no call is left in the fleet's budget. */
function failureMetrics({ upstreamFailure, purpose }: Facts): readonly RequestMetric[] {
  if (typeof upstreamFailure !== 'string') return [];
  if (upstreamFailure === 'over-budget') {
    return [metric('BudgetRefused'), ...(purpose !== undefined ? [] : [metric('BudgetSpent')])];
  }
  return [metric('UpstreamFailure'), metric(`UpstreamFailure_${upstreamFailure as CountedFailure}`)];
}

/** The duration of a look-up outside a batch. A revalidation has no waiting caller. */
function latency(facts: Facts): readonly RequestMetric[] {
  const answered = answeredAs(facts);
  if (answered === undefined || typeof facts.durationMs !== 'number' || facts.purpose !== undefined) return [];
  return [metric(`Latency_${answered}`, facts.durationMs)];
}

/** Errors that do not refuse the caller's request: they count under their cause. */
const TROUBLE_CODES: readonly unknown[] = [undefined, 'store_unavailable', 'too_many_requests'];

function outcomeMetrics(facts: Facts): readonly RequestMetric[] {
  if (facts.code === 'internal_error') return [metric('Fault')];
  if (facts.foreignEvent !== undefined) return [];
  if (facts.isPrefetch === true) return facts.isRevalidationAsked === true ? [metric('Prefetch')] : [];
  if (facts.purpose === 'revalidate') return [metric(`Revalidation_${revalidationOutcome(facts)}`)];
  // An audit without a revalidation is not a look-up of a caller.
  if (facts.purpose === 'audit') return [];
  const answered = answeredAs(facts);
  if (answered !== undefined) return [metric(answered)];
  return TROUBLE_CODES.includes(facts.code) ? [] : [metric('Refused')];
}

/** How a look-up was answered; undefined: the line is not of an answered look-up. */
function answeredAs({ answer, cache, detail, isPrefetch }: Facts): Answered | undefined {
  if (isPrefetch === true) return undefined;
  if (answer === 'pending') return 'Pending';
  switch (cache) {
    case undefined:
      return undefined;
    case 'hit':
      return detail === undefined ? 'Hit' : 'Stale';
    case 'collapsed':
      return 'Collapsed';
    case 'request':
      return 'Request';
    case 'bypass':
      return 'Bypass';
    default:
      return 'Miss';
  }
}

function revalidationOutcome(facts: Facts): 'stored' | 'failed' | 'needless' {
  if (facts.isStored === true) return 'stored';
  const { upstreamFailure, upstreamDurationMs, storeFailure } = facts;
  return [upstreamFailure, upstreamDurationMs, storeFailure].every((fact) => fact === undefined)
    ? 'needless'
    : 'failed';
}

/** Joins metrics of one name: the sum of counts, the longest of times. */
function together(metrics: readonly RequestMetric[]): readonly RequestMetric[] {
  const byName = new Map<string, RequestMetric>();
  for (const metric of metrics) {
    const { value = 0 } = byName.get(metric.name) ?? {};
    const isCount = metric.unit === 'Count';
    byName.set(metric.name, { ...metric, value: isCount ? metric.value + value : Math.max(metric.value, value) });
  }
  return [...byName.values()];
}

/**
 * The part of a log line that names its metrics (CloudWatch's embedded metric format); nothing for a line without
 * metrics.
 */
export type MetricsFormat = (facts: Facts) => Facts;

/** The origin of a log line: two of the metrics' dimensions. */
export interface MetricsOrigin {
  /** The deployment (METRICS_ENVIRONMENT). */
  readonly environment: string;
  /** The function, by the folder of its entry, such as `http`. */
  readonly function: string;
}

/**
 * The embedded metric format ("Specification: Embedded metric format" in CloudWatch's user guide). A test compares it
 * with Powertools' output. Powertools itself would print a second line, and cost 60 µs of a hit and 33 KB of a cold
 * start. The dimensions are our own names, so they hold no personal data.
 *
 * @param now epoch milliseconds
 */
export function createMetricsFormat(origin: MetricsOrigin, now: () => number = Date.now): MetricsFormat {
  return (facts) => {
    const metrics = requestMetrics(facts);
    if (metrics.length === 0) return {};
    const dimensions: Facts = { ...origin, ...apiOf(facts) };
    const directive = {
      Namespace: METRIC_NAMESPACE,
      Dimensions: DIMENSION_SETS.filter((set) => set.every((name) => Object.hasOwn(dimensions, name))),
      Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
    };
    return {
      _aws: { Timestamp: now(), CloudWatchMetrics: [directive] },
      ...dimensions,
      ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
    };
  };
}

/** The API of a look-up. A batch may mix both, and other requests have none. */
function apiOf({ api, resource, lookups }: Facts): { readonly api?: string } {
  if (lookups !== undefined) return {};
  if (typeof api === 'string') return { api };
  if (typeof resource !== 'string') return {};
  const [, version] = /^\/(v2|v1\.1)\//.exec(resource) ?? [];
  return version === undefined ? {} : { api: version };
}
