import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { METRIC_NAMESPACE, type MetricName } from '../../functions/metric-names.ts';
import type { Outcome } from '../../local/observation/outcome.ts';
import { ready } from '../aws-client.ts';
import { awsErrorName, isRefusedIdentity, isThrottling } from '../aws-failure.ts';
import { CommandError } from '../exit-codes.ts';
import { OUTCOME_OF_METRIC, summaryOf, type Tally } from './tally.ts';

const COUNTS = [
  ...(Object.keys(OUTCOME_OF_METRIC) as (keyof typeof OUTCOME_OF_METRIC)[]),
  ...(['UpstreamCall', 'UpstreamFailure', 'BudgetRefused', 'StoreFailure'] as const),
] as const satisfies readonly MetricName[];

const SPREADS = { hit: 'Latency_Hit', upstream: 'UpstreamLatency' } as const satisfies Record<string, MetricName>;

/** CloudWatch's metrics of a deployment, over the last whole minutes. */
export interface CloudWatchSource {
  /** @param now epoch milliseconds */
  read(minutes: number, now: number): Promise<Tally>;
  close(): void;
}

/** @param environment the metrics' dimension: METRICS_ENVIRONMENT of the functions */
export async function cloudWatchSource(environment: string): Promise<CloudWatchSource> {
  const { CloudWatchClient, GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = await ready(new CloudWatchClient(), 'CloudWatch');
  return {
    read: async (minutes, now) => {
      const command = new GetMetricDataCommand({
        ...lastMinutes(minutes, now),
        MetricDataQueries: queriesOf(environment, minutes * MINUTE_SECONDS),
      });
      try {
        const { MetricDataResults = [] } = await client.send(command);
        return toTally(MetricDataResults);
      } catch (error) {
        throw toCommandError(error);
      }
    },
    close: () => client.destroy(),
  };
}

const MINUTE_SECONDS = 60;

/** The time of the last whole minutes: CloudWatch has no complete figures of the present one. */
export function lastMinutes(minutes: number, now: number): { readonly StartTime: Date; readonly EndTime: Date } {
  const minuteMs = MINUTE_SECONDS * 1000;
  const end = Math.floor(now / minuteMs) * minuteMs;
  return { StartTime: new Date(end - minutes * minuteMs), EndTime: new Date(end) };
}

/**
 * One query for each count, by the minute: minutes can be added up. Two queries for each spread, over the whole time:
 * percentiles cannot be added up.
 */
export function queriesOf(environment: string, seconds: number): MetricDataQuery[] {
  const query = (id: string, name: MetricName, statistic: string, periodSeconds: number): MetricDataQuery => ({
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: METRIC_NAMESPACE,
        MetricName: name,
        Dimensions: [{ Name: 'environment', Value: environment }],
      },
      Period: periodSeconds,
      Stat: statistic,
    },
  });
  return [
    ...COUNTS.map((name) => query(idOf(name), name, 'Sum', MINUTE_SECONDS)),
    ...Object.entries(SPREADS).flatMap(([id, name]) => [
      query(`${id}_p50`, name, 'p50', seconds),
      query(`${id}_p99`, name, 'p99', seconds),
    ]),
  ];
}

/** The tally of CloudWatch's answer. A metric without a value counted nothing. */
export function toTally(results: readonly Pick<MetricDataResult, 'Id' | 'Values'>[]): Tally {
  // The latest value comes first.
  const values = new Map(results.map(({ Id, Values = [] }) => [Id, Values]));
  const count = (name: (typeof COUNTS)[number]) =>
    (values.get(idOf(name)) ?? []).reduce((sum, value) => sum + value, 0);
  const counts: Partial<Record<Outcome, number>> = {};
  for (const [name, outcome] of Object.entries(OUTCOME_OF_METRIC)) {
    counts[outcome] = (counts[outcome] ?? 0) + count(name as keyof typeof OUTCOME_OF_METRIC);
  }
  const spread = (id: keyof typeof SPREADS) => {
    const [p50, p99] = [values.get(`${id}_p50`)?.[0], values.get(`${id}_p99`)?.[0]];
    return p50 === undefined || p99 === undefined ? undefined : { p50, p99 };
  };
  return {
    ...summaryOf(counts),
    hitMs: spread('hit'),
    upstreamMs: spread('upstream'),
    upstreamCalls: count('UpstreamCall'),
    upstreamFailures: count('UpstreamFailure'),
    budgetRefusals: count('BudgetRefused'),
    storeFailures: count('StoreFailure'),
  };
}

/** CloudWatch needs ids that begin with a lower-case letter. */
function idOf(name: MetricName): string {
  return `count_${name}`;
}

/** The error of the command for an error of the SDK. */
export function toCommandError(error: unknown): CommandError {
  const name = awsErrorName(error);
  if (isRefusedIdentity(error)) {
    return new CommandError(
      'not-allowed',
      `This AWS identity may not read CloudWatch's metrics (${name}): it needs cloudwatch:GetMetricData.`,
      { cause: error },
    );
  }
  const message = isThrottling(error)
    ? `CloudWatch throttles this account's requests (${name}). Wait a minute, and look less often: --every-seconds.`
    : `CloudWatch cannot be asked (${name}). Check AWS_REGION, AWS_PROFILE and the network.`;
  return new CommandError('unreachable', message, { cause: error });
}
