import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { IMPATIENT } from '../support/patience.ts';
import { by, STORED, start } from './running-service.ts';

// Tests GET /v1.1/customer/get, as a till asks it.

const SAMPLE_ID = '566881933';
const BY_MOBILE = { mobile: '1234512345' };
const HIT = expect.stringMatching(/^lookaside; hit; ttl=\d+$/);
const NOT_STORED = 'lookaside; fwd=miss; fwd-status=200';
/** The answer is stored only if half a second has passed: clocks may differ by that. */
const FETCHED = expect.stringMatching(/^lookaside; fwd=miss; fwd-status=200(; stored)?$/);

/** The customer of a reply, in any of v1.1's loose forms. */
function customerOf(text: string) {
  const reply = JSON.parse(text);
  const { customer } = (reply.response ?? reply).customers;
  return Array.isArray(customer) ? customer[0] : customer;
}

describe('a till that changes the base URL of its v1.1 look-ups', () => {
  test.each([
    ['mobile', ['1234512345', '+91 12345 12345', '0091-1234512345', '01234512345', '(+91) 12345.12345']],
    ['email', ['bubalus@example.com', 'BUBALUS@example.com ']],
    ['card_number', ['mtest00000000067003', 'mtest 00000000 067003']],
    ['external_id', ['12341234', ' 12341234']],
    ['id', ['566881933']],
    ['card_external_id', ['CardExternal2']],
  ])(
    'finds the sample customer by %s, and then finds it in the cache under every spelling',
    async (name, spellings) => {
      const { get, upstream } = await start();
      const first = await get({ [name]: spellings[0] ?? '' });
      expect(first).toMatchObject({ status: 200, cacheStatus: STORED });
      expect(customerOf(first.text)).toMatchObject({ user_id: expect.stringContaining(SAMPLE_ID) });
      for (const spelling of spellings) {
        expect(await get({ [name]: spelling, format: 'json', user_id: 'true' })).toMatchObject({
          text: first.text,
          cacheStatus: HIT,
        });
      }
      expect(upstream.counters).toMatchObject({ v1Gets: 1, v2Lookups: 0 });
    },
  );

  test('always asks for JSON and for the customer’s id', async () => {
    const { get, upstream } = await start();
    await get(BY_MOBILE);
    expect(upstream.requests[0]?.url).toBe('/v1.1/customer/get?mobile=911234512345&format=json&user_id=true');
  });

  test.each<{ isV1Wrapped: boolean; isV1CustomerObject: boolean; isV1CustomersList?: boolean }>([
    { isV1Wrapped: true, isV1CustomerObject: false },
    { isV1Wrapped: false, isV1CustomerObject: true },
    { isV1Wrapped: true, isV1CustomerObject: true },
    { isV1Wrapped: false, isV1CustomerObject: false },
    { isV1Wrapped: true, isV1CustomerObject: false, isV1CustomersList: true },
    { isV1Wrapped: false, isV1CustomerObject: false, isV1CustomersList: true },
  ])('gets the upstream’s own loose types, from a fetch and from the cache: %j', async (shape) => {
    const { get } = await start({}, shape);
    const fetched = await get(BY_MOBILE);
    const reply = JSON.parse(fetched.text);
    expect('response' in reply).toBe(shape.isV1Wrapped);
    const { customers } = reply.response ?? reply;
    expect(Array.isArray(customers)).toBe(shape.isV1CustomersList === true);
    expect(Array.isArray(customers.customer ?? customers)).toBe(!shape.isV1CustomerObject);
    expect(await get(BY_MOBILE)).toMatchObject({ text: fetched.text, cacheStatus: HIT });
  });

  test('gets identity, tier, points, coupons, store and till; no transactions and no custom fields', async () => {
    const { get } = await start();
    const { text } = await get(BY_MOBILE);
    expect(customerOf(text)).toMatchObject({
      firstname: expect.any(String),
      current_slab: expect.any(String),
      loyalty_points: expect.anything(),
      coupons: expect.anything(),
      registered_store: expect.anything(),
      registered_till: expect.anything(),
    });
    expect(text).not.toMatch(/"transactions"|custom_fields|extended_fields/);
  });

  test('gets a requested section whole, in a separate entry', async () => {
    const { get, upstream } = await start();
    await get(BY_MOBILE);
    const asked = await get({ ...BY_MOBILE, slab_history: 'true', mlp: 'true', gap_to_renew_for: '030' });
    expect(asked.cacheStatus).toBe(STORED);
    expect(customerOf(asked.text)).toMatchObject({ slab_history: { history: expect.any(Array) } });
    expect(upstream.requests.at(-1)?.url).toContain('gap_to_renew_for=30&mlp=true&slab_history=true');
    expect(
      (await get({ gap_to_renew_for: '30', slab_history: 'true', mlp: 'true', ...BY_MOBILE })).cacheStatus,
    ).toEqual(HIT);
  });

  test('gets 304 if it already has the reply, and a narrowed customer if it sends fields', async () => {
    const { get, upstream } = await start();
    const { headers } = await get(BY_MOBILE);
    const tag = headers.get('etag') ?? '';
    // If the caller has no Cache-Control, fetch adds no-cache to conditional requests (Fetch standard, §4.6).
    const conditional = { 'if-none-match': tag, 'cache-control': 'max-age=300' };
    expect(await get(BY_MOBILE, conditional)).toMatchObject({ status: 304, text: '', cacheStatus: HIT });
    const narrowed = await get({ ...BY_MOBILE, fields: 'firstname' });
    expect(Object.keys(customerOf(narrowed.text)).sort()).toEqual(['firstname', 'item_status']);
    expect(upstream.counters.v1Gets).toBe(1);
  });

  test('gets each language from a separate entry', async () => {
    const { get, upstream } = await start();
    await get(BY_MOBILE);
    expect((await get(BY_MOBILE, { language: 'zh' })).cacheStatus).toBe(STORED);
    expect((await get(BY_MOBILE, { language: 'ZH' })).cacheStatus).toEqual(HIT);
    expect(upstream.requests.map(({ headers }) => headers.language)).toEqual([undefined, 'zh']);
  });

  test('gets a refusal for a batch, and for what v1.1 does not have, before the service asks the upstream', async () => {
    const { get, upstream } = await start();
    for (const parameters of [{ mobile: '1234512345,9000000002' }, { ...BY_MOBILE, source: 'INSTORE' }, {}]) {
      expect((await get(parameters as Record<string, string>)).status).toBe(400);
    }
    expect(upstream.counters.requests).toBe(0);
  });
});

describe('the outcome of a v1.1 look-up', () => {
  test.each([200, 400, 404])(
    'not found: the service replays the upstream’s own answer with status %i',
    async (errorStatus) => {
      const { get, upstream } = await start({}, { errorStatus });
      const fetched = await get({ mobile: '9999999999' });
      expect(fetched).toMatchObject({
        status: errorStatus,
        cacheStatus: `lookaside; fwd=miss; fwd-status=${errorStatus}; stored`,
      });
      expect(customerOf(fetched.text)).toMatchObject({ item_status: { success: 'false', code: '1012' } });
      const replayed = await get({ mobile: '9999999999' });
      expect(replayed).toMatchObject({ status: errorStatus, text: fetched.text });
      expect(replayed.cacheStatus).toMatch(/^lookaside; hit; ttl=1[0-4]$/);
      expect(upstream.counters.v1Gets).toBe(1);
    },
  );

  test.each([
    ['ERR-1012', 'not found', true],
    ['ERR-618', 'fraud', false],
    ['ERR-1044', 'not permitted', false],
    ['ERR-1042', 'the caller’s error', false],
    ['ERASED', 'erased', false],
    ['WARN-91001', 'a partial reply', false],
    ['WARN-91004', 'another partial reply', false],
  ])('%s, %s: the service passes it on in v1.1’s shape, stored: %s', async (external_id, _what, isKept) => {
    const { get, upstream } = await start();
    const first = await get({ external_id });
    expect(first).toMatchObject({ status: 200, cacheStatus: isKept ? STORED : NOT_STORED });
    expect(customerOf(first.text)).toHaveProperty('item_status');
    await get({ external_id });
    expect(upstream.counters.v1Gets).toBe(isKept ? 1 : 2);
  });

  test('erased: the reply has the upstream’s words and nothing about the customer', async () => {
    const { get } = await start();
    const { text } = await get({ external_id: 'ERASED' });
    expect(text).toContain('Customer is deleted after PII delete request');
    expect(Object.keys(customerOf(text))).toEqual(['item_status']);
  });

  test('merged: the service serves and stores the survivor with the warning; the former customer’s entries are gone', async () => {
    const service = await start();
    const { get, lookup, upstream } = service;
    await get({ external_id: 'CUST-0002' });
    await lookup(by('externalId', 'CUST-0002'));
    upstream.control({ merge: { from: '7000000002', into: '7000000003' } });

    const merged = await get({ external_id: 'CUST-0002' }, { 'cache-control': 'no-cache' });
    expect(customerOf(merged.text)).toMatchObject({ user_id: '7000000003' });
    expect(merged.text).toMatch(/91009/);
    expect((await lookup(by('externalId', 'CUST-0002'), { 'cache-control': 'only-if-cached' })).status).toBe(504);
  });

  test.each([
    ['FAULT-html', 502, 'upstream_invalid'],
    ['FAULT-broken-json', 502, 'upstream_invalid'],
    ['FAULT-redirect', 502, 'upstream_invalid'],
    ['HTTP-500', 503, 'upstream_unavailable'],
    ['ERR-461', 503, 'upstream_unavailable'],
    ['FAULT-throttle', 503, 'upstream_unavailable'],
    ['FAULT-hang', 504, 'upstream_timeout'],
  ])('%s is %i %s', async (external_id, status, code) => {
    const { get } = await start(status === 504 ? IMPATIENT : {});
    const reply = await get({ external_id });
    expect({ status: reply.status, code: JSON.parse(reply.text).code }).toEqual({ status, code });
    expect(reply.headers.get('retry-after') !== null).toBe(status === 503);
  });

  test('if v1.1 throttles, the service stops asking v1.1 and still asks v2', async () => {
    const { get, lookup, upstream } = await start();
    upstream.control({ fault: { kind: 'throttle', retryAfterSeconds: 30, api: 'v1.1' } });
    expect((await get(BY_MOBILE)).status).toBe(503);
    expect((await get({ mobile: '9000000002' })).status).toBe(503);
    expect(upstream.counters.v1Gets).toBe(1);
    expect(await lookup(by('mobile', '1234512345'))).toMatchObject({ status: 200, cacheStatus: STORED });
  });
});

describe('one purge reaches the entries of both APIs', () => {
  type Service = Awaited<ReturnType<typeof start>>;
  const SECRET = { WEBHOOK_SECRET: 'the-secret' };

  /** It is looked up by both APIs, by both of its identifiers, and joined. */
  async function fill({ get, lookup }: Service) {
    await get(BY_MOBILE);
    await get({ ...BY_MOBILE, slab_history: 'true' });
    await get({ external_id: '12341234' });
    await lookup(by('mobile', '1234512345'));
    await lookup(by('mobile', '1234512345', { embed: 'coupons' }));
  }
  const isCached = async ({ get }: Service, parameters: Record<string, string>) =>
    (await get(parameters, { 'cache-control': 'only-if-cached' })).status === 200;
  const isCachedByV2 = async ({ lookup }: Service) =>
    (await lookup(by('mobile', '1234512345'), { 'cache-control': 'only-if-cached' })).status === 200;

  const notify = ({ ask }: Service, eventName: string, customerIdentifiers: unknown) =>
    ask('/events/capillary', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'the-secret' },
      body: JSON.stringify({ eventName, eventId: 'e-1', data: { customerIdentifiers } }),
    });

  test('by identifier, with source INSTORE and the v2 name of the identifier', async () => {
    const service = await start();
    await fill(service);
    const subject = new URLSearchParams({
      source: 'INSTORE',
      identifierName: 'mobile',
      identifierValue: '+91 12345 12345',
    });
    expect((await service.ask(`/cache/entries?${subject}`, { method: 'DELETE' })).status).toBe(204);
    expect(await isCached(service, BY_MOBILE)).toBe(false);
    expect(await isCached(service, { ...BY_MOBILE, slab_history: 'true' })).toBe(false);
    expect(await isCached(service, { ...BY_MOBILE, coupon_order_by: 'created_date' })).toBe(false);
    expect(await isCachedByV2(service)).toBe(false);
    // The entry of another identifier does not belong to that look-up.
    expect(await isCached(service, { external_id: '12341234' })).toBe(true);
  });

  test.each([
    ['card_number', 'cardnumber', 'mtest00000000067003'],
    ['card_external_id', 'cardExternalId', 'CardExternal2'],
    ['external_id', 'externalId', '12341234'],
    ['id', 'id', SAMPLE_ID],
  ])('by identifier, if v1.1 calls the identifier %s', async (parameter, identifierName, identifierValue) => {
    const service = await start();
    await service.get({ [parameter]: identifierValue });
    expect(await isCached(service, { [parameter]: identifierValue })).toBe(true);
    const subject = new URLSearchParams({ source: 'INSTORE', identifierName, identifierValue });
    await service.ask(`/cache/entries?${subject}`, { method: 'DELETE' });
    expect(await isCached(service, { [parameter]: identifierValue })).toBe(false);
  });

  test('by customer, whatever identifier found the entries', async () => {
    const service = await start();
    await fill(service);
    const purged = await service.ask(`/cache/customers/${SAMPLE_ID}`, { method: 'DELETE' });
    // v2's entry once, plain and as a half; v1.1's entries with and without the history, by externalId, and the half.
    expect(purged).toMatchObject({ status: 200, text: '{"purged":5}' });
    for (const parameters of [BY_MOBILE, { external_id: '12341234' }]) {
      expect(await isCached(service, parameters as Record<string, string>)).toBe(false);
    }
    expect(await isCachedByV2(service)).toBe(false);
    expect((await service.get(BY_MOBILE)).cacheStatus).toEqual(FETCHED);
  });

  test('by an event of a changed customer', async () => {
    const service = await start(SECRET);
    await fill(service);
    expect((await notify(service, 'customerUpdated', { customerId: SAMPLE_ID })).status).toBe(200);
    expect(await isCached(service, BY_MOBILE)).toBe(false);
    expect(await isCached(service, { external_id: '12341234' })).toBe(false);
    expect(await isCachedByV2(service)).toBe(false);
  });

  test('by an event that names only an identifier', async () => {
    const service = await start(SECRET);
    await fill(service);
    expect((await notify(service, 'customerUpdated', { instore: { mobile: '911234512345' } })).status).toBe(200);
    expect(await isCached(service, BY_MOBILE)).toBe(false);
    expect(await isCachedByV2(service)).toBe(false);
  });

  test('by a coupon event, which marks both stale: the next look-up asks the upstream, and uses the entry only if that fails', async () => {
    const service = await start(SECRET);
    await fill(service);
    expect((await notify(service, 'CouponIssue', { customerId: SAMPLE_ID })).status).toBe(200);
    expect(await isCached(service, BY_MOBILE)).toBe(false);
    service.upstream.control({ fault: { kind: 'status', status: 503, api: 'v1.1' } });
    expect((await service.get(BY_MOBILE)).cacheStatus).toMatch(/^lookaside; hit; ttl=-\d+; detail=stale-if-error$/);
  });

  test('an erasure that v1.1 reports removes the v2 entries too', async () => {
    const service = await start();
    await fill(service);
    service.upstream.control({ erase: SAMPLE_ID });
    await service.get(BY_MOBILE, { 'cache-control': 'no-cache' });
    expect(await isCachedByV2(service)).toBe(false);
    expect(await isCached(service, { external_id: '12341234' })).toBe(false);
  });
});

describe('a direct invocation with "api":"v1.1"', () => {
  async function invoker(url: string) {
    const client = new LambdaClient({
      endpoint: url,
      region: 'us-east-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'made-up', secretAccessKey: 'made-up' },
    });
    return async (payload: unknown) => {
      const command = new InvokeCommand({ FunctionName: 'lookaside-invoke', Payload: JSON.stringify(payload) });
      const { Payload } = await client.send(command);
      return JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
    };
  }

  test('shares its entry with the look-ups over HTTP', async () => {
    const { get, url, upstream } = await start();
    const { text } = await get(BY_MOBILE);
    const invoke = await invoker(url);
    const outcome = await invoke({ api: 'v1.1', mobile: '+911234512345' });
    expect(outcome).toMatchObject({ kind: 'found', cache: { status: 'hit' } });
    expect(outcome.customer).toEqual(customerOf(text));
    expect(await invoke({ api: 'v1.1', external_id: 'nobody' })).toMatchObject({
      kind: 'not-found',
      upstream: { code: '1012' },
      cache: { status: 'miss' },
    });
    expect(upstream.counters.v1Gets).toBe(2);
  });

  test('takes both APIs in one batch', async () => {
    const { url, upstream } = await start();
    const invoke = await invoker(url);
    const v2 = { source: 'INSTORE', ...by('mobile', '1234512345') };
    const { results } = await invoke({
      lookups: [{ api: 'v1.1', ...BY_MOBILE, slab_history: true }, v2, { ...v2, embed: ['coupons'] }, { api: 'v1' }],
    });
    expect(results).toMatchObject([
      { kind: 'found', customer: { slab_history: expect.anything() } },
      { kind: 'found', customer: { id: Number(SAMPLE_ID) } },
      { kind: 'found', customer: { id: Number(SAMPLE_ID), coupons: expect.any(Array) } },
      { kind: 'error', code: 'invalid_parameter' },
    ]);
    expect(upstream.counters).toMatchObject({ v1Gets: 2, v2Lookups: 1 });
  });
});
