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

/** The facts of a request, as the log line has them. */
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
 * The metrics of a request, by what its log line says; for a batch, those of its look-ups together.
 *
 * | metric | of a look-up that |
 * |---|---|
 * | Latency_<outcome> | was answered alone, not in a batch: how long it took, by its outcome (Latency_Hit) |
 * | NotFound | found nobody |
 * | Guarded | was refused, because its caller tries numbers out |
 * | Hit, Stale | was answered by the cache, fresh or stale |
 * | Collapsed | was answered by what another one fetched |
 * | Miss | went forward, because nothing usable was there |
 * | Request | went forward, because its caller asked for a newer answer: one who always does shows here |
 * | Bypass | went forward, because the cache is off or its store does not answer |
 * | Pending | was answered that the answer is pending: its caller did not wait for it |
 * | Refused | was refused by us: its caller's error |
 * | Fault | met a fault of our own |
 * | UpstreamLatency, UpstreamCall | asked the upstream: how long, and how many requests |
 * | UpstreamFailure, UpstreamFailure_<kind> | found the upstream failing, whether or not the cache had an answer |
 * | BudgetRefused | had no call to the upstream left in the fleet's budget, whether or not the cache had an answer |
 * | BudgetSpent | was one of those that a caller waited for: no call is left at all |
 * | StoreFailure | found the store failing |
 * | IdentityMismatch | got a reply about somebody else, which was not kept |
 * | HalfMissing | wanted sections of both of the upstream's APIs, and got one's alone |
 * | JoinMismatch | found that the upstream's APIs have two customers by one identifier |
 * | Prefetch | was a prefetch that asked for a fetch, and no look-up of the kinds above |
 * | PrefetchUsed | was answered by a fresh entry that a prefetch fetched, for the first time on its instance |
 * | RevalidationAsked | asked for a revalidation |
 * | RevalidationLost | wanted a revalidation that could not be asked for |
 * | Revalidation_<outcome> | was a revalidation: stored, failed, or needless |
 * | Audit… | was an audit: see `auditMetrics` |
 * | Purged, MarkedStale | was no look-up but a purge or a webhook event: how many entries |
 * | Event | was a webhook event that was acted upon |
 * | WebhookRefused | was no look-up but an event without the webhook's secret |
 * | EventUnread | was a webhook event that names no customer and no card, as far as it can be read |
 *
 * An event that is not the function's own is no request: it counts as nothing.
 */
export function requestMetrics(facts: Facts): readonly RequestMetric[] {
  if (Array.isArray(facts.lookups)) return together(facts.lookups.flatMap((lookup: Facts) => ofOne(lookup)));
  return [...ofOne(facts), ...latency(facts)];
}

function ofOne(facts: Facts): readonly RequestMetric[] {
  return [
    ...outcomeMetrics(facts),
    ...callMetrics(facts),
    ...failureMetrics(facts),
    ...(facts.answer === 'not-found' || facts.answer === 'erased' ? [metric('NotFound')] : []),
    ...(facts.isGuarded === true ? [metric('Guarded')] : []),
    ...(facts.storeFailure === undefined ? [] : [metric('StoreFailure')]),
    ...(facts.isIdentityMismatch === true ? [metric('IdentityMismatch')] : []),
    ...(facts.joined === 'v2-missing' || facts.joined === 'v1.1-missing' ? [metric('HalfMissing')] : []),
    ...(facts.joined === 'mismatch' ? [metric('JoinMismatch')] : []),
    ...(facts.isPrefetchUsed === true ? [metric('PrefetchUsed')] : []),
    ...(facts.isRevalidationAsked === true ? [metric('RevalidationAsked')] : []),
    ...(facts.isRevalidationLost === true ? [metric('RevalidationLost')] : []),
    ...(facts.isEventUnread === true ? [metric('EventUnread')] : []),
    ...(facts.event !== undefined ? [metric('Event')] : []),
    ...(facts.code === 'unauthorized' ? [metric('WebhookRefused')] : []),
    ...(typeof facts.purged === 'number' ? [metric('Purged', facts.purged)] : []),
    ...auditMetrics(facts).map((name) => metric(name)),
    ...(typeof facts.markedStale === 'number' ? [metric('MarkedStale', facts.markedStale)] : []),
  ];
}

/** Of a look-up that really asked: neither the breaker nor a pause kept it from the upstream. */
function callMetrics({ upstreamAttempts, upstreamDurationMs }: Facts): readonly RequestMetric[] {
  if (typeof upstreamAttempts !== 'number' || upstreamAttempts === 0) return [];
  return [metric('UpstreamLatency', Number(upstreamDurationMs)), metric('UpstreamCall', upstreamAttempts)];
}

/** Of a look-up that found the upstream failing, or that the fleet's budget had no call for. */
function failureMetrics({ upstreamFailure, purpose }: Facts): readonly RequestMetric[] {
  if (typeof upstreamFailure !== 'string') return [];
  if (upstreamFailure === 'over-budget') {
    return [metric('BudgetRefused'), ...(purpose !== undefined ? [] : [metric('BudgetSpent')])];
  }
  return [metric('UpstreamFailure'), metric(`UpstreamFailure_${upstreamFailure as CountedFailure}`)];
}

/** How long a look-up took that was answered alone. A revalidation has no caller who waits. */
function latency(facts: Facts): readonly RequestMetric[] {
  const answered = answeredAs(facts);
  if (answered === undefined || typeof facts.durationMs !== 'number' || facts.purpose !== undefined) return [];
  return [metric(`Latency_${answered}`, facts.durationMs)];
}

/** Errors that are no refusal of the caller's request: they count as what caused them. */
const TROUBLE_CODES: readonly unknown[] = [undefined, 'store_unavailable', 'too_many_requests'];

function outcomeMetrics(facts: Facts): readonly RequestMetric[] {
  if (facts.code === 'internal_error') return [metric('Fault')];
  if (facts.foreignEvent !== undefined) return [];
  if (facts.isPrefetch === true) return facts.isRevalidationAsked === true ? [metric('Prefetch')] : [];
  if (facts.purpose === 'revalidate') return [metric(`Revalidation_${revalidationOutcome(facts)}`)];
  // An audit that nothing else needed is no look-up of a caller.
  if (facts.purpose === 'audit') return [];
  const answered = answeredAs(facts);
  if (answered !== undefined) return [metric(answered)];
  return TROUBLE_CODES.includes(facts.code) ? [] : [metric('Refused')];
}

/** How a look-up was answered; undefined: the line is of none that was. */
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

/** What makes a log line a carrier of metrics (CloudWatch's embedded metric format); nothing for a line that has none. */
export type MetricsFormat = (facts: Facts) => Facts;

/** Where a log line comes from: two of the metrics' dimensions. */
export interface MetricsOrigin {
  /** The deployment (METRICS_ENVIRONMENT). */
  readonly environment: string;
  /** The function, by the folder of its entry, such as `http`. */
  readonly function: string;
}

/**
 * The embedded metric format ("Specification: Embedded metric format" in CloudWatch's user guide). A test holds it against
 * what Powertools writes. The dimensions are names of ours, so no personal data can be in them.
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

/** The API of a look-up. A batch may mix them, and other requests have none. */
function apiOf({ api, resource, lookups }: Facts): { readonly api?: string } {
  if (lookups !== undefined) return {};
  if (typeof api === 'string') return { api };
  if (typeof resource !== 'string') return {};
  const [, version] = /^\/(v2|v1\.1)\//.exec(resource) ?? [];
  return version === undefined ? {} : { api: version };
}
