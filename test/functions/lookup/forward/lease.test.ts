import { describe, expect, jest, test } from '@jest/globals';
import type { KeyedAsked } from '../../../../functions/lookup/asked.ts';
import { Crowd } from '../../../../functions/lookup/crowd.ts';
import {
  type CacheEntry,
  EMPTY_ITEM,
  type Lease,
  type LeaseOutcome,
  type RevalidationMark,
  type StoredItem,
} from '../../../../functions/lookup/entry.ts';
import type { UpstreamBudget } from '../../../../functions/lookup/forward/budget/upstream-budget.ts';
import { OwnLease } from '../../../../functions/lookup/forward/lease.ts';
import { StoreAccess } from '../../../../functions/lookup/store-access.ts';
import { type StoreTrouble, StoreUnavailableError } from '../../../../functions/lookup/store-unavailable-error.ts';
import { StoreVitality } from '../../../../functions/lookup/store-vitality.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemoryCacheStore } from '../../../support/memory-cache-store.ts';

const KEY = { partition: 'partition', variant: 'variant' };
const LEASE_MS = 2650;
const EXPECTED_MS = 40;
const TIMES = { leaseMs: LEASE_MS, storeTimeoutMs: 150, expectedMs: () => EXPECTED_MS };
const OUTCOME: LeaseOutcome = { kind: 'not-stored', token: 'token-1' };
const ENTRY = { kind: 'found', body: '{}', askedAt: 0, expiresAt: Number.MAX_SAFE_INTEGER } as unknown as CacheEntry;

/**
 * The result of a write.
 * - `late`: the store does not answer in time, answers other calls, and makes the write or not
 * - `made-late`: the same, and it has made the write
 * - `sent-twice`: the first sending is made, and refuses the second
 */
type Fate = 'throttled' | 'late' | 'made-late' | 'down' | 'sent-twice';

/** A look-up of an instance whose store is in memory. */
function start({ isCacheOn = true } = {}) {
  const clock = new ManualClock();
  const memory = new MemoryCacheStore();
  const vitality = new StoreVitality();
  const crowd = new Crowd(clock, () => undefined);
  let tokens = 0;
  const newToken = () => {
    tokens += 1;
    return `token-${tokens}`;
  };
  const told: [token: string, readAfter: number][] = [];
  const ends = { tell: (...end: [string, number]) => void told.push(end) };
  const lookup = () => {
    const store = new StoreAccess({ store: isCacheOn ? memory : undefined, clock, random: () => 0, vitality });
    const asked = { key: KEY, store, crowd } as unknown as KeyedAsked;
    const lease = new OwnLease(asked, { clock, newToken, ...TIMES, ends });
    return { asked, store, lease };
  };
  const fail = (trouble: StoreTrouble): never => {
    clock.advance(1);
    if (trouble === 'late') vitality.answered(clock.monotonicNow());
    throw new StoreUnavailableError('Trouble', { trouble });
  };
  /** The next tries for the lease have these fates; all others are made. */
  const tryIs = (...fates: readonly Fate[]) => {
    const left = [...fates];
    const take = MemoryCacheStore.prototype.takeLease.bind(memory);
    memory.takeLease = async (...parameters) => {
      const fate = left.shift();
      if (fate === undefined) return take(...parameters);
      if (fate === 'made-late' || fate === 'sent-twice') await take(...parameters);
      if (fate === 'sent-twice') return take(...parameters);
      return fail(fate === 'made-late' ? 'late' : fate);
    };
  };
  const put = (item: Partial<StoredItem>) => memory.items.set(JSON.stringify(KEY), { ...EMPTY_ITEM, ...item });
  const item = () => memory.read(KEY);
  const count = (operation: string) => memory.calls.filter((each) => each === operation).length;
  return { clock, memory, vitality, crowd, told, lookup, tryIs, put, item, count, fail, ...lookup() };
}

/** A look-up that has tried to take the lease of an item without one. */
async function startTried(...fates: readonly Fate[]) {
  const started = start();
  started.tryIs(...fates);
  const taken = await started.lease.take(EMPTY_ITEM);
  return { ...started, taken };
}

/** The item with the lease of another look-up. */
function othersItem(token = 'other'): StoredItem {
  return { ...EMPTY_ITEM, lease: { token, until: 0, durationMs: LEASE_MS } };
}

describe('a try for the lease', () => {
  test('puts the lease on the item, with its times', async () => {
    const { clock, taken, item, lease } = await startTried();
    const made: Lease = {
      token: 'token-1',
      until: clock.now() + LEASE_MS,
      durationMs: LEASE_MS,
      expectedMs: EXPECTED_MS,
    };
    expect(taken).toBe('held');
    expect((await item()).lease).toEqual(made);
    expect(lease.token).toBe('token-1');
  });

  test.each<[string, Fate, string]>([
    ['the store throttles', 'throttled', 'throttled'],
    ['the store is late, and answers others', 'late', 'late'],
    ['the store is late, and has made it', 'made-late', 'late'],
    ['the store fails', 'down', 'unknown'],
    ['it was sent twice', 'sent-twice', 'conflict'],
  ])('%s', async (_title, fate, expected) => {
    expect((await startTried(fate)).taken).toBe(expected);
  });

  test('has an unknown result if the cache is off', async () => {
    expect(await start({ isCacheOn: false }).lease.take(EMPTY_ITEM)).toBe('unknown');
  });

  test.each<[string, readonly Fate[], isContested: boolean, wasOftenLate: boolean]>([
    ['other writes were first eight times', Array(8).fill('sent-twice'), false, false],
    ['other writes were first nine times', Array(9).fill('sent-twice'), true, false],
    ['the store was late once', ['late'], false, false],
    ['the store was late twice', ['late', 'late'], false, true],
    ['the store throttled often', Array(9).fill('throttled'), false, false],
  ])('gives way: %s', async (_title, fates, isContested, wasOftenLate) => {
    const { lease, tryIs, clock, put } = start();
    expect([lease.isContested, lease.wasOftenLate]).toEqual([false, false]);
    tryIs(...fates);
    for (const _fate of fates) {
      await lease.take(EMPTY_ITEM);
      put(EMPTY_ITEM);
      clock.advance(1);
    }
    expect([lease.isContested, lease.wasOftenLate]).toEqual([isContested, wasOftenLate]);
  });

  test('loses if another instance was first', async () => {
    const { lease, lookup } = start();
    await lookup().lease.take(EMPTY_ITEM);
    expect(await lease.take(EMPTY_ITEM)).toBe('conflict');
  });

  test.each([
    ['until the store answers one', true, [30]],
    ['again and again, if the store answers none', false, [30, 60, 90]],
  ])(
    'that is late makes the instance read, each fifth of the store’s timeout: %s',
    async (_title, isAnswering, expected) => {
      const { clock, memory, lookup, lease } = start();
      const reads: number[] = [];
      const { takeLease, read } = MemoryCacheStore.prototype;
      memory.takeLease = async (...parameters) => {
        await clock.sleep(100);
        return takeLease.apply(memory, parameters);
      };
      memory.read = async (key) => {
        reads.push(clock.monotonicNow());
        if (!isAnswering) throw new StoreUnavailableError('TimeoutError', { trouble: 'late' });
        return read.call(memory, key);
      };
      const tries = [lease, lookup().lease].map((each) => each.take(EMPTY_ITEM));
      await clock.run(200);
      expect(await Promise.all(tries)).toEqual(['held', expect.objectContaining({ token: 'token-1' })]);
      expect(reads).toEqual(expected);
    },
  );

  test('loses if another look-up of the instance was first: its lease is known at once', async () => {
    const { lease, lookup, item, count } = start();
    const first = lookup().lease.take(EMPTY_ITEM);
    const second = lease.take(EMPTY_ITEM);
    expect([await first, await second]).toEqual(['held', (await item()).lease]);
    expect(count('takeLease')).toBe(1);
    expect(await lease.end({ outcome: OUTCOME })).toBe(false);
    expect(count('endLease')).toBe(0);
  });

  test.each<[Fate & StoreTrouble, StoreTrouble]>([
    ['late', 'throttled'],
    ['throttled', 'late'],
  ])('that is %s stays so, if a read beside it is %s, whenever that is known', async (fate, beside) => {
    for (let turns = 0; turns < 20; turns += 1) {
      const { lease, store, tryIs, fail } = start();
      tryIs(fate);
      const read = async () => {
        for (let turn = 0; turn < turns; turn += 1) await undefined;
        return fail(beside);
      };
      const [taken] = await Promise.all([lease.take(EMPTY_ITEM), store.poll(read)]);
      expect(taken).toBe(fate);
    }
  });

  test('is not made without a call from the budget', async () => {
    const { asked, lease, count } = start();
    const beside = jest.fn<(caller: unknown, write: () => Promise<unknown>) => Promise<unknown>>();
    beside.mockResolvedValueOnce('refused');
    const budget = { beside } as unknown as UpstreamBudget;
    expect(await lease.take(EMPTY_ITEM, budget)).toBe('refused');
    expect([beside.mock.calls[0]?.[0], count('takeLease'), lease.token]).toEqual([asked, 0, '']);
    beside.mockImplementationOnce((_caller, write) => write());
    expect(await lease.take(EMPTY_ITEM, budget)).toBe('held');
  });
});

describe('whether the lease of an item is ours', () => {
  test('no, before any try', () => {
    const { lease } = start();
    expect([lease.isOurs(EMPTY_ITEM), lease.isOurs(othersItem(''))]).toEqual([false, false]);
    expect(lease.token).toBe('');
  });

  test('if it has the token of the last try, or of a late one', async () => {
    const { lease } = await startTried('late');
    const items = [EMPTY_ITEM, othersItem(), othersItem('token-1')];
    expect(items.map((each) => lease.isOurs(each))).toEqual([false, false, true]);
    await lease.take(EMPTY_ITEM);
    expect([lease.isOurs(othersItem('token-1')), lease.isOurs(othersItem('token-2'))]).toEqual([true, true]);
  });

  test('not if it has the token of an earlier try that was not late', async () => {
    const { lease } = await startTried('throttled');
    await lease.take(EMPTY_ITEM);
    expect([lease.isOurs(othersItem('token-1')), lease.isOurs(othersItem('token-2'))]).toEqual([false, true]);
  });
});

describe('the entry that a holder writes', () => {
  test('ends the lease: nothing is left to end', async () => {
    const { lease, item, count } = await startTried();
    expect(await lease.write(ENTRY)).toBe('written');
    expect(await item()).toEqual({ ...EMPTY_ITEM, entry: ENTRY, version: 'token-1' });
    expect(await lease.end({ outcome: OUTCOME })).toBe(false);
    expect(count('endLease')).toBe(0);
  });

  test('is lost without a try, and the store is not asked', async () => {
    const { lease, count } = start();
    expect([await lease.write(ENTRY), count('writeEntry')]).toEqual(['lost', 0]);
  });

  test('is lost if the lease was taken away: there is nothing to end', async () => {
    const { lease, memory } = await startTried();
    memory.items.clear();
    expect([await lease.write(ENTRY), await lease.end({ outcome: OUTCOME })]).toEqual(['lost', false]);
    expect(memory.items.size).toBe(0);
  });

  test('is lost if the fetch is void: the lease must still end', async () => {
    const { lease, memory, item } = await startTried();
    expect(await memory.voidFetch(KEY, lease, { survivor: undefined, endsEntry: true })).toBe(true);
    expect([await lease.write(ENTRY), await lease.end({ outcome: OUTCOME })]).toEqual(['lost', true]);
    expect(await item()).toEqual({ ...EMPTY_ITEM, outcome: OUTCOME });
  });

  test('may be too large: the lease must still end', async () => {
    const { lease, memory } = await startTried();
    memory.writeEntry = async () => 'too-large';
    expect([await lease.write(ENTRY), await lease.end({ outcome: OUTCOME })]).toEqual(['too-large', true]);
  });

  test('may fail: the lease must still end', async () => {
    const { lease, memory, fail, item } = await startTried();
    memory.writeEntry = async () => fail('down');
    expect([await lease.write(ENTRY), await lease.end({ outcome: OUTCOME })]).toEqual([undefined, true]);
    expect(await item()).toEqual({ ...EMPTY_ITEM, outcome: OUTCOME });
  });
});

describe('the end of the lease', () => {
  test('does not exist without a try', async () => {
    const { lease, count } = start();
    lease.confirm(EMPTY_ITEM);
    expect([await lease.end({ outcome: OUTCOME }), count('endLease')]).toEqual([false, 0]);
  });

  test('comes once', async () => {
    const { lease, item, count } = await startTried();
    expect(await lease.end({ outcome: OUTCOME, endsEntry: true })).toBe(true);
    expect(await item()).toEqual({ ...EMPTY_ITEM, outcome: OUTCOME });
    expect([await lease.end({ outcome: OUTCOME }), count('endLease')]).toEqual([false, 1]);
  });

  test('says that the lease was taken away, once', async () => {
    const { lease, memory, count } = await startTried();
    memory.items.clear();
    expect([await lease.end({ outcome: OUTCOME }), await lease.end({ outcome: OUTCOME })]).toEqual([false, false]);
    expect(count('endLease')).toBe(1);
  });

  test('is tried again if the store did not get it', async () => {
    const { lease, store, item } = await startTried();
    const release = store.release.bind(store);
    store.release = async () => undefined;
    expect(await lease.end({ outcome: OUTCOME })).toBe(false);
    store.release = release;
    expect(await lease.end({ outcome: OUTCOME })).toBe(true);
    expect((await item()).lease).toBeUndefined();
  });

  test('comes at a fault of what follows the try, and the fault is thrown', async () => {
    const { lease, item } = await startTried();
    const fault = new Error('A fault of our own');
    const work = async () => {
      throw fault;
    };
    await expect(lease.endingAtFault(work)).rejects.toBe(fault);
    expect(await item()).toEqual({ ...EMPTY_ITEM, outcome: { kind: 'not-stored', token: 'token-1', why: 'fault' } });
  });

  test('does not come if what follows the try has a result', async () => {
    const { lease, item, count } = await startTried();
    expect(await lease.endingAtFault(async () => 'result')).toBe('result');
    expect([(await item()).lease?.token, count('endLease')]).toEqual(['token-1', 0]);
  });

  test('is not needed after a try that was not sent', async () => {
    const { lease, store, fail, count } = start();
    await store.use(async () => fail('down'));
    expect(await lease.take(EMPTY_ITEM)).toBe('unknown');
    expect([await lease.end({ outcome: OUTCOME }), count('endLease')]).toEqual([false, 0]);
  });

  const OLD: RevalidationMark = { until: 7, backoffMs: 5 };
  const NEW: RevalidationMark = { until: 9, backoffMs: 6 };
  const NOW = new ManualClock().now() + 300;
  test.each<[string, Partial<StoredItem>, RevalidationMark | undefined, RevalidationMark | undefined]>([
    ['no mark', {}, undefined, undefined],
    [
      'a mark, and no entry: the requested fetch has ended',
      { revalidation: OLD },
      undefined,
      { until: NOW, backoffMs: 0 },
    ],
    ['a mark, and an entry: the mark stays', { revalidation: OLD, entry: ENTRY, version: 'v' }, undefined, OLD],
    ['an entry, and no mark', { entry: ENTRY, version: 'v' }, undefined, undefined],
    ['a mark, and no entry, and the end says another', { revalidation: OLD }, NEW, NEW],
    ['an entry, and the end says a mark', { entry: ENTRY, version: 'v' }, NEW, NEW],
  ])('the item had %s', async (_title, seen, revalidation, expected) => {
    const { clock, lease, put, item } = start();
    put({ ...EMPTY_ITEM, ...seen });
    await lease.take(await item());
    clock.advance(300);
    await lease.end({ outcome: OUTCOME, revalidation });
    expect(await item()).toMatchObject({ outcome: OUTCOME, revalidation: expected, entry: seen.entry });
  });
});

describe('the look-ups of the instance that wait for the lease are told of its end', () => {
  test.each<[string, (started: Awaited<ReturnType<typeof startTried>>) => Promise<unknown>]>([
    ['its entry is written', ({ lease }) => lease.write(ENTRY)],
    [
      'its entry is lost',
      ({ lease, memory }) => {
        memory.items.clear();
        return lease.write(ENTRY);
      },
    ],
    ['it is ended', ({ lease }) => lease.end({ outcome: OUTCOME })],
    [
      'it was taken away',
      ({ lease, memory }) => {
        memory.items.clear();
        return lease.end({ outcome: OUTCOME });
      },
    ],
  ])('%s: only reads that begin later count', async (_title, end) => {
    const started = await startTried();
    started.clock.advance(50);
    expect(started.told).toEqual([]);
    await end(started);
    expect(started.told).toEqual([['token-1', 50]]);
  });

  test('not while the store may still hold it', async () => {
    const { lease, memory, fail, told } = await startTried();
    memory.writeEntry = async () => 'too-large';
    await lease.write(ENTRY);
    memory.writeEntry = async () => fail('down');
    await lease.write(ENTRY);
    memory.endLease = async () => fail('down');
    await lease.end({ outcome: OUTCOME });
    expect(told).toEqual([]);
  });
});

describe('whether the store may hold a lease of ours after another read', () => {
  test.each<[string, readonly Fate[], StoredItem, isEnded: number]>([
    ['refused, and the item has no lease', ['sent-twice'], EMPTY_ITEM, 0],
    ['refused, and the item has the lease of another', ['sent-twice'], othersItem(), 0],
    ['refused, and the item has ours: it was sent twice', ['sent-twice'], othersItem('token-1'), 1],
    ['made', [], EMPTY_ITEM, 1],
    ['late: the store may still make it', ['late'], EMPTY_ITEM, 1],
    ['throttled', ['throttled'], EMPTY_ITEM, 1],
  ])('%s', async (_title, fates, read, expected) => {
    const { lease, count } = await startTried(...fates);
    lease.observe(read);
    await lease.end({ outcome: OUTCOME });
    expect(count('endLease')).toBe(expected);
  });

  test('yes, if the look-up saw it there', async () => {
    const { lease } = await startTried('sent-twice');
    lease.observe(EMPTY_ITEM);
    lease.confirm(othersItem('token-1'));
    expect(await lease.end({ outcome: OUTCOME })).toBe(true);
  });

  test('yes after a late try, even if the try of another look-up of the instance is refused', async () => {
    const { lease, lookup, put, count } = await startTried('late');
    put(othersItem());
    const others = lookup().lease.take(EMPTY_ITEM);
    expect([await lease.take(EMPTY_ITEM), await others]).toEqual(['conflict', 'conflict']);
    lease.observe(othersItem());
    await lease.end({ outcome: OUTCOME });
    expect(count('endLease')).toBe(1);
  });
});

describe('a lease that the store made of an earlier try, which was late', () => {
  test.each<[string, Fate]>([
    ['the last try was late too', 'late'],
    ['another write was first', 'sent-twice'],
  ])('gets the entry, and is ended: %s', async (_title, last) => {
    const { lease, item, put } = await startTried('late', last);
    await lease.take(EMPTY_ITEM);
    put(othersItem('token-1'));
    lease.confirm(await item());
    expect(lease.token).toBe('token-1');
    expect(await lease.write(ENTRY)).toBe('written');
    expect(await item()).toEqual({ ...EMPTY_ITEM, entry: ENTRY, version: 'token-1' });
  });

  test('is ended by the one write that is left after a failure of the store', async () => {
    const { lease, store, item, put, fail, count, told } = await startTried('late', 'late');
    await lease.take(EMPTY_ITEM);
    await store.use(async () => fail('down'));
    put(othersItem('token-1'));
    expect(await lease.end({ outcome: { kind: 'ceded', token: lease.token } })).toBe(true);
    expect(await item()).toEqual({ ...EMPTY_ITEM, outcome: { kind: 'ceded', token: 'token-1' } });
    expect(count('endLease')).toBe(1);
    expect(told.map(([token]) => token)).toEqual(['token-2', 'token-1']);
  });

  test('is ended though the look-up did not see it', async () => {
    const { lease, item, put } = await startTried('late', 'throttled');
    await lease.take(EMPTY_ITEM);
    put(othersItem('token-1'));
    expect(await lease.end({ outcome: { kind: 'given-up', token: lease.token } })).toBe(true);
    expect(await item()).toEqual({ ...EMPTY_ITEM, outcome: { kind: 'given-up', token: 'token-1' } });
  });
});

describe('a look-up that does not fetch releases the lease that a try may have taken', () => {
  test.each<[string, readonly Fate[]]>([
    ['the try was late', ['made-late']],
    ['the try was refused, and perhaps sent twice', ['sent-twice']],
  ])('%s: one of the look-ups that wait takes over', async (_title, fates) => {
    const { lease, item } = await startTried(...fates);
    expect(await lease.letGo()).toBe(true);
    expect(await item()).toEqual({ ...EMPTY_ITEM, outcome: { kind: 'ceded', token: 'token-1' } });
    expect(await lease.letGo()).toBe(false);
  });

  test.each<Fate>(['made-late', 'sent-twice'])('once, even if the store does not get it: %s', async (fate) => {
    const { lease, store } = await startTried(fate);
    const release = jest.fn(async () => undefined);
    Object.assign(store, { release });
    expect([await lease.letGo(), await lease.letGo()]).toEqual([true, false]);
    expect(release.mock.calls).toHaveLength(1);
  });

  test('after a try that the store failed', async () => {
    const { lease, count } = await startTried('down');
    expect([await lease.letGo(), count('endLease')]).toEqual([true, 1]);
  });

  test.each<[string, readonly Fate[]]>([
    ['it holds the lease', []],
    ['the store throttled the try, so it was never made', ['throttled']],
  ])('not if %s', async (_title, fates) => {
    const { lease, count } = await startTried(...fates);
    expect([await lease.letGo(), count('endLease')]).toEqual([false, 0]);
  });

  test('not if it has read that another look-up was first', async () => {
    const { lease, count } = await startTried('sent-twice');
    lease.observe(othersItem());
    expect([await lease.letGo(), count('endLease')]).toEqual([false, 0]);
  });

  test('not a try that was not sent, because the store failed before', async () => {
    const { lease, store, fail, count } = await startTried('throttled');
    await store.use(async () => fail('down'));
    expect(await lease.take(EMPTY_ITEM)).toBe('unknown');
    expect([await lease.letGo(), count('endLease')]).toEqual([false, 0]);
  });
});
