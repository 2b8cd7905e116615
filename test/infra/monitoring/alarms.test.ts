import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createHttpHandler } from '../../../functions/http/handler.ts';
import { Guard } from '../../../functions/lookup/guard/guard.ts';
import type { FailureKind, UpstreamOutcome } from '../../../functions/lookup/upstream.ts';
import { startFleet } from '../../support/fleet.ts';
import { startInvalidateFunction } from '../../support/invalidate-function.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { MemoryCallerCounts } from '../../support/memory-caller-counts.ts';
import { proxyEvent } from '../../support/proxy-event.ts';
import { found, said } from '../../support/scripted-upstream.ts';
import { propertiesOf, templateOf } from '../templates.ts';
import { goesOff, type Line, type Period, readLines, readOwn } from './cloudwatch.ts';

const template = templateOf('with events expected');
const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm');
/** The environment's name, and the beginning of the names of what it has (test/infra/create-stack.ts). */
const [ENVIRONMENT, PREFIX] = ['test', 'lookaside'];
const idOf = ({ AlarmName }: { AlarmName: string }) => AlarmName.slice(PREFIX.length + 1);
const alarmOf = (id: string) => alarms.find((alarm) => idOf(alarm) === id);

type Lines = readonly { readonly of: string; readonly facts: Line }[];

interface LookupsOptions {
  readonly count?: number;
  /** The upstream's answer. */
  readonly outcome?: UpstreamOutcome;
  /** Whether all look-ups are of one customer. */
  readonly isOne?: boolean;
  readonly isStoreDown?: boolean;
  /** How long each takes by the clock of the handler. */
  readonly takesMs?: number;
  readonly isBroken?: boolean;
  /** The header Cache-Control. */
  readonly directives?: string;
  /** Whether callers that try numbers out are refused. */
  readonly isGuarded?: boolean;
}

const CUSTOMER = found('{"id":7,"profiles":[{"firstName":"A"}]}');
const failed = (failure: FailureKind): UpstreamOutcome => ({ kind: 'failed', failure });

/** The log lines of the function that answers look-ups: the real one writes them over this store and this upstream. */
async function lookUp(options: LookupsOptions = {}): Promise<Lines> {
  const { count = 1, outcome = CUSTOMER, isOne = false, isStoreDown = false, takesMs = 0, isBroken = false } = options;
  const { service, clock, store, upstream } = startLookupService();
  upstream.outcome = outcome;
  if (isStoreDown) store.failing.add('read');
  const log = new RecordingLog();
  let monotonicMs = 0;
  const slowed = {
    now: () => clock.now(),
    monotonicNow: () => {
      monotonicMs += takesMs;
      return monotonicMs;
    },
    sleep: clock.sleep.bind(clock),
    sleepFree: clock.sleepFree.bind(clock),
  };
  const own = isBroken ? { lookup: async () => Promise.reject(new TypeError('planted')) } : {};
  const limits = { notFound: 20, sharePercent: 80 };
  const guard = new Guard({
    clock,
    store: new MemoryCallerCounts(),
    limits,
    hash: (caller: string) => caller,
    storeTimeoutMs: 150,
  });
  const handler = createHttpHandler({
    service: { ...service, clock: slowed, ...own },
    log,
    corsOrigins: [],
    guard: options.isGuarded ? guard : undefined,
  });
  for (let n = 0; n < count; n++) {
    const query = `source=INSTORE&identifierName=mobile&identifierValue=98765432${isOne ? '10' : 10 + (n % 80)}`;
    const headers = options.directives === undefined ? {} : { 'Cache-Control': options.directives };
    await handler(proxyEvent({ query, headers, identity: { apiKeyId: 'k1' } }), { awsRequestId: `invocation-${n}` });
  }
  return log.lines.map(({ facts }) => ({ of: 'http', facts }));
}

/** A line of the same, of a stale hit whose revalidation cannot be asked for. */
async function loseRevalidation(): Promise<Lines> {
  const { service } = startLookupService();
  const fleet = startFleet();
  const { customerLookup: lookup, readTogether, clock, revalidator } = fleet;
  revalidator.isReached = false;
  await fleet.ask();
  clock.advance(400_000);
  const log = new RecordingLog();
  const handler = createHttpHandler({ service: { ...service, lookup, readTogether, clock }, log, corsOrigins: [] });
  const query = 'source=INSTORE&identifierName=externalId&identifierValue=MP1';
  await handler(proxyEvent({ query }), { awsRequestId: 'invocation-1' });
  return log.lines.map(({ facts }) => ({ of: 'http', facts }));
}

/** The log lines of the webhook. */
async function receive(
  events: readonly object[],
  headers: Readonly<Record<string, string>> = {},
  isStoreDown = false,
): Promise<Lines> {
  const { sendEvent, log, store } = startInvalidateFunction();
  if (isStoreDown) store.failing.add('fenceCustomer');
  for (const event of events) await sendEvent(event, headers);
  return log.lines.map(({ facts }) => ({ of: 'invalidate', facts }));
}

const EVENT = { eventName: 'customerUpdated', data: { customerIdentifiers: { customerId: 7 } } };
const UNREADABLE = { eventName: 'somethingElse', data: {} };
const ofFunction = (name: string, metric: string, value: number) =>
  readOwn('AWS/Lambda', metric, { FunctionName: `${PREFIX}-${name}` }, value);
const API = { ApiName: PREFIX, Stage: 'live' };
const ofApi = (metric: string, value: number) => readOwn('AWS/ApiGateway', metric, API, value);
/** So many requests, and so many of them answered with these errors. */
const ofRequests = (count: number, errors: number, metric = '4XXError'): Period =>
  new Map([...ofApi('Count', count), ...ofApi(metric, errors)]);
const refusedEvents = (count: number, metric: string): Period =>
  readOwn('AWS/ApiGateway', metric, { ...API, Method: 'POST', Resource: '/events/capillary' }, count);
const STRANGER = { Authorization: 'a guess' };
/** The quota of the environment is 100 000 a day. */
const DAILY_QUOTA = 100_000;

/** For each alarm: a period in which it goes off, and a similar one in which it does not. */
const ROWS: Readonly<
  Record<string, { readonly bad: () => Promise<Lines> | Period; readonly good: () => Promise<Lines> | Period }>
> = {
  faults: { bad: () => lookUp({ isBroken: true }), good: () => lookUp() },
  // One of the three is enough. No caller waits for a revalidation.
  crashes: { bad: () => ofFunction('invoke', 'Errors', 1), good: () => ofFunction('revalidate', 'Errors', 1) },
  'crashes-revalidate': {
    bad: () => ofFunction('revalidate', 'Errors', 1),
    good: () => ofFunction('http', 'Errors', 1),
  },
  'identity-mismatch': {
    bad: () =>
      lookUp({ outcome: found('{"id":7,"profiles":[{"identifiers":[{"type":"mobile","value":"919111111111"}]}]}') }),
    good: () =>
      lookUp({ outcome: found('{"id":7,"profiles":[{"identifiers":[{"type":"mobile","value":"919876543210"}]}]}') }),
  },
  'credentials-refused': {
    bad: () => lookUp({ outcome: failed('credentials-refused') }),
    good: () => lookUp({ outcome: failed('connection') }),
  },
  'bypass-share': { bad: () => lookUp({ count: 60, isStoreDown: true }), good: () => lookUp({ count: 60 }) },
  'upstream-failing': {
    bad: () => lookUp({ count: 60, outcome: failed('connection') }),
    // A used-up budget says nothing about Capillary.
    good: () => lookUp({ count: 60, outcome: failed('over-budget') }),
  },
  'budget-spent': {
    bad: () => lookUp({ outcome: failed('over-budget') }),
    good: () => lookUp({ count: 60, outcome: failed('connection') }),
  },
  'not-found-share': {
    bad: () => lookUp({ count: 60, outcome: said('not-found', 8015) }),
    good: () => lookUp({ count: 60 }),
  },
  guarded: {
    bad: () => lookUp({ count: 60, isGuarded: true, outcome: said('not-found', 8015) }),
    good: () => lookUp({ count: 60, isGuarded: true }),
  },
  'slow-hits': {
    // A table that is 100 ms late, and the first hit of an instance that asks for an audit.
    bad: () => lookUp({ count: 26, isOne: true, takesMs: 104 }),
    good: () => lookUp({ count: 26, isOne: true, takesMs: 82 }),
  },
  'server-errors': { bad: () => ofRequests(100, 6, '5XXError'), good: () => ofRequests(100, 5, '5XXError') },
  'client-errors': { bad: () => ofRequests(100, 51), good: () => ofRequests(100, 50) },
  ...Object.fromEntries(
    ['http', 'invoke', 'invalidate'].map((name) => [
      `throttled-${name}`,
      { bad: () => ofFunction(name, 'Throttles', 1), good: () => ofFunction(name, 'Throttles', 0) },
    ]),
  ),
  'revalidations-dropped': {
    bad: () => ofFunction('revalidate', 'AsyncEventsDropped', 1),
    good: () => ofFunction('http', 'AsyncEventsDropped', 1),
  },
  'revalidations-lost': { bad: loseRevalidation, good: () => lookUp() },
  quota: { bad: () => ofApi('Count', 0.81 * DAILY_QUOTA), good: () => ofApi('Count', 0.8 * DAILY_QUOTA) },
  canary: { bad: () => ofFunction('canary', 'Errors', 1), good: () => ofFunction('canary', 'Errors', 0) },
  unacknowledged: { bad: () => receive([EVENT], {}, true), good: () => receive([EVENT, UNREADABLE]) },
  'events-unread': { bad: () => receive([UNREADABLE]), good: () => receive([EVENT]) },
  'webhook-refused': {
    bad: () => receive(Array(11).fill(EVENT), STRANGER),
    good: () => receive(Array(11).fill(EVENT)),
  },
  // An event that the service cannot read changes nothing: it counts as silence.
  'webhook-silent': { bad: () => receive([UNREADABLE]), good: () => receive([EVENT]) },
};

async function periodOf(make: () => Promise<Lines> | Period): Promise<Period> {
  const made = await make();
  return made instanceof Map ? (made as Period) : readLines(made as Lines, ENVIRONMENT);
}

test('every alarm has a row, and every row has an alarm', () => {
  expect(alarms.map(idOf).sort()).toEqual(Object.keys(ROWS).sort());
});

describe.each(Object.entries(ROWS))('the alarm %s', (id, { bad, good }) => {
  test('goes off for the log lines of the code, or the metrics of AWS, about the failure', async () => {
    expect(goesOff(template, alarmOf(id), await periodOf(bad))).toBe(true);
  });

  test('stays quiet for a similar case without the failure', async () => {
    expect(goesOff(template, alarmOf(id), await periodOf(good))).toBe(false);
  });

  test('has a runbook, and its description names it', () => {
    const [anchor = ''] = /#[\w-]+$/.exec(alarmOf(id).AlarmDescription) ?? [];
    expect(anchor).toBe(`#alarm-${id}`);
    expect(readFileSync('docs/operating.md', 'utf8')).toMatch(new RegExp(`^### Alarm: ${id}$`, 'm'));
  });
});

test.each([
  ['http', 'crashes'],
  ['invoke', 'crashes'],
  ['invalidate', 'crashes'],
  ['revalidate', 'crashes-revalidate'],
])('a crash of %s causes the alarm %s, and no other alarm about crashes', (name, id) => {
  const period = ofFunction(name, 'Errors', 1);
  const on = ['crashes', 'crashes-revalidate'].filter((each) => goesOff(template, alarmOf(each), period));
  expect(on).toEqual([id]);
});

test('a look-up that fails is no crash', async () => {
  const period = readLines(await lookUp({ isBroken: true }), ENVIRONMENT);
  expect(goesOff(template, alarmOf('crashes'), period)).toBe(false);
});

test('throttled revalidations cause no alarm: Lambda tries them again', () => {
  const period = ofFunction('revalidate', 'Throttles', 100);
  const ofSilence = ['webhook-silent', 'canary'];
  expect(alarms.filter((each) => !ofSilence.includes(idOf(each)) && goesOff(template, each, period))).toEqual([]);
});

test('an alarm of another environment does not go off', async () => {
  const elsewhere = readLines(await lookUp({ isBroken: true }), 'another');
  // For these alarms, silence is the failure.
  const ofSilence = ['webhook-silent', 'canary'];
  expect(alarms.filter((each) => !ofSilence.includes(idOf(each)) && goesOff(template, each, elsewhere))).toEqual([]);
});

test('a share of few look-ups causes no alarm', async () => {
  const few = readLines(await lookUp({ count: 10, outcome: said('not-found', 8015) }), ENVIRONMENT);
  expect(goesOff(template, alarmOf('not-found-share'), few)).toBe(false);
});

test('few hits wake nobody, however slow they are: at night the slowest one would decide', async () => {
  // The first look-up is the miss that fills the cache.
  const hits = async (count: number) =>
    readLines(await lookUp({ count: 1 + count, isOne: true, takesMs: 3000 }), ENVIRONMENT);
  expect(goesOff(template, alarmOf('slow-hits'), await hits(24))).toBe(false);
  expect(goesOff(template, alarmOf('slow-hits'), await hits(25))).toBe(true);
});

test('the look-ups of the canary, which find no customer, cause no alarm in a small fleet', async () => {
  const watched = templateOf('with a canary');
  const alarm = propertiesOf(watched, 'AWS::CloudWatch::Alarm').find((each) => idOf(each) === 'not-found-share');
  const ofCanary = await lookUp({ count: 4, outcome: said('not-found', 8015) });
  const periodOfFleet = async (notFound: number) =>
    readLines(
      [
        ...ofCanary,
        ...(await lookUp({ count: notFound, outcome: said('not-found', 8015) })),
        ...(await lookUp({ count: 13 })),
      ],
      ENVIRONMENT,
    );
  expect(goesOff(watched, alarm, await periodOfFleet(13))).toBe(false);
  expect(goesOff(watched, alarm, await periodOfFleet(14))).toBe(true);
});

describe('the alarm not-found-share', () => {
  const pending = { of: 'http', facts: { answer: 'pending', cache: 'miss', isRevalidationAsked: true } };
  const times = (count: number, lines: Lines): Lines => Array.from({ length: count }, () => lines).flat();
  const goesOffFor = (...lines: readonly Lines[]) =>
    goesOff(template, alarmOf('not-found-share'), readLines(lines.flat(), ENVIRONMENT));

  test('does not count prefetches of customers that the upstream does not know: tills find most of theirs', async () => {
    const prefetch = { of: 'http', facts: { ...pending.facts, isPrefetch: true } };
    const fetched = {
      of: 'revalidate',
      facts: { purpose: 'revalidate', answer: 'not-found', cache: 'miss', isStored: true },
    };
    const unknown = await lookUp({ count: 12, outcome: said('not-found', 8015) });
    expect(goesOffFor(times(40, [prefetch, fetched]), unknown, await lookUp({ count: 28 }))).toBe(false);
  });

  test('counts a caller that tries numbers out and does not wait, when it gets the answers', async () => {
    const answers = await lookUp({ count: 30, outcome: said('not-found', 8015) });
    expect(goesOffFor(times(30, [pending]), answers)).toBe(true);
  });
});

test('a share of few requests causes no alarm: strangers try every public address', () => {
  expect(goesOff(template, alarmOf('client-errors'), ofRequests(24, 24))).toBe(false);
});

describe('with many more events than look-ups', () => {
  const [EVENTS, LOOKUPS] = [2000, 40];
  const periodOf = async (failed: number, metric: string): Promise<Period> => {
    const [line] = await receive([EVENT]);
    const events = readLines(line === undefined ? [] : Array.from({ length: EVENTS }, () => line), ENVIRONMENT);
    return new Map([...events, ...ofRequests(EVENTS + LOOKUPS, failed, metric)]);
  };

  test.each([
    ['client-errors', '4XXError', 21, 20],
    ['server-errors', '5XXError', 3, 2],
  ])('the alarm %s sees what happens to the look-ups', async (id, metric, bad, good) => {
    expect(goesOff(template, alarmOf(id), await periodOf(bad, metric))).toBe(true);
    expect(goesOff(template, alarmOf(id), await periodOf(good, metric))).toBe(false);
  });

  test.each([
    ['client-errors', '4XXError', 21, 20],
    ['server-errors', '5XXError', 3, 2],
  ])('the alarm %s does not count events that are refused', async (id, metric, bad, good) => {
    const refused = refusedEvents(500, metric);
    const period = async (failed: number) => {
      const [events, requests] = [await periodOf(0, metric), ofRequests(EVENTS + 500 + LOOKUPS, 500 + failed, metric)];
      return new Map([...events, ...requests, ...refused]);
    };
    expect(goesOff(template, alarmOf(id), await period(bad))).toBe(true);
    expect(goesOff(template, alarmOf(id), await period(good))).toBe(false);
  });

  test('the alarm quota counts the look-ups alone: events need no key, and refused ones neither', async () => {
    const refused = refusedEvents(500, '4XXError');
    const events = new Map([...(await periodOf(0, '4XXError')), ...refused]);
    expect(goesOff(template, alarmOf('quota'), events)).toBe(false);
    const period = (lookups: number) => new Map([...events, ...ofApi('Count', EVENTS + 500 + lookups)]);
    expect(goesOff(template, alarmOf('quota'), period(0.8 * DAILY_QUOTA))).toBe(false);
    expect(goesOff(template, alarmOf('quota'), period(0.81 * DAILY_QUOTA))).toBe(true);
  });

  test('few look-ups cause no alarm', async () => {
    const [line] = await receive([EVENT]);
    const events = readLines(line === undefined ? [] : Array.from({ length: EVENTS }, () => line), ENVIRONMENT);
    const period = new Map([...events, ...ofRequests(EVENTS + 24, 24)]);
    expect(goesOff(template, alarmOf('client-errors'), period)).toBe(false);
  });
});

test('look-ups that only want an answer from the cache wake nobody if there is none', async () => {
  const lines = await lookUp({ count: 60, directives: 'only-if-cached' });
  expect(lines.map(({ facts }) => facts.status)).toEqual(Array(60).fill(504));
  const period = new Map([...readLines(lines, ENVIRONMENT), ...ofRequests(100, 60, '5XXError')]);
  expect(goesOff(template, alarmOf('server-errors'), period)).toBe(false);
  expect(goesOff(template, alarmOf('server-errors'), new Map([...period, ...ofApi('5XXError', 66)]))).toBe(true);
});

test('an outage that only the canary notices wakes nobody', () => {
  expect(goesOff(template, alarmOf('server-errors'), ofRequests(24, 24, '5XXError'))).toBe(false);
});

test('an outage of a small fleet causes alarms: 20 stores with 20 look-ups an hour each', async () => {
  const down = readLines(await lookUp({ count: 33, outcome: failed('connection') }), ENVIRONMENT);
  expect(goesOff(template, alarmOf('upstream-failing'), down)).toBe(true);
  expect(goesOff(template, alarmOf('server-errors'), ofRequests(33, 33, '5XXError'))).toBe(true);
  expect(goesOff(template, alarmOf('client-errors'), ofRequests(33, 33))).toBe(true);
});

test('a day without an event causes no alarm unless events are expected', () => {
  const names = propertiesOf(templateOf('default'), 'AWS::CloudWatch::Alarm').map(idOf);
  expect(names).toContain('events-unread');
  expect(names).not.toContain('webhook-silent');
});

describe('the receivers', () => {
  const [composite] = propertiesOf(template, 'AWS::CloudWatch::CompositeAlarm');
  const topicOf = (actions: readonly { Ref: string }[] | undefined) =>
    actions?.map(({ Ref }) => template.Resources[Ref]?.Type);

  test('get one message about faults that customers feel, from the alarm that combines them', () => {
    expect(composite.AlarmName).toBe('lookaside-customers-feel-it');
    expect(topicOf(composite.AlarmActions)).toEqual(['AWS::SNS::Topic']);
    const ids = Object.entries(template.Resources).filter(([id]) =>
      JSON.stringify(composite.AlarmRule).includes(`"${id}"`),
    );
    const felt = ['crashes', 'credentials-refused', 'faults', 'server-errors', 'slow-hits', 'throttled-http'];
    expect(ids.map(([, { Properties }]) => idOf(Properties)).sort()).toEqual(felt);
    for (const id of felt) expect(alarmOf(id).AlarmActions).toBeUndefined();
    for (const alarm of alarms.filter((each) => !felt.includes(idOf(each)))) {
      expect(topicOf(alarm.AlarmActions)).toEqual(['AWS::SNS::Topic']);
    }
    expect(readFileSync('docs/operating.md', 'utf8')).toMatch(/^### Alarm: customers-feel-it$/m);
  });

  test('the topic takes messages over TLS, of alarms of its own account', () => {
    const [policy] = propertiesOf(template, 'AWS::SNS::TopicPolicy');
    const statements = policy.PolicyDocument.Statement;
    expect(statements).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        expect.objectContaining({
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]),
    );
    expect(template.Outputs).toHaveProperty('AlarmTopicArn');
  });

  test('use a given topic, and then no topic is made', () => {
    const other = templateOf('with a topic');
    expect(propertiesOf(other, 'AWS::SNS::Topic')).toEqual([]);
    const [given] = propertiesOf(other, 'AWS::CloudWatch::CompositeAlarm');
    expect(given.AlarmActions).toEqual(['arn:aws:sns:ap-south-1:111122223333:on-call']);
  });

  test('do not exist if monitoring is off', () => {
    const types = Object.values(templateOf('without monitoring').Resources).map(({ Type }) => Type);
    expect(types.filter((type) => /CloudWatch|SNS/.test(type))).toEqual([]);
    expect(templateOf('without monitoring').Outputs).not.toHaveProperty('AlarmTopicArn');
  });
});
