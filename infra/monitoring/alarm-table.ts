import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Quota } from '../environment-values.ts';
import type { AlarmDefinition, Watched, WatchedCanary } from './alarm-definition.ts';
import { errorShare, lookupsOf, ofAllFunctions, ofFunction } from './aws-metrics.ts';
import { PERIOD } from './measures.ts';

/**
 * If there are fewer look-ups, or fewer requests, than this in five minutes, a share or a percentile says nothing. 20
 * stores with 20 look-ups an hour each have more. The canary alone has fewer, even if it runs each minute: 4 in each of
 * 6 runs.
 */
const ENOUGH_LOOKUPS = 25;

/**
 * Warm hits take about 4 ms. At 512 MB the first hit of an instance takes up to 30 ms after the init, and up to 82 ms if
 * it asks for an audit (docs/benchmarks/memory.md). So new instances alone stay below this value. A table that is 100 ms
 * late is above it. Even a much slower table could not reach a higher value: the service gives a read up after
 * CACHE_TIMEOUT_MS (150), and then the look-up is no hit.
 */
const SLOW_HIT_MS = 100;

/** The days of a quota's period. */
const DAYS: Readonly<Record<Quota['per'], number>> = { DAY: 1, WEEK: 7, MONTH: 30 };

function quotaAlarm(watched: Watched, quota: Quota): AlarmDefinition {
  return {
    id: 'quota',
    says: "A day's look-ups use up more than 80 % of a day's part of one key's quota.",
    // Events need no key, and there may be many more of them than look-ups.
    measure: lookupsOf(watched.api, watched.measures.of('OtherRequest'), 'Look-ups of a day', Duration.days(1)),
    threshold: (0.8 * quota.requests) / DAYS[quota.per],
    periods: [1, 1],
  };
}

/** The alarms of a deployment. Each number is the default of a fleet of tills: change it here. */
export function alarmsOf(watched: Watched): readonly AlarmDefinition[] {
  const { measures } = watched;
  const { revalidate = '', ...waitedFor } = watched.functionNames;
  return [
    {
      id: 'faults',
      says: 'Look-ups fail by a fault of Lookaside itself.',
      measure: measures.of('Fault'),
      threshold: 0,
      periods: [1, 1],
      isFelt: true,
    },
    {
      id: 'crashes',
      says: 'An invocation of a function crashes or times out: its caller gets no answer of Lookaside.',
      measure: ofAllFunctions(waitedFor, 'Errors', 'Crashes and timeouts'),
      threshold: 0,
      periods: [1, 1],
      isFelt: true,
    },
    {
      id: 'crashes-revalidate',
      says: 'A revalidation crashes or times out: no caller waits for it, but an entry grows older than it should.',
      measure: ofFunction(revalidate, 'Errors'),
      threshold: 0,
      periods: [1, 1],
    },
    {
      id: 'identity-mismatch',
      says: 'Capillary answers about another customer than the one asked for.',
      measure: measures.of('IdentityMismatch'),
      threshold: 0,
      periods: [1, 1],
    },
    {
      id: 'credentials-refused',
      says: "Capillary refuses Lookaside's credentials, or they cannot be read.",
      measure: measures.sumOf(
        ['UpstreamFailure_credentials-refused', 'UpstreamFailure_credentials-unreadable'],
        'Credentials refused or unreadable',
      ),
      threshold: 0,
      periods: [1, 1],
      isFelt: true,
    },
    {
      id: 'bypass-share',
      says: 'More than 5 % of the look-ups go past the cache.',
      measure: measures.shareOf(['Bypass'], 'Past the cache (%)', ENOUGH_LOOKUPS),
      threshold: 5,
      periods: [2, 3],
    },
    {
      id: 'upstream-failing',
      says: 'More than 10 % of the look-ups find Capillary failing, even if stale entries hide it.',
      measure: measures.shareOf(['UpstreamFailure'], 'Capillary failing (%)', ENOUGH_LOOKUPS),
      threshold: 10,
      periods: [2, 3],
    },
    {
      id: 'budget-spent',
      says: "A minute's calls to Capillary are used up: look-ups get stale entries, or 503.",
      measure: measures.of('BudgetSpent'),
      threshold: 0,
      periods: [1, 1],
    },
    {
      id: 'not-found-share',
      says: 'More than half of the look-ups find no customer.',
      measure: measures.notFoundShare(ENOUGH_LOOKUPS, watched.canary?.lookups),
      threshold: 50,
      periods: [3, 3],
    },
    {
      id: 'guarded',
      says: 'A caller is refused, because it tries numbers out.',
      measure: measures.of('Guarded'),
      threshold: 0,
      periods: [1, 1],
    },
    {
      id: 'slow-hits',
      says: 'One in a hundred answers from the cache takes more than 100 ms.',
      measure: measures.slowest('Latency_Hit', 'Hits: 99 of 100 are faster (ms)', ENOUGH_LOOKUPS),
      threshold: SLOW_HIT_MS,
      periods: [3, 3],
      isFelt: true,
    },
    {
      id: 'server-errors',
      says: 'More than 5 % of the look-ups are answered 5xx.',
      measure: errorShare(watched.api, {
        metricName: watched.api.serverErrors,
        others: measures.of('OtherRequest'),
        wanted: measures.of('NotCached'),
        atLeast: ENOUGH_LOOKUPS,
        label: 'Answered 5xx (%)',
      }),
      threshold: 5,
      periods: [2, 3],
      isFelt: true,
    },
    {
      id: 'client-errors',
      says: 'More than half of the look-ups are answered 4xx: a fleet may be refused.',
      measure: errorShare(watched.api, {
        metricName: watched.api.clientErrors,
        others: measures.of('OtherRequest'),
        atLeast: ENOUGH_LOOKUPS,
        label: 'Answered 4xx (%)',
      }),
      threshold: 50,
      periods: [3, 3],
    },
    // Lambda keeps a throttled revalidation and tries it again: `revalidationConcurrency` limits revalidations in this
    // way.
    ...Object.entries(waitedFor).map(
      ([entry, functionName]): AlarmDefinition => ({
        id: `throttled-${entry}`,
        says: `Lambda has no instance free for the function ${entry}.`,
        measure: ofFunction(functionName, 'Throttles'),
        threshold: 0,
        periods: [2, 3],
        ...(entry === 'http' && { isFelt: true }),
      }),
    ),
    {
      id: 'revalidations-dropped',
      says: 'Revalidations are dropped: entries grow older than they should.',
      measure: ofFunction(revalidate, 'AsyncEventsDropped'),
      threshold: 0,
      periods: [3, 3],
    },
    {
      id: 'revalidations-lost',
      says: 'Look-ups cannot ask for revalidations.',
      measure: measures.of('RevalidationLost'),
      threshold: 0,
      periods: [2, 3],
    },
    ...(watched.quota === undefined ? [] : [quotaAlarm(watched, watched.quota)]),
    {
      id: 'unacknowledged',
      says: 'Purges or events cannot be completed: what they should delete may still be served.',
      measure: measures.of('Unacknowledged'),
      threshold: 0,
      periods: [2, 3],
    },
    {
      id: 'events-unread',
      says: 'Capillary sends events that Lookaside cannot read: changes do not reach the cache.',
      measure: measures.of('EventUnread'),
      threshold: 0,
      periods: [1, 1],
    },
    {
      id: 'webhook-refused',
      says: "Events come without the webhook's secret.",
      measure: measures.of('WebhookRefused'),
      threshold: 10,
      periods: [2, 3],
    },
    ...(watched.canary === undefined ? [] : [canaryAlarm(watched.canary)]),
    ...(watched.expectsEvents
      ? [
          {
            id: 'webhook-silent',
            says: 'No event of Capillary came for a day: changes do not reach the cache.',
            measure: measures.of('Event', Stats.SUM, Duration.days(1)),
            threshold: 1,
            isBelow: true,
            periods: [1, 1],
            whenMissing: 'breaching',
          } as const,
        ]
      : []),
  ];
}

/** The alarm of the canary: of three runs in a row, two found a problem or did not take place. */
function canaryAlarm({ functionName, everyMinutes }: WatchedCanary): AlarmDefinition {
  const period = Duration.minutes(Math.max(everyMinutes, PERIOD.toMinutes()));
  return {
    id: 'canary',
    says: 'The canary does not get the answers that a till should get, or does not run.',
    measure: ofFunction(functionName, 'Errors', { period }),
    threshold: 0,
    periods: [2, 3],
    whenMissing: 'breaching',
  };
}
