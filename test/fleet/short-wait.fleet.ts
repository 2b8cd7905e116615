import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addCustomer, instanceAt, lookUp, type Parameters, warmUp } from './asker.ts';
import { print, statusesOf, timesOf, usesOf } from './figures.ts';
import { type Fleet, type RunningStore, startFleet, startPlainStore } from './running-fleet.ts';
import type { Reply } from './send.ts';

// Tests callers with a short wait, before an upstream that takes two seconds. On a quiet machine of two cores,
// those with `Prefer: wait=0.4` are answered within 432 ms (p99 of 80).

const CUSTOMERS = 20;
const TILLS_EACH = 6;
/** The time between two requests. Milliseconds. */
const APART_MS = 25;

let fleet: Fleet<RunningStore>;

beforeAll(async () => {
  // On a busy machine neither the store nor the upstream is late.
  const settings = { CACHE_TIMEOUT_MS: '20000', UPSTREAM_TIMEOUT_MS: '10000' };
  fleet = await startFleet({ size: 4, settings, latencyMs: 2000, store: startPlainStore });
  await warmUp(fleet.instances);
});
afterAll(() => fleet.close());

/** Many tills ask for many cold customers, one after the other. Then all ask again, until the cache has the answers. */
async function ask(prefer: string) {
  const customers: Parameters[] = [];
  for (let n = 0; n < CUSTOMERS; n += 1) customers.push(await addCustomer(fleet));
  const before = (await fleet.counters()).v2Lookups;
  const customerOf = (index: number) => customers[index % CUSTOMERS] ?? {};
  const first = await Promise.all(
    Array.from({ length: CUSTOMERS * TILLS_EACH }, async (_, index) => {
      await sleep(index * APART_MS);
      // Each customer at each of the instances.
      const instance = instanceAt(fleet.instances, index + Math.floor(index / CUSTOMERS));
      return lookUp(instance, customerOf(index), { prefer });
    }),
  );
  const later: Reply[] = [];
  for (const [index, customer] of customers.entries()) {
    const instance = instanceAt(fleet.instances, index);
    let reply = await lookUp(instance, customer, { prefer: 'wait=0' });
    for (let tries = 0; tries < 100 && reply.status === 202; tries += 1) {
      await sleep(200);
      reply = await lookUp(instance, customer, { prefer: 'wait=0' });
    }
    later.push(reply);
  }
  return { first, later, upstreamCalls: (await fleet.counters()).v2Lookups - before };
}

test.each(['wait=0.4', 'respond-async'])(
  'Prefer: %s: tills are answered soon, each customer is fetched once, and is then a hit',
  async (prefer) => {
    const { first, later, upstreamCalls } = await ask(prefer);
    print(`${CUSTOMERS} cold customers, ${TILLS_EACH} tills each, Prefer: ${prefer}`, {
      'upstream calls': upstreamCalls,
      ...timesOf(first.filter(({ status }) => status === 202)),
      statuses: statusesOf(first),
      uses: usesOf(later),
    });
    expect(upstreamCalls).toBe(CUSTOMERS);
    // A process that got no CPU time for two seconds finds the answer there.
    for (const { status, body } of first) {
      if (status === 202) expect(body).toBe('{"status":"pending"}');
      else expect(status).toBe(200);
    }
    expect(first.some(({ status }) => status === 202)).toBe(true);
    expect(statusesOf(later)).toEqual({ 200: CUSTOMERS });
  },
  120_000,
);
