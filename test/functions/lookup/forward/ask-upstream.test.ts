import { describe, expect, jest, test } from '@jest/globals';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import type { KeyedAsked } from '../../../../functions/lookup/asked.ts';
import { Crowd } from '../../../../functions/lookup/crowd.ts';
import { NO_DIRECTIVES } from '../../../../functions/lookup/directives.ts';
import { type CacheEntry, EMPTY_ITEM, type StoredItem } from '../../../../functions/lookup/entry.ts';
import { type AskContext, createAskContext } from '../../../../functions/lookup/forward/ask-context.ts';
import {
  askAlone,
  askAsHolder,
  isReadLongAgo,
  type Known,
  revalidateIfIdle,
  softMsLeft,
} from '../../../../functions/lookup/forward/ask-upstream.ts';
import { OwnLease } from '../../../../functions/lookup/forward/lease.ts';
import { LeaseEnds } from '../../../../functions/lookup/forward/polls/lease-ends.ts';
import type { InvalidationOptions } from '../../../../functions/lookup/invalidation.ts';
import type { LookupPorts } from '../../../../functions/lookup/lookup-policy.ts';
import { StoreAccess } from '../../../../functions/lookup/store-access.ts';
import { StoreUnavailableError } from '../../../../functions/lookup/store-unavailable-error.ts';
import { StoreVitality } from '../../../../functions/lookup/store-vitality.ts';
import type { UpstreamOutcome } from '../../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY, RecordingRevalidator } from '../../../support/fleet.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemoryCacheStore } from '../../../support/memory-cache-store.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';
import { found, ScriptedUpstream, said } from '../../../support/scripted-upstream.ts';

const { leaseMs, staleSoftTimeoutMs, windows } = DEFAULT_POLICY;
const KEY = { partition: 'partition', variant: 'variant' };
const FAILED: UpstreamOutcome = { kind: 'failed', failure: 'server-error' };
const ERASED = said('erased', 8060);
const REFUSED = said('refused', 618);
const NOW = new ManualClock().now();
/** Too old to be served while it is revalidated; it may be served if the upstream fails. */
const STALE: CacheEntry = {
  kind: 'found',
  status: 200,
  body: '{"id":1}',
  freshnessCut: 0,
  customer: 'former',
  customerAliases: [],
  askedAt: NOW - 1_300_000,
  staleFrom: undefined,
  expiresAt: Number.MAX_SAFE_INTEGER,
} as const;
const STALE_ITEM: StoredItem = { ...EMPTY_ITEM, entry: STALE, version: 'old' };
const HELD_BACK = { until: NOW + 60_000, backoffMs: 10_000 };

interface Situation {
  readonly outcome?: UpstreamOutcome;
  readonly takesMs?: number;
  /** The item under the key, as the look-up read it. */
  readonly item?: StoredItem | undefined;
  readonly reason?: Known['reason'];
  readonly readAt?: number;
  readonly asked?: Partial<KeyedAsked>;
  readonly identifier?: readonly [name: string, value: string];
  /** Whether the store has failed this look-up. */
  readonly isBypassed?: boolean;
  readonly budget?: AskContext['budget'];
  readonly isRevalidatorReached?: boolean;
}

/** One look-up that asks the upstream, and everything that it tells others. */
async function start(situation: Situation = {}) {
  const { outcome = found('{"id":1}'), takesMs = 0, reason = 'stale', readAt = 0, isBypassed = false } = situation;
  const item = 'item' in situation ? situation.item : STALE_ITEM;
  const [identifierName, identifierValue] = situation.identifier ?? ['externalId', 'MP1'];
  const clock = new ManualClock();
  const memory = new MemoryCacheStore();
  if (item !== undefined && item !== EMPTY_ITEM) memory.items.set(JSON.stringify(KEY), item);
  const upstream = new ScriptedUpstream(clock);
  Object.assign(upstream, { outcome, takesMs });
  const revalidator = new RecordingRevalidator();
  revalidator.isReached = situation.isRevalidatorReached ?? true;
  const ports: LookupPorts = { clock, random: () => 0, newToken: () => 'token', store: memory, upstream, revalidator };
  const told: unknown[] = [];
  const voided: unknown[] = [];
  const note = (what: string) => async (names: readonly unknown[], _mode: unknown, options: InvalidationOptions) => {
    const { spared, endsAt } = options;
    if (names.length > 0) voided.push([what, names.length, { spared, endsAt }]);
    return names.length;
  };
  const context = {
    ...createAskContext(ports, DEFAULT_POLICY, situation.budget),
    gate: { isPaused: () => false, enter: async () => ({ kind: 'permit' }), leave: async () => undefined },
    fetchTimes: { note: (api: string, tookMs: number) => told.push(['took', api, tookMs]) },
    slowUpstream: {
      answered: (api: string) => told.push(['answered', api]),
      gaveUp: (api: string) => told.push(['gave up', api]),
    },
    invalidation: {
      customersOf: async () => [],
      subjects: note('subjects'),
      customerHashes: note('customers'),
      customers: note('ids'),
    },
  } as unknown as AskContext;
  const store = new StoreAccess({ store: memory, clock, random: () => 0, vitality: new StoreVitality() });
  const fail = async () => {
    throw new StoreUnavailableError('Down');
  };
  const parameters = { source: 'INSTORE', identifierName, identifierValue };
  const { request } = await readV2Request(Object.entries(parameters), DEFAULT_READING);
  const asked = {
    request,
    directives: NO_DIRECTIVES,
    purpose: 'answer',
    waitMs: undefined,
    isForPrefetch: false,
    key: KEY,
    startedAt: 0,
    store,
    crowd: new Crowd(clock, () => undefined),
    ...situation.asked,
  } as KeyedAsked;
  const times = { leaseMs, storeTimeoutMs: DEFAULT_POLICY.storeTimeoutMs, expectedMs: () => undefined };
  const options = { clock, newToken: () => 'token', ...times, ends: new LeaseEnds(clock) };
  const lease = new OwnLease(asked, options);
  /** Takes the lease, before the store fails the look-up. */
  const take = async () => {
    await lease.take(item ?? EMPTY_ITEM);
  };
  const ended = async () => {
    if (isBypassed) await store.use(fail);
    memory.calls.length = 0;
  };
  const during = async <T>(work: Promise<T>) => {
    work.catch(() => undefined);
    await clock.run(5000);
    return work;
  };
  const known = { reason, item, readAt };
  const alone = async () => {
    await ended();
    return during(askAlone(context, asked, known));
  };
  /** Asks without the right to store, although the store may have made its try for the lease. */
  const aloneWithLease = async () => {
    await take();
    await ended();
    return during(askAlone(context, asked, known, lease));
  };
  const holding = async (isLost = false) => {
    await take();
    if (isLost) memory.items.set(JSON.stringify(KEY), item ?? EMPTY_ITEM);
    await ended();
    return during(askAsHolder(context, asked, { ...known, item: item ?? EMPTY_ITEM }, lease));
  };
  const stored = () => memory.items.get(JSON.stringify(KEY));
  const count = (operation: string) => memory.calls.filter((each) => each === operation).length;
  const all = { clock, memory, upstream, revalidator, context, asked, lease, told, voided, stored, count };
  return { ...all, alone, aloneWithLease, holding, known, during };
}

describe('the answer', () => {
  test('is served with its age, and is not stored without the lease', async () => {
    const { alone, stored, told } = await start({ takesMs: 100, item: EMPTY_ITEM, reason: 'miss' });
    const result = alone();
    expect(await result).toMatchObject({
      answer: { kind: 'found', status: 200, body: '{"id":1}', ttlMs: 0, ageMs: 100 },
      cache: { status: 'forward', reason: 'miss', isStored: false },
      upstreamCall: { attempts: 1 },
      isIdentityMismatch: false,
    });
    expect([stored(), told]).toEqual([undefined, [['answered', 'v2']]]);
  });

  test('of a holder is stored, and is fresh for its lifetime minus its age', async () => {
    const { clock, holding, stored, told } = await start({ takesMs: 100, item: EMPTY_ITEM, reason: 'request' });
    clock.advance(500);
    expect(await holding()).toMatchObject({
      answer: { kind: 'found', body: '{"id":1}', ageMs: 100, ttlMs: windows.freshForMs - 100 },
      cache: { status: 'forward', reason: 'request', isStored: true },
    });
    expect(stored()).toMatchObject({ entry: { body: '{"id":1}' }, lease: undefined });
    // How long it held the lease, for the next holder.
    expect(told).toEqual([
      ['answered', 'v2'],
      ['took', 'v2', 100],
    ]);
  });

  test('has no negative age if the clock was set back', async () => {
    const { clock, upstream, alone } = await start();
    const fetch = upstream.fetch.bind(upstream);
    upstream.fetch = async (...parameters) => {
      const { outcome, call } = await fetch(...parameters);
      return { outcome, call: { ...call, askedAt: clock.now() + 300 } };
    };
    expect(await alone()).toMatchObject({ answer: { ageMs: 0 } });
  });

  test.each(['alone', 'holding'] as const)('says that it is about another customer: %s', async (how) => {
    const started = await start({ identifier: ['id', '7'], outcome: found('{"id":8}') });
    expect(await started[how]()).toMatchObject({ isIdentityMismatch: true, cache: { isStored: false } });
  });

  test.each(['alone', 'holding'] as const)('bypasses a store that has failed: %s', async (how) => {
    const answered = await start({ isBypassed: true });
    expect(await answered[how]()).toMatchObject({ cache: { reason: 'bypass' } });
    const failed = await start({ isBypassed: true, item: EMPTY_ITEM, outcome: FAILED });
    expect(await failed[how]()).toMatchObject({ answer: FAILED, cache: { status: 'forward', reason: 'bypass' } });
  });

  test.each(['alone', 'holding'] as const)('needs a call of the budget: %s', async (how) => {
    const failure = { kind: 'failed', failure: 'over-budget', retryAfterMs: 7 } as const;
    const enter = jest.fn(async () => failure);
    const budget = {
      enter,
      beside: (_caller: unknown, write: () => unknown) => write(),
    } as unknown as AskContext['budget'];
    const started = await start({ budget, item: EMPTY_ITEM });
    expect(await started[how]()).toMatchObject({ answer: failure });
    expect([enter.mock.calls, started.upstream.requests]).toEqual([[[started.asked]], []]);
  });
});

describe('the effect on a contradicted entry, and on a former customer’s entries', () => {
  test.each<[string, Situation, drops: number]>([
    ['a refusal: it goes', { outcome: REFUSED }, 1],
    ['a customer: it stays', {}, 0],
    ['a refusal, and there is no entry', { outcome: REFUSED, item: EMPTY_ITEM }, 0],
    ['a refusal, and the item is not known', { outcome: REFUSED, item: undefined }, 0],
    ['a refusal, and the look-up is never stored', { outcome: REFUSED, asked: { key: undefined as never } }, 0],
  ])('without the lease: %s', async (_title, situation, drops) => {
    const { alone, count } = await start(situation);
    await alone();
    expect(count('dropEntry')).toBe(drops);
  });

  test.each<[string, how: 'alone' | 'aloneWithLease', Situation]>([
    ['the end of a lease that the store took removes the entry', 'aloneWithLease', { outcome: REFUSED }],
    ['the voiding of an erased customer removes the entry', 'alone', { outcome: ERASED }],
  ])('is not removed a second time: %s', async (_title, how, situation) => {
    const started = await start(situation);
    await started[how]();
    expect(started.count('dropEntry')).toBe(0);
  });

  test.each([
    [false, 0],
    [true, 1],
  ])('a refusal of a holder that lost its lease (%s) removes the entry', async (isLost, drops) => {
    const { holding, count, stored } = await start({ outcome: REFUSED });
    await holding(isLost);
    expect([count('dropEntry'), stored()?.entry]).toEqual([drops, undefined]);
  });

  test.each<[string, how: 'alone' | 'aloneWithLease' | 'holding' | 'lost', spared: typeof KEY | undefined]>([
    ['a holder: all but its own item, which says so', 'holding', KEY],
    ['a holder that lost its lease: all', 'lost', undefined],
    ['without a lease: all', 'alone', undefined],
    ['with a lease that the store may have taken: all but its item', 'aloneWithLease', KEY],
  ])('an erased customer is voided by %s', async (_title, how, spared) => {
    const started = await start({ outcome: ERASED });
    await (how === 'lost' ? started.holding(true) : started[how]());
    const options = { spared, endsAt: leaseMs };
    expect(started.voided).toEqual([
      ['customers', 1, options],
      ['subjects', 2, options],
    ]);
  });

  test.each([
    ['without a lease: all', 'alone', undefined],
    ['with a lease that the store may have taken: all but its item', 'aloneWithLease', KEY],
  ] as const)('the former customer of a merger is voided by a look-up %s', async (_title, how, spared) => {
    const started = await start({ outcome: found('{"id":1}', { isMerged: true }) });
    await started[how]();
    expect(started.voided.at(-1)).toEqual(['customers', 1, { spared, endsAt: leaseMs }]);
  });

  test.each([
    ['one lease at most', 0, leaseMs],
    ['the time left until the deadline', 4000, 2 * leaseMs - 4000],
    ['half a second at least', 5200, 500],
    ['no more time than the deadline leaves for its last operation', 5700, 450],
    ['no time after the deadline', 6200, -50],
  ])('the voiding has %s', async (_title, agoMs, hasMs) => {
    const { clock, alone, voided } = await start({ outcome: ERASED });
    clock.advance(agoMs);
    await alone();
    expect(voided[0]).toEqual(['customers', 1, { spared: undefined, endsAt: agoMs + hasMs }]);
  });
});

describe('how the lease ends', () => {
  const outcomeOf = (item: StoredItem | undefined) => ({ lease: item?.lease, outcome: item?.outcome });
  test.each<[string, UpstreamOutcome, object]>([
    ['a customer', found('{"id":1}'), { kind: 'ceded', token: 'token' }],
    ['a refusal', REFUSED, { kind: 'not-stored', token: 'token', why: 'refused' }],
    ['a failure', FAILED, { kind: 'failed', token: 'token', failure: 'server-error' }],
    ['an erased customer', ERASED, { kind: 'erased', token: 'token', status: 200 }],
  ])('that the store may have taken, without the right to store: %s', async (_title, outcome, expected) => {
    const { aloneWithLease, stored } = await start({ outcome });
    await aloneWithLease();
    expect(outcomeOf(stored())).toMatchObject({ lease: undefined, outcome: expected });
  });

  test('after a failure', async () => {
    const { holding, stored, told } = await start({ outcome: FAILED });
    await holding();
    const outcome = { kind: 'failed', token: 'token', failure: 'server-error', retryAfterMs: undefined };
    expect([outcomeOf(stored()), told]).toEqual([{ lease: undefined, outcome }, []]);
  });

  test('after a fault of the service, which is thrown', async () => {
    const { holding, upstream, stored } = await start();
    upstream.fetch = async () => {
      throw new TypeError('a bug');
    };
    await expect(holding()).rejects.toThrow('a bug');
    const outcome = { kind: 'not-stored', token: 'token', why: 'fault' };
    expect(outcomeOf(stored())).toEqual({ lease: undefined, outcome });
  });

  test('after a fault of the service without the right to store, if the store may have given the lease', async () => {
    const { aloneWithLease, upstream, stored } = await start();
    upstream.fetch = () => {
      throw new Error('A fault of our own');
    };
    await expect(aloneWithLease()).rejects.toThrow('A fault of our own');
    expect(stored()?.outcome).toEqual({ kind: 'not-stored', token: 'token', why: 'fault' });
  });

  test('after a fault during the answer to a failure', async () => {
    const { holding, memory } = await start({ outcome: FAILED, readAt: -5000 });
    memory.read = async () => {
      throw new TypeError('a bug');
    };
    memory.endLease = async () => false;
    await expect(holding()).rejects.toThrow('a bug');
  });
});

describe('a fetch that is given up for a stale entry', () => {
  const SLOW = { takesMs: 2000 };
  const GIVEN_UP_AT = NOW + staleSoftTimeoutMs;

  test.each<[string, Situation, isAsked: boolean]>([
    ['no revalidation was requested yet', {}, true],
    ['a revalidation is held back', { item: { ...STALE_ITEM, revalidation: HELD_BACK } }, false],
  ])('without the lease: %s', async (_title, situation, isAsked) => {
    const { alone, revalidator } = await start({ ...SLOW, ...situation });
    expect(await alone()).toMatchObject({
      answer: { kind: 'found', ageMs: 1_300_000 + staleSoftTimeoutMs },
      cache: { status: 'hit', detail: 'stale-if-error' },
      upstreamCall: { durationMs: staleSoftTimeoutMs },
      maskedFailure: 'timeout',
      isRevalidationAsked: isAsked,
    });
    expect(revalidator.requests).toHaveLength(isAsked ? 1 : 0);
  });

  test.each<[string, Situation, isLost: boolean, expected: object, mark: object | undefined]>([
    ['', {}, false, { isRevalidationAsked: true }, { until: GIVEN_UP_AT + 10_000, backoffMs: 0 }],
    [
      ', and asking fails: the mark is taken back',
      { isRevalidatorReached: false },
      false,
      { isRevalidationAsked: false, isRevalidationLost: true },
      undefined,
    ],
    [
      ', and a revalidation is held back',
      { item: { ...STALE_ITEM, revalidation: HELD_BACK } },
      false,
      { isRevalidationAsked: false },
      HELD_BACK,
    ],
    [', and the lease was lost', {}, true, { isRevalidationAsked: false }, undefined],
  ])('under the lease%s', async (_title, situation, isLost, expected, mark) => {
    const { holding, stored } = await start({ ...SLOW, ...situation });
    expect(await holding(isLost)).toMatchObject({
      cache: { status: 'hit', detail: 'stale-if-error' },
      maskedFailure: 'timeout',
      ...expected,
    });
    expect(stored()).toMatchObject({
      revalidation: mark,
      outcome: isLost ? undefined : { kind: 'given-up', token: 'token' },
    });
  });

  test.each<[string, Situation, mark: object]>([
    ['', {}, { until: GIVEN_UP_AT + 10_000, backoffMs: 0 }],
    [', after the store failed', { isBypassed: true }, { until: GIVEN_UP_AT + 10_000, backoffMs: 0 }],
  ])(
    'with a lease that the store may have taken%s: one write ends it and marks the item',
    async (_title, more, mark) => {
      const { aloneWithLease, revalidator, stored, count } = await start({ ...SLOW, ...more });
      expect(await aloneWithLease()).toMatchObject({ cache: { detail: 'stale-if-error' }, isRevalidationAsked: true });
      expect(stored()).toMatchObject({ revalidation: mark, outcome: { kind: 'given-up', token: 'token' } });
      expect([revalidator.requests.length, count('endLease'), count('markRevalidation')]).toEqual([1, 1, 0]);
    },
  );

  test.each<[string, Situation, told: readonly unknown[]]>([
    ['the upstream is slow', {}, [['gave up', 'v2']]],
    ['a caller that waits shortly says nothing', { asked: { waitMs: staleSoftTimeoutMs - 1 } }, []],
    ['a caller that waits long enough', { asked: { waitMs: staleSoftTimeoutMs } }, [['gave up', 'v2']]],
  ])('says of the upstream: %s', async (_title, situation, expected) => {
    const { alone, told } = await start({ ...SLOW, ...situation });
    await alone();
    expect(told).toEqual(expected);
  });

  test.each<[string, number, unknown[]]>([
    ['an answer in the time that a stale entry waits', staleSoftTimeoutMs, [['answered', 'v2']]],
    ['a later answer shows nothing', staleSoftTimeoutMs + 1, []],
  ])('says of an upstream that answers: %s', async (_title, takesMs, expected) => {
    const { alone, told } = await start({ takesMs, reason: 'request' });
    await alone();
    expect(told).toEqual(expected);
  });

  test('does not happen if the entry may no longer be served by then', async () => {
    const directives = { ...NO_DIRECTIVES, staleIfErrorMs: 1_000_000 + staleSoftTimeoutMs };
    const { alone } = await start({ ...SLOW, asked: { directives } });
    expect(await alone()).toMatchObject({ cache: { status: 'forward' }, upstreamCall: { durationMs: 2000 } });
  });

  test('does not happen for a caller that wants a newer answer', async () => {
    const { alone } = await start({ ...SLOW, reason: 'request' });
    expect(await alone()).toMatchObject({ cache: { status: 'forward', reason: 'request' } });
  });
});

describe('a failure', () => {
  test('is answered by the stale entry', async () => {
    const { alone, revalidator, told } = await start({ outcome: FAILED });
    expect(await alone()).toMatchObject({
      cache: { status: 'hit', detail: 'stale-if-error' },
      upstreamCall: { attempts: 1 },
      maskedFailure: 'server-error',
      isRevalidationAsked: false,
    });
    expect([revalidator.requests, told]).toEqual([[], []]);
  });

  test.each(['alone', 'holding'] as const)('is the answer if there is no entry: %s', async (how) => {
    const started = await start({ outcome: FAILED, item: EMPTY_ITEM, reason: 'miss', readAt: -5000 });
    expect(await started[how]()).toMatchObject({
      answer: FAILED,
      cache: { status: 'forward', reason: 'miss', isStored: false },
      upstreamCall: { attempts: 1 },
      isIdentityMismatch: false,
    });
    expect(started.count('read')).toBe(0);
  });

  test('is the answer if the item is unknown', async () => {
    const { alone } = await start({ outcome: FAILED, item: undefined });
    expect(await alone()).toMatchObject({ answer: FAILED });
  });

  test.each<[string, readAt: number, reads: number]>([
    ['a second ago', -1000, 0],
    ['longer ago: it is read again', -1001, 1],
  ])('the entry was read %s', async (_title, readAt, reads) => {
    const { alone, count } = await start({ outcome: FAILED, readAt });
    expect(await alone()).toMatchObject({ cache: { status: 'hit' } });
    expect(count('read')).toBe(reads);
  });

  test('the entry was purged since: it is not served', async () => {
    const { alone, memory } = await start({ outcome: FAILED, readAt: -5000 });
    memory.items.clear();
    expect(await alone()).toMatchObject({ answer: FAILED });
  });

  test('the entry was read long ago, and the store fails now: it is served', async () => {
    const { alone, memory } = await start({ outcome: FAILED, readAt: -5000 });
    memory.failing.add('read');
    expect(await alone()).toMatchObject({ cache: { status: 'hit' } });
  });

  test('an entry of a look-up that is not stored is not read again', async () => {
    const { alone, count } = await start({ outcome: FAILED, readAt: -5000, asked: { key: undefined as never } });
    expect(await alone()).toMatchObject({ cache: { status: 'hit' } });
    expect(count('read')).toBe(0);
  });
});

describe('a request for a revalidation', () => {
  const LEASED = { ...STALE_ITEM, lease: { token: 'other', until: NOW, durationMs: leaseMs } };
  test.each<[string, Situation, expected: string]>([
    ['happens if no look-up fetches or has asked', {}, 'asked'],
    ['does not happen if a look-up fetches', { item: LEASED }, 'not-asked'],
    ['does not happen if another look-up has asked', { item: { ...STALE_ITEM, revalidation: HELD_BACK } }, 'not-asked'],
    ['does not happen if the item is unknown', { item: undefined }, 'not-asked'],
    ['does not happen for a look-up that is not stored', { asked: { key: undefined as never } }, 'not-asked'],
  ])('%s', async (_title, situation, expected) => {
    const { context, asked, known, revalidator } = await start(situation);
    expect(await revalidateIfIdle(context, asked, known)).toBe(expected);
    expect(revalidator.requests).toHaveLength(expected === 'asked' ? 1 : 0);
  });

  test('happens if the lease on the item is not live', async () => {
    const { context, asked, known } = await start({ item: LEASED });
    expect(await revalidateIfIdle(context, asked, known, () => false)).toBe('asked');
  });
});

describe('how much longer a stale entry waits for the upstream', () => {
  test.each<[string, Situation, expected: number | undefined]>([
    ['the soft timeout, minus the time since the start', {}, staleSoftTimeoutMs - 200],
    ['the same, for a look-up that began later', { asked: { startedAt: 50 } }, staleSoftTimeoutMs - 150],
    ['as long as its caller waits', { asked: { waitMs: 300 } }, 100],
    ['no longer than the soft timeout', { asked: { waitMs: 9000 } }, staleSoftTimeoutMs - 200],
    ['no longer: its caller waits no more', { asked: { waitMs: 50 } }, -150],
    ['there is none', { item: EMPTY_ITEM }, undefined],
    ['the item is unknown', { item: undefined }, undefined],
    ['the caller asked for a newer answer', { reason: 'request' }, undefined],
    ['a revalidation has no caller', { asked: { purpose: 'revalidate' } }, undefined],
    ['an audit has no caller', { asked: { purpose: 'audit' } }, undefined],
    ['a prefetch', { asked: { purpose: 'prefetch' } }, staleSoftTimeoutMs - 200],
  ])('%s', async (_title, situation, expected) => {
    const { clock, context, asked, known } = await start(situation);
    clock.advance(200);
    expect(softMsLeft(context, asked, known)).toBe(expected);
  });
});

test('an item is read long ago after more than a second', async () => {
  const { clock, context } = await start();
  clock.advance(3000);
  expect([2001, 2000, 1999].map((readAt) => isReadLongAgo(context, readAt))).toEqual([false, false, true]);
});

test.each([
  [true, ['fenceCustomer']],
  [false, []],
])('with the cache on (%s), a former customer’s entries can be voided', async (isCacheOn, calls) => {
  const memory = new MemoryCacheStore();
  const store = isCacheOn ? memory : undefined;
  const ports = { clock: new ManualClock(), random: () => 0, store } as unknown as LookupPorts;
  await createAskContext(ports, DEFAULT_POLICY).invalidation?.customers(['1'], 'delete');
  expect(memory.calls).toEqual(calls);
});
