import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { addCustomer, crowd, instanceAt, lookUp, type Parameters, repeat, somebodyNew, warmUp } from './asker.ts';
import { print, statusesOf, timesOf, usesOf } from './figures.ts';
import { type Fleet, startFleet } from './running-fleet.ts';
import { type Reply, send } from './send.ts';
import { startTroubledStore, type TroubledStore } from './store/troubled-store.ts';

// The upstream's answers, as four processes meet them. The settings are the defaults, except for the soft timeout: on a
// busy machine the upstream's answer may take longer than that, and the stale entry may be served then.

const UPSTREAM_MS = 300;
const SECRET = 'made-up-secret-of-a-webhook';

let fleet: Fleet<TroubledStore>;
beforeAll(async () => {
  fleet = await startFleet({
    size: 4,
    settings: { WEBHOOK_SECRET: SECRET, STALE_SOFT_TIMEOUT_MS: '2400' },
    latencyMs: UPSTREAM_MS,
    store: startTroubledStore,
    isUpstreamDirect: true,
  });
  await warmUp(fleet.instances);
});
afterAll(() => fleet.close());
afterEach(() => fleet.clearFaults());

/** The answers of some look-ups, and the number of upstream calls meanwhile. */
async function counted<T>(ask: () => Promise<T>): Promise<{ readonly result: T; readonly upstreamCalls: number }> {
  const before = await fleet.counters();
  const result = await ask();
  return { result, upstreamCalls: (await fleet.counters()).v2Lookups - before.v2Lookups };
}

const codeOf = ({ body }: Reply) => (JSON.parse(body) as { readonly code?: string }).code;

test('B4: 40 at once of an erased customer: one upstream call, and 40 answers that are the upstream’s', async () => {
  const erased = { identifierName: 'externalId', identifierValue: 'ERASED' };
  const { result: replies, upstreamCalls } = await counted(() => crowd(fleet.instances, 40, erased));
  print('40 at once of an erased customer', {
    'upstream calls': upstreamCalls,
    ...timesOf(replies),
    uses: usesOf(replies),
  });
  expect(upstreamCalls).toBe(1);
  expect(Object.keys(statusesOf(replies))).toHaveLength(1);
  for (const { status, body } of replies) {
    expect(status).toBeLessThan(500);
    expect(body).toMatch('Customer is deleted after PII delete request');
  }
});

test('B4: a customer that is erased after a look-up: 40 at once are one upstream call, and no caller gets the old entry', async () => {
  const instance = instanceAt(fleet.instances, 0);
  const customer = await addCustomer(fleet);
  const { body } = await lookUp(instance, customer);
  const { id } = JSON.parse(body) as { readonly id: number };
  await fleet.control({ fault: { kind: 'erased', urlIncludes: customer.identifierValue } });
  // The entry stays, and the next look-up asks the upstream.
  const event = { eventName: 'pointsRedeemed', data: { customerIdentifiers: { customerId: id } } };
  const marked = await send(
    `${instance.url}/events/capillary`,
    'POST',
    { authorization: SECRET },
    JSON.stringify(event),
  );
  expect(JSON.parse(marked.body)).toEqual({ invalidated: 1 });

  const { result: replies, upstreamCalls } = await counted(() => crowd(fleet.instances, 40, customer));
  print('40 at once of a customer that was erased meanwhile', {
    'upstream calls': upstreamCalls,
    ...timesOf(replies),
    uses: usesOf(replies),
  });
  expect(upstreamCalls).toBe(1);
  for (const reply of replies) expect(reply.body).toMatch('Customer is deleted after PII delete request');
});

test('B10: 30 at once with max-age=0 take the upstream’s time, and do not queue', async () => {
  const customer = await addCustomer(fleet);
  await lookUp(instanceAt(fleet.instances, 0), customer);
  const { result: replies, upstreamCalls } = await counted(() =>
    crowd(fleet.instances, 30, customer, { 'cache-control': 'max-age=0' }),
  );
  print('30 at once with max-age=0', { 'upstream calls': upstreamCalls, ...timesOf(replies), uses: usesOf(replies) });
  expect(statusesOf(replies)).toEqual({ 200: 30 });
  expect(upstreamCalls).toBeLessThanOrEqual(30);
  for (const { cacheStatus } of replies) expect(cacheStatus).toMatch(/^lookaside; fwd=request; fwd-status=200/);
  // One after the other they took 3.1 s.
  expect(timesOf(replies)['p50 ms']).toBeLessThan(UPSTREAM_MS + 1200);
});

describe('B6: five customers with bad answers of the upstream do not open the breaker for others', () => {
  test.each<readonly [string, object, number, string]>([
    ['400 without a body', { kind: 'blank' }, 400, 'upstream_refused'],
    ['409 with a text', { kind: 'status', status: 409 }, 502, 'upstream_invalid'],
    ['404 with a page of HTML', { kind: 'html', status: 404 }, 502, 'upstream_invalid'],
  ])('%s', async (what, fault, status, code) => {
    const instance = instanceAt(fleet.instances, 0);
    await fleet.control({ fault: { ...fault, urlIncludes: 'unknown-' } });
    const bad = await repeat(5, () => lookUp(instance, somebodyNew()));
    const others = await repeat(3, async () => lookUp(instance, await addCustomer(fleet)));
    print(`five customers answered ${what}`, { statuses: statusesOf(bad), 'of others': statusesOf(others) });
    for (const reply of bad) expect([reply.status, codeOf(reply)]).toEqual([status, code]);
    expect(statusesOf(others)).toEqual({ 200: 3 });
  });

  test('one customer with a reply that is too big, requested again and again', async () => {
    const instance = instanceAt(fleet.instances, 0);
    const big = somebodyNew();
    await fleet.control({ fault: { kind: 'oversize', sizeBytes: 600_000, urlIncludes: big.identifierValue } });
    const bad = await repeat(8, () => lookUp(instance, big));
    const others = await repeat(3, async () => lookUp(instance, await addCustomer(fleet)));
    print('one customer, eight replies that are too big', {
      statuses: statusesOf(bad),
      'of others': statusesOf(others),
    });
    for (const reply of bad) expect([reply.status, codeOf(reply)]).toEqual([502, 'upstream_invalid']);
    expect(statusesOf(others)).toEqual({ 200: 3 });
  });
});

test('R15: an upstream that resets each connection at its second request: 20 of 20 look-ups are answered', async () => {
  await fleet.control({ fault: { kind: 'reset-reused' } });
  const replies = await repeat(20, async () => lookUp(instanceAt(fleet.instances, 0), await addCustomer(fleet)));
  print('each connection is reset at its second request', { ...timesOf(replies), statuses: statusesOf(replies) });
  expect(statusesOf(replies)).toEqual({ 200: 20 });
});

test('R17: one key of twelve that is left unprocessed once: twelve hits', async () => {
  const instance = instanceAt(fleet.instances, 0);
  const customers: Parameters[] = [];
  for (let n = 0; n < 12; n += 1) customers.push(await addCustomer(fleet));
  await Promise.all(customers.map((customer) => lookUp(instance, customer)));
  await fleet.store.set({ unprocessedKeys: 1 });
  await fleet.store.clear();
  const lookups = customers.map((customer) => ({ source: 'INSTORE', ...customer }));
  const reply = await send(`${instance.url}/lookups`, 'POST', {}, JSON.stringify({ lookups }));
  const { operations } = await fleet.store.counts();
  await fleet.store.set();
  const { results } = JSON.parse(reply.body) as { readonly results: readonly { readonly cache: { status: string } }[] };
  print('one key of twelve left unprocessed', { 'store calls': operations });
  expect(results.map(({ cache }) => cache.status)).toEqual(Array.from({ length: 12 }, () => 'hit'));
  expect(operations).toEqual({ BatchGetItem: 2 });
});

// The last one: its pause lasts for a while.
test('B7: a 429 without Retry-After pauses the fleet: 60 misses in four seconds are a few calls', async () => {
  await fleet.control({ fault: { kind: 'throttle' } });
  const { result: replies, upstreamCalls } = await counted(async () => {
    const asking: Promise<Reply>[] = [];
    for (let n = 0; n < 60; n += 1) {
      asking.push(lookUp(instanceAt(fleet.instances, n), somebodyNew()));
      await sleep(66);
    }
    return Promise.all(asking);
  });
  print('60 misses while the upstream answers 429', { 'upstream calls': upstreamCalls, ...timesOf(replies) });
  for (const reply of replies) expect([reply.status, codeOf(reply)]).toEqual([503, 'upstream_unavailable']);
  expect(upstreamCalls).toBeLessThanOrEqual(15);
});
