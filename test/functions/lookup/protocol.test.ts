import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { Subject } from '../../../functions/customer/request/canonical-request.ts';
import { createInvalidateHandler } from '../../../functions/invalidate/handler.ts';
import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import { createInvalidation } from '../../../functions/lookup/invalidation.ts';
import type { InvalidationMode } from '../../../functions/lookup/item-change.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { UpstreamFailure } from '../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { RecordingLog } from '../../support/lookup-service.ts';
import { settle } from '../../support/manual-clock.ts';
import { proxyEvent } from '../../support/proxy-event.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found, said } from '../../support/scripted-upstream.ts';

// Tests the protocol of docs/design.md, step by step. Fill: (1) index, (2) entry. Purge: (1) fence, (2) deletes.

const OLD = '{"id":1,"profiles":[{"firstName":"Old"}]}';
const NEW = '{"id":1,"profiles":[{"firstName":"New"}]}';
/** The customer that a look-up asks for by default. */
const SUBJECT: Subject = {
  source: 'INSTORE',
  identifier: { name: 'externalId', value: 'MP1' },
};
const FAILURE: UpstreamFailure = { kind: 'failed', failure: 'server-error' };
const { leaseMs, windows } = DEFAULT_POLICY;
/** No lease, entry or index is this old: nothing of the past is left. */
const LONG_MS = 3 * 86_400_000;

/** A fleet with an upstream that gives OLD for customer 1, after some time. */
function start(options: Parameters<typeof startFleet>[0] = {}) {
  const fleet = startFleet(options);
  const { clock, store, upstream } = fleet;
  upstream.outcome = found(OLD);
  upstream.takesMs = 100;
  const invalidation = (at = clock.now()) => {
    const clockThen = {
      now: () => at,
      monotonicNow: () => clock.monotonicNow(),
      sleep: (ms: number) => clock.sleep(ms),
      sleepFree: (ms: number) => clock.sleep(ms),
    };
    return createInvalidation({ store, clock: clockThen, keySecrets: ['secret'] });
  };
  const invalidate = (mode: InvalidationMode, at?: number, id = '1') => invalidation(at).customers([id], mode);
  const purge = (at?: number, id?: string) => invalidate('delete', at, id);
  const mark = (at?: number, id?: string) => invalidate('mark-stale', at, id);
  /** A look-up from beginning to end, whatever time it takes. */
  const answered = async (asked: Promise<LookupResult>) => {
    await clock.run(10_000);
    return asked;
  };
  /** The answer of the next look-up, from an upstream that has changed meanwhile. */
  const next = async () => {
    upstream.outcome = found(NEW);
    return answered(fleet.ask());
  };
  return { ...fleet, invalidation, purge, mark, answered, next };
}

const asksAgain = { answer: { body: NEW }, cache: { status: 'forward', reason: 'miss' } };
const servedUnstored = { answer: { kind: 'found', body: OLD }, cache: { status: 'forward', isStored: false } };

describe('a purge during a fill', () => {
  test('fill1-purge1-purge2-fill2', async () => {
    const { clock, store, ask, purge, next } = start();
    const fill2 = store.hold('writeEntry', 'before');
    const filling = ask();
    await clock.run(100);
    await fill2.reached;
    await purge();
    await fill2.release();
    expect(await filling).toMatchObject(servedUnstored);
    expect(store.entries).toEqual([]);
    expect(await next()).toMatchObject(asksAgain);
  });

  test('fill1-fill2-purge1-purge2', async () => {
    const { store, ask, purge, next, answered } = start();
    expect(await answered(ask())).toMatchObject({ cache: { isStored: true } });
    expect(await purge()).toBe(1);
    expect(store.entries).toEqual([]);
    expect(await next()).toMatchObject(asksAgain);
  });

  test('purge1-fill1', async () => {
    const { clock, store, ask, purge, next } = start();
    const fill1 = store.hold('addToIndex', 'before');
    const filling = ask();
    await clock.run(100);
    await fill1.reached;
    const purge2 = store.hold('fenceCustomer', 'after');
    const purging = purge();
    await purge2.reached;
    await fill1.release();
    expect(await filling).toMatchObject(servedUnstored);
    await purge2.release();
    expect(await purging).toBe(0);
    expect(store.entries).toEqual([]);
    expect(store.calls).not.toContain('writeEntry');
    expect(await next()).toMatchObject(asksAgain);
  });

  test.each([
    ['a filler with a clock that is 450 ms ahead', 450, 0],
    ['a purger with a clock that is 450 ms behind', 0, -450],
  ])('%s', async (_title, fillerAheadMs, purgerAheadMs) => {
    const { clock, store, upstream, instance, purge, next } = start();
    upstream.takesMs = 400;
    const filling = instance(fillerAheadMs).ask();
    await clock.run(40);
    await purge(clock.now() + purgerAheadMs);
    await clock.run(360);
    expect(await filling).toMatchObject(servedUnstored);
    expect(store.entries).toEqual([]);
    expect(await next()).toMatchObject(asksAgain);
  });

  test('a purger that crashes after its first write and is repeated', async () => {
    const { store, ask, purge, answered, next, instance } = start();
    await answered(ask());
    await answered(ask({ identifierName: 'wechat' }));
    const crash = store.hold('fenceCustomer', 'after');
    const purging = purge();
    await crash.reached;
    // It is never acknowledged: the entries that it left may still be served.
    expect(await instance().ask()).toMatchObject({ cache: { status: 'hit' } });
    expect(await purge()).toBe(2);
    expect(store.entries).toEqual([]);
    expect(await next()).toMatchObject(asksAgain);
    await expect(Promise.race([purging, 'not acknowledged'])).resolves.toBe('not acknowledged');
  });

  test('a slow purge overtaken by a later one', async () => {
    const { clock, store, upstream, ask, purge, next } = start();
    const slow = store.hold('fenceCustomer', 'before');
    const purging = purge();
    await slow.reached;
    upstream.takesMs = 1000;
    await clock.run(600);
    const filling = ask();
    await clock.run(400);
    const later = clock.now();
    await purge();
    await slow.release();
    expect(await purging).toBe(0);
    expect([...store.indexes.values()]).toMatchObject([{ invalidatedAt: later }]);
    await clock.run(1000);
    // It was requested after the slow purge began, by more than clocks differ, and before the later one.
    expect(await filling).toMatchObject(servedUnstored);
    expect(store.entries).toEqual([]);
    expect(await next()).toMatchObject(asksAgain);
  });

  test('a mark, then a purge of the same customer while the upstream is down', async () => {
    const { clock, store, upstream, ask, purge, mark, answered } = start();
    await answered(ask());
    await mark();
    upstream.outcome = FAILURE;
    clock.advance(1000);
    expect(await answered(ask())).toMatchObject({
      answer: { kind: 'found', body: OLD },
      cache: { status: 'hit', detail: 'stale-if-error' },
      maskedFailure: 'server-error',
    });
    await purge();
    expect(store.entries).toEqual([]);
    expect(await answered(ask())).toMatchObject({ answer: FAILURE, cache: { status: 'forward', reason: 'miss' } });
  });

  test('a purge for a customer never seen', async () => {
    const { clock, store, ask, purge, answered } = start();
    const filling = ask();
    await clock.run(50);
    expect(await purge()).toBe(0);
    await clock.run(50);
    expect(await filling).toMatchObject(servedUnstored);
    expect(store.entries).toEqual([]);
    // It was requested later than the fence by more than clocks differ: stored again.
    clock.advance(500);
    expect(await answered(ask())).toMatchObject({ cache: { isStored: true } });
  });

  test.each(['by customer', 'by identifier'])('mark-stale between fetch and write, %s', async (by) => {
    const { clock, store, upstream, ask, invalidation, mark, answered } = start();
    await answered(ask());
    clock.advance(1000);
    const write = store.hold(by === 'by customer' ? 'addToIndex' : 'writeEntry', 'before');
    const filling = ask({}, { noCache: true });
    await clock.run(100);
    await write.reached;
    if (by === 'by customer') await mark();
    else await invalidation().subjects([SUBJECT], 'mark-stale');
    await write.release();
    expect(await filling).toMatchObject(servedUnstored);
    // The old entry keeps its bytes, for an upstream that fails, and is not served otherwise.
    expect(store.entries).toMatchObject([{ body: OLD, staleFrom: clock.now() }]);
    upstream.outcome = FAILURE;
    expect(await answered(ask())).toMatchObject({ answer: { body: OLD }, cache: { detail: 'stale-if-error' } });
    upstream.outcome = found(NEW);
    clock.advance(1000);
    expect(await answered(ask({}, { maxStaleMs: 60_000 }))).toMatchObject({
      answer: { body: NEW },
      cache: { status: 'forward', reason: 'stale', isStored: true },
    });
  });
});

describe('fetches that overlap', () => {
  test('no-cache arriving during an older fetch that answers "not found"', async () => {
    const { clock, store, upstream, ask } = start();
    upstream.outcome = said('not-found', 8015);
    upstream.takesMs = 1000;
    const older = ask();
    await clock.run(500);
    upstream.outcome = found(NEW);
    upstream.takesMs = 100;
    const newer = ask({}, { noCache: true });
    await clock.run(100);
    // It neither waits nor stores anything: another look-up has the lease.
    expect(await newer).toMatchObject({
      answer: { kind: 'found', body: NEW },
      cache: { status: 'forward', reason: 'request', isStored: false },
    });
    await clock.run(400);
    expect(await older).toMatchObject({ answer: { kind: 'not-found' }, cache: { isStored: true } });
    expect(store.entries).toMatchObject([{ kind: 'not-found' }]);
    expect(await Promise.race([ask({}, { noCache: true }), clock.run(100).then(() => undefined)])).toBeDefined();
  });

  test('revalidation events twice, late, and after a purge', async () => {
    const { clock, upstream, revalidator, ask, lookup, purge, answered } = start();
    await answered(ask());
    clock.advance(windows.freshForMs);
    expect(await ask()).toMatchObject({ answer: { body: OLD }, cache: { detail: 'stale-while-revalidate' } });
    const [request] = revalidator.requests;
    if (request === undefined) throw new Error('No revalidation was asked for.');
    const directives = { ...NO_DIRECTIVES, minFreshMs: 0 };
    const revalidate = () => lookup(request, directives, 'revalidate');
    upstream.outcome = found(NEW);

    const twice = [revalidate(), revalidate()];
    // The second one waits: the first may be given up, and then the second has to ask.
    await clock.run(300);
    expect(await Promise.all(twice)).toMatchObject([
      { answer: { body: NEW }, cache: { isStored: true } },
      { answer: { body: NEW }, cache: { status: 'collapsed' }, upstreamCall: undefined },
    ]);
    expect(upstream.requests).toHaveLength(2);

    clock.advance(60_000);
    expect(await revalidate()).toMatchObject({ cache: { status: 'hit', detail: undefined } });
    expect(upstream.requests).toHaveLength(2);

    await purge();
    clock.advance(501);
    expect(await answered(revalidate())).toMatchObject({
      answer: { body: NEW },
      cache: { reason: 'miss', isStored: true },
    });
    expect(upstream.requests).toHaveLength(3);
  });
});

/** Two hundred look-ups ask for the same customer at the same time, and wait for one holder. */
async function crowd({ ask, clock }: ReturnType<typeof start>) {
  const startedAt = clock.now();
  const holder = ask();
  await settle();
  const results: { readonly result: LookupResult; readonly tookMs: number }[] = [];
  for (let waiter = 0; waiter < 200; waiter += 1) {
    void ask().then((result) => results.push({ result, tookMs: clock.now() - startedAt }));
  }
  return { holder, results };
}

describe('a holder and two hundred waiting look-ups', () => {
  test('holder fails with 200 waiters', async () => {
    const fleet = start({ random: Math.random });
    fleet.upstream.outcome = { ...FAILURE, retryAfterMs: 7000 };
    const { holder, results } = await crowd(fleet);
    await fleet.clock.run(1000);
    expect(await holder).toMatchObject({
      answer: { retryAfterMs: 7000 },
      cache: { status: 'forward', reason: 'miss' },
    });
    expect(results).toHaveLength(200);
    for (const { result } of results) {
      expect(result).toMatchObject({
        answer: { kind: 'failed', failure: 'server-error', retryAfterMs: 7000 },
        cache: { status: 'collapsed', reason: 'miss' },
        upstreamCall: undefined,
      });
    }
    expect(fleet.upstream.requests).toHaveLength(1);
  });

  test('holder fails at once, while 200 others are still trying to take the lease', async () => {
    const fleet = start({ random: Math.random });
    fleet.upstream.outcome = FAILURE;
    fleet.upstream.takesMs = 0;
    const all = Array.from({ length: 201 }, () => fleet.ask());
    await fleet.clock.run(5000);
    for (const result of await Promise.all(all)) expect(result.answer).toMatchObject(FAILURE);
    expect(fleet.upstream.requests).toHaveLength(1);
  });

  test('holder fails with 200 waiters that have a stale entry', async () => {
    const fleet = start({ random: Math.random });
    await fleet.answered(fleet.ask());
    fleet.clock.advance(windows.freshForMs + windows.staleWhileRevalidateMs);
    fleet.upstream.outcome = FAILURE;
    const { results } = await crowd(fleet);
    await fleet.clock.run(1000);
    expect(results).toHaveLength(200);
    for (const { result } of results) {
      expect(result).toMatchObject({ answer: { body: OLD }, cache: { status: 'hit', detail: 'stale-if-error' } });
    }
    expect(fleet.upstream.requests).toHaveLength(2);
  });

  test("holder's reply is partial with 200 waiters", async () => {
    const fleet = start({ random: Math.random });
    fleet.upstream.outcome = found(OLD, { isComplete: false });
    const { holder, results } = await crowd(fleet);
    // They do not run one after the other: they take the time of the holder's fetch, a poll, and a fetch of their own.
    await fleet.clock.run(100 + 200 + 100);
    expect(await holder).toMatchObject(servedUnstored);
    expect(results).toHaveLength(200);
    for (const { result } of results) expect(result).toMatchObject(servedUnstored);
    expect(fleet.upstream.requests).toHaveLength(201);
    expect(fleet.store.entries).toEqual([]);
  });

  test.each([
    ['holder dies', 0],
    ['holder dies, its clock fast', 500],
    ['holder dies, its clock slow', -500],
  ])('%s', async (_title, aheadMs) => {
    const fleet = start({ random: Math.random });
    fleet.store.hold('addToIndex', 'before');
    const { results } = await crowd({ ...fleet, ask: withHolder(fleet, aheadMs) });
    await fleet.clock.run(leaseMs - 1);
    expect(results).toEqual([]);
    await fleet.clock.run(leaseMs + 1001);
    expect(results).toHaveLength(200);
    for (const { result, tookMs } of results) {
      expect(result.answer).toMatchObject({ kind: 'found', body: OLD });
      expect(tookMs).toBeLessThanOrEqual(2 * leaseMs + 1000);
    }
    expect(fleet.upstream.requests.length).toBe(2);
    expect(results.filter(({ result }) => result.cache.status === 'collapsed')).toHaveLength(199);
  });

  test('holder dies: the others wait for the look-up that took over, even if its fetch takes long', async () => {
    const fleet = start({ random: Math.random });
    fleet.upstream.takesMs = leaseMs - 350;
    fleet.store.hold('addToIndex', 'before');
    const { results } = await crowd(fleet);
    await fleet.clock.run(2 * leaseMs + 1000);
    expect(results).toHaveLength(200);
    for (const { result, tookMs } of results) {
      expect(result.answer).toMatchObject({ kind: 'found', body: OLD });
      expect(tookMs).toBeLessThanOrEqual(2 * leaseMs + 1000);
    }
    expect(fleet.upstream.requests).toHaveLength(2);
  });

  test('holder dies, and the look-up that took over dies too: the others are answered within the deadline, and do not ask again', async () => {
    const fleet = start({ random: Math.random });
    for (let death = 0; death < 2; death += 1) fleet.store.hold('addToIndex', 'before');
    const { results } = await crowd(fleet);
    await fleet.clock.run(2 * leaseMs + 1000);
    expect(results).toHaveLength(199);
    for (const { result } of results.slice(0, -1)) {
      expect(result).toMatchObject({ answer: { kind: 'failed', failure: 'timeout' }, cache: { status: 'collapsed' } });
    }
    expect(fleet.upstream.requests.length).toBeLessThanOrEqual(3);
  });

  test('holder dies: later look-ups take over as soon as its lease has lapsed by the clock', async () => {
    const { clock, store, upstream, ask } = start();
    store.hold('addToIndex', 'before');
    void ask();
    await clock.run(leaseMs);
    const waiter = ask();
    await clock.run(500);
    expect(upstream.requests).toHaveLength(1);
    await clock.run(200 + 100);
    expect(await waiter).toMatchObject({ answer: { body: OLD }, cache: { status: 'forward', isStored: true } });
    expect(upstream.requests).toHaveLength(2);
  });

  test('a holder that was only frozen writes nothing after another has taken over', async () => {
    const { clock, store, upstream, ask, answered } = start();
    const frozen = store.hold('writeEntry', 'before');
    const holder = ask();
    await clock.run(100);
    await frozen.reached;
    upstream.outcome = found(NEW);
    expect(await answered(ask())).toMatchObject({ answer: { body: NEW }, cache: { isStored: true } });
    await frozen.release();
    expect(await holder).toMatchObject(servedUnstored);
    expect(store.entries).toMatchObject([{ body: NEW }]);
  });
});

/** The first look-up that asks is the one with the wrong clock. */
function withHolder({ instance }: ReturnType<typeof start>, aheadMs: number) {
  const holder = instance(aheadMs).ask;
  let asked = 0;
  return ((...parameters: Parameters<typeof holder>) => {
    asked += 1;
    return asked === 1 ? holder(...parameters) : instance().ask(...parameters);
  }) as typeof holder;
}

describe('writes that get lost or come late', () => {
  test('a lease on an expired entry that TTL deletes', async () => {
    const { clock, store, upstream, ask, answered, next } = start();
    await answered(ask());
    clock.advance(LONG_MS);
    upstream.takesMs = 2000;
    upstream.outcome = found(NEW);
    const filling = ask();
    await clock.run(1000);
    // The entry has expired long ago; its lease has not.
    store.deleteExpired(clock.now());
    const waiting = ask();
    await clock.run(2000);
    expect(await filling).toMatchObject({ answer: { body: NEW }, cache: { reason: 'miss', isStored: true } });
    expect(await waiting).toMatchObject({ answer: { body: NEW }, cache: { status: 'collapsed' } });
    expect(upstream.requests).toHaveLength(2);

    // TTL still deletes it while the holder works: the holder writes nothing.
    clock.advance(LONG_MS);
    const write = store.hold('writeEntry', 'before');
    const robbed = ask();
    await clock.run(2000);
    await write.reached;
    store.items.clear();
    await write.release();
    expect(await robbed).toMatchObject({ answer: { body: NEW }, cache: { isStored: false } });
    expect(store.entries).toEqual([]);
    expect(await next()).toMatchObject(asksAgain);
  });

  test('lease write applied after its timeout', async () => {
    const { clock, store, upstream, ask, answered } = start();
    const write = store.hold('takeLease', 'before');
    const first = ask();
    await write.reached;
    await write.timeOut();
    expect(await answered(first)).toMatchObject({
      answer: { body: OLD },
      cache: { reason: 'bypass', isStored: false },
      storeFailure: 'TimeoutError',
    });
    await write.release();
    expect(store.entries).toEqual([]);
    // No look-up holds that lease: it lapses, and delays no look-up for longer than it lasts.
    const startedAt = clock.now();
    const second = ask();
    await clock.run(leaseMs + 500 + 200);
    expect(await second).toMatchObject({ answer: { body: OLD }, cache: { isStored: true } });
    expect(clock.now() - startedAt).toBeLessThanOrEqual(2 * leaseMs + 1000);
    expect(upstream.requests).toHaveLength(2);
  });

  test('lease write applied after its timeout, when another has taken the lease: refused', async () => {
    const { clock, store, ask } = start();
    const write = store.hold('takeLease', 'before');
    const first = ask();
    await write.reached;
    await write.timeOut();
    const second = ask();
    await clock.run(50);
    await write.release();
    await clock.run(50);
    expect((await first).cache).toMatchObject({ isStored: false });
    expect(await second).toMatchObject({ cache: { reason: 'miss', isStored: true } });
  });

  test('lease write sent twice over a lost connection: its own first try is not a conflict', async () => {
    const { store, upstream, ask, answered } = start();
    const { takeLease } = store;
    store.takeLease = async (...parameters) => {
      await takeLease.apply(store, parameters);
      return takeLease.apply(store, parameters);
    };
    expect(await answered(ask())).toMatchObject({ cache: { reason: 'miss', isStored: true } });
    expect(upstream.requests).toHaveLength(1);
  });

  test('a look-up that conflicts with other writes again and again works without a lease', async () => {
    const { store, upstream, ask, answered } = start();
    store.takeLease = async () => {
      store.calls.push('takeLease');
      return false;
    };
    expect(await answered(ask())).toMatchObject(servedUnstored);
    expect(store.calls.filter((call) => call === 'takeLease')).toHaveLength(9);
    expect(upstream.requests).toHaveLength(1);
  });

  test.each([
    ['it was made', 'after', { status: 'hit' }, 1],
    ['it was not made', 'before', { status: 'forward', isStored: true }, 2],
  ] as const)('final write ambiguous: %s', async (_title, place, then, calls) => {
    const { clock, store, upstream, ask, answered } = start();
    const write = store.hold('writeEntry', place);
    const filling = ask();
    await clock.run(100);
    await write.reached;
    await write.timeOut();
    expect(await filling).toMatchObject({ ...servedUnstored, storeFailure: 'TimeoutError' });
    expect(await answered(ask())).toMatchObject({ answer: { body: OLD }, cache: then });
    expect(upstream.requests).toHaveLength(calls);
  });

  test('index update fails after the upstream answered', async () => {
    const { store, ask, answered } = start();
    store.failing.add('addToIndex');
    expect(await answered(ask())).toMatchObject({ ...servedUnstored, storeFailure: 'TimeoutError' });
    expect(store.entries).toEqual([]);
    // After one failure the look-up does not touch the store again, except for the release of its lease.
    expect(store.calls).toEqual(['read', 'takeLease', 'readPause', 'addToIndex', 'endLease']);
    store.failing.clear();
    expect(await answered(ask())).toMatchObject({ cache: { isStored: true } });
  });
});

describe('deploys', () => {
  test('raised windows on an entry past its own expiry', async () => {
    const { clock, upstream, instance, answered } = start();
    const short = { freshForMs: 10_000, staleWhileRevalidateMs: 0, staleIfErrorMs: 20_000, notFoundFreshForMs: 0 };
    await answered(instance(0, { windows: short }).ask());
    const raised = instance(0, { windows: { ...short, freshForMs: 600_000, staleIfErrorMs: 600_000 } });
    clock.advance(30_000 - 10_000 - 1);
    expect(await raised.ask()).toMatchObject({ answer: { body: OLD, ageMs: 29_999 }, cache: { status: 'hit' } });
    clock.advance(1);
    upstream.outcome = FAILURE;
    expect(await answered(raised.ask())).toMatchObject({ answer: FAILURE, cache: { reason: 'miss' } });
  });

  test('EMBED_ALWAYS changed between deploys', async () => {
    const { store, upstream, ask, invalidation, answered } = start();
    const withPoints = { ...DEFAULT_READING, embedAlways: ['points' as const] };
    await answered(ask());
    upstream.outcome = found('{"id":1,"pointsSummary":[{"points":5}]}');
    const body = '{"id":1,"pointsSummary":[{"points":5}]}';
    expect(await answered(ask({}, {}, withPoints))).toMatchObject({ answer: { body }, cache: { reason: 'miss' } });
    expect(await ask()).toMatchObject({ answer: { body: OLD }, cache: { status: 'hit' } });
    expect(await ask({}, {}, withPoints)).toMatchObject({ answer: { body }, cache: { status: 'hit' } });
    // A caller that asks for it by name and a caller that just gets it always share one entry; and a purge finds both
    // variants.
    expect(await ask({ embed: 'POINTS' })).toMatchObject({ answer: { body }, cache: { status: 'hit' } });
    expect(upstream.requests).toHaveLength(2);
    expect(await invalidation().subjects([SUBJECT], 'delete')).toBe(2);
    expect(store.items.size).toBe(0);
  });

  const stages = [['old'], ['old', 'new'], ['new', 'old'], ['new']] as [string, ...string[]][];
  const alive = stages.flatMap((stage, index) =>
    stages.slice(Math.max(0, index - 1), index + 2).map((other) => [stage, other]),
  );
  test.each(
    alive.flatMap(([serving = ['old'], purging = ['old']]) =>
      ['customer', 'entries', 'fill'].map((how) => [how, serving, purging] as const),
    ),
  )(
    'key secret rotated in three deploys: purge (%s), served by an instance with %j, purged by one with %j',
    async (how, keySecrets, purgerSecrets) => {
      const { clock, store, upstream, instance, answered, next } = start({ policy: { keySecrets } });
      const handler = createInvalidateHandler({
        store,
        clock,
        log: new RecordingLog(),
        reading: DEFAULT_READING,
        webhookSecrets: [],
        keySecrets: purgerSecrets,
        otherRegions: [],
      });
      const byCustomer = proxyEvent({
        method: 'DELETE',
        resource: '/cache/customers/{customerId}',
        pathParameters: { customerId: '1' },
      });
      const query = 'source=INSTORE&identifierName=externalId&identifierValue=MP1';
      const byIdentifier = proxyEvent({ method: 'DELETE', resource: '/cache/entries', query });
      const purge = () => handler(how === 'entries' ? byIdentifier : byCustomer, {} as Context);
      const server = instance();
      if (how === 'fill') {
        const filling = server.ask();
        await clock.run(50);
        expect(await purge()).toMatchObject({ statusCode: 200 });
        expect(await answered(filling)).toMatchObject(servedUnstored);
      } else {
        await answered(server.ask());
        expect(await server.ask()).toMatchObject({ cache: { status: 'hit' } });
        expect(await purge()).toMatchObject({ statusCode: how === 'customer' ? 200 : 204 });
      }
      expect(store.entries).toEqual([]);
      expect(await next()).toMatchObject(asksAgain);
      expect(upstream.requests).toHaveLength(2);
    },
  );
});
