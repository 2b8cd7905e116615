import { DOCUMENTED_SECTIONS } from './customer/reply/documented-sections.ts';
import { FAILURE_KINDS, type FailureKind } from './lookup/upstream.ts';

/** CloudWatch's namespace of the metrics. */
export const METRIC_NAMESPACE = 'Lookaside';

/** How a look-up was answered. Each answered look-up counts as exactly one of these; each has its own latency. */
export const ANSWERED = ['Hit', 'Stale', 'Collapsed', 'Miss', 'Request', 'Bypass', 'Pending'] as const;
/** The name of a metric that counts one kind of answer. */
export type Answered = (typeof ANSWERED)[number];

const OTHER_COUNTS = [
  'Refused',
  'Fault',
  'NotFound',
  'Guarded',
  'NotCached',
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
  'Unacknowledged',
  'OtherRequest',
  'AuditSame',
  'AuditDrift',
  'AuditSkipped',
] as const;

/** The ages for the counts of audits. Each is the longest age that its name covers. Seconds. */
export const AUDIT_AGES = {
  upTo15s: 15,
  upTo1m: 60,
  upTo5m: 300,
  upTo15m: 900,
  upTo1h: 3600,
  longer: Number.POSITIVE_INFINITY,
} as const;
/** The name of a metric that counts audited hits of one range of ages. */
export type AuditAge = keyof typeof AUDIT_AGES;

/** The sections for the counts of drift: the documented ones of both APIs, and the words of `DriftSection`. */
export const AUDIT_SECTIONS: ReadonlySet<string> = new Set([
  ...DOCUMENTED_SECTIONS.v2,
  ...DOCUMENTED_SECTIONS['v1.1'],
  'other',
  'gone',
  'appeared',
]);
/** One of `AUDIT_SECTIONS`. */
export type AuditSection = string;

/** The name of a metric. */
export type MetricName =
  | Answered
  | (typeof OTHER_COUNTS)[number]
  | `UpstreamFailure_${CountedFailure}`
  | `AuditSame_${AuditAge}`
  | `AuditDrift_${AuditAge}`
  | `AuditDriftIn_${AuditSection}`
  | 'UpstreamLatency'
  | `Latency_${Answered}`;

/** The failures that count as failures of the upstream. A used-up budget does not. */
export type CountedFailure = Exclude<FailureKind, 'over-budget'>;

/** A metric is a number of something, or a time. */
export type MetricUnit = 'Count' | 'Milliseconds';

const failures = FAILURE_KINDS.filter((kind): kind is CountedFailure => kind !== 'over-budget').map(
  (kind) => `UpstreamFailure_${kind}` as const,
);
const audits = Object.keys(AUDIT_AGES).flatMap((age) =>
  (['AuditSame', 'AuditDrift'] as const).map((name) => `${name}_${age as AuditAge}` as const),
);
const drifts = [...AUDIT_SECTIONS].map((section) => `AuditDriftIn_${section}` as const);
const latencies = ANSWERED.map((answered) => `Latency_${answered}` as const);

/**
 * Every metric with its unit: the one list that the code, the alarms, the dashboard and docs/operating.md share. The log
 * line of a request carries them (CloudWatch's embedded metric format).
 */
export const METRIC_UNITS: ReadonlyMap<MetricName, MetricUnit> = new Map<MetricName, MetricUnit>([
  ...[...ANSWERED, ...OTHER_COUNTS, ...failures, ...audits, ...drifts].map((name) => [name, 'Count'] as const),
  ...(['UpstreamLatency', ...latencies] as const).map((name) => [name, 'Milliseconds'] as const),
]);

/**
 * The sets of dimensions for which CloudWatch sums metrics: the whole deployment, each of its functions, each API. So
 * two deployments are never summed together. Only look-ups have `api`.
 */
export const DIMENSION_SETS = [['environment'], ['environment', 'function'], ['environment', 'api']] as const;
