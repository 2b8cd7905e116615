import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApiMetrics } from './api-metrics.ts';
import { PERIOD } from './measures.ts';

/** How CloudWatch aggregates the values of a metric. */
export interface Aggregation {
  /** Such as `Maximum` or `Average`. Default: the sum. */
  readonly statistic?: string;
  /** Default: the default period of a measure. */
  readonly period?: Duration;
}

/** A metric of the gateway. */
export function ofApi(api: ApiMetrics, metricName: string, aggregation?: Aggregation): Metric {
  return of('AWS/ApiGateway', metricName, api.dimensions, aggregation);
}

/** A metric of the gateway, of Capillary's events alone. */
export function ofEvents(api: ApiMetrics, metricName: string): Metric {
  return of('AWS/ApiGateway', metricName, api.ofEvents).with({ label: `Events: ${metricName}` });
}

/** A metric of one function. */
export function ofFunction(functionName: string, metricName: string, aggregation?: Aggregation): Metric {
  return of('AWS/Lambda', metricName, { FunctionName: functionName }, aggregation);
}

/** A metric of a table. */
export function ofTable(tableName: string, metricName: string, aggregation?: Aggregation): Metric {
  return of('AWS/DynamoDB', metricName, { TableName: tableName }, aggregation);
}

/** The requests of a share. */
export interface ShareOptions {
  /** Which errors: the gateway's name of their count. */
  readonly metricName: ApiMetrics['clientErrors' | 'serverErrors'];
  /** Counts the requests that do not count at all, because they are no look-ups and got no error. */
  readonly others: IMetric;
  /** Counts those of `metricName` that are as their caller wanted. They count as the good ones. Default: none. */
  readonly wanted?: IMetric;
  /** How many requests a period must have; with fewer, the share is 0. */
  readonly atLeast: number;
  readonly label: string;
}

/**
 * The share of errors among the requests that reach the gateway, in percent, without Capillary's events. There may be
 * many more events than look-ups: good ones would hide that every look-up fails, and refused ones would look like a
 * fleet that is refused.
 */
export function shareOfRequests(
  api: ApiMetrics,
  { metricName, others, wanted, atLeast, label }: ShareOptions,
): IMetric {
  const refused = { event4xx: ofEvents(api, api.clientErrors), event5xx: ofEvents(api, api.serverErrors) };
  const counted = 'FILL(requests, 0) - FILL(others, 0) - FILL(event4xx, 0) - FILL(event5xx, 0)';
  const ofThese = metricName === api.clientErrors ? 'event4xx' : 'event5xx';
  const some = `FILL(some, 0) - FILL(${ofThese}, 0)${wanted === undefined ? '' : ' - FILL(wanted, 0)'}`;
  return new MathExpression({
    expression: `IF((${counted}) >= ${atLeast}, 100 * (${some}) / (${counted}), 0)`,
    usingMetrics: {
      requests: ofApi(api, 'Count'),
      others,
      ...refused,
      some: ofApi(api, metricName),
      ...(wanted !== undefined && { wanted }),
    },
    label,
    period: PERIOD,
  });
}

/** How many requests reach the gateway, without some others. @param others counts those */
export function requestsWithout(others: Metric, api: ApiMetrics, label: string, period: Duration): IMetric {
  return new MathExpression({
    expression: 'FILL(requests, 0) - FILL(others, 0)',
    usingMetrics: { requests: ofApi(api, 'Count', { period }), others: others.with({ period }) },
    label,
    period,
  });
}

/** The sum of a metric over several functions. @param names the functions' names, by the folders of their entries */
export function ofAllFunctions(names: Readonly<Record<string, string>>, metricName: string, label: string): IMetric {
  const usingMetrics = Object.fromEntries(
    Object.entries(names).map(([entry, functionName]) => [entry, ofFunction(functionName, metricName)]),
  );
  const expression = Object.keys(usingMetrics)
    .map((entry) => `FILL(${entry}, 0)`)
    .join(' + ');
  return new MathExpression({ expression, usingMetrics, label, period: PERIOD });
}

function of(
  namespace: string,
  metricName: string,
  dimensions: Readonly<Record<string, string>>,
  { statistic = Stats.SUM, period = PERIOD }: Aggregation = {},
): Metric {
  return new Metric({ namespace, metricName, dimensionsMap: { ...dimensions }, statistic, period });
}
