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

/** A metric of one function. */
export function ofFunction(functionName: string, metricName: string, aggregation?: Aggregation): Metric {
  return of('AWS/Lambda', metricName, { FunctionName: functionName }, aggregation);
}

/** A metric of a table. */
export function ofTable(tableName: string, metricName: string, aggregation?: Aggregation): Metric {
  return of('AWS/DynamoDB', metricName, { TableName: tableName }, aggregation);
}

/**
 * The share of some requests among all that reach the gateway, in percent.
 * @param metricName counts those requests
 * @param atLeast how many requests a period must have; with fewer, the share is 0
 */
export function shareOfRequests(api: ApiMetrics, metricName: string, atLeast: number, label: string): IMetric {
  return new MathExpression({
    expression: `IF(FILL(requests, 0) >= ${atLeast}, 100 * FILL(some, 0) / FILL(requests, 0), 0)`,
    usingMetrics: { requests: ofApi(api, 'Count'), some: ofApi(api, metricName) },
    label,
    period: PERIOD,
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
