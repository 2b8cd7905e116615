import { describe, expect, test } from '@jest/globals';
import {
  collapsed,
  erasedAsHolder,
  failedAsHolder,
  forwarded,
  hit,
  notCached,
  pending,
  type Revalidation,
  standIn,
  timedOut,
} from '../../../functions/lookup/answers.ts';
import type { Asked } from '../../../functions/lookup/asked.ts';
import type { CacheEntry, NotStoredReason } from '../../../functions/lookup/entry.ts';
import type { Decision, Servable } from '../../../functions/lookup/freshness.ts';
import type { LookupPurpose } from '../../../functions/lookup/lookup-policy.ts';

const ENTRY = {
  kind: 'found',
  status: 200,
  body: '{"id":1}',
  packed: undefined,
  customer: 'hash',
  customerAliases: ['older hash'],
} as unknown as CacheEntry;
const SERVABLE: Servable = { entry: ENTRY, ageMs: 5, ttlMs: 7 };
const REPLY = {
  kind: 'found',
  status: 200,
  body: '{"id":1}',
  ageMs: 5,
  ttlMs: 7,
  customer: 'hash',
  customerAliases: ['older hash'],
};
/** The members of a result if nothing special happened. */
const PLAIN = {
  joined: undefined,
  upstreamCall: undefined,
  maskedFailure: undefined,
  storeFailure: undefined,
  isIdentityMismatch: false,
  isRevalidationAsked: false,
  isRevalidationLost: false,
};
const MISS = { status: 'forward', reason: 'miss', isStored: false };

const asked = (purpose: LookupPurpose = 'answer', store: object = {}) =>
  ({ purpose, store: { failure: undefined, isBypassed: false, ...store } }) as unknown as Asked;
const hitOf = (detail?: string) =>
  ({ use: 'hit', detail, ...SERVABLE }) as unknown as Extract<Decision, { use: 'hit' }>;

describe('an answer from the cache', () => {
  test.each([undefined, 'stale-while-revalidate', 'max-stale'])(
    'is the entry, and says why it is stale: %s',
    (detail) => {
      expect(hit(asked(), hitOf(detail))).toEqual({ ...PLAIN, answer: REPLY, cache: { status: 'hit', detail } });
    },
  );

  test.each<[Revalidation, object]>([
    ['not-asked', {}],
    ['asked', { isRevalidationAsked: true }],
    ['lost', { isRevalidationLost: true }],
  ])('says how its revalidation was handled: %s', (revalidation, told) => {
    expect(hit(asked(), hitOf(), revalidation)).toMatchObject({ ...PLAIN, ...told });
  });

  test("carries the store's failure", () => {
    expect(hit(asked('answer', { failure: 'TimeoutError' }), hitOf()).storeFailure).toBe('TimeoutError');
  });

  test('stands in for an upstream that failed, with the call and the failure', () => {
    const call = { askedAt: 1, durationMs: 2, attempts: 3, status: undefined, requestId: undefined };
    const cache = { status: 'hit', detail: 'stale-if-error' };
    expect(standIn(asked(), SERVABLE, { call, failure: { kind: 'failed', failure: 'connection' } })).toEqual({
      ...PLAIN,
      answer: REPLY,
      cache,
      upstreamCall: call,
      maskedFailure: 'connection',
    });
    expect(standIn(asked(), SERVABLE)).toEqual({ ...PLAIN, answer: REPLY, cache });
    expect(standIn(asked(), SERVABLE, { revalidation: 'asked' }).isRevalidationAsked).toBe(true);
  });

  test('does not exist if the caller wants only the cache and the cache has none, or is not used', () => {
    expect(notCached(asked(), 'miss')).toEqual({ ...PLAIN, answer: { kind: 'not-cached' }, cache: MISS });
    const bypassed = asked('answer', { isBypassed: true });
    expect(notCached(bypassed, 'miss').cache).toEqual({ ...MISS, reason: 'bypass' });
  });
});

describe('a prefetch that finds an entry', () => {
  test('has nothing to fetch if it is fresh', () => {
    expect(hit(asked('prefetch'), hitOf())).toEqual({
      ...PLAIN,
      answer: { kind: 'pending', isPrefetch: true, ttlMs: 7 },
      cache: { status: 'hit', detail: undefined },
    });
  });

  test('is pending if a newer one was requested', () => {
    expect(hit(asked('prefetch'), hitOf('stale-while-revalidate'), 'asked')).toEqual({
      ...PLAIN,
      answer: { kind: 'pending', isPrefetch: true },
      cache: { ...MISS, reason: 'stale' },
      isRevalidationAsked: true,
    });
  });

  test('answers with the entry if no newer one could be requested', () => {
    expect(hit(asked('prefetch'), hitOf('stale-while-revalidate'), 'lost')).toMatchObject({
      answer: REPLY,
      isRevalidationLost: true,
    });
  });
});

describe("an answer of another look-up's fetch", () => {
  const cache = { status: 'collapsed', reason: 'miss' };

  test('is its entry', () => {
    expect(collapsed(asked(), SERVABLE, 'miss')).toEqual({ ...PLAIN, answer: REPLY, cache });
  });

  test('is its failure, with the time to come back if the upstream gave one', () => {
    const told = { kind: 'failed', failure: 'throttled' };
    expect(failedAsHolder(asked(), { failure: 'throttled', retryAfterMs: 9 }, 'miss')).toStrictEqual({
      ...PLAIN,
      answer: { ...told, retryAfterMs: 9 },
      cache,
    });
    expect(failedAsHolder(asked(), { failure: 'throttled', retryAfterMs: undefined }, 'miss')).toStrictEqual({
      ...PLAIN,
      answer: told,
      cache,
    });
  });

  test('is that the customer was erased: never fresh, and about no customer', () => {
    expect(erasedAsHolder(asked(), { status: 404, body: '{"errors":[]}', ageMs: 3 }, 'miss')).toEqual({
      ...PLAIN,
      answer: {
        kind: 'erased',
        status: 404,
        body: '{"errors":[]}',
        ageMs: 3,
        ttlMs: 0,
        customer: undefined,
        customerAliases: [],
      },
      cache,
    });
  });

  test('is a timeout if none came', () => {
    expect(timedOut(asked(), 'miss')).toEqual({ ...PLAIN, answer: { kind: 'failed', failure: 'timeout' }, cache });
  });
});

describe('a look-up that goes forward', () => {
  test.each<[LookupPurpose, boolean]>([
    ['answer', false],
    ['prefetch', true],
  ])('is pending if its caller waits no longer, and says whether it was a prefetch: %s', (purpose, isPrefetch) => {
    expect(pending(asked(purpose), 'miss', 'asked')).toEqual({
      ...PLAIN,
      isRevalidationAsked: true,
      answer: { kind: 'pending', isPrefetch },
      cache: MISS,
    });
  });

  test.each([true, false])("has the upstream's answer, and says whether it is stored: %p", (isStored) => {
    const parts = { answer: { kind: 'failed', failure: 'timeout' }, upstreamCall: undefined } as const;
    expect(forwarded(asked(), { ...parts, isIdentityMismatch: true }, 'bypass', isStored)).toEqual({
      ...PLAIN,
      isIdentityMismatch: true,
      answer: parts.answer,
      cache: { status: 'forward', reason: 'bypass', isStored },
    });
  });

  test('says why the answer is not stored, if it is known', () => {
    const parts = { answer: { kind: 'failed', failure: 'timeout' }, isIdentityMismatch: false } as const;
    const ended = (why?: NotStoredReason) =>
      forwarded(asked(), { ...parts, upstreamCall: undefined }, 'miss', false, why);
    expect(ended('partial').cache).toEqual({
      status: 'forward',
      reason: 'miss',
      isStored: false,
      notStored: 'partial',
    });
    expect(ended().cache).not.toHaveProperty('notStored');
  });
});
