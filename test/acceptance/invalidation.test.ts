import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { forwardRequest } from '../support/forward-request.ts';
import { closedAddress, startHttpServer } from '../support/loopback-server.ts';
import { by, STORED, start, startHeld } from './running-service.ts';

const SAMPLE_ID = '566881933';
const BY_MOBILE = by('mobile', '1234512345');
const BY_EMAIL = by('email', 'bubalus@example.com');
const WITH_POINTS = by('mobile', '1234512345', { embed: 'points' });

const FOUND_AGAIN = expect.stringMatching(/^lookaside; hit; ttl=\d+$/);
/** The answer is stored only if half a second has passed: clocks may differ by that. */
const FETCHED = expect.stringMatching(/^lookaside; fwd=miss; fwd-status=200(; stored)?$/);
const FETCHED_FOR_STALE = expect.stringMatching(/^lookaside; fwd=stale; fwd-status=200(; stored)?$/);

type Service = Awaited<ReturnType<typeof start>>;

const purgeCustomer = ({ ask }: Service, id: string) => ask(`/cache/customers/${id}`, { method: 'DELETE' });

const purgeEntries = ({ ask }: Service, parameters: Record<string, string>) =>
  ask(`/cache/entries?${new URLSearchParams({ source: 'INSTORE', ...parameters })}`, { method: 'DELETE' });

const notify = ({ ask }: Service, body: unknown, authorization = 'the-secret') =>
  ask('/events/capillary', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const pointsIssued = (customerId: string) => ({
  eventName: 'pointsIssued',
  eventId: 'e-1',
  data: { customerIdentifiers: { customerId } },
});

const SECRET = { WEBHOOK_SECRET: 'the-secret' };

describe('DELETE /cache/entries', () => {
  test('removes every variant of a look-up, and no other look-up', async () => {
    const service = await start();
    for (const each of [BY_MOBILE, WITH_POINTS, BY_EMAIL]) await service.lookup(each);

    const reply = await purgeEntries(service, by('mobile', '+91 12345 12345'));
    expect(reply).toMatchObject({ status: 204, text: '' });

    expect((await service.lookup(BY_EMAIL)).cacheStatus).toEqual(FOUND_AGAIN);
    expect((await service.lookup(BY_MOBILE)).cacheStatus).toBe(STORED);
    expect((await service.lookup(WITH_POINTS)).cacheStatus).toBe(STORED);
  });

  test('is refused without an identifier, and with parameters that say more than the customer', async () => {
    const service = await start();
    expect((await purgeEntries(service, {})).status).toBe(400);
    expect((await purgeEntries(service, WITH_POINTS)).status).toBe(400);
  });
});

describe('DELETE /cache/customers/{customerId}', () => {
  test('removes every entry, whatever identifier found it, and says how many', async () => {
    const service = await start();
    for (const each of [BY_MOBILE, WITH_POINTS, BY_EMAIL]) await service.lookup(each);
    await service.lookup(by('mobile', '9000000002'));

    expect(await purgeCustomer(service, SAMPLE_ID)).toMatchObject({ status: 200, text: '{"purged":3}' });

    for (const each of [BY_MOBILE, WITH_POINTS, BY_EMAIL]) {
      expect((await service.lookup(each)).cacheStatus).toEqual(FETCHED);
    }
    expect((await service.lookup(by('mobile', '9000000002'))).cacheStatus).toEqual(FOUND_AGAIN);
  });

  test('stops a fetch in progress from bringing the customer back, even a customer that was never seen', async () => {
    const service = await startHeld();
    service.beforeUpstream.hold();
    const underWay = service.lookup(BY_MOBILE);
    await service.beforeUpstream.untilHeld(1);
    expect(await purgeCustomer(service, SAMPLE_ID)).toMatchObject({ status: 200, text: '{"purged":0}' });
    await service.beforeUpstream.letGo();

    expect((await underWay).cacheStatus).toBe('lookaside; fwd=miss; fwd-status=200');
    service.upstream.control({ change: { id: SAMPLE_ID, firstName: 'Afterwards' } });
    const next = await service.lookup(BY_MOBILE);
    expect(next.cacheStatus).toEqual(FETCHED);
    expect(next.text).toContain('Afterwards');
  });

  test('is refused for a value that is not an id, and with another method', async () => {
    const service = await start();
    expect((await purgeCustomer(service, 'everybody')).status).toBe(400);
    const reply = await service.ask(`/cache/customers/${SAMPLE_ID}`);
    expect(reply.status).toBe(405);
    expect(reply.headers.get('allow')).toBe('DELETE, OPTIONS');
  });

  test('is not acknowledged when the store does not answer', async () => {
    const service = await start({ AWS_ENDPOINT_URL_DYNAMODB: await closedAddress() });
    const reply = await purgeCustomer(service, SAMPLE_ID);
    expect(reply.status).toBe(503);
    expect(JSON.parse(reply.text)).toMatchObject({ code: 'store_unavailable' });
  });
});

describe('POST /events/capillary', () => {
  test('is answered 401 without the secret, even if the body is not JSON', async () => {
    const service = await start(SECRET);
    expect((await notify(service, pointsIssued(SAMPLE_ID), 'another')).status).toBe(401);
    expect((await notify(service, 'no json', '')).status).toBe(401);
    expect((await service.ask('/events/capillary', { method: 'POST', body: '{}' })).status).toBe(401);
  });

  test('takes the old secret and the new one while rotating', async () => {
    const service = await start({ WEBHOOK_SECRET: 'new-one,old-one' });
    for (const secret of ['new-one', 'old-one']) expect((await notify(service, {}, secret)).status).toBe(200);
    expect((await notify(service, {}, 'new-one,old-one')).status).toBe(401);
  });

  test('is answered 400, which drops it for good, only if the body is not a JSON object', async () => {
    const service = await start(SECRET);
    for (const body of ['no json', '[]', '"text"', 'null', '']) {
      expect([body, (await notify(service, body)).status]).toEqual([body, 400]);
    }
    for (const body of [{}, { eventName: 7 }, { data: 'customer' }]) {
      expect([body, (await notify(service, body)).status]).toEqual([body, 200]);
    }
  });

  test('is answered 429, so that it is sent again, if the store does not answer', async () => {
    const service = await start({ ...SECRET, AWS_ENDPOINT_URL_DYNAMODB: await closedAddress() });
    const reply = await notify(service, pointsIssued(SAMPLE_ID));
    expect(reply.status).toBe(429);
    expect(reply.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  test('removes a customer that changed; the same event twice does no harm', async () => {
    const service = await start(SECRET);
    await service.lookup(BY_MOBILE);
    const event = { ...pointsIssued(SAMPLE_ID), eventName: 'customerUpdated' };
    expect((await notify(service, event)).status).toBe(200);
    expect((await notify(service, event)).status).toBe(200);
    expect((await service.lookup(BY_MOBILE)).cacheStatus).toEqual(FETCHED);
  });

  test('of points marks entries stale: the next look-up asks the upstream, and uses the entry only if that fails', async () => {
    const service = await start(SECRET);
    await service.lookup(BY_MOBILE);
    expect((await notify(service, pointsIssued(SAMPLE_ID))).status).toBe(200);

    service.upstream.control({ fault: { kind: 'status', status: 503 } });
    const standIn = expect.stringMatching(/^lookaside; hit; ttl=-\d+; detail=stale-if-error$/);
    expect((await service.lookup(BY_MOBILE)).cacheStatus).toEqual(standIn);
    expect((await service.lookup(BY_MOBILE, { 'cache-control': 'max-stale' })).cacheStatus).toEqual(standIn);
    expect((await service.lookup(BY_MOBILE, { 'cache-control': 'only-if-cached' })).status).toBe(504);

    service.upstream.reset('faults');
    service.upstream.control({ change: { id: SAMPLE_ID, points: '777.25' } });
    const afresh = await service.lookup(BY_MOBILE);
    expect(afresh.cacheStatus).toEqual(FETCHED_FOR_STALE);
    expect(afresh.text).toContain('777.25');
  });
});

describe('N35: if the store takes 300 ms an operation, twice as long as a look-up waits for it,', () => {
  /** Two services on one table; the store is slow for one of them. */
  async function startBoth() {
    const quick = await start(SECRET);
    const { url } = await startHttpServer(async (response, request) => {
      await sleep(300);
      await forwardRequest(quick.storeUrl ?? '', request, response);
    });
    const slow = await start({ ...SECRET, AWS_ENDPOINT_URL_DYNAMODB: url, CACHE_TIMEOUT_MS: '150' });
    for (const each of [BY_MOBILE, BY_EMAIL]) await quick.lookup(each);
    return { quick, slow };
  }

  test('a customer is purged', async () => {
    const { quick, slow } = await startBoth();
    expect(await purgeCustomer(slow, SAMPLE_ID)).toMatchObject({ status: 200, text: '{"purged":2}' });
    expect((await quick.lookup(BY_EMAIL)).cacheStatus).toEqual(FETCHED);
  });

  test('an event is acted on', async () => {
    const { quick, slow } = await startBoth();
    const event = { eventName: 'customerUpdated', data: { email: BY_EMAIL.identifierValue } };
    expect(await notify(slow, event)).toMatchObject({ status: 200, text: '{"invalidated":2}' });
    expect((await quick.lookup(BY_MOBILE)).cacheStatus).toEqual(FETCHED);
  });
});

test('a customer that the upstream calls erased loses every entry at once', async () => {
  const service = await start();
  for (const each of [BY_MOBILE, BY_EMAIL]) await service.lookup(each);
  service.upstream.control({ erase: SAMPLE_ID });

  const asked = await service.lookup(BY_MOBILE, { 'cache-control': 'no-cache' });
  expect(asked.text).toContain('Customer is deleted after PII delete request');

  const elsewhere = await service.lookup(BY_EMAIL, { 'cache-control': 'only-if-cached' });
  expect(elsewhere.status).toBe(504);
});

describe('a page of another site, in a browser on this machine', () => {
  test.each([
    ['purges nothing', '/cache/customers/566881933', 'DELETE', 403],
    ['invokes no function', '/2015-03-31/functions/lookaside-invalidate/invocations', 'POST', 403],
  ])('%s', async (_title, path, method, status) => {
    const { ask } = await start();
    for (const origin of ['https://evil.example', 'null']) {
      const headers = { Origin: origin, 'Content-Type': 'text/plain' };
      expect(await ask(path, { method, headers, ...(method === 'POST' && { body: '{}' }) })).toMatchObject({ status });
    }
    const here = await ask(path, { method, headers: { Origin: 'http://localhost:3000' } });
    expect(here.status).toBe(200);
  });
});
