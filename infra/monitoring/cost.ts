import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApiMetrics } from './api-metrics.ts';
import { ofApi, ofFunction, ofTable } from './aws-metrics.ts';

/** The resources that cost money by their use. */
export interface Metered {
  readonly functionNames: readonly string[];
  readonly memoryMb: number;
  readonly tableName: string;
  readonly api: ApiMetrics;
}

/**
 * List prices in US dollars (us-east-1, November 2026) of a million: Lambda requests,
 * GB-seconds on arm64, read and write units of an on-demand table. Other regions cost up to a third more. Logs, metrics
 * and transfer are not included.
 */
export const DOLLARS_A_MILLION = { lambdaRequest: 0.2, gbSecond: 13.3334, read: 0.125, write: 0.625 };

const HOURLY = { period: Duration.hours(1) };

/** The cost of an hour in US dollars, estimated from the use. */
export function hourlyCost({ functionNames, memoryMb, tableName, api }: Metered): IMetric {
  const metrics: Record<string, IMetric> = {
    requests: ofApi(api, 'Count', HOURLY),
    reads: ofTable(tableName, 'ConsumedReadCapacityUnits', HOURLY),
    writes: ofTable(tableName, 'ConsumedWriteCapacityUnits', HOURLY),
  };
  const terms = [
    `FILL(requests, 0) * ${api.dollarsAMillion}`,
    `FILL(reads, 0) * ${DOLLARS_A_MILLION.read}`,
    `FILL(writes, 0) * ${DOLLARS_A_MILLION.write}`,
  ];
  for (const [position, functionName] of functionNames.entries()) {
    metrics[`invocations${position}`] = ofFunction(functionName, 'Invocations', HOURLY);
    metrics[`ms${position}`] = ofFunction(functionName, 'Duration', HOURLY);
    const ofMs = ((memoryMb / 1024 / 1000) * DOLLARS_A_MILLION.gbSecond).toFixed(6);
    terms.push(
      `FILL(invocations${position}, 0) * ${DOLLARS_A_MILLION.lambdaRequest}`,
      `FILL(ms${position}, 0) * ${ofMs}`,
    );
  }
  return new MathExpression({
    // A number must have no exponent: metric math would take the `e` for a metric.
    expression: `(${terms.join(' + ')}) / 1000000`,
    usingMetrics: metrics,
    label: 'Estimated cost of an hour (USD)',
    ...HOURLY,
  });
}
