import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { addCustomer, crowd, lookUp, repeat, somebodyNew, warmUp } from './asker.ts';
import { percentile, print, statusesOf, timesOf, usesOf } from './figures.ts';
import { type Fleet, type Instance, startFleet } from './running-fleet.ts';
import type { Reply } from './send.ts';
import type { StoreTrouble } from './store/store-trouble.ts';
import { startTroubledStore, type TroubledStore } from './store/troubled-store.ts';

// Tests a store that fails every call, with four processes and the default settings.

const CACHE_TIMEOUT_MS = 150;
const UPSTREAM_MS = 50;
/** The time that a process may need besides its waits, on cores that it shares with other jobs. */
const MARGIN_MS = 1000;
const BYPASSED = 'lookaside; fwd=bypass; fwd-status=200';

let fleet: Fleet<TroubledStore>;
let instance: Instance;
beforeAll(async () => {
  fleet = await startFleet({ size: 4, latencyMs: UPSTREAM_MS, store: startTroubledStore, isUpstreamDirect: true });
  const [first] = fleet.instances;
  if (first === undefined) throw new Error('no instance');
  instance = first;
  await warmUp(fleet.instances);
});
afterAll(() => fleet.close());
afterEach(() => fleet.store.set());

const upstreamCalls = async () => (await fleet.counters()).v2Lookups;

/** Asks for one key after the other until an answer is stored again. Returns the number of keys. */
async function recovered(): Promise<number> {
  await fleet.store.set();
  for (let tries = 1; tries <= 100; tries += 1) {
    const { cacheStatus } = await lookUp(instance, somebodyNew());
    if (cacheStatus.endsWith('stored')) return tries;
  }
  throw new Error('the store is not used again');
}

describe('a store that fails every call: each look-up asks for itself, and none fails', () => {
  test.each<readonly [string, StoreTrouble]>([
    ['with a status 500', { failing: {} }],
    ['by a refused connection', { broken: 'refused' }],
    ['by a reset connection', { broken: 'reset' }],
    ['by no reply', { broken: 'hang' }],
    ['by replies that come too late', { lateMs: 1500 }],
  ])('%s', async (what, trouble) => {
    const alone = await repeat(5, async () => lookUp(instance, await addCustomer(fleet)));
    await fleet.store.set(trouble);
    await fleet.store.clear();
    const inTurn = await repeat(5, async () => lookUp(instance, await addCustomer(fleet)));
    const { calls } = await fleet.store.counts();
    const customer = await addCustomer(fleet);
    const before = await upstreamCalls();
    const together = await crowd(fleet.instances, 40, customer);
    const callsTogether = (await upstreamCalls()) - before;

    const p50 = (replies: readonly Reply[]) =>
      percentile(
        replies.map(({ tookMs }) => tookMs),
        0.5,
      );
    print(`the store fails ${what}`, {
      'p50 ms, the store well': p50(alone),
      'p50 ms': p50(inTurn),
      'store calls a look-up': calls / 5,
      '40 at once: upstream calls': callsTogether,
      ...timesOf(together),
      uses: usesOf(together),
      'stored again after': await recovered(),
    });
    for (const { status, cacheStatus } of [...inTurn, ...together]) {
      expect([status, cacheStatus]).toEqual([200, BYPASSED]);
    }
    expect(callsTogether).toBe(40);
    // One call, and none for a release: no lease was taken. A connection that turns out to be dead costs one more.
    expect(calls).toBeLessThanOrEqual(2 * 5);
    expect(p50(inTurn)).toBeLessThan(CACHE_TIMEOUT_MS + UPSTREAM_MS + MARGIN_MS);
  });

  test('if the store throttles every call, the first look-up of an instance asks it for as long as a lease lasts', async () => {
    await fleet.store.set({ throttled: {} });
    const first = await lookUp(instance, await addCustomer(fleet));
    const next = await repeat(5, async () => lookUp(instance, await addCustomer(fleet)));
    print('the store throttles every call', {
      'the first look-up ms': first.tookMs,
      'the next ones': timesOf(next),
      'stored again after': await recovered(),
    });
    for (const { status, cacheStatus } of [first, ...next]) expect([status, cacheStatus]).toEqual([200, BYPASSED]);
    for (const { tookMs } of next) expect(tookMs).toBeLessThan(CACHE_TIMEOUT_MS + UPSTREAM_MS + MARGIN_MS);
  });

  test('B3: if the store fails while the holder fetches, no caller gets a 504, and no lease is left behind', async () => {
    await fleet.control({ latencyMs: 600, jitterMs: 0 });
    const customer = await addCustomer(fleet);
    const before = await upstreamCalls();
    const asking = crowd(fleet.instances, 40, customer);
    while ((await upstreamCalls()) === before) await fleet.store.counts();
    await fleet.store.set({ failing: { operations: ['UpdateItem', 'PutItem'] } });
    const replies = await asking;
    await fleet.store.set();
    await fleet.control({ latencyMs: UPSTREAM_MS, jitterMs: 0 });
    const after = await lookUp(instance, customer);
    print('every write fails from the holder’s fetch on', {
      'upstream calls': (await upstreamCalls()) - before,
      ...timesOf(replies),
      statuses: statusesOf(replies),
      uses: usesOf(replies),
      'then ms': after.tookMs,
    });
    expect(statusesOf(replies)).toEqual({ 200: 40 });
    expect(after.status).toBe(200);
  });
});
