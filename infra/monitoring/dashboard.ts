import { Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { ANSWERED, METRIC_UNITS, type MetricName } from '../../functions/metric-names.ts';
import { ofApi, ofEvents, ofFunction, ofTable } from './aws-metrics.ts';
import { hourlyCost, type Metered } from './cost.ts';
import type { Measures } from './measures.ts';

/** What the dashboard shows. */
export interface DashboardProps {
  /** The beginning of its name. The region is the end: an account has a name of a dashboard once in all regions. */
  readonly name: string;
  readonly measures: Measures;
  readonly metered: Metered;
  readonly alarms: readonly IAlarm[];
}

/** The metrics of the graphs of counts. Every metric that counts is in one of these graphs. */
const GRAPHS: Readonly<Record<string, readonly MetricName[]>> = {
  'Look-ups, by how they were answered': ANSWERED,
  'Look-ups that went wrong': [
    'Fault',
    'Refused',
    'NotFound',
    'Guarded',
    'NotCached',
    'IdentityMismatch',
    'JoinMismatch',
    'HalfMissing',
  ],
  "Capillary's failures, by their kind": [...METRIC_UNITS.keys()].filter((name) => name.startsWith('UpstreamFailure')),
  'Requests to Capillary': ['UpstreamCall', 'BudgetRefused', 'BudgetSpent'],
  Store: ['StoreFailure', 'Bypass'],
  Revalidation: [
    'RevalidationAsked',
    'RevalidationLost',
    'Revalidation_stored',
    'Revalidation_failed',
    'Revalidation_needless',
  ],
  Prefetches: ['Prefetch', 'PrefetchUsed'],
  'Audits of hits, by age': [...METRIC_UNITS.keys()].filter(
    (name) => /^Audit(?:Same|Drift|Skipped)/.test(name) && !name.startsWith('AuditDriftIn'),
  ),
  'Drift, by section': [...METRIC_UNITS.keys()].filter((name) => name.startsWith('AuditDriftIn')),
  'Purges and events': [
    'Purged',
    'MarkedStale',
    'Event',
    'EventUnread',
    'WebhookRefused',
    'Unacknowledged',
    'OtherRequest',
  ],
};

const WIDTH = 12;

/** Puts the most useful metrics onto one page. It takes them from the list that the functions' code uses too. */
export function addDashboard(scope: Construct, { name, measures, metered, alarms }: DashboardProps): Dashboard {
  const graph = (title: string, left: readonly IMetric[], more: Partial<{ stacked: boolean; right: IMetric[] }> = {}) =>
    new GraphWidget({ title, left: [...left], width: WIDTH, ...more });
  const latencies = (statistic: string) =>
    [...METRIC_UNITS.keys()]
      .filter((metric) => METRIC_UNITS.get(metric) === 'Milliseconds')
      .map((metric) => measures.of(metric, statistic));
  const counts = Object.entries(GRAPHS).map(([title, names], position) =>
    graph(
      title,
      names.map((metric) => measures.of(metric)),
      { stacked: position === 0 },
    ),
  );
  const { functionNames, tableName, api } = metered;
  const widgets = [
    new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 2 * WIDTH, height: 4 }),
    new TextWidget({ markdown: 'Each alarm has a runbook in docs/operating.md.', width: 2 * WIDTH, height: 1 }),
    graph('Hit ratio', [measures.hitRatio()], { right: [measures.notFoundShare()] }),
    graph('Half of the look-ups are faster (ms)', latencies(Stats.percentile(50))),
    graph('99 of 100 look-ups are faster (ms)', latencies(Stats.percentile(99))),
    ...counts,
    graph(
      'Functions',
      functionNames.flatMap((each) => [ofFunction(each, 'Errors'), ofFunction(each, 'Throttles')]),
      {
        right: functionNames.map((each) => ofFunction(each, 'ConcurrentExecutions', { statistic: Stats.MAXIMUM })),
      },
    ),
    graph(
      'Gateway',
      ['Count', api.clientErrors, api.serverErrors].flatMap((metric) => [ofApi(api, metric), ofEvents(api, metric)]),
    ),
    graph(
      'Table',
      ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'ReadThrottleEvents', 'WriteThrottleEvents'].map(
        (metric) => ofTable(tableName, metric),
      ),
    ),
    graph('Cost', [hourlyCost(metered)]),
  ];
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: `${name}-${Stack.of(scope).region}`,
    defaultInterval: Duration.days(1),
    widgets: [widgets],
  });
}
