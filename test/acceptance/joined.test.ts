import { describe, expect, test } from '@jest/globals';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { closedAddress } from '../support/loopback-server.ts';
import { HALF_PATIENT } from '../support/patience.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';
import { by, STORED, start } from './running-service.ts';

// Tests a v2 look-up that sections of v1.1 join, as a till asks it.

const SAMPLE_ID = '566881933';
const BY_MOBILE = by('mobile', '1234512345');
const WITH_COUPONS = by('mobile', '1234512345', { embed: 'coupons' });
const HIT = expect.stringMatching(/^lookaside; hit; ttl=\d+$/);
const ONLY_IF_CACHED = { 'cache-control': 'only-if-cached' };
const EVERY_SECTION =
  'coupons,registeredStore,registeredTill,slabHistory,ndncStatus,optinStatus,retentionCriteria,tierUpgradeCriteria';

describe('profile and coupons in one call', () => {
  test('a miss, then a hit, with the exact headers', async () => {
    const { lookup, upstream } = await start();
    const startedAt = performance.now();
    const missed = await lookup(WITH_COUPONS);
    expect(missed.status).toBe(200);
    expect(Object.fromEntries(missed.headers)).toMatchObject({
      'cache-status': 'lookaside; fwd=miss; fwd-status=200; stored',
      'cache-control': 'no-store',
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      age: expect.stringMatching(/^\d+$/),
      // Of the gzip coding, which fetch accepts.
      etag: expect.stringMatching(/^"[\w-]{22}-[0-9a-z]{1,7}"$/),
      'x-cap-requestid': expect.stringMatching(/^simulated-\d+$/),
    });
    const reply = JSON.parse(missed.text);
    expect(reply).toMatchObject({ id: Number(SAMPLE_ID), profiles: expect.any(Array) });
    expect(reply.coupons).toHaveLength(12);
    expect(reply.coupons[0]).toMatchObject({ code: expect.any(String), redeemed: expect.any(Boolean) });
    expect(upstream.counters).toMatchObject({ v2Lookups: 1, v1Gets: 1 });

    const hit = await lookup(WITH_COUPONS);
    const elapsedSeconds = (performance.now() - startedAt) / 1000;
    expect(hit).toMatchObject({ status: 200, text: missed.text, cacheStatus: HIT });
    expect(hit.headers.get('etag')).toBe(missed.headers.get('etag'));
    expect(hit.headers.get('x-cap-requestid')).toBeNull();
    const ages = [missed, hit].map(({ headers }) => Number(headers.get('age')));
    expect(ages).toEqual(ages.toSorted());
    expect(Math.max(...ages)).toBeLessThanOrEqual(elapsedSeconds);
    expect(upstream.counters.requests).toBe(2);
  });

  test('has all eight sections in v2’s form: no text in place of a boolean or a number, and no empty value', async () => {
    const { lookup, upstream } = await start();
    const { text } = await lookup(by('mobile', '1234512345', { embed: `points,${EVERY_SECTION}` }));
    const reply = JSON.parse(text);
    expect(Object.keys(reply)).toEqual(expect.arrayContaining(['pointsSummary', ...EVERY_SECTION.split(',')]));
    expect(reply).toMatchObject({
      slabHistory: [expect.anything(), { upgrade_bonus_points: 25.5 }],
      optinStatus: { sms: true, email: false },
      retentionCriteria: { purchase: expect.any(Number), visits: expect.any(Number) },
    });
    const sections = JSON.stringify(EVERY_SECTION.split(',').map((name) => reply[name]));
    expect(sections).not.toMatch(/:""|:"(?:true|false)"/);
    const [ofV2, ofV1] = ['v2', 'v1.1'].map((api) => upstream.requests.find((request) => request.api === api)?.url);
    expect(ofV2).toMatch(/embed=points(&|$)/);
    expect(ofV1).toContain('coupon_order_by=created_date&membership_retention_criteria=true&ndnc_status=true');
  });

  test('asks both APIs at the same time', async () => {
    const { lookup, upstream } = await start();
    upstream.control({ latencyMs: 200, jitterMs: 0 });
    await lookup(WITH_COUPONS);
    expect(upstream.counters.peakInFlight).toBe(2);
  });

  test.each([
    by('email', 'bubalus@example.com'),
    by('cardnumber', 'mtest00000000067003'),
    by('externalId', '12341234'),
    by('id', SAMPLE_ID),
    by('cardExternalId', 'CardExternal2'),
  ])('works by every identifier that v1.1 has: %j', async (parameters) => {
    const { lookup } = await start();
    const { text } = await lookup({ ...parameters, embed: 'registeredStore' });
    expect(JSON.parse(text)).toMatchObject({ id: Number(SAMPLE_ID), registeredStore: { code: expect.any(String) } });
    expect(JSON.parse(text)).not.toHaveProperty('warnings.0');
  });

  test('works by source ALL too', async () => {
    const { lookup } = await start();
    const parameters = { source: 'ALL', accountId: 'any', ...WITH_COUPONS };
    const { text } = await lookup(parameters);
    expect(JSON.parse(text).coupons).toHaveLength(12);
    expect((await lookup(parameters)).cacheStatus).toEqual(HIT);
  });

  test('keeps 64-bit ids and digits as the upstream wrote them', async () => {
    const { lookup } = await start();
    for (const _ of ['fetched', 'cached']) {
      const { text } = await lookup(by('externalId', 'CUST-0001', { embed: 'coupons' }));
      expect(text).toContain('"id":9007199254740993,');
      expect(text).toContain('"coupons":[{');
    }
  });

  test('shares the profile with a kiosk that wants it alone, and the coupons with a till that asks v1.1', async () => {
    const { lookup, get, upstream } = await start();
    await lookup(WITH_COUPONS);
    const kiosk = await lookup(BY_MOBILE);
    expect(kiosk.cacheStatus).toEqual(HIT);
    expect(JSON.parse(kiosk.text)).not.toHaveProperty('coupons');
    expect((await get({ mobile: '1234512345', coupon_order_by: 'created_date' })).cacheStatus).toEqual(HIT);
    expect(upstream.counters.requests).toBe(2);
  });

  test.each([
    ['a source that v1.1 does not have', { source: 'WECHAT', accountId: 'a', ...by('externalId', 'X') }],
    ['an identifier that v1.1 does not have', by('wechat', 'wechat-openid-0002')],
  ])('%s is refused', async (_what, parameters) => {
    const { lookup, upstream } = await start();
    const reply = await lookup({ ...parameters, embed: 'coupons' });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toMatchObject({ code: 'invalid_parameter' });
    expect(upstream.counters.requests).toBe(0);
  });
});

describe('DynamoDB', () => {
  test('is asked once by a hit: one consistent BatchGetItem for both halves', async () => {
    const dynamoDb = await startEmbeddedDynamoDb(undefined);
    const store = await startRecordingProxy(dynamoDb.url);
    try {
      const { lookup } = await start({ AWS_ENDPOINT_URL_DYNAMODB: store.url });
      const missed = await lookup(WITH_COUPONS);
      store.clear();
      expect(await lookup(WITH_COUPONS)).toMatchObject({ text: missed.text, cacheStatus: HIT });
      expect(store.operations).toMatchObject([
        {
          name: 'BatchGetItem',
          input: {
            RequestItems: { lookaside: { ConsistentRead: true, Keys: [expect.anything(), expect.anything()] } },
          },
        },
      ]);
      // It holds no identifier and no data of the customer.
      expect(JSON.stringify(store.operations)).not.toMatch(/12345|566881933/);
      store.clear();
      await lookup(BY_MOBILE);
      expect(store.operations.map(({ name }) => name)).toEqual(['GetItem']);
    } finally {
      await dynamoDb.close();
    }
  });

  test('changes no answer if it is not there', async () => {
    const { lookup } = await start({ AWS_ENDPOINT_URL_DYNAMODB: await closedAddress() });
    const { status, cacheStatus, text } = await lookup(WITH_COUPONS);
    expect({ status, cacheStatus }).toEqual({ status: 200, cacheStatus: 'lookaside; fwd=bypass; fwd-status=200' });
    expect(JSON.parse(text).coupons).toHaveLength(12);
  });
});

test('if CACHE_MODE is bypass, each look-up asks both APIs', async () => {
  const { lookup, upstream } = await start({ CACHE_MODE: 'bypass' });
  for (const times of [1, 2]) {
    const { cacheStatus, text } = await lookup(WITH_COUPONS);
    expect(cacheStatus).toBe('lookaside; fwd=bypass; fwd-status=200');
    expect(JSON.parse(text).coupons).toHaveLength(12);
    expect(upstream.counters).toMatchObject({ v2Lookups: times, v1Gets: times });
  }
});

describe('one API in trouble', () => {
  const faults = [
    { kind: 'status', status: 503 },
    { kind: 'error', code: 461 },
    { kind: 'throttle', retryAfterSeconds: 7 },
    { kind: 'html' },
    { kind: 'reset' },
    { kind: 'hang' },
  ] as const;

  test.each(faults)(
    'v1.1 (%j): the reply is the profile with a warning; it is stored, so that the next plain look-up is a hit',
    async (fault) => {
      const { lookup, upstream } = await start(fault.kind === 'hang' ? HALF_PATIENT : {});
      upstream.control({ fault: { ...fault, api: 'v1.1' } });
      const { status, cacheStatus, text } = await lookup(WITH_COUPONS);
      expect(status).toBe(200);
      expect(cacheStatus).not.toMatch(/hit|; stored/);
      const reply = JSON.parse(text);
      expect(reply).toMatchObject({
        id: Number(SAMPLE_ID),
        warnings: [
          { status: false, code: 'missing_sections', message: expect.stringMatching(/: coupons\. .* v1\.1 /) },
        ],
      });
      expect(reply).not.toHaveProperty('coupons');
      expect((await lookup(BY_MOBILE)).cacheStatus).toEqual(HIT);
    },
  );

  test.each(faults)('v2 (%j): the reply is the coupons with a warning; they are stored', async (fault) => {
    const { lookup, get, upstream } = await start(fault.kind === 'hang' ? HALF_PATIENT : {});
    upstream.control({ fault: { ...fault, api: 'v2' } });
    const { status, cacheStatus, text } = await lookup(WITH_COUPONS);
    expect(status).toBe(200);
    expect(cacheStatus).not.toMatch(/hit|; stored/);
    const reply = JSON.parse(text);
    expect(Object.keys(reply)).toEqual(['id', 'coupons', 'warnings']);
    expect(reply).toMatchObject({
      id: Number(SAMPLE_ID),
      coupons: Array(12).fill(expect.anything()),
      warnings: [{ status: false, code: 'missing_profile', message: expect.stringContaining('the profile') }],
    });
    expect((await get({ mobile: '1234512345', coupon_order_by: 'created_date' })).cacheStatus).toEqual(HIT);
  });

  test('that works again is asked for the missing half only', async () => {
    const { lookup, upstream } = await start();
    upstream.control({ fault: { kind: 'html', times: 1, api: 'v1.1' } });
    await lookup(WITH_COUPONS);
    const { cacheStatus, text } = await lookup(WITH_COUPONS);
    expect(cacheStatus).toBe(STORED);
    expect(JSON.parse(text).coupons).toHaveLength(12);
    expect(upstream.counters).toMatchObject({ v2Lookups: 1, v1Gets: 2 });
  });

  test('v1.1 alone is no failure of v2: the breaker of v2 stays closed', async () => {
    const { lookup, upstream } = await start();
    upstream.control({ fault: { kind: 'html', api: 'v1.1' } });
    const ask = (n: number) => lookup(by('externalId', `UNKNOWN-${n}`, { embed: 'coupons' }));
    for (let n = 0; n < 5; n += 1) await ask(n);
    // All at once: the breaker is open for a second only.
    await Promise.all(Array.from({ length: 15 }, (_, n) => ask(5 + n)));
    const { v1Gets } = upstream.counters;
    expect(v1Gets).toBeLessThan(15);
    expect(await lookup(BY_MOBILE)).toMatchObject({ status: 200, cacheStatus: STORED });
  });

  test('both: the reply is an error of the service itself', async () => {
    const { lookup, upstream } = await start();
    upstream.control({ fault: { kind: 'throttle', retryAfterSeconds: 7 } });
    const reply = await lookup(WITH_COUPONS);
    expect({ status: reply.status, retryAfter: reply.headers.get('retry-after') }).toEqual({
      status: 503,
      retryAfter: '7',
    });
    expect(JSON.parse(reply.text)).toMatchObject({ code: 'upstream_unavailable' });
  });

  test('with a stale half in the cache: that half stands in, and the reply is joined', async () => {
    const { lookup, upstream } = await start({ FRESH_SECONDS: '0' });
    const first = await lookup(WITH_COUPONS);
    upstream.control({ fault: { kind: 'status', status: 503 } });
    const reply = await lookup(WITH_COUPONS);
    expect(reply).toMatchObject({ status: 200, text: first.text });
    expect(reply.cacheStatus).toMatch(/^lookaside; hit; ttl=-\d+; detail=stale-if-error$/);
  });
});

describe('if the APIs do not agree', () => {
  test('on the identity: the reply is the profile alone with a warning, on the miss and on the hit', async () => {
    const { lookup, get, upstream } = await start();
    await get({ mobile: '1234512345', coupon_order_by: 'created_date' });
    upstream.control({ reassign: { name: 'mobile', value: '1234512345', to: '7000000002' } });
    for (const expected of [STORED, HIT]) {
      const { cacheStatus, text } = await lookup(WITH_COUPONS);
      expect(cacheStatus).toEqual(expected);
      const reply = JSON.parse(text);
      expect(reply).toMatchObject({
        id: 7000000002,
        warnings: [{ code: 'missing_sections', message: expect.stringContaining('another customer') }],
      });
      expect(reply).not.toHaveProperty('coupons');
    }
  });

  test('because the customer was merged: the former profile in the cache is not shown again', async () => {
    const { lookup, upstream } = await start();
    await lookup(by('externalId', 'CUST-0002'));
    upstream.control({ merge: { from: '7000000002', into: '7000000003' } });
    for (const expected of [STORED, HIT]) {
      const { cacheStatus, text } = await lookup(by('externalId', 'CUST-0002', { embed: 'coupons' }));
      expect(cacheStatus).toEqual(expected);
      expect(JSON.parse(text)).toMatchObject({ id: 7000000003, coupons: expect.any(Array) });
    }
    expect(upstream.counters).toMatchObject({ v2Lookups: 2, v1Gets: 1 });
  });

  test('on whether the customer exists: the reply is v2’s own "not found"', async () => {
    const { lookup, upstream } = await start();
    const missed = await lookup(by('mobile', '9999999999', { embed: 'coupons' }));
    expect(JSON.parse(missed.text)).toMatchObject({ errors: [{ status: false, code: 8015 }] });
    expect(await lookup(by('mobile', '9999999999', { embed: 'coupons' }))).toMatchObject({
      text: missed.text,
      cacheStatus: HIT,
    });
    expect(upstream.counters.requests).toBe(2);
  });

  test('because v1.1 does not have a customer of v2: the reply is the profile with a warning', async () => {
    const { lookup, upstream } = await start();
    upstream.control({ fault: { kind: 'error', code: 1012, api: 'v1.1' } });
    const { text } = await lookup(WITH_COUPONS);
    expect(JSON.parse(text).warnings).toMatchObject([
      { code: 'missing_sections', message: expect.stringContaining('v1.1 does not give this customer') },
    ]);
  });

  test('an erased customer is erased, and no entry of theirs is left', async () => {
    const { lookup, get, upstream } = await start();
    await lookup(WITH_COUPONS);
    await get({ external_id: '12341234' });
    upstream.control({ erase: SAMPLE_ID });
    const reply = await lookup(WITH_COUPONS, { 'cache-control': 'no-cache' });
    expect(JSON.parse(reply.text)).toMatchObject({
      errors: [{ status: false, message: 'Customer is deleted after PII delete request' }],
    });
    for (const each of [BY_MOBILE, WITH_COUPONS]) expect((await lookup(each, ONLY_IF_CACHED)).status).toBe(504);
    expect((await get({ external_id: '12341234' }, ONLY_IF_CACHED)).status).toBe(504);
  });
});

describe('one purge reaches both halves', () => {
  const SECRET = { WEBHOOK_SECRET: 'the-secret' };
  type Service = Awaited<ReturnType<typeof start>>;
  const ways: [string, (service: Service) => Promise<unknown>][] = [
    [
      'DELETE /cache/entries',
      ({ ask }) =>
        ask(`/cache/entries?${new URLSearchParams({ source: 'INSTORE', ...BY_MOBILE })}`, { method: 'DELETE' }),
    ],
    ['DELETE /cache/customers', ({ ask }) => ask(`/cache/customers/${SAMPLE_ID}`, { method: 'DELETE' })],
    [
      'the webhook',
      ({ ask }) =>
        ask('/events/capillary', {
          method: 'POST',
          headers: { authorization: 'the-secret' },
          body: JSON.stringify({
            eventName: 'customerUpdated',
            eventId: 'e-1',
            data: { customerIdentifiers: { customerId: SAMPLE_ID } },
          }),
        }),
    ],
  ];

  test.each(ways)('%s', async (_way, purge) => {
    const service = await start(SECRET);
    const { lookup, upstream } = service;
    await lookup(WITH_COUPONS);
    await purge(service);
    expect((await lookup(WITH_COUPONS, ONLY_IF_CACHED)).status).toBe(504);
    await lookup(WITH_COUPONS);
    expect(upstream.counters).toMatchObject({ v2Lookups: 2, v1Gets: 2 });
  });
});
