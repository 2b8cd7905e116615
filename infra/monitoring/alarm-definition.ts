import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Quota } from '../environment-values.ts';
import type { ApiMetrics } from './api-metrics.ts';
import type { Measures } from './measures.ts';

/** One alarm: its condition and its meaning. Its runbook is the section `Alarm: <id>` of docs/operating.md. */
export interface AlarmDefinition {
  /** Lower-case words with hyphens. It is the end of the alarm's name. */
  readonly id: string;
  /** What happens, in one sentence. */
  readonly says: string;
  readonly measure: IMetric;
  /** The alarm goes off above this value; with `isBelow`, below it. */
  readonly threshold: number;
  readonly isBelow?: true;
  /** The alarm goes off if this many periods, of this many in a row, are above (or below) the value. */
  readonly periods: readonly [number, number];
  /** `breaching`: a missing value counts as a problem. Default: it counts as no problem. */
  readonly whenMissing?: 'breaching';
  /** Whether customers notice it: then it is a part of the alarm that may wake a person. */
  readonly isFelt?: true;
}

/** The canary, as its alarms need it. */
export interface WatchedCanary {
  readonly functionName: string;
  readonly everyMinutes: number;
  /** How many look-ups it makes in five minutes. None finds a customer. */
  readonly lookups: number;
}

/** The watched resources. */
export interface Watched {
  readonly measures: Measures;
  /** The functions' names, by the folders of their entries. */
  readonly functionNames: Readonly<Record<string, string>>;
  readonly api: ApiMetrics;
  /** The quota of one key; undefined: each class of callers has its own quota, or callers have no keys. */
  readonly quota: Quota | undefined;
  /** The canary. Undefined: there is none. */
  readonly canary?: WatchedCanary | undefined;
  /** Whether the deployment expects Capillary's events. */
  readonly expectsEvents: boolean;
}
