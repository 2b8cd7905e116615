import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApiMetrics } from './api-metrics.ts';
import { PERIOD } from './measures.ts';

/** A metric of the gateway. @param statistic such as `Sum` or `Average` */
export function ofApi(api: ApiMetrics, metricName: string, statistic: string, period: Duration = PERIOD): Metric {
  const dimensionsMap = { ...api.dimensions };
  return new Metric({ namespace: 'AWS/ApiGateway', metricName, dimensionsMap, statistic, period });
}

/**
 * The share of some requests among all that reach the gateway, in percent.
 * @param metricName counts those requests
 * @param atLeast how many requests a period must have; with fewer, the share is 0
 */
export function shareOfRequests(api: ApiMetrics, metricName: string, atLeast: number, label: string): IMetric {
  return new MathExpression({
    expression: `IF(FILL(requests, 0) >= ${atLeast}, 100 * FILL(some, 0) / FILL(requests, 0), 0)`,
    usingMetrics: { requests: ofApi(api, 'Count', Stats.SUM), some: ofApi(api, metricName, Stats.SUM) },
    label,
    period: PERIOD,
  });
}

/** The sum of a metric of one function. */
export function ofFunction(FunctionName: string, metricName: string, period: Duration = PERIOD): Metric {
  const dimensionsMap = { FunctionName };
  return new Metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap, statistic: Stats.SUM, period });
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
