import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type NotificationOptions, notificationOf } from '../../../simulator/control/notifications.ts';
import { madeUpCustomer } from '../../../simulator/customers/made-up-customers.ts';
import { type Simulator, startSimulator } from '../../../simulator/simulator.ts';
import { closedAddress, startHttpServer } from '../../support/loopback-server.ts';

let simulator: Simulator | undefined;
afterEach(async () => {
  await simulator?.close();
});

async function start() {
  simulator = await startSimulator({ latencyMs: 0 });
  const { url } = simulator;
  return (command: unknown, init: RequestInit = {}) =>
    fetch(`${url}/__control/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(command),
      ...init,
    });
}

describe('a notification', () => {
  const bodyOf = (n: number, options: NotificationOptions) => notificationOf(madeUpCustomer(n), options).body;

  test('writes an id as tier events do, and keeps the digits of a long one', () => {
    expect(String(bodyOf(2, { form: 'id-with-decimal-point' }))).toContain('"customerId":7000000002.0}');
    expect(String(bodyOf(1, {}))).toContain('"customerId":9007199254740993}');
  });

  test('may be packed, or begin with a byte order mark', () => {
    const { headers, body } = notificationOf(madeUpCustomer(2), { encoding: 'gzip' });
    expect(headers).toMatchObject({ 'content-encoding': 'gzip' });
    expect(JSON.parse(String(gunzipSync(body)))).toMatchObject({ eventName: 'customerUpdated' });
    expect(bodyOf(2, { encoding: 'byte-order-mark' }).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  });
});

describe('POST /__control/events', () => {
  test('posts the notification with its secret, and reports the answer', async () => {
    const send = await start();
    const webhook = await startHttpServer((response) => void response.writeHead(202).end('fine'));
    const command = { to: `${webhook.url}/events`, authorization: 'hook', id: '7000000002', form: 'beside' };
    const reply = await send({ ...command, name: 'tierUpgraded', envelope: 'attributes' });
    expect([reply.status, await reply.json()]).toEqual([200, { status: 202, body: 'fine' }]);
    const [request] = webhook.requests;
    expect(request).toMatchObject({ method: 'POST', url: '/events', headers: { authorization: 'hook' } });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      eventId: 'simulated-7000000002',
      eventType: '50001_tierUpgraded',
      attributes: {
        eventName: 'tierUpgraded',
        eventId: 'simulated-7000000002',
        data: { mobile: 919000000002, email: 'customer-2@example.in' },
      },
    });
  });

  test.each<[string, object, string]>([
    ['a webhook elsewhere', { to: 'http://example.com/', id: '7000000002' }, 'to: is not an http address on loopback'],
    ['no customer', { to: 'http://127.0.0.1:9/' }, 'id: '],
    ['a customer that does not exist', { to: 'http://127.0.0.1:9/', id: '1' }, 'There is no customer 1.'],
    ['an unknown form', { to: 'http://127.0.0.1:9/', id: '7000000002', form: 'x' }, 'form: '],
  ])('refuses %s', async (_title, command, message) => {
    const send = await start();
    const reply = await send(command);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toEqual({ error: expect.stringContaining(message) });
  });

  test('reports a webhook that cannot be reached', async () => {
    const send = await start();
    const reply = await send({ to: `${await closedAddress()}/`, id: '7000000002' });
    expect([reply.status, await reply.json()]).toEqual([400, { error: 'The webhook cannot be reached.' }]);
  });

  test('accepts only JSON by POST', async () => {
    const send = await start();
    expect((await send({}, { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await send({}, { method: 'DELETE' })).status).toBe(405);
    expect((await send({}, { body: '{' })).status).toBe(400);
  });
});
