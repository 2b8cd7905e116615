import { FAILURE_KINDS, type FailureKind } from './lookup/upstream.ts';

/** CloudWatch's namespace of the metrics. */
export const METRIC_NAMESPACE = 'Lookaside';

/** How a look-up was answered. Each answered look-up counts as exactly one of these; each has a latency of its own. */
export const ANSWERED = ['Hit', 'Stale', 'Collapsed', 'Miss', 'Request', 'Bypass', 'Pending'] as const;
export type Answered = (typeof ANSWERED)[number];

const OTHER_COUNTS = [
  'Refused',
  'Fault',
  'NotFound',
  'Guarded',
  'UpstreamCall',
  'UpstreamFailure',
  'BudgetRefused',
  'BudgetSpent',
  'StoreFailure',
  'IdentityMismatch',
  'HalfMissing',
  'JoinMismatch',
  'Prefetch',
  'PrefetchUsed',
  'RevalidationAsked',
  'RevalidationLost',
  'Revalidation_stored',
  'Revalidation_failed',
  'Revalidation_needless',
  'Purged',
  'MarkedStale',
  'Event',
  'EventUnread',
  'WebhookRefused',
] as const;

/** The name of a metric. */
export type MetricName =
  | Answered
  | (typeof OTHER_COUNTS)[number]
  | `UpstreamFailure_${CountedFailure}`
  | 'UpstreamLatency'
  | `Latency_${Answered}`;

/** What counts as a failure of the upstream: a budget that is used up is none. */
export type CountedFailure = Exclude<FailureKind, 'over-budget'>;

/** A metric counts something, or is a time. */
export type MetricUnit = 'Count' | 'Milliseconds';

const failures = FAILURE_KINDS.filter((kind): kind is CountedFailure => kind !== 'over-budget').map(
  (kind) => `UpstreamFailure_${kind}` as const,
);
const latencies = ANSWERED.map((answered) => `Latency_${answered}` as const);

/**
 * Every metric with its unit: the one list that the code, the alarms, the dashboard and docs/operating.md share. The log
 * line of a request carries them (CloudWatch's embedded metric format).
 */
export const METRIC_UNITS: ReadonlyMap<MetricName, MetricUnit> = new Map<MetricName, MetricUnit>([
  ...[...ANSWERED, ...OTHER_COUNTS, ...failures].map((name) => [name, 'Count'] as const),
  ...(['UpstreamLatency', ...latencies] as const).map((name) => [name, 'Milliseconds'] as const),
]);

/**
 * By what CloudWatch adds metrics up, each a set of its own: the whole deployment, each of its functions, each API. So
 * two deployments never count together. `api` is on look-ups only.
 */
export const DIMENSION_SETS = [['environment'], ['environment', 'function'], ['environment', 'api']] as const;
