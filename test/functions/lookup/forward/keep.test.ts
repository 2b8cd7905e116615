import { describe, expect, test } from '@jest/globals';
import type { Asked, KeyedAsked } from '../../../../functions/lookup/asked.ts';
import { type CacheEntry, EMPTY_ITEM, type LeaseEnd, type StoredItem } from '../../../../functions/lookup/entry.ts';
import type { Answered, ReadReply, Unanswered } from '../../../../functions/lookup/forward/fetched.ts';
import {
  endContradicted,
  endsEntry,
  endUnstored,
  type HeldLease,
  type Kept,
  keepAnswer,
  keepFailure,
  whyNeverStored,
} from '../../../../functions/lookup/forward/keep.ts';
import type { LookupPurpose } from '../../../../functions/lookup/lookup-policy.ts';
import { DEFAULT_POLICY, RecordingRevalidator } from '../../../support/fleet.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const KEY = { partition: 'partition', variant: 'variant' };
const ASKED_AT = 1000;
const { freshForMs, staleIfErrorMs, notFoundFreshForMs } = DEFAULT_POLICY.windows;
const NO_NOT_FOUND = { ...DEFAULT_POLICY.windows, notFoundFreshForMs: 0 };
const NOBODY = { kind: 'not-found', status: 404, isComplete: true };
const FOUND = { kind: 'found', status: 200, isComplete: true, isMerged: false };
const REPLY: ReadReply = { body: '{"id":1}', customer: 'customer', customerAliases: ['older'], isMismatch: false };
const NO_CUSTOMER: Partial<ReadReply> = { body: '{"errors":[]}', customer: undefined, customerAliases: [] };
const FOUND_ENTRY: CacheEntry = {
  kind: 'found',
  status: 200,
  body: '{"id":1}',
  askedAt: ASKED_AT,
  staleFrom: undefined,
  customer: 'customer',
  customerAliases: ['older'],
  freshnessCut: 0.05,
  expiresAt: ASKED_AT + freshForMs + staleIfErrorMs,
};
/** With a half as the random number, an entry gives up half of the greatest cut. */
const FOUND_LIFETIME_MS = freshForMs * 0.95;

function answered(outcome: object, reply: Partial<ReadReply> = {}): Answered {
  return { outcome, call: { askedAt: ASKED_AT }, reply: { ...REPLY, ...reply } } as unknown as Answered;
}

interface Circumstances {
  /** What the store answers when the partition is added to the customer's index; undefined: it fails. */
  readonly isAdded?: boolean | undefined;
  readonly written?: 'written' | 'lost' | 'too-large' | undefined;
  readonly isOurs?: boolean;
  readonly isForPrefetch?: boolean;
  readonly wasCeded?: boolean;
  readonly windows?: typeof DEFAULT_POLICY.windows;
}

/** A store that is up, with these operations. */
function storeOf(operations: object) {
  return { persist: (operation: (store: object) => Promise<unknown>) => operation(operations) };
}

/** A lease that records the operations under it. */
function leaseOf(done: unknown[], written: Circumstances['written'], isOurs: boolean): HeldLease {
  return {
    token: 'token',
    write: async (entry) => {
      done.push(['write', entry]);
      return written;
    },
    end: async (end) => {
      done.push(['end', end]);
      return isOurs;
    },
  };
}

/** Keeps an answer. @returns the result, and the calls to the store and the lease, in order */
async function keep(fetched: Answered, circumstances: Circumstances = {}) {
  const { isAdded, written, isOurs, isForPrefetch, wasCeded, windows }: Circumstances = {
    isAdded: true,
    written: 'written',
    isOurs: true,
    isForPrefetch: false,
    windows: DEFAULT_POLICY.windows,
    ...circumstances,
  };
  const done: unknown[] = [];
  const store = storeOf({
    addToIndex: async (...parameters: readonly unknown[]) => {
      done.push(['index', ...parameters]);
      return isAdded;
    },
  });
  const asked = { key: KEY, store, isForPrefetch } as unknown as KeyedAsked;
  const ports = { clock: new ManualClock(), random: () => 0.5 };
  const policy = { ...DEFAULT_POLICY, windows: windows ?? DEFAULT_POLICY.windows };
  const kept = await keepAnswer(ports, policy, asked, leaseOf(done, written, isOurs ?? true), fetched, wasCeded);
  return { kept, done };
}

const INDEXED = ['index', 'customer', 'partition', ASKED_AT];

describe('an answer that is stored', () => {
  test('a customer: first the index, then the entry, which ends the lease', async () => {
    expect(await keep(answered(FOUND))).toEqual({
      kept: { isStored: true, isEnded: true, lifetimeMs: FOUND_LIFETIME_MS },
      done: [INDEXED, ['write', FOUND_ENTRY]],
    });
  });

  test('"not found": it is in no index, as it has no customer', async () => {
    const entry = {
      kind: 'not-found',
      status: 404,
      body: '{"errors":[]}',
      askedAt: ASKED_AT,
      staleFrom: undefined,
      customer: undefined,
      customerAliases: [],
      freshnessCut: 0,
      expiresAt: ASKED_AT + notFoundFreshForMs,
    };
    // The entry ends the lease: nothing ends it again.
    expect(await keep(answered(NOBODY, { body: '{"errors":[]}' }))).toEqual({
      kept: { isStored: true, isEnded: true, lifetimeMs: notFoundFreshForMs },
      done: [['write', entry]],
    });
  });

  test.each([true, false])('says whether a prefetch asked for it: %s', async (isForPrefetch) => {
    const { done } = await keep(answered(FOUND), { isForPrefetch });
    expect(done.at(-1)).toEqual(['write', isForPrefetch ? { ...FOUND_ENTRY, isPrefetched: true } : FOUND_ENTRY]);
    expect('isPrefetched' in ((done.at(-1) as [string, CacheEntry])[1] satisfies CacheEntry)).toBe(isForPrefetch);
  });
});

describe('an answer that is never stored says why', () => {
  test.each<[string, Answered, windows: typeof NO_NOT_FOUND, endsEntry: boolean]>([
    ['partial', answered({ ...FOUND, isComplete: false }), DEFAULT_POLICY.windows, false],
    ['partial', answered({ ...FOUND, isComplete: false, isMerged: true }), DEFAULT_POLICY.windows, true],
    ['another-customer', answered(FOUND, { isMismatch: true }), DEFAULT_POLICY.windows, false],
    ['no-customer-id', answered(FOUND, NO_CUSTOMER), DEFAULT_POLICY.windows, false],
    ['not-found', answered(NOBODY, NO_CUSTOMER), NO_NOT_FOUND, true],
    ['partial', answered({ ...NOBODY, isComplete: false }, NO_CUSTOMER), DEFAULT_POLICY.windows, true],
    ['refused', answered({ kind: 'refused', status: 400 }, NO_CUSTOMER), DEFAULT_POLICY.windows, true],
  ])('%s: %#', async (why, fetched, windows, isContradicted) => {
    const outcome = { kind: 'not-stored', token: 'token', why };
    expect(await keep(fetched, { windows })).toEqual({
      kept: { isStored: false, isEnded: true, lifetimeMs: undefined, why },
      done: [['end', { outcome, endsEntry: isContradicted }]],
    });
  });

  test('an erased customer: the waiters get the answer, and the old entry is removed', async () => {
    const erased = {
      kind: 'erased',
      token: 'token',
      status: 400,
      body: '{"errors":[]}',
      askedAt: ASKED_AT,
    };
    const fetched = answered({ kind: 'erased', status: 400 }, NO_CUSTOMER);
    for (const isOurs of [true, false]) {
      expect(await keep(fetched, { isOurs })).toEqual({
        kept: { isStored: false, isEnded: isOurs, lifetimeMs: undefined, why: 'refused' },
        done: [['end', { outcome: erased, endsEntry: true }]],
      });
    }
  });
});

describe('an answer that the store does not take', () => {
  const CEDED = { kind: 'ceded', token: 'token' };
  const notStored = (why: string) => ({ kind: 'not-stored', token: 'token', why });
  const WRITTEN = ['write', FOUND_ENTRY];
  test.each<[string, Circumstances, outcome: object, Kept['why'], before: readonly unknown[]]>([
    ['a purge came before the index', { isAdded: false }, notStored('voided'), 'voided', [INDEXED]],
    ['the index fails: one of the waiters takes over', { isAdded: undefined }, CEDED, undefined, [INDEXED]],
    ['the lease is lost, or its fetch is void', { written: 'lost' }, CEDED, 'voided', [INDEXED, WRITTEN]],
    ['the entry is too large', { written: 'too-large' }, notStored('too-large'), 'too-large', [INDEXED, WRITTEN]],
    ['the write fails: one of the waiters takes over', { written: undefined }, CEDED, undefined, [INDEXED, WRITTEN]],
  ])('%s', async (_title, circumstances, outcome, why, before) => {
    for (const isOurs of [true, false]) {
      const kept: Kept = { isStored: false, isEnded: isOurs, lifetimeMs: FOUND_LIFETIME_MS, why };
      const done = [...before, ['end', { outcome, endsEntry: false }]];
      expect(await keep(answered(FOUND), { ...circumstances, isOurs })).toEqual({ kept, done });
    }
  });

  test.each<[string, Circumstances, outcome: object]>([
    ['a purge came before the index', { isAdded: false }, notStored('voided')],
    ['the index fails again', { isAdded: undefined }, notStored('unwritten')],
    ['the lease is lost, or its fetch is void', { written: 'lost' }, CEDED],
    ['the entry is too large', { written: 'too-large' }, notStored('too-large')],
    ['the write fails again', { written: undefined }, notStored('unwritten')],
  ])('and not that of the fetch before either: %s', async (_title, circumstances, outcome) => {
    const { done } = await keep(answered(FOUND), { ...circumstances, wasCeded: true });
    expect(done.at(-1)).toEqual(['end', { outcome, endsEntry: false }]);
  });

  test('and is never stored: the second time too its own reason counts', async () => {
    const { done } = await keep(answered(FOUND, { isMismatch: true }), { wasCeded: true });
    expect(done.at(-1)).toEqual(['end', { outcome: notStored('another-customer'), endsEntry: false }]);
  });

  test('"not found" still ends the old entry', async () => {
    const { kept, done } = await keep(answered(NOBODY), { written: undefined });
    expect(kept).toEqual({ isStored: false, isEnded: true, lifetimeMs: notFoundFreshForMs });
    expect(done.at(-1)).toEqual(['end', { outcome: CEDED, endsEntry: true }]);
  });
});

describe('a fetch that failed', () => {
  const NOW = new ManualClock().now();
  const WITH_ENTRY: StoredItem = { ...EMPTY_ITEM, entry: FOUND_ENTRY, version: 'v' };
  const HELD_BACK = { until: NOW + 10_000, backoffMs: 10_000 };
  const failed = (failure: string) => ({ kind: 'failed', token: 'token', failure, retryAfterMs: 5000 });
  const GIVEN_UP = { kind: 'given-up', token: 'token' };
  const CEDED = { kind: 'ceded', token: 'token' };

  test.each<[LookupPurpose, string, string, StoredItem, LeaseEnd['revalidation'], outcome: object]>([
    ['answer', 'a timeout', 'timeout', WITH_ENTRY, undefined, failed('timeout')],
    ['answer', 'no call left', 'over-budget', WITH_ENTRY, undefined, failed('over-budget')],
    ['answer', 'no call left, and no entry', 'over-budget', EMPTY_ITEM, undefined, failed('over-budget')],
    ['prefetch', 'a timeout', 'timeout', WITH_ENTRY, undefined, failed('timeout')],
    ['prefetch', 'no call left', 'over-budget', WITH_ENTRY, undefined, CEDED],
    ['revalidate', 'a timeout', 'timeout', WITH_ENTRY, HELD_BACK, failed('timeout')],
    ['revalidate', 'a timeout, and no entry', 'timeout', EMPTY_ITEM, undefined, failed('timeout')],
    ['revalidate', 'no call left', 'over-budget', WITH_ENTRY, HELD_BACK, CEDED],
    ['revalidate', 'no call left, and no entry', 'over-budget', EMPTY_ITEM, HELD_BACK, CEDED],
    ['audit', 'a timeout', 'timeout', WITH_ENTRY, HELD_BACK, failed('timeout')],
  ])('%s: %s', async (purpose, _title, failure, item, revalidation, outcome) => {
    const done: unknown[] = [];
    const fetched = { outcome: { kind: 'failed', failure, retryAfterMs: 5000 } } as unknown as Unanswered;
    const asked = { purpose } as unknown as KeyedAsked;
    const ports = { clock: new ManualClock(), revalidator: new RecordingRevalidator() };
    expect(await keepFailure(ports, asked, leaseOf(done, undefined, true), item, fetched)).toBe('not-asked');
    expect([done, ports.revalidator.requests]).toEqual([[['end', { outcome, revalidation }]], []]);
  });

  test.each<[string, StoredItem, isOurs: boolean, mark: object | undefined, 'asked' | 'not-asked']>([
    ['asks for a revalidation', WITH_ENTRY, true, { until: NOW + 10_000, backoffMs: 0 }, 'asked'],
    ['asks for none if the lease was lost', WITH_ENTRY, false, { until: NOW + 10_000, backoffMs: 0 }, 'not-asked'],
    ['asks for none if it is held back', { ...WITH_ENTRY, revalidation: HELD_BACK }, true, undefined, 'not-asked'],
  ])('that is given up for a stale entry %s', async (_title, item, isOurs, revalidation, expected) => {
    const done: unknown[] = [];
    const fetched = { outcome: { kind: 'failed', failure: 'timeout' }, isGivenUp: true } as unknown as Unanswered;
    const asked = { purpose: 'answer' } as unknown as KeyedAsked;
    const ports = { clock: new ManualClock(), revalidator: new RecordingRevalidator() };
    expect(await keepFailure(ports, asked, leaseOf(done, undefined, isOurs), item, fetched)).toBe(expected);
    expect(done).toEqual([['end', { outcome: GIVEN_UP, revalidation }]]);
    expect(ports.revalidator.requests).toHaveLength(expected === 'asked' ? 1 : 0);
  });
});

describe('how a lease ends if its look-up had no right to store', () => {
  const CEDED = { kind: 'ceded', token: 'token' };
  const notStored = (why: string) => ({ kind: 'not-stored', token: 'token', why });
  const erased = { kind: 'erased', token: 'token', status: 400, body: '{"errors":[]}', askedAt: ASKED_AT };
  const notFound = answered(NOBODY, NO_CUSTOMER);

  test.each<[string, Answered, typeof NO_NOT_FOUND, object]>([
    ['a customer', answered(FOUND), NO_NOT_FOUND, { outcome: CEDED, endsEntry: false }],
    ['a survivor', answered({ ...FOUND, isMerged: true }), NO_NOT_FOUND, { outcome: CEDED, endsEntry: true }],
    ['"not found"', notFound, DEFAULT_POLICY.windows, { outcome: CEDED, endsEntry: true }],
    ['"not found", never stored', notFound, NO_NOT_FOUND, { outcome: notStored('not-found'), endsEntry: true }],
    [
      'a refusal',
      answered({ kind: 'refused', status: 400 }, NO_CUSTOMER),
      NO_NOT_FOUND,
      { outcome: notStored('refused'), endsEntry: true },
    ],
    [
      'another customer',
      answered(FOUND, { isMismatch: true }),
      NO_NOT_FOUND,
      { outcome: notStored('another-customer'), endsEntry: false },
    ],
    [
      'an erased customer',
      answered({ kind: 'erased', status: 400 }, NO_CUSTOMER),
      NO_NOT_FOUND,
      { outcome: erased, endsEntry: true },
    ],
  ])('%s', (_title, fetched, windows, expected) => {
    expect(endUnstored({ token: 'token' }, fetched, whyNeverStored(windows, fetched))).toStrictEqual(expected);
  });
});

describe('whether an answer ends the old entry', () => {
  test.each<[string, object, boolean]>([
    ['the customer', FOUND, false],
    ['the survivor of a merger', { ...FOUND, isMerged: true }, true],
    ['"not found"', { kind: 'not-found' }, true],
    ['a refusal', { kind: 'refused' }, true],
    ['an erased customer', { kind: 'erased' }, true],
  ])('%s: %#', (_title, outcome, expected) => {
    expect(endsEntry(answered(outcome))).toBe(expected);
  });
});

describe('what a definite answer ends, for a look-up whose answer does not end a lease', () => {
  const NOT_FOUND = answered(NOBODY, NO_CUSTOMER);
  const REFUSED = answered({ kind: 'refused', status: 400 }, NO_CUSTOMER);
  const MERGED = answered({ ...FOUND, isMerged: true });
  const PARTIAL_MERGED = answered({ ...FOUND, isComplete: false, isMerged: true });
  const LEASE = { token: 'token', until: 5000, durationMs: 2650 };
  const ENTRY = { version: 'version' };
  const ENTRY_AND_FETCH = { ...ENTRY, lease: LEASE };
  const FETCH = ['dropFetch', KEY, LEASE];
  const DROPPED_ENTRY = ['dropEntry', KEY];

  test.each<[string, Answered, Partial<StoredItem> | undefined, isFetchThere: boolean | undefined, unknown[]]>([
    ['a refusal: the entry', REFUSED, ENTRY, true, [DROPPED_ENTRY]],
    ['a refusal: the fetch, with what it stored', REFUSED, { lease: LEASE }, true, [FETCH]],
    ['a refusal: both at once', REFUSED, ENTRY_AND_FETCH, true, [FETCH]],
    ['a refusal, after another fetch began: the entry only', REFUSED, ENTRY_AND_FETCH, false, [FETCH, DROPPED_ENTRY]],
    ['a refusal, if the store fails: the rest is tried', REFUSED, ENTRY_AND_FETCH, undefined, [FETCH, DROPPED_ENTRY]],
    ['a refusal, after another fetch, without an entry: nothing', REFUSED, { lease: LEASE }, false, [FETCH]],
    ['a refusal, of an item that holds neither: nothing', REFUSED, {}, true, []],
    ['a refusal, if no item was seen: nothing', REFUSED, undefined, true, []],
    ['"not found": the entry, and not the fetch', NOT_FOUND, ENTRY_AND_FETCH, true, [DROPPED_ENTRY]],
    ['a merger: the entry, and not the fetch', MERGED, ENTRY_AND_FETCH, true, [DROPPED_ENTRY]],
    ['a merger that is not stored: the same', PARTIAL_MERGED, ENTRY_AND_FETCH, true, [DROPPED_ENTRY]],
    ['a customer: nothing', answered(FOUND), ENTRY_AND_FETCH, true, []],
  ])('%s', async (_title, fetched, seen, isFetchThere, expected) => {
    expect(await endedBy(fetched, seen, { isFetchThere })).toEqual(expected);
  });

  test('"not found" that is never stored: the fetch too', async () => {
    const windows = NO_NOT_FOUND;
    expect(await endedBy(NOT_FOUND, ENTRY_AND_FETCH, { isFetchThere: true, windows })).toEqual([FETCH]);
  });

  test('a look-up that is never stored ends nothing', async () => {
    expect(await endedBy(REFUSED, ENTRY_AND_FETCH, { isFetchThere: true, key: undefined })).toEqual([]);
  });

  /** The removals from the store, in order. */
  async function endedBy(
    fetched: Answered,
    seen: Partial<StoredItem> | undefined,
    options: { isFetchThere: boolean | undefined; windows?: typeof NO_NOT_FOUND; key?: typeof KEY | undefined },
  ): Promise<unknown[]> {
    const { isFetchThere, windows, key } = { windows: DEFAULT_POLICY.windows, key: KEY, ...options };
    const done: unknown[] = [];
    const store = storeOf({
      dropFetch: async (...parameters: readonly unknown[]) => {
        done.push(['dropFetch', ...parameters]);
        return isFetchThere;
      },
      dropEntry: async (of: unknown, item: unknown) => {
        expect(item).toBe(seenItem);
        done.push(['dropEntry', of]);
      },
    });
    const seenItem = seen && { ...EMPTY_ITEM, ...seen };
    await endContradicted({ windows }, { key, store } as unknown as Asked, seenItem, fetched);
    return done;
  }
});
