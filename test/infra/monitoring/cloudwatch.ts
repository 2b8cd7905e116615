import { createMetricsFormat } from '../../../functions/adapters/telemetry/metrics.ts';
import type { CfnResource, Template } from '../templates.ts';

/** A log line of a function. */
export type Line = Readonly<Record<string, unknown>>;

/** CloudWatch's data of a period: the values of each metric, by namespace, name and dimensions. */
export type Period = ReadonlyMap<string, readonly number[]>;

type Json = CfnResource['Properties'];

function keyOf(namespace: string, name: string, dimensions: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}

/** CloudWatch's metrics of log lines, by the embedded metric format that the code writes into them. */
export function readLines(
  lines: readonly { readonly of: string; readonly facts: Line }[],
  environment: string,
): Period {
  const period = new Map<string, number[]>();
  for (const { of, facts } of lines) {
    const line: Json = { ...facts, ...createMetricsFormat({ environment, function: of })(facts) };
    for (const { Namespace, Dimensions, Metrics } of line._aws?.CloudWatchMetrics ?? []) {
      for (const set of Dimensions) {
        const dimensions = Object.fromEntries(set.map((name: string) => [name, line[name]]));
        for (const { Name } of Metrics) {
          const key = keyOf(Namespace, Name, dimensions);
          period.set(key, [...(period.get(key) ?? []), ...[line[Name]].flat()]);
        }
      }
    }
  }
  return period;
}

/** One value of AWS's own metrics, in a period of its own. */
export function readOwn(
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
  value: number,
): Period {
  return new Map([[keyOf(namespace, name, dimensions), [value]]]);
}

/** Whether an alarm goes off if every period is like this one. */
export function goesOff(template: Template, alarm: Json, period: Period): boolean {
  const value = alarm.Metrics === undefined ? statOf(template, alarm, period) : expressionOf(template, alarm, period);
  if (value === undefined) return alarm.TreatMissingData === 'breaching';
  return alarm.ComparisonOperator === 'LessThanThreshold' ? value < alarm.Threshold : value > alarm.Threshold;
}

function statOf(template: Template, stat: Json, period: Period): number | undefined {
  const dimensions = Object.fromEntries(
    (stat.Dimensions ?? []).map(({ Name, Value }: { Name: string; Value: Json }) => [Name, textOf(template, Value)]),
  );
  const values = period.get(keyOf(stat.Namespace, stat.MetricName, dimensions as Record<string, string>));
  if (values === undefined) return undefined;
  const statistic: string = stat.Statistic ?? stat.ExtendedStatistic;
  const sum = values.reduce((total, value) => total + value, 0);
  if (statistic === 'Sum') return sum;
  if (statistic === 'SampleCount') return values.length;
  if (statistic === 'Average') return sum / values.length;
  const share = Number(/^p(\d+)$/.exec(statistic)?.[1]) / 100;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** An expression of CloudWatch's metric math, as far as alarms use it: `+ * / >=`, FILL and IF. */
function expressionOf(template: Template, alarm: Json, period: Period): number | undefined {
  const stats = alarm.Metrics.filter(({ MetricStat }: Json) => MetricStat !== undefined);
  const values: [string, number | undefined][] = stats.map(({ Id, MetricStat }: Json) => [
    Id,
    statOf(template, { ...MetricStat.Metric, Statistic: MetricStat.Stat }, period),
  ]);
  if (values.every(([, value]) => value === undefined)) return undefined;
  const { Expression } = alarm.Metrics.find((each: Json) => each.Expression !== undefined);
  const script = new Function('FILL', 'IF', ...values.map(([id]) => id), `return ${Expression};`);
  const fill = (value: number | undefined, standIn: number) => value ?? standIn;
  const choose = (condition: boolean, yes: number, no: number) => (condition ? yes : no);
  return script(fill, choose, ...values.map(([, value]) => value));
}

/** A text of the template: itself, or the name of the resource that it refers to. */
export function textOf({ Resources }: Template, value: Json): string {
  if (typeof value === 'string') return value;
  const resource = Resources[value.Ref];
  return resource?.Properties.FunctionName ?? resource?.Properties.Name ?? value.Ref;
}
