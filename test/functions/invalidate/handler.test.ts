import { describe, expect, test } from '@jest/globals';
import { customerHash } from '../../../functions/customer/request/cache-key.ts';
import { startInvalidateFunction } from '../../support/invalidate-function.ts';
import { found, said } from '../../support/scripted-upstream.ts';

const MOBILE = { identifierName: 'mobile', identifierValue: '9876543210' };
const WECHAT = { source: 'WECHAT', accountId: 'A', identifierName: 'wechat', identifierValue: 'w1' };
const REPLY = '{"id":9007199254740993}';

async function start(options: Parameters<typeof startInvalidateFunction>[0] = {}) {
  const started = startInvalidateFunction(options);
  const { upstream, ask } = started;
  upstream.outcome = found(REPLY);
  /** Keeps the customer under each of these. */
  const keep = async (...queries: Readonly<Record<string, string>>[]) => {
    for (const query of queries) expect(await ask(query)).toMatchObject({ cache: { isStored: true } });
  };
  return { ...started, keep };
}

const CUSTOMER = { customerId: '9007199254740993' };

describe('DELETE /cache/customers/{customerId}', () => {
  test('purges every entry of the customer, whatever identifier found it, and says how many', async () => {
    const { purgeCustomer, keep, store, upstream, ask } = await start();
    await keep(MOBILE, WECHAT, { ...MOBILE, embed: 'points' });
    upstream.outcome = found('{"id":2}');
    await ask({ identifierValue: 'OTHER' });
    const reply = await purgeCustomer('9007199254740993');
    expect(reply).toEqual({
      status: 200,
      body: '{"purged":3}',
      headers: {
        'Cache-Control': 'no-store',
        'Cache-Status': 'lookaside; detail=invalidation',
        'Content-Type': 'application/json',
        'X-Content-Type-Options': 'nosniff',
      },
    });
    expect(store.entries).toMatchObject([{ customer: customerHash('2', 'secret') }]);
    expect(await purgeCustomer('9007199254740993')).toMatchObject({ body: '{"purged":0}' });
  });

  test('counts entries, not leases', async () => {
    const { purgeCustomer, keep, ask, clock, upstream } = await start();
    await keep(MOBILE);
    upstream.takesMs = 1000;
    const filling = ask({ ...MOBILE, embed: 'points' });
    await clock.run(10);
    expect(await purgeCustomer('9007199254740993')).toMatchObject({ body: '{"purged":1}' });
    await clock.run(1000);
    expect(await filling).toMatchObject({ cache: { isStored: false } });
  });

  test.each(['5', '12345678901234567890', '9'.repeat(256)])(
    'succeeds for customer %s, who has no entry yet',
    async (id) => {
      const { purgeCustomer, store, clock } = await start();
      expect(await purgeCustomer(id)).toMatchObject({ status: 200, body: '{"purged":0}' });
      expect(store.indexes.get(customerHash(id, 'secret'))).toMatchObject({ invalidatedAt: clock.now() });
    },
  );

  test.each(['', 'abc', '1.5', '-1', '9'.repeat(257), '７', '77 ', '0x4D', '1e400', '77,78'])(
    'refuses the id %j',
    async (id) => {
      const { purgeCustomer, store } = await start();
      const { status, body } = await purgeCustomer(id);
      expect([status, JSON.parse(body)]).toMatchObject([
        400,
        {
          code: 'invalid_parameter',
          detail: 'customerId is not a customer id; allowed is a whole number of up to 256 digits.',
        },
      ]);
      expect(store.calls).toEqual([]);
    },
  );

  test.each(['fenceCustomer', 'listPartition', 'deleteItems'] as const)(
    'is never acknowledged if it could not be completed: %s fails',
    async (operation) => {
      const { purgeCustomer, keep, store, log } = await start();
      await keep(MOBILE);
      store.failing.add(operation);
      const { status, headers, body } = await purgeCustomer('9007199254740993');
      expect([status, JSON.parse(body).code, headers['Retry-After']]).toEqual([503, 'store_unavailable', '5']);
      expect(log.lines.at(-1)?.facts).toMatchObject({ status: 503, storeFailure: 'TimeoutError' });
      store.failing.clear();
      expect(await purgeCustomer('9007199254740993')).toMatchObject({ body: '{"purged":1}' });
    },
  );

  test('acts on every key secret', async () => {
    const { purgeCustomer, instance, upstream, store } = await start({ keySecrets: ['new', 'old'] });
    upstream.outcome = found(REPLY);
    for (const secret of ['new', 'old']) await instance(0, { keySecrets: [secret] }).ask(MOBILE);
    expect(await purgeCustomer('9007199254740993')).toMatchObject({ body: '{"purged":2}' });
    expect(store.entries).toEqual([]);
  });
});

describe('DELETE /cache/entries', () => {
  test('purges every variant of that look-up, in every spelling of the identifier, and no other', async () => {
    const { purgeEntries, keep, isKept, reported } = await start();
    await keep(MOBILE, { ...MOBILE, embed: 'points' }, WECHAT);
    const reply = await purgeEntries({ identifierName: 'MOBILE', identifierValue: '+91 98765-43210' });
    expect(reply).toMatchObject({
      status: 204,
      body: '',
      headers: { 'Cache-Status': 'lookaside; detail=invalidation' },
    });
    expect(reported()).toMatchObject({ purged: 2, status: 204 });
    expect(await isKept(MOBILE)).toBe(false);
    expect(await isKept({ ...MOBILE, embed: 'points' })).toBe(false);
    expect(await isKept(WECHAT)).toBe(true);
    expect(await purgeEntries(WECHAT)).toMatchObject({ status: 204 });
    expect(await isKept(WECHAT)).toBe(false);
  });

  test('B1: purges that look-up for every account; the request names an account only if the source needs one', async () => {
    const { purgeEntries, keep, isKept } = await start();
    const accounts = [MOBILE, { ...MOBILE, accountId: 'x5' }, { ...MOBILE, accountId: 'x6', embed: 'points' }];
    const inAll = { ...MOBILE, source: 'ALL', accountId: 'x5' };
    await keep(...accounts, inAll);
    expect(await purgeEntries(MOBILE)).toMatchObject({ status: 204 });
    for (const query of accounts) expect(await isKept(query)).toBe(false);
    expect(await isKept(inAll)).toBe(true);
    expect(await purgeEntries({ ...inAll, accountId: 'x9' })).toMatchObject({ status: 204 });
    expect(await isKept(inAll)).toBe(false);
  });

  test('purges a "not found"', async () => {
    const { purgeEntries, keep, isKept, upstream } = await start();
    upstream.outcome = said('not-found', 8015);
    await keep(MOBILE);
    await purgeEntries(MOBILE);
    expect(await isKept(MOBILE)).toBe(false);
  });

  test('voids a fill in progress', async () => {
    const { purgeEntries, ask, clock, upstream, store } = await start();
    upstream.takesMs = 100;
    const filling = ask(MOBILE);
    await clock.run(50);
    expect(await purgeEntries(MOBILE)).toMatchObject({ status: 204 });
    await clock.run(50);
    expect(await filling).toMatchObject({ cache: { isStored: false } });
    expect(store.entries).toEqual([]);
  });

  test.each<[Record<string, string>, string]>([
    [{}, 'missing_parameter'],
    [{ identifierName: 'mobile' }, 'missing_parameter'],
    [{ ...WECHAT, accountId: '' }, 'missing_parameter'],
    [{ ...MOBILE, identifierValue: '12' }, 'invalid_identifier'],
    // It may have lost an unescaped +, and is another customer's number then.
    [{ ...MOBILE, identifierValue: ' 2222345678' }, 'invalid_identifier'],
    [{ ...MOBILE, identifierValue: '9876543210,1' }, 'invalid_identifier'],
    [{ ...MOBILE, identifierName: 'phone' }, 'invalid_parameter'],
    [{ ...MOBILE, source: 'a b' }, 'invalid_parameter'],
    [{ ...MOBILE, embed: 'points' }, 'unknown_parameter'],
    [{ ...MOBILE, fields: 'id' }, 'unknown_parameter'],
  ])('refuses %j as %s', async (query, code) => {
    const { purgeEntries, store } = await start();
    const { status, body } = await purgeEntries(query);
    expect([status, JSON.parse(body).code]).toEqual([400, code]);
    expect(body).not.toContain('9876543210');
    expect(store.calls).toEqual([]);
  });

  test('is never acknowledged if it could not be completed', async () => {
    const { purgeEntries, keep, store } = await start();
    await keep(MOBILE);
    store.failing.add('deleteItems');
    const { status, body } = await purgeEntries(MOBILE);
    const detail = 'The store does not answer, so the request is not complete. Send it again.';
    expect([status, JSON.parse(body)]).toMatchObject([503, { code: 'store_unavailable', detail }]);
  });
});

test.each<[string, (started: Awaited<ReturnType<typeof start>>) => Promise<unknown>]>([
  ['a purge of a customer', ({ purgeCustomer }) => purgeCustomer(CUSTOMER.customerId)],
  ['a purge of a look-up', ({ purgeEntries }) => purgeEntries(MOBILE)],
  [
    'an event that deletes',
    ({ sendEvent }) => sendEvent({ eventName: 'customerUpdated', data: { customerIdentifiers: CUSTOMER } }),
  ],
])('after %s no look-up waits for a fetch that began before it', async (_title, purge) => {
  const started = await start();
  const { ask, keep, clock, upstream } = started;
  await keep(MOBILE);
  upstream.takesMs = 1000;
  const filling = ask(MOBILE, { noCache: true });
  await clock.run(10);
  const asked = upstream.requests.length;
  await purge(started);
  const next = ask(MOBILE);
  await clock.run(10);
  expect(upstream.requests).toHaveLength(asked + 1);
  await clock.run(1000);
  expect(await filling).toMatchObject({ cache: { isStored: false } });
  expect(await next).toMatchObject({ cache: { reason: 'miss' } });
});

test.each([
  ['GET', '/cache/entries', 'DELETE'],
  ['POST', '/cache/customers/{customerId}', 'DELETE'],
  ['GET', '/events/capillary', 'POST'],
])('%s %s is not allowed; allowed is %s', async (method, resource, allowed) => {
  const { send, store } = await start();
  const { status, headers, body } = await send({ method, resource, headers: { authorization: 'hook' } });
  expect([status, headers.Allow, JSON.parse(body).code]).toEqual([405, `${allowed}, OPTIONS`, 'method_not_allowed']);
  expect(store.calls).toEqual([]);
});

describe('POST /events/capillary', () => {
  const event = (eventName: string, customerIdentifiers: object = CUSTOMER) => ({
    eventName,
    eventId: 'e',
    data: { customerIdentifiers },
  });

  test.each([
    ['customerUpdated', 'customerUpdated'],
    ['cardUpdated', 'cardUpdated'],
    ['loyaltyCustomerMerge', 'loyaltyCustomerMerge'],
    ['somethingNew', 'unknown'],
  ])('%s deletes every entry of the customer', async (name, logged) => {
    const { sendEvent, keep, store, log } = await start();
    await keep(MOBILE, WECHAT);
    expect(await sendEvent(event(name))).toMatchObject({ status: 200, body: '{"invalidated":2}' });
    expect(store.entries).toEqual([]);
    expect(log.lines.at(-1)?.facts).toMatchObject({ event: logged, purged: 2, status: 200 });
  });

  test.each(['pointsIssued', 'tierUpgraded', 'CouponRedeem', 'transactionAdded'])(
    '%s marks entries stale: the next look-up asks the upstream, and uses the entry only if that fails',
    async (name) => {
      const { sendEvent, keep, store, clock, ask, upstream, revalidator, log } = await start();
      await keep(MOBILE, WECHAT);
      expect(await sendEvent(event(name))).toMatchObject({ status: 200 });
      expect(store.entries).toMatchObject([{ staleFrom: clock.now() }, { staleFrom: clock.now() }]);
      expect(log.lines.at(-1)?.facts).toMatchObject({ event: name, markedStale: 2, status: 200 });
      upstream.outcome = { kind: 'failed', failure: 'timeout' };
      expect(await ask(MOBILE)).toMatchObject({ answer: { body: REPLY }, cache: { detail: 'stale-if-error' } });
      clock.advance(1000);
      upstream.outcome = found('{"id":9007199254740993,"profiles":[{"firstName":"New"}]}');
      expect(await ask(MOBILE)).toMatchObject({ cache: { status: 'forward', reason: 'stale', isStored: true } });
      expect(revalidator.requests).toEqual([]);
    },
  );

  test('deletes for an erasure, which comes as customerUpdated', async () => {
    const { sendEvent, keep, store } = await start();
    await keep(MOBILE);
    const data = { customerIdentifiers: CUSTOMER, customerStatus: { currentLabel: 'Deleted' } };
    expect(await sendEvent({ eventName: 'customerUpdated', data })).toMatchObject({ status: 200 });
    expect(store.entries).toEqual([]);
  });

  test('acts on both customers of a merge', async () => {
    const { sendEvent, ask, upstream, store } = await start();
    for (const [id, value] of [
      ['7', 'A'],
      ['8', 'B'],
      ['9', 'C'],
    ]) {
      upstream.outcome = found(`{"id":${id}}`);
      await ask({ identifierValue: value ?? '' });
    }
    const data = { fromCustomer: { customerId: 7 }, toCustomer: { customerIdentifiers: { customerId: 8 } } };
    expect(await sendEvent({ eventName: 'loyaltyCustomerMerge', data })).toMatchObject({ body: '{"invalidated":2}' });
    expect(store.entries).toMatchObject([{ customer: customerHash('9', 'secret') }]);
  });

  test('B1: acts on an identifier under its source and under ALL, for every account, with previous and current value', async () => {
    const { sendEvent, upstream, keep, isKept } = await start();
    // It belongs to no customer: the identifier alone finds it.
    upstream.outcome = said('not-found', 8015);
    const other = { ...MOBILE, identifierValue: '9876543211' };
    const touched = [
      ...[MOBILE, other].flatMap((each) => [
        each,
        { ...each, accountId: 'store1' },
        { ...each, source: 'ALL', accountId: 'acc1' },
        { ...each, source: 'ALL', accountId: 'acc2' },
      ]),
      WECHAT,
      { ...WECHAT, accountId: 'B' },
      { ...WECHAT, source: 'ALL', accountId: 'C' },
    ];
    const untouched = [
      { ...MOBILE, identifierValue: '9876543212' },
      { ...WECHAT, source: 'LINE' },
    ];
    await keep(...touched, ...untouched);
    const reply = await sendEvent(
      event('customerAdded', {
        instore: { mobile: { previous: '919876543210', current: '+91 9876543211' }, email: 'not an address' },
        wechat: { accounts: [{ accountId: 'A', identifiers: [{ identifierType: 'wechat', identifierValue: 'w1' }] }] },
      }),
    );
    expect(reply).toMatchObject({ status: 200, body: '{"invalidated":11}' });
    for (const query of touched) expect([query, await isKept(query)]).toEqual([query, false]);
    for (const query of untouched) expect([query, await isKept(query)]).toEqual([query, true]);
  });

  test('acts on a number from abroad as the upstream writes it, with its country code and no +', async () => {
    const { sendEvent, upstream, keep, isKept } = await start();
    upstream.outcome = said('not-found', 8015);
    const abroad = { ...MOBILE, identifierValue: '+4915112345678' };
    await keep(abroad);
    await sendEvent(event('customerAdded', { instore: { mobile: '4915112345678' } }));
    expect(await isKept(abroad)).toBe(false);
  });

  test('acts on identifiers under every key secret', async () => {
    const { sendEvent, instance, store } = await start({ keySecrets: ['new', 'old'] });
    for (const secret of ['new', 'old']) await instance(0, { keySecrets: [secret] }).ask(MOBILE);
    await sendEvent(event('customerUpdated', { instore: { mobile: '9876543210' } }));
    expect(store.entries).toEqual([]);
  });

  test('does no harm if an event comes twice', async () => {
    const { sendEvent, keep } = await start();
    await keep(MOBILE);
    expect(await sendEvent(event('customerUpdated'))).toMatchObject({ status: 200, body: '{"invalidated":1}' });
    expect(await sendEvent(event('customerUpdated'))).toMatchObject({ status: 200, body: '{"invalidated":0}' });
  });

  test.each([
    ['{}'],
    ['{"eventName":"customerUpdated","data":{}}'],
    ['{"eventName":5}'],
    ['{"eventName":"customerUpdated","data":{"customerIdentifiers":null}}'],
  ])('%s, which names no customer, is answered 200 and changes nothing', async (body) => {
    const { sendEvent, store, keep } = await start();
    await keep(MOBILE);
    store.calls.length = 0;
    expect(await sendEvent(body)).toMatchObject({ status: 200, body: '{"invalidated":0}' });
    expect(store.calls).toEqual([]);
  });

  test('a body in base64 is read', async () => {
    const { send, keep, store } = await start();
    await keep(MOBILE);
    const body = Buffer.from(JSON.stringify(event('customerUpdated'))).toString('base64');
    const request = { method: 'POST', resource: '/events/capillary', headers: { authorization: 'hook' } };
    expect(await send({ ...request, body, isBase64Encoded: true })).toMatchObject({ status: 200 });
    expect(store.entries).toEqual([]);
  });

  test.each([[''], ['null'], ['[]'], ['"text"'], ['5'], ['{"eventName":'], ['<html>']])(
    'the body %j, which is not a JSON object, is answered 400',
    async (body) => {
      const { sendEvent, store } = await start();
      const reply = await sendEvent(body);
      expect([reply.status, JSON.parse(reply.body)]).toMatchObject([
        400,
        {
          code: 'invalid_parameter',
          detail: 'The body is not a JSON object; send the event as one JSON object in UTF-8.',
        },
      ]);
      expect(reply.headers).not.toHaveProperty('Retry-After');
      expect(store.calls).toEqual([]);
    },
  );

  test.each<[string, readonly string[], string | undefined, number]>([
    ['the secret', ['hook'], 'hook', 200],
    ['the new one during a rotation', ['new', 'old'], 'new', 200],
    ['the old one during a rotation', ['new', 'old'], 'old', 200],
    ['the old one after a rotation', ['new'], 'old', 401],
    ['another', ['hook'], 'hooks', 401],
    ['a part of it', ['hook'], 'hoo', 401],
    ['other letter case', ['hook'], 'Hook', 401],
    ['nothing', ['hook'], undefined, 401],
    ['an empty text', ['hook'], '', 401],
    ['both of them at once', ['new', 'old'], 'new,old', 401],
    ['anything, if no secret is set', [], 'hook', 401],
    ['nothing, if no secret is set', [], undefined, 401],
  ])('Authorization with %s: %j, %j → %i', async (_title, webhookSecrets, authorization, expected) => {
    const { sendEvent, keep, store } = await start({ webhookSecrets: [...webhookSecrets] });
    await keep(MOBILE);
    const headers = { Authorization: authorization === undefined ? [] : [authorization] };
    const { status, body } = await sendEvent(event('customerUpdated'), headers);
    expect(status).toBe(expected);
    expect(store.entries).toHaveLength(expected === 200 ? 0 : 1);
    if (expected === 401) {
      const detail = 'Authorization is not the secret of the webhook; set the fixed header to WEBHOOK_SECRET.';
      expect(JSON.parse(body)).toMatchObject({ code: 'unauthorized', title: 'Unauthorized', detail });
    }
  });

  test('checks the secret before it reads the body', async () => {
    const { sendEvent } = await start();
    expect(await sendEvent('no JSON', { Authorization: [] })).toMatchObject({ status: 401 });
  });

  test.each(['fenceCustomer', 'listPartition', 'deleteItems'] as const)(
    'a failure on our side (%s) is answered 429, so that the event is sent again',
    async (operation) => {
      const { sendEvent, keep, store, log } = await start();
      await keep(MOBILE);
      store.failing.add(operation);
      const { status, headers, body } = await sendEvent(event('customerUpdated'));
      expect([status, headers['Retry-After'], JSON.parse(body).code]).toEqual([429, '5', 'too_many_requests']);
      expect(log.lines.at(-1)?.facts).toMatchObject({ status: 429, storeFailure: 'TimeoutError' });
      store.failing.clear();
      expect(await sendEvent(event('customerUpdated'))).toMatchObject({ status: 200 });
      expect(store.entries).toEqual([]);
    },
  );

  test('a fault of the service is answered 429 too, and the log names it', async () => {
    const { sendEvent, store, reported } = await start();
    store.fenceCustomer = async () => {
      throw new TypeError('a bug');
    };
    const { status, body } = await sendEvent(event('customerUpdated'));
    const detail = 'The event could not be acted on. Send it again.';
    expect([status, JSON.parse(body)]).toMatchObject([429, { code: 'too_many_requests', detail }]);
    expect(reported()).toMatchObject({ status: 429, code: 'internal_error', error: 'TypeError' });
  });

  test('writes no customer, no secret and no free text into the log', async () => {
    const { sendEvent, log } = await start();
    await sendEvent(event('canary@example.com', { customerId: 424242, instore: { email: 'canary@example.com' } }));
    await sendEvent(event('customerUpdated'), { Authorization: 'canary' });
    expect(log.lines).toHaveLength(2);
    expect(log.lines[0]?.facts).toMatchObject({ event: 'unknown', purged: 0 });
    expect(JSON.stringify(log.lines)).not.toMatch(/canary|424242|hook/);
  });
});

describe('the log line of a purge says who signed it', () => {
  const OPERATOR = 'arn:aws:sts::111122223333:assumed-role/operators/asha';
  const purge = { method: 'DELETE', resource: '/cache/customers/{customerId}', identity: { userArn: OPERATOR } };

  test.each([
    ['of one that was made', '5', 200],
    ['of one that was refused', 'x', 400],
  ])('%s: session and all', async (_title, customerId, status) => {
    const { send, reported } = await start();
    await send({ ...purge, pathParameters: { customerId } });
    expect(reported()).toMatchObject({ status, by: OPERATOR });
  });

  test('says so for a purge that the store did not take', async () => {
    const { send, reported, store } = await start();
    store.failing.add('fenceCustomer');
    await send({ ...purge, pathParameters: { customerId: '5' } });
    expect(reported()).toMatchObject({ status: 503, by: OPERATOR });
  });
});
