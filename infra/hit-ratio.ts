import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';

/** What a look-up that was answered counts as (functions/adapters/telemetry/metrics.ts). */
const FROM_CACHE = ['Hit', 'Stale'] as const;
const FORWARDED = ['Collapsed', 'Miss', 'Request', 'Bypass'] as const;

/** The share of the answered look-ups that the cache answered, in percent. See `Lookaside.metricHitRatio`. */
export function hitRatio(dimensions: Readonly<Record<string, string>>, period: Duration): IMetric {
  const names = [...FROM_CACHE, ...FORWARDED];
  const sumOf = (some: readonly string[]) => some.map((name) => `FILL(${idOf(name)}, 0)`).join(' + ');
  const metrics = names.map((metricName) => {
    const metric = new Metric({
      namespace: 'Lookaside',
      metricName,
      dimensionsMap: { ...dimensions },
      statistic: 'Sum',
      period,
    });
    return [idOf(metricName), metric] as const;
  });
  return new MathExpression({
    expression: `100 * (${sumOf(FROM_CACHE)}) / (${sumOf(names)})`,
    usingMetrics: Object.fromEntries(metrics),
    label: 'Hit ratio (%)',
    period,
  });
}

/** An id in a metric expression begins with a lower-case letter. */
function idOf(metricName: string): string {
  return metricName.charAt(0).toLowerCase() + metricName.slice(1);
}
