import { describe, expect, test } from '@jest/globals';
import { readLookupPayload } from '../../../functions/batch/lookup-payload.ts';
import { customerHash } from '../../../functions/customer/request/cache-key.ts';
import type { CanonicalRequest, Parameter } from '../../../functions/customer/request/canonical-request.ts';
import type { RequestReading } from '../../../functions/customer/request/reading.ts';
import { respell } from '../../../functions/customer/request/respelling.ts';
import { readV1Request } from '../../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { createCustomerLookup } from '../../../functions/lookup/customer-lookup.ts';
import { NO_DIRECTIVES, readDirectives } from '../../../functions/lookup/directives.ts';
import { EMPTY_ITEM } from '../../../functions/lookup/entry.ts';
import { lookupDeadlineMs, MIN_VOIDING_MS } from '../../../functions/lookup/fleet.ts';
import { createInvalidation } from '../../../functions/lookup/invalidation.ts';
import type { Lookup } from '../../../functions/lookup/lookup-policy.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Clock, InvalidationStore } from '../../../functions/lookup/ports.ts';
import { DEFAULT_POLICY, type FleetOptions, startFleet } from '../../support/fleet.ts';
import { settle } from '../../support/manual-clock.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found, foundByV1, said, saidByV1 } from '../../support/scripted-upstream.ts';

// A look-up of v2 that sections of v1.1 join: two halves, each with its own entry.

const PROFILE = { id: 7, profiles: [{ firstName: 'A' }] };
const COUPONS = [{ code: '0012', redeemed: false }];
const MISSING = [expect.objectContaining({ code: 'missing_sections', message: expect.stringContaining('coupons') })];
const CUSTOMER = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
const DUAL: RequestReading = { ...DEFAULT_READING, primaryIdentifier: 'mobile' };

type Query = Readonly<Record<string, string>>;

function start(options: FleetOptions & { readonly reading?: RequestReading } = {}) {
  const { reading = DEFAULT_READING } = options;
  const fleet = startFleet(options);
  const { upstream, store } = fleet;
  upstream.outcomeOf.v2 = found('{"id":7,"profiles":[{"firstName":"A"}]}');
  upstream.outcomeOf['v1.1'] = foundByV1('{"user_id":"7","coupons":{"coupon":[{"code":"0012","redeemed":"false"}]}}');

  /** By v2 alone. */
  const plain = async (query: Query = {}, cacheControl?: string) => {
    const asked = await readV2Request(Object.entries({ ...CUSTOMER, ...query }), reading);
    return fleet.customerLookup(asked, readDirectives(cacheControl));
  };
  const joined = (query: Query = {}, cacheControl?: string) => plain({ embed: 'coupons', ...query }, cacheControl);
  /** By v1.1 alone, as any caller of it asks. */
  const byV1 = async (cacheControl?: string, parameters: Query = {}) => {
    const all = Object.entries({ external_id: 'MP1', coupon_order_by: 'created_date', ...parameters });
    return fleet.customerLookup(await readV1Request(all, undefined, reading), readDirectives(cacheControl));
  };
  /** The requests to the upstream since the last time. */
  let seen = 0;
  const asked = () => {
    const apis = upstream.requests.slice(seen).map(({ api }) => api);
    seen = upstream.requests.length;
    return apis;
  };
  /** The requests to the store since the last time. */
  const calls = () => store.calls.splice(0);
  return { ...fleet, plain, joined, byV1, asked, calls };
}

function bodyOf({ answer }: LookupResult) {
  return 'body' in answer ? JSON.parse(answer.body) : answer;
}

const HIT = { status: 'hit', detail: undefined };
const STORED = { status: 'forward', reason: 'miss', isStored: true };
const NOT_STORED = { status: 'forward', reason: 'miss', isStored: false };

describe('a joined miss', () => {
  test('is one reply from both APIs; each half is stored by itself, and the reply is never stored', async () => {
    const { joined, asked, store } = start();
    const result = await joined();
    expect(result).toMatchObject({ answer: { kind: 'found', ageMs: 0, ttlMs: 300_000 }, cache: STORED });
    expect(result.joined).toBe('joined');
    expect(bodyOf(result)).toEqual({ ...PROFILE, coupons: COUPONS });
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
    const bodies = store.entries.map(({ body }) => JSON.parse(body));
    expect(bodies).toHaveLength(2);
    expect(bodies).toContainEqual(PROFILE);
    expect(bodies.filter((body) => 'coupons' in body)).toEqual([]);
  });

  test('starts both calls at once, and takes as long as the longer one', async () => {
    const { joined, upstream, clock } = start();
    upstream.takesMsOf.v2 = 500;
    upstream.takesMsOf['v1.1'] = 800;
    const answered = joined();
    await settle();
    expect(upstream.requests.map(({ api }) => api).sort()).toEqual(['v1.1', 'v2']);
    let isAnswered = false;
    void answered.then(() => {
      isAnswered = true;
    });
    await clock.run(799);
    expect(isAnswered).toBe(false);
    await clock.run(1);
    expect((await answered).upstreamCall).toMatchObject({ attempts: 2, durationMs: 800 });
  });

  test('leaves a hit for a look-up of v2 alone, and for the same look-up of v1.1', async () => {
    const { joined, plain, byV1, asked } = start();
    await joined();
    asked();
    expect(await plain()).toMatchObject({ cache: HIT, joined: undefined });
    expect(bodyOf(await plain())).toEqual(PROFILE);
    expect((await byV1()).cache).toEqual(HIT);
    expect(asked()).toEqual([]);
  });

  test.each(['plain', 'byV1'] as const)('asks only for the half that %s did not leave', async (before) => {
    const fleet = start();
    await fleet[before]();
    const [known] = fleet.asked();
    const result = await fleet.joined();
    expect(fleet.asked()).toEqual([known === 'v2' ? 'v1.1' : 'v2']);
    expect(result).toMatchObject({ joined: 'joined', cache: STORED });
  });

  test('shares its v2 half with look-ups of v2 alone, and its v1.1 half with every order of embed', async () => {
    const { joined, plain, asked } = start();
    await joined({ embed: 'points,coupons,slabHistory' });
    expect(asked()).toHaveLength(2);
    expect((await plain({ embed: 'points' })).cache).toEqual(HIT);
    expect((await joined({ embed: 'SLABHISTORY,coupons,Points,coupons' })).cache).toEqual(HIT);
    expect(asked()).toEqual([]);
    expect((await joined({ embed: 'points,slabHistory' })).cache).toEqual(STORED);
    expect(asked()).toEqual(['v1.1']);
  });

  test('of two look-ups at once asks the upstream once for each half', async () => {
    const { joined, upstream, clock, asked } = start();
    upstream.takesMs = 500;
    const answered = Promise.all([joined(), joined(), joined({ embed: 'slabHistory' })]);
    await clock.run(1000);
    const results = await answered;
    expect(asked().sort()).toEqual(['v1.1', 'v1.1', 'v2']);
    expect(results.map(({ joined }) => joined)).toEqual(['joined', 'joined', 'joined']);
    expect(results[1]?.cache).toEqual({ status: 'collapsed', reason: 'miss' });
  });

  test('stores the complete half if the other is partial', async () => {
    const { joined, upstream, store } = start();
    upstream.outcomeOf['v1.1'] = foundByV1('{"user_id":"7","coupons":""}', { isComplete: false });
    expect(await joined()).toMatchObject({ joined: 'joined', cache: NOT_STORED });
    expect(store.entries.map(({ body }) => JSON.parse(body))).toEqual([PROFILE]);
  });
});

describe('a joined hit', () => {
  test('asks the store once, by one readAll, and does not ask the upstream; a plain hit makes one read', async () => {
    const { joined, plain, byV1, asked, calls } = start();
    const missed = await joined();
    asked();
    calls();
    const hit = await joined();
    expect(hit).toMatchObject({ cache: HIT, joined: 'joined', upstreamCall: undefined });
    expect(bodyOf(hit)).toEqual(bodyOf(missed));
    expect(calls()).toEqual(['readAll']);
    await plain();
    expect(calls()).toEqual(['read']);
    await byV1();
    expect(calls()).toEqual(['read']);
    expect(asked()).toEqual([]);
  });

  test('has the age of the older half and the freshness of the half with less time left', async () => {
    const { joined, plain, byV1, clock } = start();
    await plain();
    clock.advance(100_000);
    await byV1();
    clock.advance(50_000);
    expect(await joined()).toMatchObject({ answer: { ageMs: 150_000, ttlMs: 150_000 }, cache: HIT });
  });

  test.each(['plain', 'byV1'] as const)(
    'counts as a hit only if both halves do: %s is not new enough for the caller',
    async (newer) => {
      const fleet = start();
      await fleet.joined();
      fleet.clock.advance(100_000);
      await (newer === 'plain' ? fleet.plain({}, 'no-cache') : fleet.byV1('no-cache'));
      fleet.asked();
      expect(await fleet.joined({}, 'max-age=60')).toMatchObject({
        joined: 'joined',
        cache: { status: 'forward', reason: 'request', isStored: true },
      });
      expect(fleet.asked()).toEqual([newer === 'plain' ? 'v1.1' : 'v2']);
    },
  );
});

describe('halves are joined only if they are of one customer', () => {
  test('on a miss: v2 alone, with a warning; each half is still stored', async () => {
    const { joined, byV1, upstream, store } = start();
    upstream.outcomeOf['v1.1'] = foundByV1('{"user_id":"8","coupons":{"coupon":[{"code":"0012"}]}}');
    const result = await joined();
    expect(result.joined).toBe('mismatch');
    expect(bodyOf(result)).toEqual({ ...PROFILE, warnings: MISSING });
    expect(store.entries).toHaveLength(2);
    expect((await byV1()).cache).toEqual(HIT);
  });

  test('on a hit, compared by the stored entries: the text of the id does not matter', async () => {
    const { joined, store } = start();
    await joined();
    // Another customer's entry under v1.1's key.
    for (const [name, item] of store.items) {
      if (item.entry === undefined || !name.includes('v1.1')) continue;
      store.items.set(name, { ...item, entry: { ...item.entry, customer: customerHash('8', 'secret') } });
    }
    const result = await joined();
    expect(result).toMatchObject({ joined: 'mismatch', cache: HIT });
    expect(bodyOf(result)).toEqual({ ...PROFILE, warnings: MISSING });
    expect(store.entries.map(({ customer }) => customer).sort()).toEqual(
      [customerHash('7', 'secret'), customerHash('8', 'secret')].sort(),
    );
  });

  test('also if v1.1 has another customer since its entry was stored', async () => {
    const { joined, plain, upstream } = start();
    await joined();
    upstream.outcomeOf.v2 = found('{"id":8,"profiles":[{"firstName":"B"}]}');
    await plain({}, 'no-cache');
    const result = await joined();
    expect(result).toMatchObject({ joined: 'mismatch', cache: HIT });
    expect(bodyOf(result)).toMatchObject({ id: 8, warnings: MISSING });
  });

  test('never if neither half says its customer', async () => {
    const { joined, upstream, store } = start();
    upstream.outcomeOf.v2 = found('{"profiles":[{"firstName":"A"}]}', { customerId: undefined });
    upstream.outcomeOf['v1.1'] = foundByV1('{"coupons":{"coupon":[{"code":"0012"}]}}', { customerId: undefined });
    expect(await joined()).toMatchObject({ joined: 'mismatch', cache: NOT_STORED });
    expect(store.entries).toEqual([]);
  });
});

describe('an unavailable half', () => {
  test.each([
    ['not found', saidByV1('not-found', 1012), 2],
    ['refused', saidByV1('refused', 1044), 1],
    ['failing', { kind: 'failed', failure: 'server-error' } as const, 1],
    ['timing out', { kind: 'failed', failure: 'timeout' } as const, 1],
  ])('v1.1 %s: the profile with a warning; the good half is stored', async (_case, outcome, kept) => {
    const { joined, plain, upstream, store } = start();
    upstream.outcomeOf['v1.1'] = outcome;
    const result = await joined();
    expect(result).toMatchObject({ answer: { kind: 'found', status: 200 }, joined: 'v1.1-missing' });
    expect(bodyOf(result)).toEqual({ ...PROFILE, warnings: MISSING });
    expect(store.entries).toHaveLength(kept);
    expect((await plain()).cache).toEqual(HIT);
  });

  test('v1.1’s "not found" is a half like another: it is stored for its short time, then asked for again', async () => {
    const { joined, upstream, clock, asked } = start();
    upstream.outcomeOf['v1.1'] = saidByV1('not-found', 1012);
    await joined();
    asked();
    clock.advance(14_000);
    expect(await joined()).toMatchObject({ joined: 'v1.1-missing', cache: HIT });
    expect(asked()).toEqual([]);
    clock.advance(1000);
    upstream.outcomeOf['v1.1'] = foundByV1('{"user_id":"7","coupons":""}');
    expect((await joined()).joined).toBe('joined');
    expect(asked()).toEqual(['v1.1']);
  });

  test.each(['server-error', 'timeout', 'connection', 'invalid', 'breaker-open'] as const)(
    'v2 failing (%s): v1.1’s sections with a warning, and the next joined look-up asks v2 alone',
    async (failure) => {
      const { joined, upstream, asked } = start();
      const { v2 } = upstream.outcomeOf;
      upstream.outcomeOf.v2 = { kind: 'failed', failure };
      const result = await joined();
      expect(result).toMatchObject({ answer: { kind: 'found', status: 200 }, joined: 'v2-missing' });
      expect(result.maskedFailure).toBe(failure);
      expect(bodyOf(result)).toEqual({
        id: 7,
        coupons: COUPONS,
        warnings: [expect.objectContaining({ code: 'missing_profile' })],
      });
      asked();
      Object.assign(upstream.outcomeOf, { v2 });
      expect((await joined()).joined).toBe('joined');
      expect(asked()).toEqual(['v2']);
    },
  );

  test('a stale v2 half stands in for a failing one: joined, and stale', async () => {
    const { joined, upstream, clock } = start();
    await joined();
    clock.advance(1_300_000);
    upstream.outcomeOf.v2 = { kind: 'failed', failure: 'connection' };
    upstream.outcomeOf['v1.1'] = { kind: 'failed', failure: 'connection' };
    const result = await joined();
    expect(result).toMatchObject({
      answer: { ageMs: 1_300_000, ttlMs: -1_000_000 },
      cache: { status: 'hit', detail: 'stale-if-error' },
      joined: 'joined',
      maskedFailure: 'connection',
    });
  });

  test('if both fail: v2’s failure, and nothing is stored', async () => {
    const { joined, upstream, store } = start();
    upstream.outcomeOf.v2 = { kind: 'failed', failure: 'throttled', retryAfterMs: 3000 };
    upstream.outcomeOf['v1.1'] = { kind: 'failed', failure: 'timeout' };
    expect(await joined()).toMatchObject({
      answer: { kind: 'failed', failure: 'throttled', retryAfterMs: 3000 },
      joined: undefined,
    });
    expect(store.entries).toEqual([]);
  });

  test.each(['not-found', 'refused', 'erased'] as const)('v2’s answer counts: %s', async (kind) => {
    const { joined, upstream } = start();
    upstream.outcomeOf.v2 = said(kind, 8015, 404);
    const result = await joined();
    expect(result).toMatchObject({ answer: { kind, status: 404 }, joined: undefined });
    expect(bodyOf(result)).toMatchObject({ errors: [{ code: 8015 }], warnings: [] });
  });

  test('if v1.1 says erased: the answer is erased, and nothing of the customer stays', async () => {
    const { joined, plain, upstream, store } = start();
    await joined();
    upstream.outcomeOf['v1.1'] = saidByV1('erased', 1012);
    const result = await joined({}, 'no-cache');
    expect(result).toMatchObject({ answer: { kind: 'erased' } });
    expect(bodyOf(result)).toEqual({ errors: [{ status: false, code: 1012, message: 'its words' }], warnings: [] });
    expect(store.entries).toEqual([]);
    expect((await plain({}, 'only-if-cached')).answer).toEqual({ kind: 'not-cached' });
  });

  test.each(['v2', 'v1.1'] as const)(
    'if only %s says erased: the entries under other identifiers are removed too',
    async (api) => {
      const { joined, plain, upstream, store } = start();
      await plain({ source: 'ALL', accountId: 'A', identifierName: 'id', identifierValue: '7' });
      expect(store.entries).toHaveLength(1);
      upstream.outcomeOf[api] = api === 'v2' ? said('erased', 8015) : saidByV1('erased', 1012);
      expect(await joined()).toMatchObject({ answer: { kind: 'erased' } });
      expect(store.entries).toEqual([]);
    },
  );

  test('if only v1.1 says erased: a fetch under another identifier is void, and those that wait for it keep its lease', async () => {
    const { joined, plain, upstream, store } = start();
    await plain({ source: 'ALL', accountId: 'A', identifierName: 'id', identifierValue: '7' });
    const [[name, item] = []] = store.items;
    if (name === undefined || item === undefined) throw new Error('The look-up stored nothing.');
    const lease = { token: 'token', until: Number.MAX_SAFE_INTEGER, durationMs: 2650 };
    store.items.set(name, { ...item, lease });
    upstream.outcomeOf['v1.1'] = saidByV1('erased', 1012);
    // The v2 half is not stored, so only the joined look-up knows the customer.
    expect(await joined({}, 'no-store')).toMatchObject({ answer: { kind: 'erased' } });
    expect(store.items.get(name)).toMatchObject({ entry: undefined, lease: { ...lease, isVoid: true } });
  });

  test('if v1.1 says erased and v2 gives nothing: only the upstream knows which customer that was', async () => {
    const { joined, upstream, calls } = start();
    upstream.outcomeOf.v2 = { kind: 'failed', failure: 'connection' };
    upstream.outcomeOf['v1.1'] = saidByV1('erased', 1012);
    expect(await joined()).toMatchObject({ answer: { kind: 'erased' } });
    expect(calls()).not.toContain('fenceCustomer');
  });

  test('if both find the customer: nothing is voided', async () => {
    const { joined, calls } = start();
    await joined();
    expect(calls()).not.toContain('fenceCustomer');
  });

  // If the v2 half is not stored, only the joined look-up knows the customer.
  test.each([undefined, 'no-store'])(
    'if only v1.1 says erased and the store fails at voiding (%s): the answer is the same',
    async (cacheControl) => {
      const { joined, upstream, store, calls } = start();
      upstream.outcomeOf['v1.1'] = saidByV1('erased', 1012);
      store.failing.add('fenceCustomer');
      expect(await joined({}, cacheControl)).toMatchObject({ answer: { kind: 'erased' } });
      expect(calls().filter((operation) => operation === 'fenceCustomer')).toHaveLength(1);
    },
  );

  test.each([undefined, 'no-store'])(
    'if only v1.1 says erased and the store throttles for a moment (%s): the voiding goes on',
    async (cacheControl) => {
      const { joined, plain, clock, upstream, store } = start();
      await plain({ source: 'ALL', accountId: 'A', identifierName: 'id', identifierValue: '7' });
      upstream.outcomeOf['v1.1'] = saidByV1('erased', 1012);
      store.failure = { reason: 'ThrottlingException', trouble: 'throttled' };
      store.failing.add('fenceCustomer');
      const asking = joined({}, cacheControl);
      await clock.run(MIN_VOIDING_MS / 2);
      store.failing.clear();
      await clock.run(MIN_VOIDING_MS);
      expect(await asking).toMatchObject({ answer: { kind: 'erased' } });
      expect(store.entries).toEqual([]);
    },
  );

  test.each([undefined, 'no-store'])(
    'if only v1.1 says erased shortly before the deadline and the store throttles (%s): the answer comes by the deadline',
    async (cacheControl) => {
      const { joined, clock, upstream, store } = start();
      upstream.outcomeOf['v1.1'] = saidByV1('erased', 1012);
      upstream.takesMsOf['v1.1'] = 6000;
      store.failure = { reason: 'ThrottlingException', trouble: 'throttled' };
      store.failing.add('fenceCustomer');
      let isAnswered = false;
      const asking = joined({}, cacheControl).then((result) => {
        isAnswered = true;
        return result;
      });
      await clock.run(6001);
      expect(isAnswered).toBe(false);
      await clock.run(lookupDeadlineMs({ upstreamTimeoutMs: 2500, storeTimeoutMs: 150 }) - 6001);
      expect(isAnswered).toBe(true);
      expect(await asking).toMatchObject({ answer: { kind: 'erased' } });
    },
  );

  test('if only v1.1 says erased and the cache is off: there is nothing to void', async () => {
    const { joined, upstream, calls } = start({ isCacheOn: false });
    upstream.outcomeOf['v1.1'] = saidByV1('erased', 1012);
    expect(await joined()).toMatchObject({ answer: { kind: 'erased' } });
    expect(calls()).toEqual([]);
  });

  test.each([undefined, 'no-store'])(
    'if only v1.1 says erased (%s): a bug during voiding is not hidden',
    async (cacheControl) => {
      const { joined, upstream, store } = start();
      upstream.outcomeOf['v1.1'] = saidByV1('erased', 1012);
      store.fenceCustomer = async () => {
        throw new TypeError('a bug');
      };
      await expect(joined({}, cacheControl)).rejects.toThrow('a bug');
    },
  );

  test('if v1.1 says erased and the store failed before: the look-up does not touch the store again', async () => {
    const { joined, upstream, store, calls } = start();
    upstream.outcomeOf['v1.1'] = saidByV1('erased', 1012);
    store.failing.add('readAll');
    expect(await joined()).toMatchObject({ answer: { kind: 'erased' }, storeFailure: 'TimeoutError' });
    expect(calls()).toEqual(['readAll']);
  });

  test.each(['v2', 'v1.1'] as const)('a pause of %s does not affect the other API', async (api) => {
    const { joined, upstream, asked } = start();
    upstream.outcomeOf[api] = { kind: 'failed', failure: 'throttled', retryAfterMs: 30_000 };
    await joined();
    asked();
    await joined({}, 'no-cache');
    expect(asked()).toEqual([api === 'v2' ? 'v1.1' : 'v2']);
  });
});

describe('stale halves', () => {
  const STALE = { status: 'hit', detail: 'stale-while-revalidate' };

  test('one stale half: the reply is as stale as that half, and only that half is revalidated', async () => {
    const { joined, plain, clock, revalidator, asked } = start();
    await joined();
    clock.advance(200_000);
    await plain({}, 'no-cache');
    clock.advance(110_000);
    asked();
    expect(await joined()).toMatchObject({
      answer: { ageMs: 310_000, ttlMs: -10_000 },
      cache: STALE,
      joined: 'joined',
      isRevalidationAsked: true,
    });
    expect(revalidator.requests.map(({ api }) => api)).toEqual(['v1.1']);
    expect(asked()).toEqual([]);
  });

  test('two stale halves: each is revalidated once, by its own request, which any caller can send', async () => {
    const { joined, clock, revalidator, lookup, asked } = start();
    await joined();
    clock.advance(310_000);
    expect(await joined()).toMatchObject({ cache: STALE, isRevalidationAsked: true });
    expect(await joined()).toMatchObject({ cache: STALE, isRevalidationAsked: false });
    expect(revalidator.requests.map(({ api }) => api).sort()).toEqual(['v1.1', 'v2']);
    asked();

    for (const request of revalidator.requests) {
      const again = await replay(request);
      expect(again).toEqual(request);
      const result = await lookup(again, { ...NO_DIRECTIVES, minFreshMs: 0 }, 'revalidate');
      expect(result.cache).toMatchObject({ reason: 'stale', isStored: true });
    }
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
    expect(await joined()).toMatchObject({ cache: HIT, joined: 'joined' });
  });

  test('wait for the upstream for the soft timeout, both at the same time', async () => {
    const { joined, clock, upstream } = start();
    await joined();
    clock.advance(1_300_000);
    upstream.takesMs = 2000;
    const answered = joined();
    await clock.run(600);
    expect(await answered).toMatchObject({ cache: { status: 'hit', detail: 'stale-if-error' }, joined: 'joined' });
    expect(upstream.abandonedCount).toBe(2);
  });

  test.each<[string, Query]>([
    ['mobile', { identifierName: 'mobile', identifierValue: '9876543210' }],
    ['a mobile from abroad', { identifierName: 'mobile', identifierValue: '+1 415 555 0132' }],
    ['id', { identifierName: 'id', identifierValue: '9007199254740993' }],
    ['cardnumber', { identifierName: 'cardnumber', identifierValue: 'A 12-3' }],
    ['cardExternalId', { identifierName: 'cardExternalId', identifierValue: ' 0012' }],
    ['email', { identifierName: 'email', identifierValue: 'A@Example.com' }],
  ])('by %s: the revalidation request reads as the same request', async (_case, query) => {
    const embed = 'coupons,slabHistory,ndncStatus,optinStatus,retentionCriteria,tierUpgradeCriteria,registeredTill';
    const { request, supplement } = await readV2Request(
      Object.entries({ ...CUSTOMER, ...query, embed }),
      DEFAULT_READING,
    );
    expect(await replay(request)).toEqual(request);
    expect(supplement && (await replay(supplement.request))).toEqual(supplement?.request);
  });
});

/** A request as a revalidation gets it: by a direct invocation. */
async function replay(request: CanonicalRequest): Promise<CanonicalRequest> {
  const payload = JSON.parse(JSON.stringify({ api: request.api, ...Object.fromEntries(respell(request)) }));
  return (await readLookupPayload(payload, DEFAULT_READING)).asked.request;
}

describe('directives', () => {
  test('no-cache asks for both halves again, and stores them', async () => {
    const { joined, asked, clock } = start();
    await joined();
    clock.advance(10_000);
    asked();
    expect(await joined({}, 'no-cache')).toMatchObject({
      answer: { ageMs: 0 },
      cache: { status: 'forward', reason: 'request', isStored: true },
    });
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
  });

  test('no-store stores neither half', async () => {
    const { joined, store, asked } = start();
    expect(await joined({}, 'no-store')).toMatchObject({ joined: 'joined', cache: NOT_STORED });
    expect(store.items.size).toBe(0);
    expect(asked()).toHaveLength(2);
  });

  test('max-age asks for the older half', async () => {
    const { joined, plain, clock, asked } = start();
    await joined();
    clock.advance(50_000);
    await plain({}, 'no-cache');
    clock.advance(20_000);
    asked();
    expect(await joined({}, 'max-age=60')).toMatchObject({ answer: { ageMs: 20_000 }, joined: 'joined' });
    expect(asked()).toEqual(['v1.1']);
  });

  test('only-if-cached asks for nothing: both halves are hits', async () => {
    const { joined, asked } = start();
    await joined();
    asked();
    expect(await joined({}, 'only-if-cached')).toMatchObject({ cache: HIT, joined: 'joined' });
    expect(asked()).toEqual([]);
  });

  test.each<['plain' | 'byV1', string, string]>([
    ['plain', 'v1.1-missing', 'missing_sections'],
    ['byV1', 'v2-missing', 'missing_profile'],
  ])(
    'only-if-cached with only the half of %s: that half alone, with a warning, and no hit',
    async (before, outcome, code) => {
      const fleet = start();
      await fleet[before]();
      fleet.asked();
      const result = await fleet.joined({}, 'only-if-cached');
      expect(result.joined).toBe(outcome);
      expect(bodyOf(result).warnings).toMatchObject([
        { code, message: expect.stringContaining('The cache has no answer of') },
      ]);
      expect(result.cache.status).not.toBe('hit');
      expect(fleet.asked()).toEqual([]);
    },
  );

  test('only-if-cached without both is not cached', async () => {
    const { joined, asked } = start();
    expect((await joined({}, 'only-if-cached')).answer).toEqual({ kind: 'not-cached' });
    expect(asked()).toEqual([]);
  });
});

describe('with the store down', () => {
  test('both halves go on without it', async () => {
    const { joined, store, asked, calls } = start();
    await joined();
    asked();
    calls();
    store.failing.add('readAll');
    const result = await joined();
    expect(result).toMatchObject({
      cache: { status: 'forward', reason: 'bypass', isStored: false },
      joined: 'joined',
      storeFailure: 'TimeoutError',
    });
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
    // Neither half touches the store again in that look-up.
    expect(calls()).toEqual(['readAll']);
  });

  test('a slow read of one half does not delay the other', async () => {
    const { joined, store, asked, calls } = start();
    const gate = store.hold('readAll', 'before');
    const answered = joined();
    await gate.reached;
    await gate.timeOut();
    expect((await answered).cache).toMatchObject({ reason: 'bypass' });
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
    expect(calls()).toEqual([]);
  });

  test('only-if-cached is not cached', async () => {
    const { joined, store, asked } = start();
    await joined();
    asked();
    store.failing.add('readAll');
    expect((await joined({}, 'only-if-cached')).answer).toEqual({ kind: 'not-cached' });
    expect(asked()).toEqual([]);
  });

  test('a half with a failed write is not reported as stored, and the other half is', async () => {
    const { joined, plain, byV1, store, asked } = start();
    const gate = store.hold('writeEntry', 'before');
    const answered = joined();
    await gate.reached;
    await gate.timeOut();
    expect((await answered).cache).toEqual(NOT_STORED);
    expect(store.entries).toHaveLength(1);
    asked();
    await Promise.all([plain({}, 'only-if-cached'), byV1('only-if-cached')]);
    expect(asked()).toEqual([]);
  });
});

test('with the cache off, both halves go upstream, and the store is not touched', async () => {
  const { joined, asked, calls } = start({ isCacheOn: false });
  for (const _ of ['once', 'again']) {
    expect(await joined()).toMatchObject({
      joined: 'joined',
      cache: { status: 'forward', reason: 'bypass', isStored: false },
    });
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
  }
  expect(calls()).toEqual([]);
});

describe('a fault of the service in one half', () => {
  test.each(['v2', 'v1.1'] as const)('(%s) is thrown after the other half has ended', async (faulty) => {
    const { promise, resolve } = Promise.withResolvers<LookupResult>();
    const lookup: Lookup = async ({ api }) => {
      if (api === faulty) throw new TypeError('a bug');
      return promise;
    };
    const { clock } = start();
    const customerLookup = createCustomerLookup(
      lookup,
      () => () => undefined,
      { store: undefined, clock },
      DEFAULT_POLICY,
    );
    const asked = await readV2Request(Object.entries({ ...CUSTOMER, embed: 'coupons' }), DEFAULT_READING);
    let isThrown = false;
    const answered = customerLookup(asked, NO_DIRECTIVES).catch((error: unknown) => {
      isThrown = true;
      return error;
    });
    await settle();
    await import('../../../functions/lookup/joined-lookup.ts');
    await settle();
    expect(isThrown).toBe(false);
    const { plain } = start();
    resolve(await plain());
    expect(await answered).toBeInstanceOf(TypeError);
  });

  test('in the store’s reading is thrown, and is not treated as an outage', async () => {
    const { lookup, asked, clock } = start();
    const customerLookup = createCustomerLookup(
      lookup,
      () => () => async () => {
        throw new TypeError('a bug');
      },
      { store: undefined, clock },
      DEFAULT_POLICY,
    );
    const query = await readV2Request(Object.entries({ ...CUSTOMER, embed: 'coupons' }), DEFAULT_READING);
    await expect(customerLookup(query, NO_DIRECTIVES)).rejects.toThrow(TypeError);
    expect(asked()).toEqual([]);
  });
});

describe('a purge reaches both halves', () => {
  const invalidationOf = (store: InvalidationStore, clock: Clock) =>
    createInvalidation({ store, clock, keySecrets: ['secret'] });

  test('by customer, whatever identifier found the entries', async () => {
    const { joined, plain, store, clock, asked } = start();
    await joined();
    await joined({ identifierName: 'id', identifierValue: '7' });
    expect(await invalidationOf(store, clock).customers(['7'], 'delete')).toBe(4);
    asked();
    expect((await plain({}, 'only-if-cached')).answer).toEqual({ kind: 'not-cached' });
    clock.advance(1000);
    expect((await joined()).cache).toEqual(STORED);
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
  });

  test('by entries, with the v2 name of the identifier', async () => {
    const { joined, store, clock, asked } = start();
    await joined({ identifierName: 'cardnumber', identifierValue: 'A12' });
    const subject = { source: 'INSTORE', identifier: { name: 'cardnumber', value: 'A12' } } as const;
    expect(await invalidationOf(store, clock).subjects([subject], 'delete')).toBe(2);
    expect(store.entries).toEqual([]);
    asked();
    await joined({ identifierName: 'cardnumber', identifierValue: 'A12' });
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
  });

  test('marks both stale, so that both are asked for again', async () => {
    const { joined, store, clock, asked } = start();
    await joined();
    clock.advance(1000);
    await invalidationOf(store, clock).customers(['7'], 'mark-stale');
    clock.advance(1000);
    asked();
    expect((await joined()).cache).toMatchObject({ status: 'forward', reason: 'stale' });
    expect(asked().sort()).toEqual(['v1.1', 'v2']);
  });

  test('stops both fetches in progress from being stored', async () => {
    const { joined, store, clock, upstream } = start();
    upstream.takesMs = 500;
    const answered = joined();
    await clock.run(100);
    expect(await invalidationOf(store, clock).customers(['7'], 'delete')).toBe(0);
    await clock.run(400);
    expect(await answered).toMatchObject({ joined: 'joined', cache: NOT_STORED });
    expect(store.entries).toEqual([]);
  });
});

describe('with dual eligibility on', () => {
  const PAIRS = { identifierName: 'email,mobile', identifierValue: 'home@example.com,9876543210' };

  test('both halves are of the primary identifier only', async () => {
    const { joined, upstream, asked } = start({ reading: DUAL });
    expect(await joined(PAIRS)).toMatchObject({ joined: 'joined', cache: STORED });
    expect(upstream.requests.find(({ api }) => api === 'v1.1')?.subjectParameters).toEqual([
      ['mobile', '919876543210'],
    ]);
    expect((await joined({ identifierName: 'mobile', identifierValue: '09876543210' })).cache).toEqual(HIT);
    expect(asked()).toHaveLength(2);
  });

  test('a secondary identifier alone asks both APIs each time, and is never stored', async () => {
    const { joined, store, asked } = start({ reading: DUAL });
    for (const _ of ['once', 'again']) {
      const result = await joined({ identifierName: 'email', identifierValue: 'home@example.com' });
      expect(result).toMatchObject({ joined: 'joined', cache: NOT_STORED });
      expect(asked().sort()).toEqual(['v1.1', 'v2']);
    }
    expect(store.items.size).toBe(0);
  });

  test('several without the primary one are refused: v1.1 would not know which one to use', async () => {
    const { joined, asked } = start({ reading: DUAL });
    const pairs = { identifierName: 'email,externalId', identifierValue: 'home@example.com,HOME' };
    await expect(joined(pairs)).rejects.toMatchObject({ code: 'invalid_parameter' });
    expect(asked()).toEqual([]);
  });
});

describe('by source', () => {
  test('ALL with an account: v1.1 is asked with INSTORE, and shares that half with an INSTORE look-up', async () => {
    const { joined, upstream, asked } = start();
    expect(await joined({ source: 'ALL', accountId: 'A1' })).toMatchObject({ joined: 'joined', cache: STORED });
    expect(upstream.requests.find(({ api }) => api === 'v2')?.subjectParameters.slice(0, 2)).toEqual([
      ['source', 'ALL'],
      ['accountId', 'A1'],
    ]);
    expect(upstream.requests.find(({ api }) => api === 'v1.1')).toMatchObject({
      subject: { source: 'INSTORE' },
      accountId: undefined,
      subjectParameters: [['external_id', 'MP1']],
    });
    asked();
    await joined();
    expect(asked()).toEqual(['v2']);
  });

  test.each<Query>([
    { source: 'WECHAT', accountId: 'A1' },
    { identifierName: 'wechat' },
    { identifierName: 'martjackId' },
    { identifierName: 'fbId' },
  ])('a look-up that v1.1 does not have is refused: %j', async (query) => {
    const { joined, plain, asked } = start();
    await expect(joined(query)).rejects.toMatchObject({ code: 'invalid_parameter' });
    expect(asked()).toEqual([]);
    expect((await plain(query)).cache).toEqual(STORED);
  });
});

describe('items that several look-ups read together', () => {
  const request = async (identifierValue: string, embed = '') =>
    readV2Request(Object.entries({ ...CUSTOMER, identifierValue, embed }), DEFAULT_READING);

  test('are read once, each key once', async () => {
    const { readTogether, customerLookup, calls, store } = start();
    const keys: number[] = [];
    const { readAll } = store;
    store.readAll = (all) => {
      keys.push(all.length);
      return readAll(all);
    };
    const all = await Promise.all([request('MP1'), request('MP1', 'coupons'), request('MP2'), request('MP1')]);
    const firstReads = readTogether(all);
    await Promise.all(all.map((asked) => customerLookup(asked, readDirectives('only-if-cached'), { firstReads })));
    expect(keys).toEqual([3]);
    expect(calls()).toEqual(['readAll']);
  });

  test('are read once even if all look-ups need one key', async () => {
    const { readTogether, customerLookup, calls } = start();
    const all = await Promise.all([request('MP1'), request('MP1')]);
    const firstReads = readTogether(all);
    await Promise.all(all.map((asked) => customerLookup(asked, readDirectives('only-if-cached'), { firstReads })));
    expect(calls()).toHaveLength(1);
  });

  test('do not matter to a look-up that was not among them', async () => {
    const { readTogether } = start();
    const [one, other, stranger] = await Promise.all([request('MP1'), request('MP2'), request('MP3')]);
    const firstReads = readTogether([one, other]);
    expect(await firstReads(one.request)?.()).toEqual({ value: EMPTY_ITEM, beganAt: 0 });
    expect(firstReads(stranger.request)).toBeUndefined();
  });

  test('do not cause an unhandled failure if no look-up uses them', async () => {
    const { readTogether, store } = start();
    store.failing.add('readAll');
    readTogether(await Promise.all([request('MP1'), request('MP2')]));
    await settle();
  });

  test('from a store that forgets one are a fault, not an outage and not a miss', async () => {
    const { readTogether, store } = start();
    const [one, other] = await Promise.all([request('MP1'), request('MP2')]);
    store.readAll = async () => [EMPTY_ITEM];
    const firstReads = readTogether([one, other]);
    await expect(firstReads(other.request)?.()).rejects.toThrow('The store answered with fewer items than keys.');
  });

  test('leave out look-ups that are never stored', async () => {
    const { readTogether, customerLookup, calls, asked } = start();
    const whomByEmail = { source: 'INSTORE', identifierName: 'email', identifierValue: 'home@example.com' };
    const whomByMobile = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' };
    const both = await Promise.all(
      [whomByEmail, whomByMobile].map((query) => readV2Request(Object.entries(query), DUAL)),
    );
    const firstReads = readTogether(both);
    const results = await Promise.all(both.map((each) => customerLookup(each, NO_DIRECTIVES, { firstReads })));
    expect(results.map(({ cache }) => cache)).toEqual([NOT_STORED, STORED]);
    expect(asked()).toHaveLength(2);
    expect(calls().filter((operation) => /^read(All)?$/.test(operation))).toEqual(['readAll']);
  });

  test('do not exist for a look-up that is never stored', async () => {
    const { readTogether, calls } = start();
    const secondary: Parameter[] = Object.entries({
      source: 'INSTORE',
      identifierName: 'email',
      identifierValue: 'home@example.com',
      embed: 'coupons',
    });
    const asked = await readV2Request(secondary, DUAL);
    expect(readTogether([asked])(asked.request)).toBeUndefined();
    expect(calls()).toEqual([]);
  });
});
