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

/**
 * The look-ups that reach the gateway: all requests, without the others that got no error, and without the refused
 * events. There may be many more events than look-ups: good ones would hide that every look-up fails, and refused ones
 * would look like a fleet that is refused.
 */
const LOOKUPS = 'FILL(requests, 0) - FILL(others, 0) - FILL(event4xx, 0) - FILL(event5xx, 0)';

/** The metrics of `LOOKUPS`. @param others counts the requests that are no look-ups and got no error */
function metricsOfLookups(api: ApiMetrics, others: IMetric): Record<string, IMetric> {
  return {
    requests: ofApi(api, 'Count'),
    others,
    event4xx: ofEvents(api, api.clientErrors),
    event5xx: ofEvents(api, api.serverErrors),
  };
}

/** How many look-ups reach the gateway. @param others as of `metricsOfLookups` */
export function lookupsOf(api: ApiMetrics, others: IMetric, label: string, period: Duration): IMetric {
  return new MathExpression({ expression: LOOKUPS, usingMetrics: metricsOfLookups(api, others), label, period });
}

/** The errors of a share. */
export interface ErrorShareOptions {
  /** Which errors: the gateway's name of their count. */
  readonly metricName: ApiMetrics['clientErrors' | 'serverErrors'];
  /** Counts the requests that are no look-ups and got no error. */
  readonly others: IMetric;
  /** Counts those of `metricName` that are as their caller wanted. They count as the good ones. Default: none. */
  readonly wanted?: IMetric;
  /** How many look-ups a period must have; with fewer, the share is 0. */
  readonly atLeast: number;
  readonly label: string;
}

/** The share of errors among the look-ups that reach the gateway, in percent. */
export function errorShare(
  api: ApiMetrics,
  { metricName, others, wanted, atLeast, label }: ErrorShareOptions,
): IMetric {
  const refused = metricName === api.clientErrors ? 'event4xx' : 'event5xx';
  const errors = `FILL(errors, 0) - FILL(${refused}, 0)${wanted === undefined ? '' : ' - FILL(wanted, 0)'}`;
  return new MathExpression({
    expression: `IF((${LOOKUPS}) >= ${atLeast}, 100 * (${errors}) / (${LOOKUPS}), 0)`,
    usingMetrics: {
      ...metricsOfLookups(api, others),
      errors: ofApi(api, metricName),
      ...(wanted !== undefined && { wanted }),
    },
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
