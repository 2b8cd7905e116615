import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ANSWERED, METRIC_NAMESPACE, type MetricName } from '../../functions/metric-names.ts';

/** The default period of a measure. */
export const PERIOD = Duration.minutes(5);

/** The answered look-ups whose callers waited for the answer. */
const WAITED_FOR: readonly MetricName[] = ANSWERED.filter((answered) => answered !== 'Pending');

/** The options of a share, as `Measures.shareOf` explains them. */
interface ShareOptions {
  readonly period?: Duration;
  readonly without?: number;
  readonly among?: readonly MetricName[];
}

/** The measures of one deployment, from the metrics of its functions (`functions/metric-names.ts`). */
export class Measures {
  readonly #environment: string;

  /** @param environment the deployment's name: the metrics' dimension of that name */
  constructor(environment: string) {
    this.#environment = environment;
  }

  /** A metric of the whole deployment. @param statistic such as `Sum` or `p99` */
  of(metricName: MetricName, statistic: string = Stats.SUM, period: Duration = PERIOD): Metric {
    const dimensionsMap = { environment: this.#environment };
    return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap, statistic, period });
  }

  /** The sum of several metrics. A metric without a value counts as 0. */
  sumOf(names: readonly MetricName[], label: string, period: Duration = PERIOD): IMetric {
    return new MathExpression({ expression: sum(names), usingMetrics: this.#metricsOf(names, period), label, period });
  }

  /**
   * The time that 99 of 100 values of a metric do not exceed. If there are few values, it is the longest one, and says
   * little.
   *
   * @param atLeast how many values a period must have; with fewer, the time is 0
   */
  slowest(metricName: MetricName, label: string, atLeast: number): IMetric {
    const [count, p99] = [`${idOf(metricName)}_count`, `${idOf(metricName)}_p99`];
    return new MathExpression({
      expression: `IF(FILL(${count}, 0) >= ${atLeast}, ${p99}, 0)`,
      usingMetrics: {
        [count]: this.of(metricName, Stats.SAMPLE_COUNT),
        [p99]: this.of(metricName, Stats.percentile(99)),
      },
      label,
      period: PERIOD,
    });
  }

  /**
   * The share of some look-ups among others, in percent.
   *
   * @param atLeast how many look-ups a period must have; with fewer, the share is 0. Default: 0, and a period without
   *   look-ups has no value
   * @param without how many look-ups of a period do not count. They are look-ups of `names`, and are subtracted from
   *   both sums. Default: 0
   * @param among the look-ups of which it is a share. Default: all answered ones
   */
  shareOf(
    names: readonly MetricName[],
    label: string,
    atLeast = 0,
    { period = PERIOD, without = 0, among = ANSWERED }: ShareOptions = {},
  ): IMetric {
    const less = without > 0 ? ` - ${without}` : '';
    const all = `${sum(among)}${less}`;
    const share = `100 * (${sum(names)}${less}) / (${all})`;
    return new MathExpression({
      expression: atLeast > 0 ? `IF((${all}) >= ${atLeast}, ${share}, 0)` : share,
      usingMetrics: this.#metricsOf([...new Set([...names, ...among])], period),
      label,
      period,
    });
  }

  /**
   * The share of the look-ups that found no customer, in percent. A look-up whose caller did not wait counts when the
   * caller asks again.
   *
   * @param atLeast as of `shareOf`
   * @param without as of `shareOf`
   */
  notFoundShare(atLeast = 0, without = 0): IMetric {
    return this.shareOf(['NotFound'], 'Not found (%)', atLeast, { without, among: WAITED_FOR });
  }

  /** The share of the answered look-ups that the cache answered, fresh or stale, in percent. */
  hitRatio(period: Duration = PERIOD): IMetric {
    return this.shareOf(['Hit', 'Stale'], 'Hit ratio (%)', 0, { period });
  }

  #metricsOf(names: readonly MetricName[], period: Duration): Record<string, IMetric> {
    return Object.fromEntries(names.map((name) => [idOf(name), this.of(name, Stats.SUM, period)]));
  }
}

function sum(names: readonly MetricName[]): string {
  return names.map((name) => `FILL(${idOf(name)}, 0)`).join(' + ');
}

/** The id of a metric in an expression: it begins with a lower-case letter, and has letters, digits and _. */
function idOf(name: MetricName): string {
  return name.charAt(0).toLowerCase() + name.slice(1).replace(/\W/g, '_');
}
