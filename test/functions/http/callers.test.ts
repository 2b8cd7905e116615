// The first look-up of a class with a wait, and the first batch, load their code: that takes real time.
import '../../../functions/http/lookups.ts';
import '../../../functions/lookup/preferences.ts';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { createCallerOf } from '../../../functions/callers/callers.ts';
import { createHttpHandler } from '../../../functions/http/handler.ts';
import { toCallerClasses } from '../../../functions/settings/caller-classes.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';
import { found, foundByV1, said, saidByV1 } from '../../support/scripted-upstream.ts';

const V1 = '/v1.1/customer/get';
const MOBILE = '9876543210';
const byMobile = (more = '') => `source=INSTORE&identifierName=mobile&identifierValue=${MOBILE}${more}`;

const CUSTOMER = {
  id: 7,
  profiles: [
    {
      firstName: 'Asha',
      lastName: 'Rao',
      identifiers: [
        { type: 'mobile', value: `91${MOBILE}` },
        { type: 'email', value: 'asha@example.com' },
      ],
    },
  ],
  loyaltyProgramDetails: [{ programId: 1, currentSlab: 'Gold', loyaltyPoints: 250 }],
};
const OF_V1 = {
  user_id: '7',
  firstname: 'Asha',
  lastname: 'Rao',
  mobile: `91${MOBILE}`,
  email: 'asha@example.com',
  current_slab: 'Gold',
  coupons: { coupon: [{ code: 'C-250' }] },
};
/** The data of that customer that no kiosk may see. */
const SECRETS = ['Rao', MOBILE, 'asha@example.com', '250', 'Welcome'];

const CLASSES = {
  tills: { isDefault: true, cacheControl: 'max-stale=3600', sources: ['INSTORE'] },
  kiosks: {
    fields: { v2: 'profiles(firstName),loyaltyProgramDetails(currentSlab)', 'v1.1': 'firstname,current_slab' },
  },
  services: { maxBatch: 3 },
};

function start(classes: object | null = CLASSES) {
  const parts = startLookupService();
  const { upstream } = parts;
  upstream.outcomeOf.v2 = found(JSON.stringify(CUSTOMER));
  upstream.outcomeOf['v1.1'] = foundByV1(JSON.stringify(OF_V1));
  const log = new RecordingLog();
  const read = classes === null ? undefined : toCallerClasses(JSON.stringify(classes));
  const callerOf = read && createCallerOf(read, { kind: 'apiKey' });
  const handler = createHttpHandler({ service: parts.service, log, corsOrigins: [], callerOf });
  const sendAs = async (apiKey: string | null, request: ProxyRequest = {}) => {
    const event = proxyEvent({ query: byMobile(), ...request });
    const { requestContext } = event;
    const called = { ...event, requestContext: { ...requestContext, identity: { apiKey } } } as APIGatewayProxyEvent;
    const { statusCode, headers = {}, body } = await handler(called, {} as Context);
    return { status: statusCode, headers: headers as Record<string, string>, body };
  };
  const sendBatchAs = (apiKey: string, lookups: readonly object[], headers = {}) =>
    sendAs(apiKey, { method: 'POST', resource: '/lookups', query: '', body: JSON.stringify({ lookups }), headers });
  return { ...parts, log, sendAs, sendBatchAs };
}

const TILL = 'tills.aaaaaaaaaaaaaaaaaaaa';
const KIOSK = 'kiosks.bbbbbbbbbbbbbbbbbbbb';
const SERVICE = 'services.cccccccccccccccccccc';

const lookup = (more: object = {}) => ({
  source: 'INSTORE',
  identifierName: 'mobile',
  identifierValue: MOBILE,
  ...more,
});

describe('the fields of a class', () => {
  test.each<[string, ProxyRequest, object]>([
    ['v2', {}, { profiles: [{ firstName: 'Asha' }], loyaltyProgramDetails: [{ currentSlab: 'Gold' }] }],
    [
      'v2 with fields that ask for more',
      { query: byMobile('&fields=*') },
      { profiles: [{ firstName: 'Asha' }], loyaltyProgramDetails: [{ currentSlab: 'Gold' }] },
    ],
    [
      'v2 with fields that ask for less',
      { query: byMobile('&fields=id,profiles(firstName,identifiers)') },
      { profiles: [{ firstName: 'Asha' }] },
    ],
    [
      'v2 with fields that ask for nothing allowed',
      { query: byMobile('&fields=id,profiles/identifiers') },
      { profiles: [{}] },
    ],
    [
      'v2 joined with sections of v1.1',
      { query: byMobile('&embed=coupons') },
      { profiles: [{ firstName: 'Asha' }], loyaltyProgramDetails: [{ currentSlab: 'Gold' }] },
    ],
  ])('hold for %s', async (_, request, expected) => {
    const { sendAs } = start();
    const { status, body } = await sendAs(KIOSK, request);
    expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: expected });
  });

  test.each([
    ['', { firstname: 'Asha', current_slab: 'Gold' }],
    ['&fields=*', { firstname: 'Asha', current_slab: 'Gold' }],
    ['&fields=response', { firstname: 'Asha', current_slab: 'Gold' }],
    ['&fields=email,firstname', { firstname: 'Asha' }],
    ['&fields=response/customers/customer(email,firstname)', { firstname: 'Asha' }],
    ['&fields=response/customers/customer/email', {}],
  ])('hold for v1.1 with %j', async (more, expected) => {
    const { sendAs } = start();
    const { status, body } = await sendAs(KIOSK, { resource: V1, query: `mobile=${MOBILE}${more}` });
    expect(status).toBe(200);
    const [customer] = JSON.parse(body).response.customers.customer;
    const { item_status: _, ...own } = customer;
    expect(own).toEqual(expected);
    for (const secret of SECRETS) expect(body).not.toContain(secret);
  });

  test('hold for a hit, a stale answer and a stand-in while the upstream fails, from an entry that a till filled', async () => {
    const { sendAs, clock, upstream } = start();
    const ofTill = await sendAs(TILL);
    expect(ofTill.body).toContain('asha@example.com');
    const bodies = [await sendAs(KIOSK)];
    clock.advance(400_000);
    bodies.push(await sendAs(KIOSK));
    clock.advance(3_000_000);
    upstream.outcomeOf.v2 = { kind: 'failed', failure: 'connection' };
    bodies.push(await sendAs(KIOSK));
    expect(bodies.map(({ headers }) => headers['Cache-Status'])).toEqual([
      expect.stringMatching(/^lookaside; hit; ttl=\d+$/),
      expect.stringContaining('detail=stale-while-revalidate'),
      expect.stringContaining('detail=stale-if-error'),
    ]);
    for (const { body } of bodies) {
      expect(body).toBe(bodies[0]?.body);
      for (const secret of SECRETS) expect(body).not.toContain(secret);
    }
  });

  test('make another ETag: a kiosk is never told that it has the reply of a till', async () => {
    const { sendAs } = start();
    for (const headers of [{}, { 'accept-encoding': 'gzip' }] as const) {
      const [till, kiosk] = [await sendAs(TILL, { headers }), await sendAs(KIOSK, { headers })];
      expect(till.headers.ETag).not.toBe(kiosk.headers.ETag);
      const ask = (ifNoneMatch = '') => sendAs(KIOSK, { headers: { ...headers, 'if-none-match': ifNoneMatch } });
      expect((await ask(till.headers.ETag)).status).toBe(200);
      const known = await ask(kiosk.headers.ETag);
      expect(known).toMatchObject({ status: 304, body: '', headers: { ETag: kiosk.headers.ETag } });
    }
  });

  test('hold for HEAD: its headers are those of GET', async () => {
    const { sendAs } = start();
    await sendAs(KIOSK);
    const [get, head] = [await sendAs(KIOSK), await sendAs(KIOSK, { method: 'HEAD' })];
    expect(head).toEqual({ ...get, body: '', headers: { ...get.headers, 'Content-Length': String(get.body.length) } });
  });

  test('hold for each look-up of a batch', async () => {
    const { sendBatchAs } = start({ kiosks: { ...CLASSES.kiosks, maxBatch: 3 } });
    const { status, body } = await sendBatchAs(KIOSK, [
      lookup(),
      lookup({ fields: 'id,profiles', embed: ['coupons'], identifierName: 'externalId', identifierValue: 'MP1' }),
      { api: 'v1.1', external_id: 'MP2', fields: 'email,firstname' },
    ]);
    expect(status).toBe(200);
    const customers = JSON.parse(body).results.map(({ customer }: { customer: object }) => customer);
    expect(customers).toEqual([
      { profiles: [{ firstName: 'Asha' }], loyaltyProgramDetails: [{ currentSlab: 'Gold' }] },
      { profiles: [{ firstName: 'Asha' }] },
      { firstname: 'Asha', item_status: expect.anything() },
    ]);
    for (const secret of SECRETS) expect(body).not.toContain(secret);
  });

  test('do not change a "not found": the reply keeps the upstream’s own words', async () => {
    const { sendAs, upstream } = start();
    upstream.outcomeOf.v2 = said('not-found', 8015);
    upstream.outcomeOf['v1.1'] = saidByV1('not-found', 1012);
    for (const request of [{}, { resource: V1, query: `mobile=${MOBILE}` }]) {
      const [till, kiosk] = [await sendAs(TILL, request), await sendAs(KIOSK, request)];
      expect({ status: kiosk.status, body: kiosk.body }).toEqual({ status: till.status, body: till.body });
    }
  });
});

describe('the source of a look-up', () => {
  const ofWechat = 'source=WECHAT&accountId=1&identifierName=wechat&identifierValue=abc';

  test('is refused if the class does not allow it, before the service asks the store or the upstream', async () => {
    const { sendAs, upstream, store } = start();
    const { status, headers, body } = await sendAs(TILL, { query: ofWechat });
    expect({ status, type: headers['Content-Type'], cache: headers['Cache-Status'] }).toEqual({
      status: 403,
      type: 'application/problem+json',
      cache: 'lookaside; detail=not_allowed',
    });
    expect(JSON.parse(body)).toMatchObject({
      code: 'not_allowed',
      detail: 'This caller belongs to the class tills: source is not allowed for this class; allowed is INSTORE.',
    });
    expect([upstream.requests.length, store.calls.length]).toEqual([0, 0]);
  });

  test('is refused for one look-up of a batch alone', async () => {
    const { sendBatchAs } = start({ tills: { ...CLASSES.tills, maxBatch: 2 } });
    const wechat = { source: 'WECHAT', accountId: '1', identifierName: 'wechat', identifierValue: 'abc' };
    const { status, body } = await sendBatchAs(TILL, [wechat, lookup()]);
    expect(status).toBe(200);
    expect(JSON.parse(body).results).toMatchObject([{ kind: 'error', code: 'not_allowed' }, { kind: 'found' }]);
  });

  test.each([
    ['instore', byMobile().replace('INSTORE', 'instore&accountId=1')],
    ['ALL', byMobile().replace('INSTORE', 'ALL&accountId=1')],
  ])('is compared exactly: %s is not INSTORE', async (_, query) => {
    expect((await start().sendAs(TILL, { query })).status).toBe(403);
  });

  test('of v1.1 is INSTORE', async () => {
    const v1 = { resource: V1, query: `mobile=${MOBILE}` };
    expect((await start().sendAs(TILL, v1)).status).toBe(200);
    const { status, body } = await start({ apps: { sources: ['MOBILE_APP'] } }).sendAs('apps.1', v1);
    expect({ status, detail: JSON.parse(body).detail }).toEqual({
      status: 403,
      detail:
        'This caller belongs to the class apps: v1.1 asks for customers of INSTORE, which this class may not ask for; allowed is MOBILE_APP.',
    });
  });
});

describe('a batch', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => lookup({ identifierName: 'externalId', identifierValue: `MP${n}` }));

  test.each([
    [TILL, 1, 200],
    [TILL, 2, 403],
    [SERVICE, 3, 200],
    [SERVICE, 4, 403],
  ])('of %s with %i look-ups is answered %i', async (key, count, expected) => {
    const { sendBatchAs, upstream } = start();
    const { status, body } = await sendBatchAs(key, many(count));
    expect(status).toBe(expected);
    const allowed = key === TILL ? 'one look-up in a request' : 'up to 3 in one request';
    if (status === 403) {
      expect(JSON.parse(body)).toMatchObject({
        code: 'not_allowed',
        detail: expect.stringMatching(`lookups holds ${count} look-ups; allowed for this class is ${allowed}\\.$`),
      });
    }
    expect(upstream.requests).toHaveLength(status === 403 ? 0 : count);
  });
});

describe('the directives of a class', () => {
  test.each([
    ['none of its own', {}, 'max-stale'],
    ['its own, which do not ask for stale answers', { 'cache-control': 'max-age=86400' }, 'stale'],
  ])('count for a request with %s', async (_, headers, expected) => {
    const { sendAs, sendBatchAs, clock } = start();
    await sendAs(TILL);
    clock.advance(1_500_000);
    // The batch comes first: if the cache answers it, it leaves no newer entry behind.
    const batch = await sendBatchAs(TILL, [lookup()], headers);
    const single = await sendAs(TILL, { headers });
    const isStale = expected === 'max-stale';
    expect(JSON.parse(batch.body).results[0].cache.status).toBe(isStale ? 'stale' : 'miss');
    if (isStale) expect(single.headers['Cache-Status']).toContain('detail=max-stale');
  });

  test('give way to those of a look-up in a batch', async () => {
    const { sendAs, sendBatchAs, clock } = start();
    await sendAs(TILL);
    clock.advance(1_500_000);
    const { body } = await sendBatchAs(TILL, [lookup({ cacheControl: 'max-age=86400' })]);
    expect(JSON.parse(body).results[0].cache.status).toBe('miss');
  });
});

describe('the wait of a class', () => {
  const WAITING = { tills: { waitMs: 400, maxBatch: 2 }, kiosks: {} };

  test.each([
    ['of its members', TILL, {}, 202, 'wait=0.4'],
    ['of its members, who say how long themselves', TILL, { Prefer: 'wait=5' }, 200, undefined],
    ['of no other class', KIOSK, {}, 200, undefined],
  ])('counts for requests %s', async (_, key, headers, status, applied) => {
    const { sendAs, upstream, clock } = start(WAITING);
    upstream.takesMs = 2000;
    const replying = sendAs(key, { headers });
    await clock.run(3000);
    const reply = await replying;
    expect([reply.status, reply.headers['Preference-Applied']]).toEqual([status, applied]);
  });

  test('counts for the look-ups of a batch that have no wait of their own', async () => {
    const { sendBatchAs, upstream, clock } = start(WAITING);
    upstream.takesMs = 2000;
    const other = { identifierName: 'externalId', identifierValue: 'MP1' };
    const replying = sendBatchAs(TILL, [lookup(), lookup({ ...other, waitMs: 5000 })]);
    await clock.run(3000);
    expect(JSON.parse((await replying).body).results).toMatchObject([{ kind: 'pending' }, { kind: 'found' }]);
  });
});

describe('a caller', () => {
  test.each([['strangers.dddddddddddddddddddd'], ['Kiosks.dddd']])('of no class (%s) is refused', async (key) => {
    const { sendAs, sendBatchAs, upstream } = start();
    for (const { status, body } of [await sendAs(key), await sendBatchAs(key, [lookup()])]) {
      expect({ status, code: JSON.parse(body).code }).toEqual({ status: 403, code: 'not_allowed' });
      expect(body).not.toContain(key);
    }
    expect(upstream.requests).toHaveLength(0);
  });

  test('cannot choose its class by a header: the key that the gateway checked counts', async () => {
    const { sendAs } = start();
    const { body } = await sendAs(KIOSK, { headers: { 'x-api-key': TILL } });
    expect(body).not.toContain('asha@example.com');
  });

  test('without a class in its key belongs to the default class, and to no class if there is no default', async () => {
    expect((await start().sendAs('Qm8kZ')).status).toBe(200);
    expect((await start().sendAs(null)).status).toBe(200);
    expect((await start({ kiosks: CLASSES.kiosks }).sendAs('Qm8kZ')).status).toBe(403);
    expect((await start({ kiosks: CLASSES.kiosks }).sendAs(null)).status).toBe(403);
  });

  test('may ask whether the service is well, whatever its key', async () => {
    const { sendAs } = start();
    expect((await sendAs('strangers.d', { resource: '/health', query: '' })).status).toBe(200);
  });

  test('has its class in the log, and not its key', async () => {
    const { sendAs, sendBatchAs, log } = start();
    await sendAs(KIOSK);
    await sendBatchAs(SERVICE, [lookup(), lookup()]);
    expect(log.lines.map(({ facts }) => facts.callerClass)).toEqual(['kiosks', 'services']);
    expect(JSON.stringify(log.lines)).not.toMatch(/bbbbbb|cccccc/);
  });
});

test('without classes, the same rules hold for all callers, and the log names none', async () => {
  const [with_, without] = [start({ all: { isDefault: true, maxBatch: 100 } }), start(null)];
  for (const request of [{}, { query: byMobile('&fields=id') }, { resource: V1, query: `mobile=${MOBILE}` }]) {
    expect(await without.sendAs(KIOSK, request)).toEqual(await with_.sendAs(null, request));
  }
  expect(without.log.lines[0]?.facts).not.toHaveProperty('callerClass');
});
