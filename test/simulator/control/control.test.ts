import { request } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { type Client, errorCode, json, startClient, v1Customer } from '../simulator-client.ts';

function post({ plain }: Client, command: object, headers = { 'content-type': 'application/json' }) {
  return plain('/__control', { method: 'POST', headers, body: JSON.stringify(command) });
}

describe('over HTTP', () => {
  test('reports counters, faults and the latest requests, without its own', async () => {
    const client = await startClient();
    await client.byExternalId('12341234');
    await post(client, { fault: { kind: 'html', times: 3 } });
    const state = await json(client.plain('/__control'));
    expect(state.counters).toMatchObject({ requests: 1, v2Lookups: 1 });
    expect(state.faults).toEqual([{ kind: 'html', times: 3 }]);
    expect(state.requests).toHaveLength(1);
    expect((await json(client.plain('/__control?requests=0'))).requests).toEqual([]);
  });

  test('DELETE resets a part or everything', async () => {
    const client = await startClient();
    await post(client, { fault: { kind: 'empty' }, erase: '566881933', latencyMs: 3, errorStatus: 404 });
    await client.byExternalId('12341234');
    const afterFaults = await json(client.plain('/__control/faults', { method: 'DELETE' }));
    expect(afterFaults).toMatchObject({ faults: [], latencyMs: 3, counters: { requests: 1 } });
    const afterCounters = await json(client.plain('/__control/counters', { method: 'DELETE' }));
    expect(afterCounters.counters.requests).toBe(0);
    const afterAll = await json(client.plain('/__control', { method: 'DELETE' }));
    expect(afterAll).toMatchObject({ latencyMs: 0, errorStatus: 200 });
    expect((await json(client.byExternalId('12341234'))).id).toBe(566881933);
  });

  test("changes the shape of v1.1's replies, errors too, and reports it", async () => {
    const client = await startClient();
    const shape = { isV1Wrapped: false, isV1CustomerObject: true };
    const found = { format: 'json', external_id: '12341234' };
    const missing = { format: 'json', external_id: 'nobody' };
    expect(await json(post(client, shape))).toMatchObject(shape);
    expect((await json(client.v1(found))).customers.customer.firstname).toBe('Bubalus');
    expect((await json(client.v1(missing))).customers.customer.item_status.code).toBe('1012');
    await post(client, { isV1Wrapped: true });
    expect((await json(client.v1(found))).response.customers.customer.firstname).toBe('Bubalus');
    expect(await json(post(client, { isV1CustomersList: true }))).toMatchObject({ isV1CustomersList: true });
    expect((await json(client.v1(found))).response.customers[0].firstname).toBe('Bubalus');
    expect((await json(client.v1(missing))).response.customers[0].item_status.code).toBe('1012');
    const start = await json(client.plain('/__control', { method: 'DELETE' }));
    expect(start).toMatchObject({ isV1Wrapped: true, isV1CustomerObject: false, isV1CustomersList: false });
    expect((await v1Customer(client.v1(found))).firstname).toBe('Bubalus');
  });

  test.each([
    ['an unknown name', { latency: 3 }, 'latency'],
    ['an unknown fault', { fault: { kind: 'sulk' } }, 'fault.kind'],
    ['a customer that does not exist', { erase: '1' }, 'no customer 1'],
    ['an id that is not a text', { erase: 566881933 }, 'erase'],
    ['a shape that is neither true nor false', { isV1Wrapped: 'no' }, 'isV1Wrapped'],
  ])('reports the problem with %s', async (_case, command, part) => {
    const client = await startClient();
    const response = await post(client, command);
    expect(response.status).toBe(400);
    expect((await json(response)).error).toContain(part);
  });

  test.each(['/nothing', '/faults/html', '/constructor'])('answers 404 for %s, which is no part', async (part) => {
    const { plain } = await startClient();
    const response = await plain(`/__control${part}`);
    expect([response.status, await response.json()]).toEqual([404, { error: expect.stringContaining('no such part') }]);
  });

  test('answers 405 for a method that a part does not have, and lists those it has', async () => {
    const { plain } = await startClient();
    const allowed = async (part: string) => (await plain(`/__control${part}`, { method: 'PUT' })).headers.get('allow');
    const parts = ['', '/faults', '/counters', '/events', '/customers'];
    const methods = ['GET, POST, DELETE', 'DELETE', 'DELETE', 'POST', 'GET'];
    expect(await Promise.all(parts.map(allowed))).toEqual(methods);
  });

  test('accepts only JSON, and only from loopback', async () => {
    const client = await startClient();
    expect((await post(client, { latencyMs: 1 }, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await client.plain('/__control', { method: 'PUT' })).status).toBe(405);
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'simulator.example.com' };
      request(`${client.simulator.url}/__control`, { headers, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

describe('the record of upstream requests', () => {
  test('has each request letter for letter, with its headers and the answer', async () => {
    const { simulator, plain } = await startClient({ now: () => 42 });
    const response = await plain('/v2/customers/lookup/customerDetails?source=INSTORE&&x=%20', {
      headers: { 'X-Till': '7' },
    });
    expect(simulator.requests).toEqual([
      {
        atMs: 42,
        method: 'GET',
        url: '/v2/customers/lookup/customerDetails?source=INSTORE&&x=%20',
        headers: expect.objectContaining({ 'x-till': '7' }),
        requestId: response.headers.get('x-cap-requestid'),
        api: 'v2',
        fault: undefined,
        status: 401,
      },
    ]);
  });

  test('keeps the latest ones up to a limit', async () => {
    const { simulator, plain } = await startClient();
    for (let n = 1; n <= 1001; n += 1) await plain(`/${n}`);
    expect([simulator.requests.length, simulator.requests[0]?.url]).toEqual([1000, '/2']);
    expect(simulator.counters.requests).toBe(1001);
  });

  test('says how many were in progress at a time', async () => {
    const { simulator, byExternalId } = await startClient();
    simulator.control({ fault: { kind: 'hang' } });
    const asked = [1, 2, 3].map(() => byExternalId('12341234').catch(() => undefined));
    while (simulator.counters.requests < 3) await new Promise(setImmediate);
    expect(simulator.counters.peakInFlight).toBe(3);
    await simulator.close();
    await Promise.all(asked);
  });
});

describe('customers', () => {
  test("a change of points shows in both APIs and in the points' section, with its digits", async () => {
    const { simulator, byExternalId, v1 } = await startClient();
    simulator.control({ change: { id: '566881933', points: '120.500', firstName: 'Bubu' } });
    const body = await (await byExternalId('12341234', { embed: 'points' })).text();
    expect(body).toContain('"firstName":"Bubu"');
    expect(body.match(/"loyaltyPoints":120\.500/g)).toHaveLength(2);
    expect(await (await v1('format=json&external_id=12341234')).text()).toContain('"loyalty_points":120.500');
  });

  test('a patch over HTTP keeps its digits', async () => {
    const client = await startClient();
    const body = '{"change":{"id":"566881933","patch":{"loyaltyInfo":{"lifetimePurchases":9007199254740993.10}}}}';
    await client.plain('/__control', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const reply = await (await client.byExternalId('12341234')).text();
    expect(reply).toContain('"lifetimePurchases":9007199254740993.10,"score":0');
  });

  test('an added customer is found, under a source and account of its own', async () => {
    const { simulator, v2 } = await startClient();
    const identifiers = { wechat: 'new-openid', cardnumber: 'NEW-CARD' };
    simulator.control({ add: { id: '42', source: 'WECHAT', accountId: 'new-account', identifiers } });
    const query = { source: 'WECHAT', accountId: 'new-account' };
    const byOpenId = v2({ ...query, identifierName: 'wechat', identifierValue: 'new-openid' });
    const byCard = v2({ ...query, identifierName: 'cardnumber', identifierValue: 'NEW-CARD' });
    expect([(await json(byOpenId)).id, (await json(byCard)).id]).toEqual([42, 42]);
  });

  test('an erased customer is answered as erased by every identifier, until another customer gets one of them', async () => {
    const { simulator, v2 } = await startClient();
    simulator.control({ erase: '566881933' });
    const mobile = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '911234512345' };
    expect((await json(v2(mobile))).errors[0].message).toBe('Customer is deleted after PII delete request');
    simulator.control({ add: { id: '43', identifiers: { mobile: '1234512345' } } });
    expect((await json(v2(mobile))).id).toBe(43);
  });

  test.each([
    ['mobile', '911234512345'],
    ['cardnumber', 'DS034812BA'],
  ] as const)('a reassigned %s finds the other customer and no longer the first', async (name, value) => {
    const { simulator, v2, byExternalId } = await startClient();
    simulator.control({ reassign: { name, value, to: '7000000002' } });
    expect((await json(v2({ source: 'INSTORE', identifierName: name, identifierValue: value }))).id).toBe(7000000002);
    expect(await (await byExternalId('12341234')).text()).not.toContain(value.replace(/^91/, ''));
  });

  test('merged customers are answered with the survivor, and cannot form a circle', async () => {
    const client = await startClient();
    client.simulator.control({ merge: { from: '566881933', into: '7000000002' } });
    const reply = await json(client.byExternalId('12341234'));
    expect([reply.id, reply.warnings[0].code]).toEqual([7000000002, 8069]);
    const back = () => client.simulator.control({ merge: { from: '7000000002', into: '566881933' } });
    expect(back).toThrow('circle');
    client.simulator.control({ erase: '7000000002' });
    expect(await errorCode(client.byExternalId('12341234'))).toBe(8015);
  });

  test('a change does not reach a reply that is on its way', async () => {
    // The latency of a reply is drawn when the reply is ready.
    const random = () => {
      simulator.control({ change: { id: '566881933', firstName: 'Later' } });
      return 0.5;
    };
    const { simulator, byExternalId } = await startClient({ latencyMs: 2, jitterMs: 1, random });
    expect((await json(byExternalId('12341234'))).profiles[0].firstName).toBe('Bubalus');
    expect((await json(byExternalId('12341234'))).profiles[0].firstName).toBe('Later');
  });
});

test('the latency varies around the given value', async () => {
  const { simulator, byExternalId } = await startClient({ random: () => 1 });
  simulator.control({ latencyMs: 40, jitterMs: 20 });
  const startedAt = performance.now();
  await byExternalId('12341234');
  expect(performance.now() - startedAt).toBeGreaterThan(55);
});
