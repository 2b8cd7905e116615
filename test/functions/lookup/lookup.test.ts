import { describe, expect, test } from '@jest/globals';
import { customerHash } from '../../../functions/customer/request/cache-key.ts';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import { DEFAULT_POLICY, startFleet as start } from '../../support/fleet.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found, SILENTLY_REFUSED, said } from '../../support/scripted-upstream.ts';

describe('a look-up', () => {
  test('asks the upstream on a miss, stores the trimmed profile, and answers the next one from the cache', async () => {
    const { clock, store, upstream, ask } = start();
    upstream.outcome = found('{"id":9007199254740993,"profiles":[{"firstName":"A","secret":1}],"score":0.50}');
    const body = '{"id":9007199254740993,"profiles":[{"firstName":"A"}]}';

    expect(await ask()).toMatchObject({
      answer: { kind: 'found', status: 200, body, ageMs: 0, ttlMs: 300_000 },
      cache: { status: 'forward', reason: 'miss', isStored: true },
      upstreamCall: { requestId: 'cap-1' },
    });
    clock.advance(60_000);
    expect(await ask()).toEqual({
      answer: {
        kind: 'found',
        status: 200,
        body,
        ageMs: 60_000,
        ttlMs: 240_000,
        customer: expect.any(String),
        customerAliases: [],
      },
      cache: { status: 'hit', detail: undefined },
      joined: undefined,
      isRevalidationLost: false,
      upstreamCall: undefined,
      maskedFailure: undefined,
      storeFailure: undefined,
      isIdentityMismatch: false,
      isRevalidationAsked: false,
    });
    expect(upstream.requests).toHaveLength(1);
    expect(store.calls).toEqual(['read', 'takeLease', 'readPause', 'addToIndex', 'writeEntry', 'read']);
  });

  test('is for a waiting caller if no purpose is given', async () => {
    const { lookup, revalidator, clock } = start();
    const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
    const { request } = await readV2Request(Object.entries(parameters), DEFAULT_READING);
    await lookup(request, NO_DIRECTIVES);
    clock.advance(DEFAULT_POLICY.windows.freshForMs);
    expect(await lookup(request, NO_DIRECTIVES)).toMatchObject({
      answer: { kind: 'found' },
      cache: { status: 'hit', detail: 'stale-while-revalidate' },
      isRevalidationAsked: true,
    });
    expect(revalidator.requests).toHaveLength(1);
  });

  test('names its customer by the keyed hash, on a miss and on a hit', async () => {
    const { upstream, ask } = start();
    upstream.outcome = found('{"id":7}');
    const customer = customerHash('7', 'secret');
    expect(await ask()).toMatchObject({ answer: { customer }, cache: { status: 'forward' } });
    expect(await ask()).toMatchObject({ answer: { customer }, cache: { status: 'hit' } });
    for (const kind of ['not-found', 'refused', 'erased'] as const) {
      upstream.outcome = said(kind, 8015);
      expect((await ask({}, { noCache: true })).answer).toMatchObject({ kind, customer: undefined });
    }
  });

  test('serves a customer without an id, and stores nothing that no purge could find', async () => {
    const { store, upstream, ask } = start();
    upstream.outcome = found('{"profiles":[{"firstName":"A"}]}', { customerId: undefined });
    const result = await ask();
    expect(result).toMatchObject({ answer: { kind: 'found' }, cache: { isStored: false } });
    expect(result.answer).toHaveProperty('customer', undefined);
    expect(store.entries).toEqual([]);
    expect(store.calls).not.toContain('addToIndex');
  });

  test('counts age from when the upstream was asked, not from when it answered', async () => {
    const { clock, upstream, ask } = start();
    upstream.takesMs = 2000;
    const asked = ask();
    await clock.run(2000);
    expect(await asked).toMatchObject({ answer: { ageMs: 2000, ttlMs: 298_000 } });
    clock.advance(298_001);
    expect(await ask()).toMatchObject({ answer: { ageMs: 300_001, ttlMs: -1 }, cache: { status: 'hit' } });
  });

  test('gives each entry a separate freshness, shorter by up to a tenth', async () => {
    const { clock, ask } = start({ random: () => 0.5 });
    expect(await ask()).toMatchObject({ answer: { ttlMs: 285_000 } });
    clock.advance(284_999);
    expect(await ask()).toMatchObject({ answer: { ttlMs: 1 }, cache: { status: 'hit', detail: undefined } });
    clock.advance(1);
    expect(await ask()).toMatchObject({ cache: { detail: 'stale-while-revalidate' } });
  });

  test('stores "not found" for a short time, and never serves it stale', async () => {
    const { clock, upstream, ask } = start();
    upstream.outcome = said('not-found', 8015, 404);
    const body = '{"errors":[{"status":false,"code":8015,"message":"its words"}],"warnings":[]}';
    expect(await ask()).toMatchObject({ answer: { kind: 'not-found', status: 404, body }, cache: { isStored: true } });
    clock.advance(14_999);
    expect(await ask()).toMatchObject({ answer: { kind: 'not-found', status: 404, body }, cache: { status: 'hit' } });
    clock.advance(1);
    upstream.outcome = found('{"id":1}');
    expect(await ask()).toMatchObject({ answer: { kind: 'found' }, cache: { reason: 'miss' } });
  });

  test('stores no "not found" if NOT_FOUND_FRESH_SECONDS is 0', async () => {
    const { upstream, ask, store } = start({
      policy: { windows: { ...DEFAULT_POLICY.windows, notFoundFreshForMs: 0 } },
    });
    upstream.outcome = said('not-found', 8015);
    expect(await ask()).toMatchObject({ answer: { ttlMs: 0 }, cache: { isStored: false } });
    expect(store.entries).toEqual([]);
  });

  test.each([
    ['an erased customer', said('erased', 8015)],
    ['an upstream refusal', said('refused', 8003, 400)],
    ['an upstream refusal without a readable error', SILENTLY_REFUSED],
    ['an incomplete reply', found('{"id":1}', { isComplete: false })],
    ['a failure', { kind: 'failed', failure: 'timeout' } as const],
  ])('never stores %s', async (_title, outcome) => {
    const { upstream, ask, store } = start();
    upstream.outcome = outcome;
    expect(await ask()).toMatchObject({ answer: { kind: outcome.kind }, cache: { isStored: false } });
    expect(store.entries).toEqual([]);
    expect(store.calls).not.toContain('writeEntry');
    expect(store.calls).toContain('endLease');
  });

  test('for another person, source, account or section has another entry', async () => {
    const { upstream, ask } = start();
    await ask();
    for (const query of [
      { identifierValue: 'MP2' },
      { source: 'WECHAT', accountId: 'A' },
      { source: 'WECHAT', accountId: 'B' },
      { embed: 'points' },
      { includedFraudDetails: 'true' },
      { identifierName: 'wechat' },
    ]) {
      expect(await ask(query)).toMatchObject({ cache: { reason: 'miss' } });
    }
    expect(upstream.requests).toHaveLength(7);
  });

  test('with fields has the same entry', async () => {
    const { ask } = start();
    await ask();
    expect(await ask({ fields: 'id' })).toMatchObject({ cache: { status: 'hit' } });
  });

  test('keeps a requested section whole', async () => {
    const { upstream, ask } = start();
    upstream.outcome = found(
      '{"id":1,"loyaltyProgramDetails":[{"x":1.0}],"pointsSummary":{"y":2},"extendedFields":{}}',
    );
    expect(await ask({ embed: 'mlp' })).toMatchObject({
      answer: { body: '{"id":1,"loyaltyProgramDetails":[{"x":1.0}],"pointsSummary":{"y":2}}' },
    });
    expect(await ask()).toMatchObject({ answer: { body: '{"id":1}' } });
  });

  test('without an identifier of one customer goes upstream each time and is never stored', async () => {
    const { upstream, ask, store } = start();
    const dual = { ...DEFAULT_READING, primaryIdentifier: 'email' as const };
    for (let time = 0; time < 2; time += 1) {
      expect(await ask({}, {}, dual)).toMatchObject({ cache: { reason: 'miss', isStored: false } });
    }
    expect(upstream.requests).toHaveLength(2);
    // The upstream's pause holds for the fleet, whatever the look-up.
    expect(store.calls).toEqual(['readPause']);
    expect(await ask({}, { onlyIfCached: true }, dual)).toMatchObject({ answer: { kind: 'not-cached' } });
    expect(upstream.requests).toHaveLength(2);
    expect(await ask({}, { noCache: true }, dual)).toMatchObject({ cache: { reason: 'request', isStored: false } });
  });
});

describe('the request directives', () => {
  test('no-cache: the upstream is asked, and its answer stored', async () => {
    const { upstream, ask } = start();
    await ask();
    upstream.outcome = found('{"id":2}');
    expect(await ask({}, { noCache: true })).toMatchObject({
      answer: { body: '{"id":2}' },
      cache: { reason: 'request', isStored: true },
    });
    expect(await ask()).toMatchObject({ answer: { body: '{"id":2}' }, cache: { status: 'hit' } });
  });

  test('no-store: nothing of the look-up is stored, but a stored entry may answer', async () => {
    const { ask, store } = start();
    expect(await ask({}, { noStore: true })).toMatchObject({ cache: { reason: 'miss', isStored: false } });
    expect(store.calls).toEqual(['read', 'readPause']);
    await ask();
    expect(await ask({}, { noStore: true })).toMatchObject({ cache: { status: 'hit' } });
  });

  test('only-if-cached: the upstream is never asked', async () => {
    const { upstream, ask } = start();
    expect(await ask({}, { onlyIfCached: true })).toMatchObject({
      answer: { kind: 'not-cached' },
      upstreamCall: undefined,
    });
    expect(upstream.requests).toHaveLength(0);
    await ask();
    expect(await ask({}, { onlyIfCached: true })).toMatchObject({
      answer: { kind: 'found' },
      cache: { status: 'hit' },
    });
    expect(await ask({}, { onlyIfCached: true, noCache: true })).toMatchObject({ answer: { kind: 'not-cached' } });
  });

  test('max-age and min-fresh: an entry that is fresh but not fresh enough is asked for again', async () => {
    const { clock, ask } = start();
    await ask();
    clock.advance(100_000);
    expect(await ask({}, { maxAgeMs: 100_000 })).toMatchObject({ cache: { status: 'hit' } });
    expect(await ask({}, { minFreshMs: 200_001 })).toMatchObject({ cache: { reason: 'request' } });
    clock.advance(100_000);
    expect(await ask({}, { maxAgeMs: 99_999 })).toMatchObject({ cache: { reason: 'request' } });
  });
});

describe('a store that fails', () => {
  test('costs one call, changes no answer, and gets no other call in that look-up', async () => {
    const { store, ask } = start();
    store.failing.add('read');
    expect(await ask()).toMatchObject({
      answer: { kind: 'found' },
      cache: { reason: 'bypass', isStored: false },
      storeFailure: 'TimeoutError',
    });
    expect(store.calls).toEqual(['read']);
  });

  test('at the write does not change the answer, and nothing says stored', async () => {
    const { store, ask } = start();
    store.failing.add('writeEntry');
    expect(await ask()).toMatchObject({
      answer: { kind: 'found' },
      cache: { reason: 'miss', isStored: false },
      storeFailure: 'TimeoutError',
    });
    expect(store.calls).toEqual(['read', 'takeLease', 'readPause', 'addToIndex', 'writeEntry', 'endLease']);
  });

  test('at the lease does not change the answer: nothing is stored', async () => {
    const { store, ask } = start();
    store.failing.add('takeLease');
    expect(await ask()).toMatchObject({
      answer: { kind: 'found' },
      cache: { reason: 'bypass', isStored: false },
      storeFailure: 'TimeoutError',
    });
    expect(store.calls).not.toContain('writeEntry');
  });

  test('cannot answer an only-if-cached look-up, which still does not ask the upstream', async () => {
    const { store, upstream, ask } = start();
    store.failing.add('read');
    expect(await ask({}, { onlyIfCached: true })).toMatchObject({ answer: { kind: 'not-cached' } });
    expect(upstream.requests).toHaveLength(0);
  });

  test('by a fault of the service does not count as an outage', async () => {
    const { store, ask } = start();
    store.read = async () => {
      throw new TypeError('a bug');
    };
    await expect(ask()).rejects.toThrow('a bug');
  });

  test('by a fault of the service during the lease keeps no look-up waiting for the lease to lapse', async () => {
    const { upstream, store, ask } = start();
    const { fetch } = upstream;
    upstream.fetch = async () => {
      throw new TypeError('a bug');
    };
    await expect(ask()).rejects.toThrow('a bug');
    expect([...store.items.values()]).toMatchObject([{ lease: undefined, outcome: { kind: 'not-stored' } }]);
    upstream.fetch = fetch;
    expect(await ask()).toMatchObject({ answer: { kind: 'found' }, cache: { isStored: true } });
  });
});

test('with CACHE_MODE=bypass nothing is read or stored', async () => {
  const { store, upstream, ask } = start({ isCacheOn: false });
  await ask();
  expect(await ask()).toMatchObject({ answer: { kind: 'found' }, cache: { reason: 'bypass', isStored: false } });
  expect(store.calls).toEqual([]);
  expect(upstream.requests).toHaveLength(2);
});
