import { describe, expect, jest, test } from '@jest/globals';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import type { KeyedAsked } from '../../../../functions/lookup/asked.ts';
import { Crowd } from '../../../../functions/lookup/crowd.ts';
import { NO_DIRECTIVES } from '../../../../functions/lookup/directives.ts';
import { type CacheEntry, EMPTY_ITEM, type LeaseOutcome, type StoredItem } from '../../../../functions/lookup/entry.ts';
import { type AskContext, createAskContext } from '../../../../functions/lookup/forward/ask-context.ts';
import { ForwardLookup } from '../../../../functions/lookup/forward/forward-lookup.ts';
import type { LookupPorts } from '../../../../functions/lookup/lookup-policy.ts';
import { StoreAccess } from '../../../../functions/lookup/store-access.ts';
import { type StoreTrouble, StoreUnavailableError } from '../../../../functions/lookup/store-unavailable-error.ts';
import { StoreVitality } from '../../../../functions/lookup/store-vitality.ts';
import { DEFAULT_POLICY, RecordingRevalidator } from '../../../support/fleet.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemoryCacheStore } from '../../../support/memory-cache-store.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';
import { ScriptedUpstream } from '../../../support/scripted-upstream.ts';

const { leaseMs, staleSoftTimeoutMs, storeTimeoutMs } = DEFAULT_POLICY;
const KEY = { partition: 'partition', variant: 'variant' };
const NOW = new ManualClock().now();

/** An entry that was requested this long ago. */
function entryOf(agoMs: number, body = '{"id":1}'): CacheEntry {
  return {
    kind: 'found',
    status: 200,
    body,
    askedAt: NOW - agoMs,
    freshnessCut: 0,
    staleFrom: undefined,
    expiresAt: Number.MAX_SAFE_INTEGER,
    customer: 'customer',
    customerAliases: [],
  };
}

const FRESH: StoredItem = { ...EMPTY_ITEM, entry: entryOf(1000), version: 'other' };
/** It may be served while it is revalidated. */
const STALE: StoredItem = { ...EMPTY_ITEM, entry: entryOf(400_000), version: 'old' };
/** It may be served if the upstream fails. */
const OLD: StoredItem = { ...EMPTY_ITEM, entry: entryOf(1_300_000), version: 'old' };
const leasedBy = (token: string, item = EMPTY_ITEM, expectedMs?: number): StoredItem => ({
  ...item,
  lease: { token, until: NOW + leaseMs, durationMs: leaseMs, expectedMs },
});
/** An item that was read when a look-up began at 0. */
const readAtStart = (value: StoredItem) => ({ value, beganAt: 0 });
const endedAs = (outcome: object, item = EMPTY_ITEM): StoredItem => ({ ...item, outcome: outcome as LeaseOutcome });

interface Situation {
  /** The item of the first read; undefined: the store did not answer. */
  readonly item?: StoredItem | undefined;
  readonly asked?: Partial<KeyedAsked>;
  readonly directives?: Partial<KeyedAsked['directives']>;
  readonly budget?: AskContext['budget'];
  readonly takesMs?: number;
  readonly random?: number;
}

/** One look-up that goes forward, whose store is in memory. */
async function start(situation: Situation = {}) {
  const { takesMs = 0, random = 0, directives = {} } = situation;
  const item = 'item' in situation ? situation.item : EMPTY_ITEM;
  const clock = new ManualClock();
  const memory = new MemoryCacheStore();
  const put = (each: StoredItem) => memory.items.set(JSON.stringify(KEY), each);
  if (item !== undefined && item !== EMPTY_ITEM) put(item);
  const upstream = new ScriptedUpstream(clock);
  upstream.takesMs = takesMs;
  const revalidator = new RecordingRevalidator();
  let tokens = 0;
  const newToken = () => {
    tokens += 1;
    return `token-${tokens}`;
  };
  const ports: LookupPorts = { clock, random: () => random, newToken, store: memory, upstream, revalidator };
  const heard: unknown[] = [];
  const made = createAskContext(ports, DEFAULT_POLICY, situation.budget);
  const hear = made.fetchTimes.hear.bind(made.fetchTimes);
  made.fetchTimes.hear = (api, expectedMs) => {
    heard.push([api, expectedMs]);
    hear(api, expectedMs);
  };
  const pausesHeard: string[] = [];
  const gate = {
    isPaused: () => false,
    beside: <T>(_: unknown, write: () => Promise<T>) => write(),
    enter: async () => ({ kind: 'permit' }),
    leave: async () => undefined,
    hear: (api: string) => void pausesHeard.push(api),
  };
  const context = { ...made, gate } as unknown as AskContext;
  const vitality = new StoreVitality();
  const crowd = new Crowd(clock, () => undefined);
  const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
  const { request } = await readV2Request(Object.entries(parameters), DEFAULT_READING);
  const askedOf = (): KeyedAsked => ({
    request,
    directives: { ...NO_DIRECTIVES, ...directives },
    purpose: 'answer',
    waitMs: undefined,
    isForPrefetch: false,
    key: KEY,
    startedAt: 0,
    crowd,
    store: new StoreAccess({ store: memory, clock, random: () => 0, vitality }),
    ...situation.asked,
  });
  const asked = askedOf();
  const run = async (runMs = 10_000) => {
    const running = new ForwardLookup(context, asked, item && { value: item, beganAt: asked.startedAt }).run();
    running.catch(() => undefined);
    await clock.run(runMs);
    return running;
  };
  /** Something happens at this time after the start. */
  const at = (ms: number, happens: () => unknown) => {
    void clock.sleep(ms).then(happens);
  };
  const fail = (trouble: StoreTrouble): never => {
    if (trouble === 'late') {
      clock.advance(1);
      vitality.answered(clock.monotonicNow());
    }
    throw new StoreUnavailableError('Trouble', { trouble });
  };
  /** When an operation of the store was called, after the start. */
  const times = (operation: 'read' | 'takeLease') => {
    const called: number[] = [];
    const original = memory[operation].bind(memory) as (...parameters: unknown[]) => Promise<never>;
    Object.assign(memory, {
      [operation]: async (...parameters: unknown[]) => {
        called.push(clock.monotonicNow());
        return original(...parameters);
      },
    });
    return called;
  };
  const stored = () => memory.items.get(JSON.stringify(KEY));
  const count = (operation: string) => memory.calls.filter((each) => each === operation).length;
  const all = { clock, memory, upstream, revalidator, context, asked, askedOf, heard, pausesHeard, put, stored };
  return { ...all, run, at, fail, times, count };
}

describe('a look-up that fetches', () => {
  test('gets ready, takes the lease, and stores the answer', async () => {
    const { run, upstream, count, stored } = await start();
    expect(await run()).toMatchObject({
      answer: { kind: 'found', body: '{"id":1}' },
      cache: { status: 'forward', reason: 'miss', isStored: true },
      storeFailure: undefined,
    });
    expect([upstream.preparedCount, count('takeLease'), stored()?.version]).toEqual([1, 1, 'token-1']);
  });

  test.each<[string, Situation, preparations: number, reason: string]>([
    ['with a usable stale entry it does not get ready: its fetch ends soon', { item: OLD }, 0, 'stale'],
    ['for a revalidation it does', { item: OLD, asked: { purpose: 'revalidate' } }, 1, 'stale'],
    ['for a newer answer it does', { item: FRESH, directives: { noCache: true } }, 1, 'request'],
  ])('%s', async (_title, situation, preparations, reason) => {
    const { run, upstream } = await start(situation);
    expect(await run()).toMatchObject({ cache: { status: 'forward', reason, isStored: true } });
    expect(upstream.preparedCount).toBe(preparations);
  });

  test('says on the lease how long its last fetch took', async () => {
    const { run, context, at, stored } = await start({ takesMs: 100 });
    context.fetchTimes.note('v2', 70);
    const leases: unknown[] = [];
    at(50, () => leases.push(stored()?.lease));
    await run();
    expect(leases).toEqual([{ token: 'token-1', until: NOW + leaseMs, durationMs: leaseMs, expectedMs: 70 }]);
  });

  test.each<[string, Situation]>([
    ['no-store', { directives: { noStore: true } }],
    ['a newer answer, while another look-up fetches', { item: leasedBy('other'), directives: { noCache: true } }],
  ])('without the lease: %s', async (_title, situation) => {
    const { run, count, upstream } = await start(situation);
    expect(await run()).toMatchObject({ cache: { status: 'forward', isStored: false }, storeFailure: undefined });
    expect([count('takeLease'), upstream.requests]).toMatchObject([0, [{}]]);
  });
});

describe('a look-up that waits for the fetch of another', () => {
  test('gets its entry, and says why it went forward', async () => {
    const { run, at, put, upstream, times } = await start({ item: leasedBy('other') });
    const reads = times('read');
    at(30, () => put(FRESH));
    expect(await run()).toMatchObject({
      answer: { kind: 'found', ageMs: 1057.5 },
      cache: { status: 'collapsed', reason: 'miss' },
    });
    // Half of 50 ms, then half of 65 ms, as the random number is 0.
    expect([reads, upstream.requests, upstream.preparedCount]).toEqual([[25, 57.5], [], 0]);
  });

  test.each<[string, expectedMs: number | undefined, random: number, readAt: number]>([
    ['when the holder expects to end', 200, 0, 200],
    ['a little later, at random', 200, 0.5, 212.5],
    ['soon, because the holder expects nothing', undefined, 0, 25],
    ['soon, by chance', undefined, 0.5, 37.5],
  ])('reads %s', async (_title, expectedMs, random, readAt) => {
    const { run, times, at, put } = await start({ item: leasedBy('other', EMPTY_ITEM, expectedMs), random });
    const reads = times('read');
    at(10, () => put(FRESH));
    await run();
    expect(reads).toEqual([readAt]);
  });

  test.each<[string, expectedMs: number | undefined, readAt: number]>([
    ['this instance expects, if the holder says nothing', undefined, 70],
    ['the holder expects, if both know', 200, 200],
  ])('reads when %s', async (_title, expectedMs, readAt) => {
    const { run, context, times, at, put } = await start({ item: leasedBy('other', EMPTY_ITEM, expectedMs) });
    context.fetchTimes.note('v2', 70);
    const reads = times('read');
    at(10, () => put(FRESH));
    await run();
    expect(reads).toEqual([readAt]);
  });

  test('wakes the others of its instance that wait for the same lease, and they take its read', async () => {
    const { clock, context, askedOf, times, at, put } = await start({ item: leasedBy('other') });
    const reads = times('read');
    // The first one knows only a lease that says nothing, so it reads early.
    const item = leasedBy('other', EMPTY_ITEM, 200);
    const early = new ForwardLookup(context, askedOf(), readAtStart(leasedBy('other'))).run();
    const others = [1, 2, 3].map(() => new ForwardLookup(context, askedOf(), readAtStart(item)).run());
    at(40, () => put(FRESH));
    await clock.run(1000);
    expect(await Promise.all([early, ...others])).toMatchObject(Array(4).fill({ cache: { status: 'collapsed' } }));
    expect(reads).toEqual([25, 57.5]);
  });

  test('learns from the leases that it reads how long a fetch takes', async () => {
    const { run, at, put, heard } = await start({ item: leasedBy('other') });
    at(10, () => put(leasedBy('other', EMPTY_ITEM, 33)));
    at(30, () => put(FRESH));
    await run();
    expect(heard).toEqual([['v2', 33]]);
  });

  test('names the first reason, even if the entry is gone meanwhile', async () => {
    const { run, at, put } = await start({ item: leasedBy('other', OLD) });
    at(10, () => put(leasedBy('other')));
    at(30, () => put(FRESH));
    expect(await run()).toMatchObject({ cache: { status: 'collapsed', reason: 'stale' } });
  });

  test('takes over if the holder vanished, without getting ready first', async () => {
    const { run, at, put, upstream } = await start({ item: leasedBy('other') });
    at(10, () => put(EMPTY_ITEM));
    expect(await run()).toMatchObject({ cache: { status: 'forward', isStored: true } });
    expect(upstream.preparedCount).toBe(0);
  });

  test.each<[string, StoredItem, object]>([
    [
      'fails as the holder does',
      endedAs({ kind: 'failed', token: 'other', failure: 'throttled', retryAfterMs: 7 }),
      {
        answer: { kind: 'failed', failure: 'throttled', retryAfterMs: 7 },
        cache: { status: 'collapsed', reason: 'miss' },
      },
    ],
    [
      'answers as the holder does',
      endedAs({ kind: 'erased', token: 'other', status: 400, body: '{}', askedAt: NOW - 100 }),
      { answer: { kind: 'erased', ageMs: 125 }, cache: { status: 'collapsed', reason: 'miss' } },
    ],
    [
      'fetches for itself, if the answer was not stored',
      endedAs({ kind: 'not-stored', token: 'other' }),
      { answer: { kind: 'found' }, cache: { status: 'forward', isStored: false } },
    ],
  ])('%s', async (_title, after, expected) => {
    const { run, at, put } = await start({ item: leasedBy('other') });
    at(10, () => put(after));
    expect(await run()).toMatchObject(expected);
  });

  test('waits no longer than its patience', async () => {
    const { run, at, put, upstream, clock } = await start({ item: leasedBy('other') });
    const asks: number[] = [];
    const fetch = upstream.fetch.bind(upstream);
    upstream.fetch = async (...parameters) => {
      asks.push(clock.monotonicNow());
      return fetch(...parameters);
    };
    // By the clock of its holder, its end is always far away.
    at(1000, () => put({ ...EMPTY_ITEM, lease: { token: 'other', until: NOW + 90_000, durationMs: 90_000 } }));
    expect(await run()).toMatchObject({ cache: { status: 'forward', isStored: false }, storeFailure: undefined });
    expect(asks).toEqual([leaseMs]);
  });

  test('serves its stale entry when the soft timeout is over', async () => {
    const { run, clock, revalidator, asked } = await start({ item: leasedBy('other', OLD) });
    expect(await run(staleSoftTimeoutMs)).toMatchObject({
      cache: { status: 'hit', detail: 'stale-if-error' },
      isRevalidationAsked: false,
    });
    expect([clock.monotonicNow(), revalidator.requests, asked.store.hasTrouble]).toEqual([
      staleSoftTimeoutMs,
      [],
      false,
    ]);
  });

  test.each([
    ['throttled', ['v2']],
    ['connection', []],
  ] as const)('reads the fleet’s pause anew after a fetch of another that failed: %s', async (failure, expected) => {
    const { run, at, put, pausesHeard } = await start({ item: leasedBy('other') });
    at(10, () => put(endedAs({ kind: 'failed', token: 'other', failure, retryAfterMs: 7 })));
    expect(await run()).toMatchObject({ answer: { kind: 'failed', failure } });
    expect(pausesHeard).toEqual(expected);
  });

  test('continues with the item that it read, if the store does not answer meanwhile', async () => {
    const { run, memory, at, put, count } = await start({ item: leasedBy('other') });
    memory.failing.add('read');
    at(100, () => {
      memory.failing.clear();
      put(FRESH);
    });
    expect(await run()).toMatchObject({ cache: { status: 'collapsed' }, storeFailure: undefined });
    expect(count('takeLease')).toBe(0);
  });

  test('asks for itself, if the store answers nothing for its timeout', async () => {
    const { run, memory, at, upstream, count } = await start({ item: leasedBy('other'), random: 0.99 });
    memory.failing.add('read');
    const callCounts: number[] = [];
    // The first poll comes after 50 ms. The sleep before the last one is shorter than the usual pace.
    for (const ms of [50 + storeTimeoutMs - 10, 50 + storeTimeoutMs + 10])
      at(ms, () => callCounts.push(upstream.requests.length));
    expect(await run()).toMatchObject({ cache: { status: 'forward', reason: 'bypass' } });
    expect([callCounts, count('takeLease')]).toEqual([[0, 1], 0]);
  });

  test('does not ask for itself, if it is a revalidation: the store could not take the answer', async () => {
    const { run, at, memory, upstream } = await start({ item: leasedBy('other'), asked: { purpose: 'revalidate' } });
    memory.failing.add('read');
    const callCounts: number[] = [];
    at(leaseMs - 1, () => callCounts.push(upstream.requests.length));
    await run();
    expect(callCounts).toEqual([0]);
  });

  test('does not ask for itself, if its instance stood still until it is too late for a fetch', async () => {
    const { run, memory, clock, fail, upstream } = await start({ item: leasedBy('other') });
    memory.read = async () => {
      clock.advance(2 * leaseMs);
      return fail('down');
    };
    expect(await run()).toMatchObject({ answer: { kind: 'failed', failure: 'timeout' } });
    expect(upstream.requests).toEqual([]);
  });

  test('fetches on its own with a store that failed one read and works again', async () => {
    const { run, memory, at, put } = await start({ item: leasedBy('other') });
    memory.failing.add('read');
    at(30, () => {
      memory.failing.clear();
      put(endedAs({ kind: 'not-stored', token: 'other' }));
    });
    expect(await run()).toMatchObject({ cache: { status: 'forward', reason: 'miss' }, storeFailure: undefined });
  });

  test('takes over, if the outcome on the item is of a fetch that it did not wait for', async () => {
    const { run, at, put } = await start({ item: leasedBy('other') });
    at(10, () => put(endedAs({ kind: 'failed', token: 'unseen', failure: 'timeout', retryAfterMs: undefined })));
    expect(await run()).toMatchObject({ answer: { kind: 'found' }, cache: { status: 'forward', isStored: true } });
  });

  test('shares the reads of other look-ups of the instance', async () => {
    const { clock, context, askedOf, count, at, put } = await start({ item: leasedBy('other') });
    at(40, () => put(FRESH));
    const running = [1, 2, 3].map(() => new ForwardLookup(context, askedOf(), readAtStart(leasedBy('other'))).run());
    await clock.run(1000);
    expect(await Promise.all(running)).toMatchObject(Array(3).fill({ cache: { status: 'collapsed' } }));
    expect(count('read')).toBe(2);
  });
});

describe('a try for the lease', () => {
  test('that loses to others is made nine times: then the look-up fetches without the lease', async () => {
    const { run, memory } = await start();
    let tries = 0;
    memory.takeLease = async () => {
      tries += 1;
      return false;
    };
    expect(await run()).toMatchObject({ cache: { status: 'forward', isStored: false }, storeFailure: undefined });
    expect([tries, memory.calls.filter((each) => each === 'read')]).toEqual([9, Array(8).fill('read')]);
  });

  test('that is late twice is not made again', async () => {
    const { run, memory, fail } = await start();
    let tries = 0;
    memory.takeLease = async () => {
      tries += 1;
      return fail('late');
    };
    expect(await run()).toMatchObject({ cache: { status: 'forward', isStored: false }, storeFailure: 'Trouble' });
    expect(tries).toBe(2);
  });

  test('that is throttled is made again and again', async () => {
    const { run, memory, fail } = await start();
    const take = memory.takeLease.bind(memory);
    let tries = 0;
    memory.takeLease = async (...parameters) => {
      tries += 1;
      return tries < 5 ? fail('throttled') : take(...parameters);
    };
    expect(await run()).toMatchObject({ cache: { status: 'forward', isStored: true } });
    expect(tries).toBe(5);
  });

  test('that was sent twice took the lease: the look-up sees it on the item, and stores the answer', async () => {
    const { run, memory, stored } = await start();
    const take = memory.takeLease.bind(memory);
    memory.takeLease = async (...parameters) => {
      await take(...parameters);
      return false;
    };
    expect(await run()).toMatchObject({ cache: { status: 'forward', isStored: true } });
    expect(stored()?.version).toBe('token-1');
  });

  test('of another look-up of the instance is first: the second look-up waits for the fetch of the first', async () => {
    const { clock, context, askedOf, upstream, count, times } = await start({ takesMs: 100 });
    const reads = times('read');
    const running = [1, 2].map(() => new ForwardLookup(context, askedOf(), readAtStart(EMPTY_ITEM)).run());
    await clock.run(1000);
    expect(await Promise.all(running)).toMatchObject([
      { cache: { status: 'forward', isStored: true } },
      { cache: { status: 'collapsed', reason: 'miss' } },
    ]);
    // The second knows the lease without a read. It reads by its pace, and when the first ends the lease.
    expect([upstream.requests.length, count('takeLease'), reads]).toEqual([1, 1, [25, 57.5, 99.75, 100]]);
  });

  test('at a store that fails: the look-up continues without the store', async () => {
    const { run, memory } = await start();
    memory.failing.add('takeLease');
    expect(await run()).toMatchObject({ cache: { reason: 'bypass', isStored: false }, storeFailure: 'TimeoutError' });
  });

  test('is not made without a call of the budget', async () => {
    const failure = { kind: 'failed', failure: 'over-budget', retryAfterMs: 7 } as const;
    const beside = jest.fn(async () => 'refused');
    const budget = { enter: async () => failure, beside } as unknown as AskContext['budget'];
    const { run, count } = await start({ budget });
    expect(await run()).toMatchObject({ answer: failure, storeFailure: undefined });
    expect([beside.mock.calls.length, count('takeLease')]).toEqual([1, 0]);
  });

  test('that loses to others leaves the item unknown until it is read', async () => {
    const { run, memory, put, at } = await start();
    let tries = 0;
    memory.takeLease = async () => {
      tries += 1;
      put(FRESH);
      return false;
    };
    memory.failing.add('read');
    at(20, () => memory.failing.clear());
    expect(await run()).toMatchObject({ cache: { status: 'hit', detail: undefined }, storeFailure: undefined });
    expect(tries).toBe(1);
  });

  test.each<[string, fate: StoreTrouble | 'conflict', readAt: number]>([
    ['at once, if another write was first', 'conflict', 0],
    ['a moment later, if the store throttled it', 'throttled', 25],
    ['a moment later, if the store was late', 'late', 26],
  ])('is followed by a read: %s', async (_title, fate, readAt) => {
    const { run, memory, put, fail, times } = await start();
    const reads = times('read');
    memory.takeLease = async () => {
      put(FRESH);
      return fate === 'conflict' ? false : fail(fate);
    };
    expect(await run()).toMatchObject({ cache: { status: 'hit' } });
    expect(reads).toEqual([readAt]);
  });

  test('by another look-up of the instance says how long its fetch takes: nobody reads before that', async () => {
    const { clock, context, askedOf, times } = await start({ takesMs: 100 });
    context.fetchTimes.note('v2', 100);
    const reads = times('read');
    const running = [askedOf(), askedOf()].map((asked) =>
      new ForwardLookup(context, asked, readAtStart(EMPTY_ITEM)).run(),
    );
    await clock.run(1000);
    expect(await Promise.all(running)).toMatchObject([
      { cache: { status: 'forward', isStored: true } },
      { cache: { status: 'collapsed' } },
    ]);
    expect(reads.filter((readAt) => readAt < 100)).toEqual([]);
  });

  test('that loses to others leaves nothing to end', async () => {
    const { run, memory, put, at, count } = await start();
    memory.takeLease = async () => {
      put(leasedBy('other'));
      return false;
    };
    at(10, () => put(endedAs({ kind: 'failed', token: 'other', failure: 'timeout', retryAfterMs: undefined })));
    expect(await run()).toMatchObject({ answer: { kind: 'failed' }, cache: { status: 'collapsed' } });
    expect(count('endLease')).toBe(0);
  });

  test('that was sent twice ends, though another lease was read before', async () => {
    const { run, memory, upstream, stored } = await start();
    upstream.outcome = { kind: 'failed', failure: 'server-error' };
    const take = memory.takeLease.bind(memory);
    const read = memory.read.bind(memory);
    memory.takeLease = async (...parameters) => {
      await take(...parameters);
      return false;
    };
    memory.read = async () => {
      memory.read = read;
      return leasedBy('other');
    };
    expect(await run()).toMatchObject({ answer: { kind: 'failed', failure: 'server-error' } });
    expect(stored()).toMatchObject({ lease: undefined, outcome: { kind: 'failed', token: 'token-1' } });
  });

  test('at a store that throttles it, and then is down: the fetch begins after the store’s timeout, without the store', async () => {
    const { run, memory, fail } = await start({ item: OLD });
    memory.takeLease = async () => fail('throttled');
    memory.failing.add('read');
    expect(await run()).toMatchObject({
      answer: { kind: 'found', ageMs: 0 },
      cache: { status: 'forward', reason: 'bypass', isStored: false },
    });
  });

  test('that was late is released, if the look-up serves its stale entry', async () => {
    const { run, memory, fail, stored } = await start({ item: OLD });
    const take = memory.takeLease.bind(memory);
    memory.takeLease = async (...parameters) => {
      await take(...parameters);
      memory.failing.add('read');
      memory.failure = { reason: 'Throttled', trouble: 'throttled' };
      return fail('late');
    };
    expect(await run()).toMatchObject({ cache: { status: 'hit', detail: 'stale-if-error' } });
    expect(stored()).toMatchObject({ lease: undefined, outcome: { kind: 'ceded', token: 'token-1' } });
  });
});

describe('a store that did not answer the first read', () => {
  test('is asked again while that is useful, and then no more', async () => {
    const { run, memory, asked, times, fail } = await start({ item: undefined });
    await asked.store.poll(async () => fail('down'));
    memory.failing.add('read');
    const reads = times('read');
    expect(await run()).toMatchObject({ cache: { reason: 'bypass', isStored: false }, storeFailure: 'TimeoutError' });
    expect(reads).toEqual([25, 57.5, 99.75, storeTimeoutMs]);
  });

  test('is asked once for all look-ups of the instance', async () => {
    const { clock, context, askedOf, put, fail, count } = await start({ item: undefined });
    put(FRESH);
    const running = [askedOf(), askedOf(), askedOf()].map(async (asked) => {
      await asked.store.poll(async () => fail('down'));
      return new ForwardLookup(context, asked, undefined).run();
    });
    await clock.run(100);
    expect(await Promise.all(running)).toMatchObject(Array(3).fill({ cache: { status: 'hit' } }));
    expect(count('read')).toBe(1);
  });

  test('answers the next one', async () => {
    const { run, asked, put, fail } = await start({ item: undefined });
    put(FRESH);
    await asked.store.poll(async () => fail('down'));
    expect(await run()).toMatchObject({ answer: { ageMs: 1025 }, cache: { status: 'hit', detail: undefined } });
  });
});

describe('an entry that may be served while it is revalidated', () => {
  test.each<[string, Situation, asked: number]>([
    ['a revalidation is asked for', { item: STALE }, 1],
    ['another look-up fetches', { item: leasedBy('other', STALE) }, 0],
    ['another look-up has asked', { item: { ...STALE, revalidation: { until: NOW + 9000, backoffMs: 0 } } }, 0],
  ])('%s, once', async (_title, situation, expected) => {
    const { run, revalidator, count, upstream, stored } = await start(situation);
    expect(await run(0)).toMatchObject({
      cache: { status: 'hit', detail: 'stale-while-revalidate' },
      isRevalidationAsked: expected === 1,
    });
    expect([revalidator.requests.length, count('markRevalidation'), upstream.requests]).toEqual([
      expected,
      expected,
      [],
    ]);
    const mark = expected === 1 ? { until: NOW + 10_000, backoffMs: 0 } : situation.item?.revalidation;
    expect(stored()?.revalidation).toEqual(mark);
  });

  test.each<[string, (started: Awaited<ReturnType<typeof start>>) => void, object]>([
    ['asks for a newer one', () => undefined, { answer: { kind: 'pending' }, isRevalidationAsked: true }],
    [
      'serves the entry, if asking fails',
      ({ revalidator }) => {
        revalidator.isReached = false;
      },
      { answer: { kind: 'found' }, isRevalidationLost: true },
    ],
  ])('a prefetch %s', async (_title, prepare, expected) => {
    const started = await start({ item: STALE, asked: { purpose: 'prefetch', waitMs: 0 } });
    prepare(started);
    expect(await started.run()).toMatchObject(expected);
    expect(started.upstream.requests).toEqual([]);
  });

  test('a prefetch asks for none while another look-up fetches', async () => {
    const { run, revalidator, count } = await start({
      item: leasedBy('other', STALE),
      asked: { purpose: 'prefetch', waitMs: 0 },
    });
    expect(await run()).toMatchObject({ answer: { kind: 'pending' }, isRevalidationAsked: false });
    expect([revalidator.requests, count('markRevalidation')]).toEqual([[], 0]);
  });

  test('a prefetch reads again, if another write was first', async () => {
    const { run, memory, put, revalidator } = await start({ item: STALE, asked: { purpose: 'prefetch', waitMs: 0 } });
    memory.markRevalidation = async () => {
      put(FRESH);
      return false;
    };
    expect(await run()).toMatchObject({ answer: { kind: 'pending' }, cache: { status: 'hit', detail: undefined } });
    expect(revalidator.requests).toEqual([]);
  });

  test('a prefetch does not read a store that has failed', async () => {
    const { run, memory, count } = await start({ item: STALE, asked: { purpose: 'prefetch', waitMs: 0 } });
    memory.failing.add('markRevalidation');
    await run();
    expect(count('read')).toBe(0);
  });
});

describe('a revalidation', () => {
  test.each<[string, LeaseOutcome | undefined, readAt: number]>([
    ['in a moment, if the fetch before was given up', { kind: 'given-up', token: 'before' }, 20],
    ['soon, if it ended in another way', { kind: 'not-stored', token: 'before' }, 25],
    ['soon, if there was none', undefined, 25],
  ])('that meets the fetch of another reads %s', async (_title, outcome, readAt) => {
    const item = { ...leasedBy('other', OLD), outcome };
    const { run, times, at, put } = await start({ item, asked: { purpose: 'revalidate' } });
    const reads = times('read');
    at(10, () => put(FRESH));
    await run();
    expect(reads).toEqual([readAt]);
  });

  test('fetches, even if it comes very late', async () => {
    const { run } = await start({ item: OLD, asked: { purpose: 'revalidate', startedAt: -5000 } });
    expect(await run()).toMatchObject({ answer: { ageMs: 0 }, cache: { status: 'forward', isStored: true } });
  });
});

describe('a caller with a short wait', () => {
  test.each<[string, Situation, isHandedOver: boolean]>([
    ['and an entry for a failure fetches', { item: OLD, asked: { waitMs: 100 } }, false],
    ['that wants only a prefetch still hands it over', { item: OLD, asked: { waitMs: 0, purpose: 'prefetch' } }, true],
  ])('%s', async (_title, situation, isHandedOver) => {
    const { run, revalidator, upstream } = await start(situation);
    expect(await run()).toMatchObject({ answer: { kind: isHandedOver ? 'pending' : 'found' } });
    expect([revalidator.requests.length, upstream.requests.length]).toEqual(isHandedOver ? [1, 0] : [0, 1]);
  });

  test('hands the fetch over, and learns that it continues', async () => {
    const { run, revalidator, clock, upstream } = await start({ asked: { waitMs: 100 } });
    expect(await run(100)).toMatchObject({
      answer: { kind: 'pending', isPrefetch: false },
      cache: { status: 'forward', reason: 'miss' },
      isRevalidationAsked: true,
    });
    expect([clock.monotonicNow(), revalidator.requests.length, upstream.requests]).toEqual([100, 1, []]);
  });

  test('gets the entry of that fetch, if it comes in time', async () => {
    const { run, at, put } = await start({ asked: { waitMs: 100 } });
    at(30, () => put(FRESH));
    expect(await run(100)).toMatchObject({
      answer: { kind: 'found' },
      cache: { status: 'collapsed', reason: 'miss' },
      isRevalidationAsked: true,
      isRevalidationLost: false,
    });
  });

  test('fetches for itself if nobody takes the fetch over, and says that its request was lost', async () => {
    const { run, revalidator } = await start({ asked: { waitMs: 100 } });
    revalidator.isReached = false;
    expect(await run()).toMatchObject({
      answer: { kind: 'found' },
      cache: { status: 'forward', isStored: true },
      isRevalidationAsked: false,
      isRevalidationLost: true,
    });
  });

  test('that need not wait asks nobody, and loses nothing', async () => {
    const { run } = await start();
    expect(await run()).toMatchObject({ isRevalidationAsked: false, isRevalidationLost: false });
  });

  test('learns how that fetch ended, even if it saw no lease of it', async () => {
    const { run, at, put } = await start({ asked: { waitMs: 100 } });
    at(30, () => put(endedAs({ kind: 'failed', token: 'unseen', failure: 'timeout', retryAfterMs: undefined })));
    expect(await run(100)).toMatchObject({
      answer: { kind: 'failed', failure: 'timeout' },
      cache: { status: 'collapsed' },
    });
  });

  test('waits for the fetch of another, and asks for none', async () => {
    const { run, revalidator } = await start({ item: leasedBy('other'), asked: { waitMs: 100 } });
    expect(await run(100)).toMatchObject({ answer: { kind: 'pending' }, isRevalidationAsked: false });
    expect(revalidator.requests).toEqual([]);
  });
});

describe('a stale entry that the look-up serves', () => {
  const LATE: Situation = { item: OLD, asked: { startedAt: -5000 } };

  test('is read again, if it was read long ago; then a revalidation is asked for, once', async () => {
    const { run, count, revalidator } = await start(LATE);
    expect(await run(0)).toMatchObject({
      cache: { status: 'hit', detail: 'stale-if-error' },
      isRevalidationAsked: true,
    });
    expect([count('read'), revalidator.requests.length]).toEqual([1, 1]);
  });

  test('is served, even if the store does not answer that read', async () => {
    const { run, memory, count } = await start(LATE);
    memory.failing.add('read');
    expect(await run(0)).toMatchObject({ cache: { status: 'hit', detail: 'stale-if-error' } });
    expect(count('read')).toBe(1);
  });

  test('is not served, if it was purged meanwhile', async () => {
    const { run, memory } = await start(LATE);
    memory.items.clear();
    expect(await run()).toMatchObject({
      answer: { kind: 'found', ageMs: 0 },
      cache: { status: 'forward', reason: 'miss' },
    });
  });

  test('is served at once while the upstream is known to be slow', async () => {
    const { run, context, clock, upstream } = await start({ item: OLD, takesMs: 100 });
    for (let each = 0; each < 10; each += 1) context.slowUpstream.gaveUp('v2');
    expect(await run(0)).toMatchObject({
      cache: { status: 'hit', detail: 'stale-if-error' },
      isRevalidationAsked: true,
    });
    expect([clock.monotonicNow(), upstream.requests]).toEqual([0, []]);
  });
});

test('only-if-cached: the cache has no answer', async () => {
  const { run, upstream } = await start({ directives: { onlyIfCached: true } });
  expect(await run(0)).toMatchObject({ answer: { kind: 'not-cached' }, cache: { reason: 'miss' } });
  expect(upstream.requests).toEqual([]);
});

test('a fresh entry of a look-up that did not wait is a hit', async () => {
  const { run } = await start({ item: FRESH });
  expect(await run(0)).toMatchObject({ cache: { status: 'hit', detail: undefined }, isRevalidationAsked: false });
});
