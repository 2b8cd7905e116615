import { describe, expect, test } from '@jest/globals';
import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import { createInvalidation } from '../../../functions/lookup/invalidation.ts';
import type { UpstreamOutcome } from '../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import type { Gate } from '../../support/gated-cache-store.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found, said } from '../../support/scripted-upstream.ts';

const OLD = found('{"id":1,"profiles":[{"firstName":"Old"}]}');

describe('a holder that loses its lease while it ends it', () => {
  test.each<[string, UpstreamOutcome]>([
    ['B4: erased', said('erased', 8060)],
    ['B11: refused', said('refused', 618)],
  ])('%s: the old entry is still removed', async (_title, outcome) => {
    const { clock, store, upstream, ask } = startFleet();
    upstream.outcome = OLD;
    await ask();
    expect(store.entries).toHaveLength(1);
    upstream.outcome = outcome;
    const gate = store.hold('endLease', 'before');
    const asking = ask({}, { noCache: true });
    await gate.reached;
    // An event marks the customer's entries, and removes their leases.
    const marking = createInvalidation({ store, clock, keySecrets: ['secret'] });
    expect(await marking.customers(['1'], 'mark-stale')).toBe(1);
    await gate.release();
    await clock.run(10_000);
    expect((await asking).answer.kind).toBe(outcome.kind);
    expect(store.entries).toEqual([]);
  });
});

describe('fetches that are voided one after the other, as by purges', () => {
  async function askTogether({ takesMs, everyMs, times }: { takesMs: number; everyMs: number; times: number }) {
    const { clock, store, upstream, instance } = startFleet();
    Object.assign(upstream, { outcome: OLD, takesMs });
    const instances = [instance(), instance()];
    const asking = instances.flatMap((each) => Array.from({ length: 20 }, () => each.ask()));
    for (let time = 0; time < times; time += 1) {
      await clock.run(everyMs);
      await store.deleteItems([...store.items.keys()].map((name) => JSON.parse(name) as CacheKey));
    }
    await clock.run(10_000);
    const answers = (await Promise.all(asking)).map(({ answer: { kind } }) => kind);
    return { answers, callCount: upstream.requests.length };
  }

  test('for seconds: each look-up is answered by a fetch of its own, while there is time for it', async () => {
    const { answers } = await askTogether({ takesMs: 300, everyMs: 200, times: 30 });
    expect(answers).toEqual(answers.map(() => 'found'));
  });

  test('twice: the others wait for the third, and do not all ask at once', async () => {
    const { answers, callCount } = await askTogether({ takesMs: 2000, everyMs: 500, times: 2 });
    expect([answers, callCount]).toEqual([answers.map(() => 'found'), 3]);
  });
});

describe('a look-up that does not know that it holds the lease', () => {
  test('B4: tells the waiting look-ups of an erased customer: one upstream call', async () => {
    const { clock, store, upstream, instance, ask } = startFleet();
    upstream.outcome = said('erased', 8060);
    upstream.takesMs = 300;
    const gate = store.hold('takeLease', 'after');
    const asking = ask();
    await gate.reached;
    const waiting = instance().ask();
    await gate.timeOut();
    await clock.run(5000);
    expect(await asking).toMatchObject({ answer: { kind: 'erased' }, cache: { status: 'forward', reason: 'bypass' } });
    expect(await waiting).toMatchObject({ answer: { kind: 'erased' }, cache: { status: 'collapsed' } });
    expect(upstream.requests).toHaveLength(1);
  });

  test.each([
    ['a customer: one of them takes over', found('{"id":1}'), 'found', 2],
    ['a failure: they fail as it did', { kind: 'failed', failure: 'invalid' } as const, 'failed', 1],
  ])('tells the waiting look-ups of %s', async (_title, outcome, kind, calls) => {
    const { clock, store, upstream, instance, ask } = startFleet();
    Object.assign(upstream, { outcome, takesMs: 300 });
    const gate = store.hold('takeLease', 'after');
    const asking = ask();
    await gate.reached;
    const waiting = Array.from({ length: 6 }, () => instance().ask());
    await gate.timeOut();
    await clock.run(5000);
    expect(await asking).toMatchObject({ answer: { kind }, cache: { status: 'forward', reason: 'bypass' } });
    const statuses = (await Promise.all(waiting)).map(({ answer, cache }) => [answer.kind, cache.status]);
    const isFirstToTakeOver = calls === 2 ? [[kind, 'forward']] : [];
    expect(statuses.toSorted()).toEqual([
      ...Array(6 - isFirstToTakeOver.length).fill([kind, 'collapsed']),
      ...isFirstToTakeOver,
    ]);
    expect(upstream.requests).toHaveLength(calls);
  });
});

describe('a look-up that serves its stale entry while its try for the lease is late', () => {
  test.each<[string, number | undefined]>([
    ['its caller waits shortly', 100],
    ['it waits for the soft timeout', undefined],
  ])('leaves no lease behind: the next look-up fetches at once (%s)', async (_title, waitMs) => {
    const { clock, store, upstream, revalidator, instance, ask } = startFleet();
    const { freshForMs, staleWhileRevalidateMs } = DEFAULT_POLICY.windows;
    upstream.outcome = OLD;
    await ask();
    await clock.run(freshForMs + staleWhileRevalidateMs);
    upstream.outcome = found('{"id":1,"profiles":[{"firstName":"New"}]}');
    revalidator.isReached = false;
    const gate = store.hold('takeLease', 'after');
    const asking = ask({}, {}, DEFAULT_READING, 'answer', { waitMs });
    await gate.reached;
    await clock.run(DEFAULT_POLICY.staleSoftTimeoutMs);
    // The store answers another look-up of the instance: it is late, and not down.
    await ask({ identifierValue: '9876543211' }, { onlyIfCached: true });
    await gate.timeOut();
    await clock.run(0);
    expect(await asking).toMatchObject({ cache: { status: 'hit', detail: 'stale-if-error' }, storeFailure: undefined });
    const next = instance().ask();
    await clock.run(0);
    expect(await next).toMatchObject({ answer: { kind: 'found' }, cache: { status: 'forward', isStored: true } });
  });
});

describe('a look-up that serves its stale entry before it knows that its try took the lease', () => {
  test('leaves no lease behind: the store got the try twice, and is late in showing the item', async () => {
    const { clock, store, upstream, instance, ask } = startFleet();
    const { freshForMs, staleWhileRevalidateMs } = DEFAULT_POLICY.windows;
    upstream.outcome = OLD;
    await ask();
    await clock.run(freshForMs + staleWhileRevalidateMs);
    upstream.outcome = found('{"id":1,"profiles":[{"firstName":"New"}]}');
    const take = store.takeLease.bind(store);
    const reading = Promise.withResolvers<Gate>();
    store.takeLease = async (...parameters) => {
      store.takeLease = take;
      await take(...parameters);
      reading.resolve(store.hold('read', 'after'));
      return take(...parameters);
    };
    const asking = ask({}, {}, DEFAULT_READING, 'answer', { waitMs: 50 });
    const gate = await reading.promise;
    await gate.reached;
    await clock.run(DEFAULT_POLICY.storeTimeoutMs);
    await gate.timeOut();
    await clock.run(0);
    expect(await asking).toMatchObject({ cache: { status: 'hit', detail: 'stale-if-error' } });
    const next = instance().ask();
    await clock.run(0);
    expect(await next).toMatchObject({ answer: { kind: 'found' }, cache: { status: 'forward', isStored: true } });
  });
});

describe('a look-up with a late try that takes the lease after the fetch that it waited for', () => {
  /** A look-up whose try for the lease is late, and waits for the fetch of another instance. */
  async function startLate(outcome: UpstreamOutcome) {
    const fleet = startFleet();
    const { clock, store, upstream, instance, ask } = fleet;
    upstream.outcome = outcome;
    upstream.takesMs = 300;
    const gate = store.hold('takeLease', 'before');
    const asking = ask();
    await gate.reached;
    await clock.run(10);
    const holding = instance().ask();
    await clock.run(10);
    // The store answers another look-up of the instance: it is late, and not down.
    await ask({ identifierValue: '9876543211' }, { onlyIfCached: true });
    await gate.timeOut();
    await clock.run(0);
    // The other fetch ends, and then the store makes the late write, before the look-up reads again.
    const end = store.endLease.bind(store);
    store.endLease = async (...parameters) => {
      store.endLease = end;
      const isEnded = await end(...parameters);
      await gate.release();
      upstream.outcome = OLD;
      return isEnded;
    };
    await clock.run(1000);
    await holding;
    return { ...fleet, asking };
  }

  test('which failed: the look-up fails too, and leaves no lease behind', async () => {
    const { asking, upstream, instance, clock } = await startLate({ kind: 'failed', failure: 'server-error' });
    expect(await asking).toMatchObject({ answer: { failure: 'server-error' }, cache: { status: 'collapsed' } });
    upstream.takesMs = 0;
    const next = instance().ask();
    await clock.run(0);
    expect(await next).toMatchObject({ answer: { kind: 'found' }, cache: { status: 'forward', isStored: true } });
  });

  test('with an answer that was not stored: the look-up fetches as the holder, and stores its answer', async () => {
    const { asking, upstream } = await startLate(said('refused', 618));
    expect(await asking).toMatchObject({ answer: { kind: 'found' }, cache: { status: 'forward', isStored: true } });
    expect(upstream.requests).toHaveLength(2);
  });
});
