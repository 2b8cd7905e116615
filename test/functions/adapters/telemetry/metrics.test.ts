import { Metrics } from '@aws-lambda-powertools/metrics';
import { describe, expect, test } from '@jest/globals';
import { createMetricsFormat, requestMetrics } from '../../../../functions/adapters/telemetry/metrics.ts';
import { FAILURE_KINDS } from '../../../../functions/lookup/upstream.ts';
import { METRIC_UNITS } from '../../../../functions/metric-names.ts';

const names = (facts: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(requestMetrics(facts).map(({ name, value }) => [name, value]));

describe('the metrics of a request', () => {
  test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, number>>]>([
    ['a hit', { cache: 'hit' }, { Hit: 1 }],
    ['a stale hit', { cache: 'hit', detail: 'max-stale' }, { Stale: 1 }],
    [
      'a stale hit that asks for revalidation',
      { cache: 'hit', detail: 'stale-while-revalidate', isRevalidationAsked: true },
      { Stale: 1, RevalidationAsked: 1 },
    ],
    ['a collapsed look-up', { cache: 'collapsed' }, { Collapsed: 1 }],
    [
      'a miss',
      { cache: 'miss', isStored: true, upstreamDurationMs: 300, upstreamAttempts: 1 },
      { Miss: 1, UpstreamLatency: 300, UpstreamCall: 1 },
    ],
    ['an entry too old', { cache: 'stale', isStored: true }, { Miss: 1 }],
    ['a caller that says no-cache', { cache: 'request' }, { Request: 1 }],
    ['a store that is down', { cache: 'bypass', storeFailure: 'ECONNREFUSED' }, { Bypass: 1, StoreFailure: 1 }],
    [
      'a failing upstream behind a stale answer',
      {
        cache: 'hit',
        detail: 'stale-if-error',
        upstreamFailure: 'timeout',
        upstreamDurationMs: 600,
        upstreamAttempts: 2,
      },
      { Stale: 1, UpstreamFailure: 1, UpstreamFailure_timeout: 1, UpstreamLatency: 600, UpstreamCall: 2 },
    ],
    ['a reply about another customer', { cache: 'miss', isIdentityMismatch: true }, { Miss: 1, IdentityMismatch: 1 }],
    ['a joined look-up', { cache: 'hit', joined: 'joined' }, { Hit: 1 }],
    ['a joined look-up without its v1.1 half', { cache: 'miss', joined: 'v1.1-missing' }, { Miss: 1, HalfMissing: 1 }],
    ['a joined look-up without its v2 half', { cache: 'miss', joined: 'v2-missing' }, { Miss: 1, HalfMissing: 1 }],
    ['a joined look-up of two customers', { cache: 'hit', joined: 'mismatch' }, { Hit: 1, JoinMismatch: 1 }],
    [
      'a prefetch that asks for a fetch',
      { answer: 'pending', cache: 'miss', isPrefetch: true, isRevalidationAsked: true, durationMs: 9 },
      { Prefetch: 1, RevalidationAsked: 1 },
    ],
    ['a prefetch of a fresh entry', { answer: 'pending', cache: 'hit', isPrefetch: true, durationMs: 9 }, {}],
    ['a hit of an entry from a prefetch', { cache: 'hit', isPrefetchUsed: true }, { Hit: 1, PrefetchUsed: 1 }],
    [
      'a look-up that is pending',
      { answer: 'pending', cache: 'miss', isStored: false, isRevalidationAsked: true, durationMs: 400 },
      { Pending: 1, RevalidationAsked: 1, Latency_Pending: 400 },
    ],
    ['a refusal', { code: 'invalid_identifier' }, { Refused: 1 }],
    ['a fault of our own', { code: 'internal_error' }, { Fault: 1 }],
    ['a purge', { purged: 3 }, { Purged: 3 }],
    [
      'an event that names no customer',
      { event: 'unknown', purged: 0, isEventUnread: true },
      { Purged: 0, EventUnread: 1 },
    ],
    [
      'an event that cannot be unpacked',
      { code: 'too_many_requests', unread: 'too-large', isEventUnread: true },
      { EventUnread: 1 },
    ],
    ['an event of others', { code: 'invalid_parameter', foreignEvent: 'scheduled' }, {}],
    [
      'a stale hit with a revalidation that could not be requested',
      { cache: 'hit', detail: 'stale-while-revalidate', isRevalidationLost: true },
      { Stale: 1, RevalidationLost: 1 },
    ],
    ['a mark', { event: 'pointsIssued', markedStale: 2 }, { Event: 1, MarkedStale: 2 }],
    [
      'a revalidation that stored',
      { purpose: 'revalidate', cache: 'stale', isStored: true },
      { Revalidation_stored: 1 },
    ],
    [
      'a revalidation that failed',
      { purpose: 'revalidate', cache: 'stale', isStored: false, upstreamFailure: 'timeout' },
      { Revalidation_failed: 1, UpstreamFailure: 1, UpstreamFailure_timeout: 1 },
    ],
    [
      'a look-up without a call from the budget',
      { cache: 'miss', upstreamFailure: 'over-budget' },
      { Miss: 1, BudgetRefused: 1, BudgetSpent: 1 },
    ],
    [
      'a stale answer instead',
      { cache: 'hit', detail: 'stale-if-error', upstreamFailure: 'over-budget' },
      { Stale: 1, BudgetRefused: 1, BudgetSpent: 1 },
    ],
    [
      'a revalidation without a call from the budget',
      { purpose: 'revalidate', cache: 'hit', upstreamFailure: 'over-budget' },
      { Revalidation_failed: 1, BudgetRefused: 1 },
    ],
    ['a needless revalidation', { purpose: 'revalidate', cache: 'hit', durationMs: 7 }, { Revalidation_needless: 1 }],
    [
      'a revalidation for which the store failed',
      { purpose: 'revalidate', cache: 'hit', detail: 'stale-while-revalidate', storeFailure: 'AccessDeniedException' },
      { Revalidation_failed: 1, StoreFailure: 1 },
    ],
    ['health', { resource: '/health', status: 200, store: 'ok' }, { OtherRequest: 1 }],
    ['a preflight', { resource: '/lookups', method: 'OPTIONS', status: 204 }, { OtherRequest: 1 }],
    [
      'an event',
      { resource: '/events/capillary', status: 200, event: 'a', purged: 1 },
      { Event: 1, Purged: 1, OtherRequest: 1 },
    ],
    [
      'an event that another region passed on',
      { resource: '/events/capillary', status: 200, event: 'a', isFromOtherRegion: true },
      { Event: 1 },
    ],
    [
      'an event without the secret',
      { resource: '/events/capillary', status: 401, code: 'unauthorized' },
      { Refused: 1, WebhookRefused: 1 },
    ],
    ['a look-up by HTTP', { resource: '/v1.1/customer/get', status: 200, answer: 'found', cache: 'hit' }, { Hit: 1 }],
    [
      'a look-up by HTTP from the cache only',
      { resource: '/v1.1/customer/get', status: 504, answer: 'not-cached', cache: 'miss', code: 'not_cached' },
      { Miss: 1, NotCached: 1 },
    ],
    ['the same by direct invocation', { answer: 'not-cached', cache: 'miss', code: 'not_cached' }, { Miss: 1 }],
    [
      'a look-up by HTTP whose upstream took too long',
      {
        resource: '/v1.1/customer/get',
        status: 504,
        answer: 'failed',
        cache: 'miss',
        code: 'upstream_timeout',
        upstreamFailure: 'timeout',
      },
      { Miss: 1, UpstreamFailure: 1, UpstreamFailure_timeout: 1 },
    ],
    [
      'a look-up that the breaker kept from the upstream',
      { cache: 'miss', upstreamFailure: 'breaker-open', upstreamDurationMs: 0, upstreamAttempts: 0 },
      { Miss: 1, UpstreamFailure: 1, 'UpstreamFailure_breaker-open': 1 },
    ],
    ['a purge that is refused', { resource: '/cache/entries', status: 400, code: 'missing_parameter' }, { Refused: 1 }],
    ['a look-up that finds no customer', { cache: 'miss', answer: 'not-found' }, { Miss: 1, NotFound: 1 }],
    ['a look-up that finds a customer that is erased', { cache: 'hit', answer: 'erased' }, { Hit: 1, NotFound: 1 }],
    ['a look-up that finds a customer', { cache: 'hit', answer: 'found' }, { Hit: 1 }],
    [
      'a fetch in the background that finds no customer',
      { purpose: 'revalidate', cache: 'miss', isStored: true, answer: 'not-found' },
      { Revalidation_stored: 1 },
    ],
    [
      'an audit that finds no customer',
      { purpose: 'audit', cache: 'request', isStored: true, answer: 'not-found', audit: 'same', ageSeconds: 3 },
      { AuditSame: 1, AuditSame_upTo15s: 1 },
    ],
    ...(
      [
        [{ cache: 'hit' }, 'Hit'],
        [{ cache: 'hit', detail: 'stale-if-error' }, 'Stale'],
        [{ cache: 'collapsed' }, 'Collapsed'],
        [{ cache: 'miss' }, 'Miss'],
        [{ cache: 'stale' }, 'Miss'],
        [{ cache: 'request' }, 'Request'],
        [{ cache: 'bypass' }, 'Bypass'],
      ] as const
    ).map(([facts, answered]): [string, Readonly<Record<string, unknown>>, Readonly<Record<string, number>>] => [
      `the time of ${JSON.stringify(facts)}`,
      { ...facts, durationMs: 7 },
      { [answered]: 1, [`Latency_${answered}`]: 7 },
    ]),
    ['the time of a refusal', { code: 'invalid_identifier', durationMs: 7 }, { Refused: 1 }],
    [
      'a purge that the store did not complete',
      { code: 'store_unavailable', storeFailure: 'TimeoutError' },
      { StoreFailure: 1, Unacknowledged: 1 },
    ],
    [
      'an event on which another region did not act',
      { code: 'too_many_requests', failedRegions: { 'eu-west-1': '500' } },
      { Unacknowledged: 1 },
    ],
    ['a caller that tries numbers out', { code: 'too_many_requests', isGuarded: true }, { Guarded: 1 }],
    [
      'a batch by which a caller begins to be refused',
      { code: 'too_many_requests', isGuarded: true, lookups: [{ cache: 'miss', answer: 'not-found' }] },
      { Miss: 1, NotFound: 1, Guarded: 1 },
    ],
    ["an event without the webhook's secret", { code: 'unauthorized' }, { Refused: 1, WebhookRefused: 1 }],
  ])('%s', (_request, facts, metrics) => {
    expect(names(facts)).toEqual(metrics);
  });

  test('of a batch combine those of its look-ups: counts are added up, and of times the longest counts', () => {
    const lookups = [
      { cache: 'hit' },
      { cache: 'hit' },
      { cache: 'miss', upstreamDurationMs: 300, upstreamAttempts: 1 },
      { cache: 'miss', upstreamDurationMs: 200, upstreamAttempts: 2 },
    ];
    expect(names({ lookups, durationMs: 400 })).toEqual({ Hit: 2, Miss: 2, UpstreamLatency: 300, UpstreamCall: 3 });
  });
});

test('every metric of a request is in the list that alarms and documents share', () => {
  const facts = {
    cache: 'miss',
    answer: 'not-found',
    durationMs: 1,
    upstreamDurationMs: 1,
    upstreamAttempts: 1,
    storeFailure: 'TimeoutError',
    isIdentityMismatch: true,
    joined: 'mismatch',
    isRevalidationAsked: true,
    isRevalidationLost: true,
    event: 'unknown',
    purged: 1,
    markedStale: 1,
  };
  const kinds = FAILURE_KINDS.map((upstreamFailure) => ({ ...facts, upstreamFailure }));
  const all = [...kinds, { ...facts, code: 'unauthorized' }, { ...facts, isEventUnread: true }].flatMap((each) =>
    requestMetrics(each),
  );
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter(({ name, unit }) => METRIC_UNITS.get(name) !== unit)).toEqual([]);
});

/** Facts of every kind of line, so that each metric is in one of them. */
const LINES: readonly Readonly<Record<string, unknown>>[] = [
  { cache: 'hit', api: 'v2', durationMs: 12 },
  { cache: 'hit', detail: 'stale-if-error', resource: '/v1.1/customer/get', durationMs: 0.5, isRevalidationLost: true },
  ...FAILURE_KINDS.map((upstreamFailure) => ({ cache: 'miss', upstreamFailure, storeFailure: 'TimeoutError' })),
  { cache: 'stale', upstreamAttempts: 2, upstreamDurationMs: 301, isStored: true, durationMs: 310 },
  { code: 'internal_error', error: 'TypeError' },
  { event: 'customerUpdated', purged: 0, markedStale: 3 },
  { lookups: [{ cache: 'hit' }, { cache: 'hit' }, { cache: 'miss', answer: 'not-found' }], durationMs: 40 },
];

describe('the embedded metric format, held against that of Powertools', () => {
  test.each(LINES.map((facts) => [facts]))('of %j', (facts) => {
    const powertools = new Metrics({ namespace: 'Lookaside', serviceName: 'any' });
    for (const { name, unit, value } of requestMetrics(facts)) powertools.addMetric(name, unit, value);
    const { service: _, _aws: theirDirective, ...theirValues } = powertools.serializeMetrics();
    const origin = { environment: 'sandbox', function: 'http' };
    const ours = createMetricsFormat(origin, () => theirDirective.Timestamp)(facts);
    const { _aws, environment, function: entry, api, ...values } = ours as Record<string, unknown>;
    const [theirs] = theirDirective.CloudWatchMetrics;
    const sets = [['environment'], ['environment', 'function'], ...(api === undefined ? [] : [['environment', 'api']])];
    expect(_aws).toEqual({ ...theirDirective, CloudWatchMetrics: [{ ...theirs, Dimensions: sets }] });
    expect(values).toEqual(theirValues);
    expect({ environment, function: entry }).toEqual(origin);
  });
});

describe('the embedded metric format', () => {
  const format = createMetricsFormat({ environment: 'production', function: 'http' });
  const setsOf = (facts: Readonly<Record<string, unknown>>) =>
    (format(facts) as { _aws?: { CloudWatchMetrics: { Dimensions: unknown }[] } })._aws?.CloudWatchMetrics[0]
      ?.Dimensions;

  test('adds up by deployment and by function, one set of metrics for each request', () => {
    for (const _ of ['first', 'second']) {
      expect(format({ cache: 'bypass' })).toEqual({
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'Lookaside',
              Dimensions: [['environment'], ['environment', 'function']],
              Metrics: [{ Name: 'Bypass', Unit: 'Count' }],
            },
          ],
        },
        environment: 'production',
        function: 'http',
        Bypass: 1,
      });
    }
    expect(format({ store: 'ok' })).toEqual({});
  });

  test.each([
    [{ cache: 'hit', resource: '/v2/customers/lookup/customerDetails' }, 'v2'],
    [{ cache: 'hit', resource: '/v1.1/customer/get' }, 'v1.1'],
    [{ cache: 'hit', api: 'v1.1' }, 'v1.1'],
  ])('adds the look-up %j up by its API too', (facts, api) => {
    expect(format(facts)).toMatchObject({ api });
    expect(setsOf(facts)).toEqual([['environment'], ['environment', 'function'], ['environment', 'api']]);
  });

  test.each([
    { lookups: [{ cache: 'hit', api: 'v2' }], resource: '/lookups' },
    { purged: 1, resource: '/cache/entries' },
  ])('does not add %j up by an API', (facts) => {
    expect(setsOf(facts)).toEqual([['environment'], ['environment', 'function']]);
    expect(format(facts)).not.toHaveProperty('api');
  });
});
