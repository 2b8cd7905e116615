import { describe, expect, test } from '@jest/globals';
import { readV1Request } from '../../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { readDirectives } from '../../../functions/lookup/directives.ts';
import { lookupDeadlineMs } from '../../../functions/lookup/fleet.ts';
import type { LookupWishes } from '../../../functions/lookup/lookup-policy.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import { DEFAULT_POLICY, type FleetOptions, startFleet } from '../../support/fleet.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found, foundByV1 } from '../../support/scripted-upstream.ts';

// A joined look-up of a customer that was merged, while one half is still in the cache.

const HALVES = ['v2', 'v1.1'] as const;
type Half = (typeof HALVES)[number];

/** What v2 and v1.1 say of a customer. */
const of = (id: string, changes = {}) => ({
  v2: found(`{"id":${id},"profiles":[{"firstName":"Name of ${id}"}]}`, changes),
  'v1.1': foundByV1(`{"user_id":"${id}","coupons":{"coupon":[{"code":"COUPON-${id}"}]}}`, changes),
});
const FORMER = of('7');
const SURVIVOR = of('8', { isMerged: true });
const PROFILE_OF_SURVIVOR = { id: 8, profiles: [{ firstName: 'Name of 8' }], coupons: [{ code: 'COUPON-8' }] };

async function start(options: FleetOptions = {}) {
  const fleet = startFleet(options);
  const { upstream, store } = fleet;
  const v2 = await readV2Request(
    Object.entries({ source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' }),
    DEFAULT_READING,
  );
  const joined = await readV2Request(
    Object.entries({ source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1', embed: 'coupons' }),
    DEFAULT_READING,
  );
  const v1 = await readV1Request(
    Object.entries({ external_id: 'MP1', coupon_order_by: 'created_date' }),
    undefined,
    DEFAULT_READING,
  );
  Object.assign(upstream.outcomeOf, FORMER);
  return {
    ...fleet,
    /** A look-up by one API alone stores this half. */
    store: (half: Half) => fleet.customerLookup(half === 'v2' ? v2 : v1, readDirectives(undefined)),
    joined: (cacheControl?: string, wishes: LookupWishes = {}) =>
      fleet.customerLookup(joined, readDirectives(cacheControl), wishes),
    merge: () => Object.assign(upstream.outcomeOf, SURVIVOR),
    /** The APIs that were asked since the last time. */
    asked: () => upstream.requests.splice(0).map(({ api }) => api),
    calls: () => store.calls.splice(0),
    stored: () => store.entries.map(({ body }) => body),
  };
}

function bodyOf({ answer }: LookupResult) {
  return 'body' in answer ? JSON.parse(answer.body) : answer;
}

describe.each(HALVES)('a half of %s from the cache, if the other half was merged into another customer', (cached) => {
  const fetched = cached === 'v2' ? 'v1.1' : 'v2';

  test('is looked up once more: the caller gets the survivor, and never the former customer', async () => {
    const { store, joined, merge, asked, stored } = await start();
    await store(cached);
    merge();
    asked();
    const result = await joined();
    expect(asked()).toEqual([fetched, cached]);
    expect(bodyOf(result)).toEqual(PROFILE_OF_SURVIVOR);
    expect(result).toMatchObject({ joined: 'joined', cache: { status: 'forward', isStored: true } });
    expect(stored()).toHaveLength(2);
    expect(stored().join()).not.toContain('7');
    expect(bodyOf(await joined())).toEqual(PROFILE_OF_SURVIVOR);
    expect(asked()).toEqual([]);
  });

  test('is looked up once more by a crowd: one call for each half, and all get the survivor', async () => {
    const { store, joined, merge, upstream, clock, asked } = await start();
    await store(cached);
    await clock.run(60_000);
    merge();
    asked();
    upstream.takesMs = 90;
    const crowd = Promise.all(Array.from({ length: 40 }, () => joined()));
    await clock.run(2000);
    expect((await crowd).map(bodyOf)).toEqual(Array(40).fill(PROFILE_OF_SURVIVOR));
    expect(asked()).toEqual([fetched, cached]);
  });

  test('is not looked up for only-if-cached', async () => {
    const { store, joined, merge, asked } = await start();
    await store(cached);
    merge();
    asked();
    await joined('only-if-cached');
    expect(asked()).toEqual([]);
  });

  test('is looked up once more by the same deadline', async () => {
    const { store, joined, merge, upstream, clock } = await start();
    await store(cached);
    merge();
    upstream.takesMsOf[fetched] = DEFAULT_POLICY.leaseMs - DEFAULT_POLICY.storeTimeoutMs;
    upstream.takesMsOf[cached] = upstream.takesMsOf[fetched];
    const startedAt = clock.monotonicNow();
    let result: LookupResult | undefined;
    void joined().then((each) => {
      result = each;
    });
    const deadlineMs = lookupDeadlineMs({
      upstreamTimeoutMs: DEFAULT_POLICY.leaseMs - DEFAULT_POLICY.storeTimeoutMs,
      storeTimeoutMs: DEFAULT_POLICY.storeTimeoutMs,
    });
    await clock.run(deadlineMs);
    expect(result && bodyOf(result)).toEqual(PROFILE_OF_SURVIVOR);
    expect(clock.monotonicNow() - startedAt).toBe(deadlineMs);
  });

  test('is not looked up once more if there is no time for a fetch', async () => {
    const { store, joined, merge, upstream, clock, asked } = await start();
    await store(cached);
    merge();
    asked();
    upstream.takesMsOf[fetched] = DEFAULT_POLICY.leaseMs + 1;
    const answered = joined();
    await clock.run(DEFAULT_POLICY.leaseMs + 1);
    expect((await answered).joined).toBe('mismatch');
    expect(asked()).toEqual([fetched]);
  });

  test('is looked up once more although the caller prefers a short wait, as after max-age', async () => {
    const { store, joined, merge, upstream, clock, asked } = await start();
    await store(cached);
    await clock.run(60_000);
    merge();
    asked();
    upstream.takesMs = 90;
    // Another look-up fetches, and this one waits for it.
    const other = store(fetched);
    const answered = joined(undefined, { waitMs: 150 });
    await clock.run(180);
    expect(bodyOf(await answered)).toEqual(PROFILE_OF_SURVIVOR);
    expect(asked()).toEqual([fetched, cached]);
    await other;
  });
});

describe('a half is not looked up once more', () => {
  test('if both halves are hits: no answer is newer', async () => {
    const { store, joined, calls, upstream } = await start();
    await store('v2');
    Object.assign(upstream.outcomeOf, of('8'));
    await store('v1.1');
    calls();
    expect((await joined()).joined).toBe('mismatch');
    expect(calls()).toEqual(['readAll']);
  });

  test('if both halves are of one customer', async () => {
    const { store, joined, calls } = await start();
    await store('v2');
    calls();
    expect((await joined()).joined).toBe('joined');
    expect(calls().filter((call) => call === 'read')).toEqual([]);
  });

  test.each(HALVES)('if %s gives no customer', async (half) => {
    const { store, joined, upstream, asked } = await start();
    await store(half === 'v2' ? 'v1.1' : 'v2');
    asked();
    upstream.outcomeOf[half] = { kind: 'failed', failure: 'server-error' };
    await joined();
    expect(asked()).toEqual([half]);
  });
});

test.each(HALVES)(
  'an identifier that moved to another customer: %s in the cache is asked for again',
  async (cached) => {
    const { store, joined, clock, upstream, asked } = await start();
    await store(cached);
    await clock.run(60_000);
    asked();
    Object.assign(upstream.outcomeOf, of('8'));
    expect(bodyOf(await joined())).toEqual(PROFILE_OF_SURVIVOR);
    expect(asked()).toEqual([cached === 'v2' ? 'v1.1' : 'v2', cached]);
  },
);

describe('two APIs that have two customers for one identifier', () => {
  test.each(HALVES)('%s in the cache is asked for once more, and not by the next look-up', async (cached) => {
    const { store, joined, clock, upstream, asked } = await start();
    upstream.outcomeOf['v1.1'] = of('8')['v1.1'];
    await store(cached);
    await clock.run(60_000);
    asked();
    expect((await joined()).joined).toBe('mismatch');
    expect(asked()).toEqual([cached === 'v2' ? 'v1.1' : 'v2', cached]);
    const next = await joined();
    expect(next).toMatchObject({ joined: 'mismatch', cache: { status: 'hit' } });
    expect(bodyOf(next).id).toBe(7);
    expect(asked()).toEqual([]);
  });

  test.each([90, 1900])('a crowd asks each API once, also if v2 takes %d ms', async (takesMs) => {
    const { store, joined, clock, upstream, asked } = await start();
    upstream.outcomeOf['v1.1'] = of('8')['v1.1'];
    await store('v2');
    await clock.run(60_000);
    asked();
    Object.assign(upstream.takesMsOf, { v2: takesMs, 'v1.1': 90 });
    const crowd = Promise.all(Array.from({ length: 40 }, () => joined()));
    await clock.run(4000);
    expect(new Set((await crowd).map(({ joined }) => joined))).toEqual(new Set(['mismatch']));
    expect(asked()).toEqual(['v1.1', 'v2']);
  });

  test('an entry as new as the other half is not asked for again', async () => {
    const { store, joined, clock, upstream, asked } = await start();
    upstream.outcomeOf['v1.1'] = of('8')['v1.1'];
    await store('v2');
    await clock.run(DEFAULT_POLICY.leaseMs);
    asked();
    await joined();
    expect(asked()).toEqual(['v1.1']);
  });
});
