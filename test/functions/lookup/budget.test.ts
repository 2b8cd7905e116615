import { describe, expect, test } from '@jest/globals';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { NO_DIRECTIVES, type RequestDirectives } from '../../../functions/lookup/directives.ts';
import type { LookupPolicy } from '../../../functions/lookup/lookup-policy.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { CustomerUpstream } from '../../../functions/lookup/upstream.ts';
import { failFirst } from '../../support/failing-operations.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { settle } from '../../support/manual-clock.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';

// Tests UPSTREAM_CALLS_PER_MINUTE: the fleet's budget for the upstream.

const OVER_BUDGET = { kind: 'failed', failure: 'over-budget' };
const STALE_INSTEAD = { maskedFailure: 'over-budget', upstreamCall: undefined, cache: { detail: 'stale-if-error' } };
const { freshForMs, staleWhileRevalidateMs } = DEFAULT_POLICY.windows;

/** A fleet with this number of calls a minute, ten seconds into a minute. */
function startBudget(limit: number | undefined, policy: Partial<LookupPolicy> = {}) {
  const callLimits = limit === undefined ? undefined : { v2: limit };
  const fleet = startFleet({ policy: { ...policy, callLimits } });
  fleet.clock.advance(10_000);
  /** A look-up of a customer that no other look-up asks for. */
  let customers = 0;
  const askNew = (directives: Partial<RequestDirectives> = {}, ask = fleet.ask) => {
    customers += 1;
    return ask({ identifierValue: `C${customers}` }, directives);
  };
  const revalidate = (identifierValue: string, ask = fleet.ask) =>
    ask({ identifierValue }, { minFreshMs: 0 }, DEFAULT_READING, 'revalidate');
  /** Uses calls up, as another instance would. */
  const useUp = async (count: number) => {
    const minute = Math.floor((fleet.clock.now() + 500) / 60_000);
    await fleet.store.takeCalls('v2', minute, count, Number.POSITIVE_INFINITY);
  };
  const takes = () => fleet.store.calls.filter((each) => each === 'takeCalls').length;
  return { ...fleet, askNew, revalidate, useUp, takes };
}

const kindOf = ({ answer }: LookupResult) => answer.kind;

describe('the budget for the upstream', () => {
  test('lets a limited number of look-ups ask in a minute, and tells the others to come back in the next minute', async () => {
    const { askNew, upstream, clock } = startBudget(5);
    for (let count = 0; count < 5; count += 1) expect(kindOf(await askNew())).toBe('found');
    expect((await askNew()).answer).toEqual({ ...OVER_BUDGET, retryAfterMs: 50_000 });
    clock.advance(20_000);
    expect((await askNew()).answer).toEqual({ ...OVER_BUDGET, retryAfterMs: 30_000 });
    expect(upstream.requests).toHaveLength(5);
    clock.advance(31_000);
    for (let count = 0; count < 5; count += 1) expect(kindOf(await askNew())).toBe('found');
    expect(kindOf(await askNew())).toBe('failed');
  });

  test('is shared by the whole fleet', async () => {
    const { instance, askNew, upstream } = startBudget(6);
    const instances = [instance(-250), instance(), instance(250)];
    const kinds: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      for (const { ask } of instances) kinds.push(kindOf(await askNew({}, ask)));
    }
    expect(kinds).toEqual([...Array(6).fill('found'), ...Array(6).fill('failed')]);
    expect(upstream.requests).toHaveLength(6);
  });

  test('does not count as a late lease if its own call is late, beside a lease that is throttled', async () => {
    const { ask, clock, store, upstream } = startBudget(5);
    failFirst(store, clock, 'takeCalls', ['late']);
    // After a second late lease the look-up would fetch without one.
    failFirst(store, clock, 'takeLease', ['throttled', 'late']);
    const asked = ask();
    await clock.run(2000);
    expect((await asked).cache).toMatchObject({ status: 'forward', isStored: true });
    expect(upstream.requests).toHaveLength(1);
  });

  test('is separate for each API', async () => {
    const { store, useUp, askNew } = startBudget(5);
    await useUp(5);
    expect(kindOf(await askNew())).toBe('failed');
    expect([...store.callsTaken.keys()].every((name) => name.startsWith('v2 '))).toBe(true);
    const unlimited = startFleet({ policy: { callLimits: { 'v1.1': 1 } } });
    for (const identifierValue of ['A', 'B', 'C'])
      expect(kindOf(await unlimited.ask({ identifierValue }))).toBe('found');
    expect(unlimited.store.calls).not.toContain('takeCalls');
  });

  test('a miss without a call from the budget serves the stale entry, even if that is too old to be served otherwise', async () => {
    const { ask, clock, useUp, upstream } = startBudget(10);
    await ask();
    clock.advance(freshForMs + staleWhileRevalidateMs + 60_000);
    await useUp(10);
    const { answer, cache, maskedFailure, upstreamCall } = await ask();
    expect(cache).toEqual({ status: 'hit', detail: 'stale-if-error' });
    expect(answer.kind).toBe('found');
    expect(maskedFailure).toBe('over-budget');
    expect(upstreamCall).toBeUndefined();
    expect(upstream.requests).toHaveLength(1);
  });

  test('a revalidation stops before a miss does, and holds back the next one', async () => {
    const { ask, askNew, clock, useUp, revalidate, store, revalidator, upstream } = startBudget(20);
    await ask();
    clock.advance(freshForMs + 10_000);
    await useUp(18);
    expect(await revalidate('MP1')).toMatchObject(STALE_INSTEAD);
    expect(kindOf(await askNew())).toBe('found');
    expect(upstream.requests).toHaveLength(2);
    const stale = [...store.items.values()].find(({ entry, revalidation }) => entry && revalidation);
    expect(stale?.revalidation?.backoffMs).toBe(10_000);
    // The stale entry is served meanwhile, and asks for no revalidation.
    expect((await ask()).cache).toEqual({ status: 'hit', detail: 'stale-while-revalidate' });
    expect(revalidator.requests).toHaveLength(0);
  });

  test('a revalidation also holds back the next one if its instance knows that there is no call for it', async () => {
    const { ask, askNew, clock, useUp, revalidate, store } = startBudget(20);
    await ask();
    clock.advance(freshForMs + 10_000);
    await useUp(20);
    await askNew();
    const takesBefore = store.calls.filter((each) => each === 'takeCalls').length;
    expect(await revalidate('MP1')).toMatchObject(STALE_INSTEAD);
    expect(store.calls.filter((each) => each === 'takeCalls')).toHaveLength(takesBefore);
    expect(
      [...store.items.values()].some(({ entry, revalidation }) => entry && revalidation?.backoffMs === 10_000),
    ).toBe(true);
  });

  test('a caller that does not wait asks on its own, if there is a call for a caller alone', async () => {
    const { lookup, clock, useUp, revalidator, upstream, ask } = startBudget(20);
    await useUp(18);
    await ask({ identifierValue: 'other' });
    const { request } = await readV2Request(
      Object.entries({ source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' }),
      DEFAULT_READING,
    );
    const patiently = async () => {
      const asked = lookup(request, NO_DIRECTIVES, 'answer', undefined, { waitMs: 100 });
      await clock.run(200);
      return asked;
    };
    expect((await patiently()).answer.kind).toBe('pending');
    const [handedOver] = revalidator.requests.splice(0);
    if (handedOver === undefined) throw new Error('The fetch is handed over.');
    expect((await lookup(handedOver, { ...NO_DIRECTIVES, minFreshMs: 0 }, 'revalidate')).answer).toMatchObject(
      OVER_BUDGET,
    );
    expect((await patiently()).answer.kind).toBe('found');
    expect(upstream.requests).toHaveLength(2);
  });

  test('a miss that waits for a revalidation takes over, if there is a call for the miss alone', async () => {
    const { ask, clock, useUp, revalidate, instance, upstream, store } = startBudget(20);
    await ask();
    clock.advance(freshForMs + 10_000);
    await useUp(18);
    const gate = store.hold('takeCalls', 'before');
    const revalidated = revalidate('MP1');
    await gate.reached;
    const waiting = instance().ask({}, { maxAgeMs: 1000, staleIfErrorMs: 0 });
    await clock.run(20);
    await gate.release();
    await clock.run(2000);
    expect(await revalidated).toMatchObject(STALE_INSTEAD);
    expect((await waiting).answer.kind).toBe('found');
    expect((await waiting).cache).toMatchObject({ status: 'forward' });
    expect(upstream.requests).toHaveLength(2);
  });

  test('those that wait for a look-up without a call fail as that one does', async () => {
    const { ask, clock, useUp, instance, store, upstream } = startBudget(5);
    await useUp(5);
    const gate = store.hold('takeCalls', 'before');
    const first = ask();
    await gate.reached;
    const second = instance().ask();
    await clock.run(20);
    await gate.release();
    await clock.run(2000);
    for (const { answer } of [await first, await second]) {
      expect(answer).toMatchObject(OVER_BUDGET);
      expect(answer).toMatchObject({ retryAfterMs: expect.any(Number) });
    }
    expect(upstream.requests).toHaveLength(0);
  });

  test('is asked for calls while the lease is written: a miss waits for no further round trip', async () => {
    const { ask, store } = startBudget(100);
    const [lease, calls] = [store.hold('takeLease', 'before'), store.hold('takeCalls', 'before')];
    const answered = ask();
    await Promise.all([lease.reached, calls.reached]);
    await calls.release();
    await lease.release();
    expect(kindOf(await answered)).toBe('found');
    expect(store.calls.filter((each) => each === 'takeCalls')).toHaveLength(1);
  });

  test('costs a hit nothing', async () => {
    const { ask, store, takes } = startBudget(1);
    await ask();
    const before = [store.calls.length, takes()];
    for (let count = 0; count < 5; count += 1) expect((await ask()).cache.status).toBe('hit');
    expect([store.calls.length, takes()]).toEqual([(before[0] ?? 0) + 5, before[1]]);
  });

  test('that is known to be used up costs a look-up no request to the store and no lease', async () => {
    const { askNew, useUp, store } = startBudget(5);
    await useUp(5);
    await askNew();
    const before = store.calls.length;
    for (let count = 0; count < 5; count += 1) expect((await askNew()).answer).toMatchObject(OVER_BUDGET);
    expect(store.calls.slice(before)).toEqual(Array(5).fill('read'));
  });

  test('without the setting, nothing is counted', async () => {
    const { askNew, takes } = startBudget(undefined);
    for (let count = 0; count < 5; count += 1) expect(kindOf(await askNew())).toBe('found');
    expect(takes()).toBe(0);
  });

  test('with the cache off, nothing is counted', async () => {
    const { ask } = startFleet({ isCacheOn: false, policy: { callLimits: { v2: 1 } } });
    for (let count = 0; count < 3; count += 1) expect(kindOf(await ask())).toBe('found');
  });

  test.each(['down', 'throttled', 'late'] as const)('if the store is %s, there is no budget', async (trouble) => {
    const { askNew, store, takes, clock } = startBudget(3);
    store.failure = { reason: 'Trouble', trouble };
    store.failing.add('takeCalls');
    for (let count = 0; count < 10; count += 1) expect(kindOf(await askNew())).toBe('found');
    // For a moment the store is not asked again.
    expect(takes()).toBe(1);
    store.failing.delete('takeCalls');
    clock.advance(1000);
    const kinds: string[] = [];
    for (let count = 0; count < 5; count += 1) kinds.push(kindOf(await askNew()));
    expect(kinds).toEqual(['found', 'found', 'found', 'failed', 'failed']);
  });

  test('after a failure of the store, a look-up asks it for no call', async () => {
    const { askNew, store, takes } = startBudget(3);
    store.failing.add('read');
    for (let count = 0; count < 5; count += 1) expect(kindOf(await askNew())).toBe('found');
    expect(takes()).toBe(0);
  });

  test('a call that a pause of the upstream forbids stays unused', async () => {
    const { askNew, store, clock, upstream } = startBudget(2);
    await store.writePause('v2', { since: clock.now(), until: clock.now() + 5000 });
    for (let count = 0; count < 4; count += 1) expect((await askNew()).answer).toMatchObject({ failure: 'throttled' });
    clock.advance(11_000);
    expect(kindOf(await askNew())).toBe('found');
    expect(kindOf(await askNew())).toBe('found');
    expect((await askNew()).answer).toMatchObject(OVER_BUDGET);
    expect(upstream.requests).toHaveLength(2);
  });

  test('look-ups of one instance at one moment share one request for calls', async () => {
    const { askNew, upstream, clock } = startBudget(50);
    const results = Promise.all(Array.from({ length: 60 }, () => askNew()));
    await clock.run(2000);
    expect((await results).filter(({ answer }) => answer.kind === 'found')).toHaveLength(50);
    expect(upstream.requests).toHaveLength(50);
  });

  test('around the beginning of a minute, a twentieth of its calls may be made', async () => {
    const { askNew, clock, upstream } = startBudget(40);
    clock.advance(49_600);
    expect(kindOf(await askNew())).toBe('found');
    expect(kindOf(await askNew())).toBe('found');
    expect((await askNew()).answer).toEqual({ ...OVER_BUDGET, retryAfterMs: 900 });
    clock.advance(900);
    for (let count = 0; count < 38; count += 1) expect(kindOf(await askNew())).toBe('found');
    expect(kindOf(await askNew())).toBe('failed');
    expect(upstream.requests).toHaveLength(40);
  });
});

describe('each request to the upstream counts', () => {
  /** An instance with an upstream that sends this number of requests for each look-up, if it may. */
  function startRepeating(limit: number, wanted: number) {
    const { upstream, store, instance, clock, useUp, askNew } = startBudget(limit);
    const sent: number[] = [];
    const answer = upstream.fetch.bind(upstream);
    const fetch: CustomerUpstream['fetch'] = async (request, { takeRepetition = async () => true } = {}) => {
      let attempts = Math.min(1, wanted);
      while (attempts > 0 && attempts < wanted && (await takeRepetition())) attempts += 1;
      sent.push(attempts);
      return { ...(await answer(request)), call: { ...CALL, attempts } };
    };
    upstream.fetch = fetch;
    return { sent, store, clock, useUp, askNew, ask: instance().ask };
  }
  const CALL = { askedAt: 0, durationMs: 1, status: 200, requestId: undefined };

  test('a retry and a repetition with other credentials are not made if there is no call for them', async () => {
    const { sent, askNew, ask } = startRepeating(7, 3);
    for (let count = 0; count < 4; count += 1) await askNew({}, ask);
    expect(sent).toEqual([3, 3, 1]);
  });

  test('a look-up that sent no request counts none: the breaker is open', async () => {
    const { sent, askNew, ask, store } = startRepeating(5, 0);
    for (let count = 0; count < 20; count += 1) await askNew({}, ask);
    await settle();
    expect(sent).toHaveLength(20);
    expect([...store.callsTaken.values()]).toEqual([1]);
  });
});
