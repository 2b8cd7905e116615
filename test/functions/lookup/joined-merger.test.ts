import { describe, expect, test } from '@jest/globals';
import { readV1Request } from '../../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { createCustomerLookup } from '../../../functions/lookup/customer-lookup.ts';
import { readDirectives } from '../../../functions/lookup/directives.ts';
import { lookupDeadlineMs } from '../../../functions/lookup/fleet.ts';
import type { Lookup } from '../../../functions/lookup/lookup-policy.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { settle } from '../../support/manual-clock.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found, foundByV1, said, saidByV1 } from '../../support/scripted-upstream.ts';

// A joined look-up of a customer that was merged, while one half is still in the cache.

const { leaseMs, storeTimeoutMs, windows } = DEFAULT_POLICY;
const upstreamTimeoutMs = leaseMs - storeTimeoutMs;
const HALVES = ['v2', 'v1.1'] as const;
type Half = (typeof HALVES)[number];

/** The answers of both APIs about a customer. */
const of = (id: string, changes = {}) => ({
  v2: found(`{"id":${id},"profiles":[{"firstName":"Name of ${id}"}]}`, changes),
  'v1.1': foundByV1(`{"user_id":"${id}","coupons":{"coupon":[{"code":"COUPON-${id}"}]}}`, changes),
});
const SURVIVOR = { id: 8, profiles: [{ firstName: 'Name of 8' }], coupons: [{ code: 'COUPON-8' }] };

async function start() {
  const fleet = startFleet();
  const { upstream, store } = fleet;
  const customer = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
  const v2 = await readV2Request(Object.entries(customer), DEFAULT_READING);
  const joined = await readV2Request(Object.entries({ ...customer, embed: 'coupons' }), DEFAULT_READING);
  const parameters = Object.entries({ external_id: 'MP1', coupon_order_by: 'created_date' });
  const v1 = await readV1Request(parameters, undefined, DEFAULT_READING);
  Object.assign(upstream.outcomeOf, of('7'));
  return {
    ...fleet,
    /** The joined look-up. */
    request: joined,
    /** A look-up by one API alone stores this half. */
    keep: (half: Half) => fleet.customerLookup(half === 'v2' ? v2 : v1, readDirectives(undefined)),
    joined: (cacheControl?: string) => fleet.customerLookup(joined, readDirectives(cacheControl)),
    merge: () => Object.assign(upstream.outcomeOf, of('8', { isMerged: true })),
    /** The survivor has an entry under another identifier. */
    keepSurvivor: async () => {
      const other = await readV2Request(Object.entries({ ...customer, identifierValue: 'MP8' }), DEFAULT_READING);
      upstream.outcomeOf.v2 = of('8').v2;
      await fleet.customerLookup(other, readDirectives(undefined));
    },
    /** The APIs that were asked since the last time. */
    asked: () => upstream.requests.splice(0).map(({ api }) => api),
    /** The calls of the store since the last time. */
    calls: () => store.calls.splice(0),
  };
}

function bodyOf({ answer }: LookupResult) {
  return 'body' in answer ? JSON.parse(answer.body) : answer;
}

describe.each(HALVES)('a half of %s from the cache, if the other half says that the customer was merged', (cached) => {
  const fetched = cached === 'v2' ? 'v1.1' : 'v2';

  test('is looked up once more: the caller gets the survivor, and not the former customer', async () => {
    const { keep, joined, merge, asked, store } = await start();
    await keep(cached);
    merge();
    asked();
    const result = await joined();
    expect(asked()).toEqual([fetched, cached]);
    expect(bodyOf(result)).toEqual(SURVIVOR);
    expect(result).toMatchObject({ joined: 'joined', cache: { status: 'forward', reason: 'miss', isStored: true } });
    expect(store.entries.map(({ body }) => body).filter((body) => body.includes('7'))).toEqual([]);
    expect(await joined()).toMatchObject({ joined: 'joined', cache: { status: 'hit' } });
    expect(asked()).toEqual([]);
  });

  test('is looked up once more if it was stale, and the revalidation that it asked for counts', async () => {
    const { keep, joined, merge, clock, revalidator } = await start();
    await keep(cached);
    await clock.run(windows.freshForMs + 1);
    merge();
    const result = await joined();
    expect(bodyOf(result)).toEqual(SURVIVOR);
    expect(result).toMatchObject({ isRevalidationAsked: true, isRevalidationLost: false });
    expect(revalidator.requests).toHaveLength(1);
  });

  test('is looked up once more if it was stale, and the revalidation that it lost counts', async () => {
    const { keep, joined, merge, clock, revalidator } = await start();
    await keep(cached);
    await clock.run(windows.freshForMs + 1);
    merge();
    revalidator.isReached = false;
    const result = await joined();
    expect(result).toMatchObject({ joined: 'joined', isRevalidationAsked: false, isRevalidationLost: true });
  });

  test('may say then that the survivor was erased: nothing of the survivor stays', async () => {
    const { keep, joined, upstream, store, keepSurvivor } = await start();
    await keep(cached);
    await keepSurvivor();
    // It is not stored, so no entry names the survivor.
    Object.assign(upstream.outcomeOf, of('8', { isMerged: true, isComplete: false }));
    upstream.outcomeOf[cached] = cached === 'v2' ? said('erased', 8063) : saidByV1('erased', 8063);
    expect((await joined()).answer.kind).toBe('erased');
    expect(store.entries).toEqual([]);
  });

  test('is looked up once more after the other: the time of both calls counts', async () => {
    const { keep, joined, merge, upstream, clock } = await start();
    await keep(cached);
    merge();
    upstream.takesMs = 90;
    const answered = joined();
    await clock.run(180);
    expect((await answered).upstreamCall).toMatchObject({ durationMs: 180, attempts: 2 });
  });

  test('is looked up once more by the same deadline', async () => {
    const { keep, joined, merge, upstream, clock } = await start();
    await keep(cached);
    merge();
    upstream.takesMs = upstreamTimeoutMs;
    const answered = joined();
    await clock.run(lookupDeadlineMs({ upstreamTimeoutMs, storeTimeoutMs }));
    expect(bodyOf(await answered)).toEqual(SURVIVOR);
  });

  test('is looked up once more without the store if the store failed for the other half', async () => {
    const { keep, joined, merge, calls, store, asked } = await start();
    await keep(cached);
    merge();
    asked();
    calls();
    store.failing.add('takeLease').add('read');
    const result = await joined();
    expect(bodyOf(result)).toEqual(SURVIVOR);
    expect(result).toMatchObject({ cache: { isStored: false }, storeFailure: 'TimeoutError' });
    expect(asked()).toEqual([fetched, cached]);
    // After the failure only the lease is ended: the store may hold it.
    expect(calls().filter((call) => call !== 'readPause')).toEqual(['readAll', 'takeLease', 'endLease']);
  });

  test('is not looked up once more if there is no time for a fetch', async () => {
    const { keep, joined, merge, upstream, clock, asked } = await start();
    await keep(cached);
    merge();
    asked();
    upstream.takesMsOf[fetched] = leaseMs + 1;
    const answered = joined();
    await clock.run(leaseMs + 1);
    expect((await answered).joined).toBe('mismatch');
    expect(asked()).toEqual([fetched]);
  });
});

describe('the second look-up of a half', () => {
  /** The look-ups that a joined look-up makes, of which each takes 10 ms: v2 is a hit, and v1.1 has another customer. */
  async function lookupsOf(cacheControl: string | undefined, waitMs: number) {
    const { keep, clock, upstream, request, readTogether } = await start();
    await keep('v2');
    const former = await keep('v2');
    Object.assign(upstream.outcomeOf, of('8'));
    const survivor = await keep('v1.1');
    const made: Parameters<Lookup>[] = [];
    const lookup: Lookup = async (...given) => {
      made.push(given);
      await clock.sleep(10);
      return given[0].api === 'v2' ? former : survivor;
    };
    const customerLookup = createCustomerLookup(lookup, readTogether, { store: undefined, clock }, DEFAULT_POLICY);
    const startedAt = clock.monotonicNow();
    const answered = customerLookup(request, readDirectives(cacheControl), { waitMs });
    await clock.run(20);
    await answered;
    return { made, request: request.request, startedAt };
  }

  test('has the start, the directives and the wishes of the first', async () => {
    const { made, request, startedAt } = await lookupsOf('max-age=60', 150);
    expect(made).toHaveLength(3);
    const directives = readDirectives('max-age=60');
    expect(made[2]).toEqual([request, directives, 'answer', undefined, { waitMs: 150, startedAt }]);
  });

  test.each([
    ['now', 0, 100],
    ['60 ms ago', 60, 40],
  ])('counts the wait from the start that it has: %s', async (_when, agoMs, leftMs) => {
    const { ask, clock, upstream } = startFleet();
    upstream.takesMs = 1000;
    const fetching = ask();
    await settle();
    const wishes = { waitMs: 100, startedAt: clock.monotonicNow() - agoMs };
    let result: LookupResult | undefined;
    void ask({}, {}, DEFAULT_READING, 'answer', wishes).then((each) => {
      result = each;
    });
    await clock.run(leftMs - 1);
    expect(result).toBeUndefined();
    await clock.run(1);
    expect(result?.answer).toMatchObject({ kind: 'pending' });
    await clock.run(1000);
    await fetching;
  });

  test.each([
    [150, 3],
    [10, 3],
    [9, 2],
  ])('is made within the wait of the caller: %d ms, %d look-ups', async (waitMs, count) => {
    expect((await lookupsOf(undefined, waitMs)).made).toHaveLength(count);
  });
});

describe('a half is not looked up once more', () => {
  const second = (calls: readonly string[]) => calls.filter((call) => call === 'read');

  test('if both halves are hits: no answer is newer', async () => {
    const { keep, joined, calls, upstream } = await start();
    await keep('v2');
    Object.assign(upstream.outcomeOf, of('8'));
    await keep('v1.1');
    calls();
    expect((await joined()).joined).toBe('mismatch');
    expect(calls()).toEqual(['readAll']);
  });

  test.each(HALVES)('if %s is a hit because the upstream failed: another call would fail too', async (cached) => {
    const { keep, joined, upstream, clock, asked } = await start();
    await keep(cached);
    await clock.run(windows.freshForMs + windows.staleWhileRevalidateMs + 1);
    asked();
    Object.assign(upstream.outcomeOf, of('8'), { [cached]: { kind: 'failed', failure: 'server-error' } });
    expect((await joined()).joined).toBe('mismatch');
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
  });

  test.each(HALVES)('if %s is a hit, and the other half because the upstream failed', async (cached) => {
    const { keep, joined, upstream, clock, calls } = await start();
    const other = cached === 'v2' ? 'v1.1' : 'v2';
    await keep(other);
    await clock.run(windows.freshForMs + windows.staleWhileRevalidateMs + 1);
    Object.assign(upstream.outcomeOf, of('8'), { [other]: { kind: 'failed', failure: 'server-error' } });
    await keep(cached);
    calls();
    expect((await joined()).joined).toBe('mismatch');
    expect(second(calls())).toEqual([]);
  });

  test('if both halves are fetched', async () => {
    const { joined, upstream, calls, asked } = await start();
    upstream.outcomeOf.v2 = of('8').v2;
    expect((await joined()).joined).toBe('mismatch');
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
    expect(second(calls())).toEqual([]);
  });

  test.each(HALVES)('if %s and the other half are of one customer', async (cached) => {
    const { keep, joined, calls } = await start();
    await keep(cached);
    calls();
    expect((await joined()).joined).toBe('joined');
    expect(second(calls())).toEqual([]);
  });

  test.each(HALVES)('if the answer of %s names no customer', async (fetched) => {
    const { keep, joined, upstream, calls } = await start();
    await keep(fetched === 'v2' ? 'v1.1' : 'v2');
    calls();
    Object.assign(upstream.outcomeOf, of('8', { customerId: undefined }));
    expect((await joined()).joined).toBe('mismatch');
    expect(second(calls())).toEqual([]);
  });

  test.each([
    ['fails', { kind: 'failed', failure: 'server-error' }],
    ['does not know the customer', saidByV1('not-found', 1012)],
  ] as const)('if v1.1 %s', async (_case, outcome) => {
    const { keep, joined, upstream, calls } = await start();
    await keep('v2');
    calls();
    upstream.outcomeOf['v1.1'] = outcome;
    expect((await joined()).joined).toBe('v1.1-missing');
    expect(second(calls())).toEqual([]);
  });
});

test.each(HALVES)(
  'two APIs with two customers: %s stays in the cache, for one more read and no call',
  async (cached) => {
    const { keep, joined, upstream, asked, calls } = await start();
    await keep(cached);
    asked();
    calls();
    Object.assign(upstream.outcomeOf, of('8'));
    const result = await joined();
    expect(asked()).toEqual([cached === 'v2' ? 'v1.1' : 'v2']);
    expect(calls().filter((call) => call === 'read')).toHaveLength(1);
    expect(result).toMatchObject({ joined: 'mismatch', isRevalidationAsked: false, isRevalidationLost: false });
    expect(bodyOf(result).id).toBe(cached === 'v2' ? 7 : 8);
  },
);
