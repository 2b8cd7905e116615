import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { forwardRequest, sendOn } from '../support/forward-request.ts';
import { timed } from '../support/free-time.ts';
import { closedAddress, startHttpServer } from '../support/loopback-server.ts';
import { IMPATIENT } from '../support/patience.ts';
import { by, STORED, start } from './running-service.ts';

/** Printable ASCII that JSON writes as it is: no quote and no backslash. */
const PLAIN = Array.from({ length: 0x5f }, (_, at) => String.fromCharCode(0x20 + at)).filter(
  (each) => !'"\\'.includes(each),
);

/** A text of `PLAIN` that gzip cannot make smaller than six and a half bits a character. */
function incompressible(length: number): string {
  const hashes = Array.from({ length: Math.ceil(length / 64) }, (_, n) => createHash('sha512').update(`${n}`).digest());
  const characters = Array.from(Buffer.concat(hashes), (byte) => PLAIN[byte % PLAIN.length]);
  return characters.slice(0, length).join('');
}

describe('a till that changes the base URL of its look-ups', () => {
  test.each([
    ['mobile', ['1234512345', '+91 12345 12345', '0091-1234512345', '01234512345', '(+91) 12345.12345']],
    ['email', ['bubalus@example.com', 'BUBALUS@example.com ']],
    ['cardnumber', ['mtest00000000067003', 'mtest 00000000 067003']],
    ['externalId', ['12341234', ' 12341234']],
    ['id', ['566881933']],
    ['cardExternalId', ['CardExternal2']],
  ])(
    'finds the sample customer by %s, and then finds it in the cache under every spelling',
    async (name, spellings) => {
      const { lookup, upstream } = await start();
      const first = await lookup(by(name, spellings[0] ?? ''));
      expect(first).toMatchObject({ status: 200, cacheStatus: STORED });
      expect(first.text).toContain('"id":566881933');
      expect(first.text).toContain('"lifetimePurchases":221350.000');
      for (const spelling of spellings) {
        const { text, cacheStatus } = await lookup(by(name.toUpperCase(), spelling));
        expect({ text, isHit: cacheStatus.startsWith('lookaside; hit; ttl=') }).toEqual({
          text: first.text,
          isHit: true,
        });
      }
      expect(upstream.counters.v2Lookups).toBe(1);
    },
  );

  test('gets a profile cut down to the parts that a till shows', async () => {
    const { lookup } = await start();
    const { text } = await lookup(by('mobile', '1234512345'));
    expect(Object.keys(JSON.parse(text))).toEqual([
      'id',
      'profiles',
      'loyaltyInfo',
      'segments',
      'loyaltyProgramDetails',
      'cardDetails',
      'warnings',
    ]);
    expect(text).not.toMatch(/attribution|commChannels|extendedFields|dob/);
  });

  test('may still send Authorization: the service sends its own upstream, and no header of the caller', async () => {
    const { lookup, upstream } = await start();
    await lookup(by('mobile', '1234512345'), {
      authorization: 'Basic bm90OnJpZ2h0',
      'x-cap-api-attribution-till': 'x',
      cookie: 'a=b',
    });
    expect(upstream.counters.refusedCredentials).toBe(0);
    expect(Object.keys(upstream.requests[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['cookie']));
    expect(upstream.requests[0]?.headers['x-cap-api-attribution-till']).toBeUndefined();
  });

  test('gets a 64-bit id with the upstream’s own digits, from a fetch and from the cache', async () => {
    const { lookup } = await start();
    for (const _ of ['fetched', 'cached']) {
      expect((await lookup(by('externalId', 'CUST-0001'))).text).toContain('"id":9007199254740993,');
    }
  });

  test('finds a customer of an account only in that account', async () => {
    const { lookup } = await start();
    const wechat = by('wechat', 'wechat-openid-0002');
    const found = await lookup({ ...wechat, source: 'WECHAT', accountId: 'wechat-account-1' });
    expect(JSON.parse(found.text)).toHaveProperty('id');
    const elsewhere = await lookup({ ...wechat, source: 'WECHAT', accountId: 'wechat-account-2' });
    expect(JSON.parse(elsewhere.text)).toHaveProperty('errors');
  });

  test('gets a requested section whole, in a separate entry', async () => {
    const { lookup, upstream } = await start();
    await lookup(by('mobile', '1234512345'));
    const { text, cacheStatus } = await lookup(by('mobile', '1234512345', { embed: 'POINTS,mlp', gapToRenew: '30' }));
    expect(cacheStatus).toBe(STORED);
    expect(JSON.parse(text)).toHaveProperty('pointsSummary');
    expect(text).toContain('linkedPartnerPrograms');
    expect(upstream.requests.at(-1)?.url).toContain('embed=mlp%2Cpoints&gapToRenew=30');
    expect(
      (await lookup(by('mobile', '1234512345', { gapToRenew: '030', embed: 'mlp,points,MLP' }))).cacheStatus,
    ).toMatch(/hit/);
  });

  test('shares its entry with a kiosk where EMBED_ALWAYS fetches what both need', async () => {
    const { lookup, upstream } = await start({ EMBED_ALWAYS: 'points' });
    const till = await lookup(by('mobile', '1234512345'));
    expect(JSON.parse(till.text)).toHaveProperty('pointsSummary');
    expect((await lookup(by('mobile', '1234512345', { embed: 'points' }))).text).toBe(till.text);
    expect(upstream.counters.v2Lookups).toBe(1);
  });

  test('gets everything if PROFILE_FIELDS is *', async () => {
    const { lookup } = await start({ PROFILE_FIELDS: '*' });
    expect((await lookup(by('mobile', '1234512345'))).text).toContain('commChannels');
  });
});

describe('not found', () => {
  test.each([200, 404, 400])(
    'is the upstream’s own answer with status %i, which the cache replays for a short time',
    async (errorStatus) => {
      const { lookup, upstream } = await start({}, { errorStatus });
      const fetched = await lookup(by('mobile', '9999999999'));
      const replayed = await lookup(by('mobile', '9999999999'));
      expect(fetched).toMatchObject({
        status: errorStatus,
        cacheStatus: `lookaside; fwd=miss; fwd-status=${errorStatus}; stored`,
      });
      expect(JSON.parse(fetched.text)).toMatchObject({ errors: [{ status: false, code: 8015 }] });
      expect(replayed).toMatchObject({ status: errorStatus, text: fetched.text });
      expect(replayed.cacheStatus).toMatch(/^lookaside; hit; ttl=1[0-4]$/);
      expect(upstream.counters.v2Lookups).toBe(1);
    },
  );
});

describe('the service never stores', () => {
  test.each([
    ['ERR-8003', 'the caller’s error'],
    ['ERR-1044', 'not permitted'],
    ['ERR-618', 'fraud'],
    ['ERASED', 'erased'],
    ['WARN-8062', 'a partial reply'],
  ])('%s: %s', async (externalId) => {
    const { lookup, upstream } = await start();
    const first = await lookup(by('externalId', externalId));
    expect(first).toMatchObject({ status: 200, cacheStatus: 'lookaside; fwd=miss; fwd-status=200' });
    await lookup(by('externalId', externalId));
    expect(upstream.counters.v2Lookups).toBe(2);
  });

  test('any answer, if CACHE_MODE is bypass', async () => {
    const { lookup, upstream } = await start({ CACHE_MODE: 'bypass' });
    for (let time = 1; time <= 2; time += 1) {
      expect((await lookup(by('mobile', '1234512345'))).cacheStatus).toBe('lookaside; fwd=bypass; fwd-status=200');
      expect(upstream.counters.v2Lookups).toBe(time);
    }
  });

  test('an entry over DynamoDB’s limit, which it still serves', async () => {
    const { lookup, upstream } = await start({ PROFILE_FIELDS: '*' });
    // It is larger than an item may be, even gzipped, and not larger than a reply of the upstream may be.
    const noise = incompressible(505_000);
    upstream.control({ change: { id: '566881933', patch: { extendedFields: { noise } } } });
    const { status, cacheStatus, text } = await lookup(by('mobile', '1234512345'));
    expect({ status, cacheStatus }).toEqual({ status: 200, cacheStatus: 'lookaside; fwd=miss; fwd-status=200' });
    expect(text).toContain(noise);
  });
});

describe('with dual eligibility on', () => {
  const settings = { PRIMARY_IDENTIFIER: 'mobile' };

  test('the pair of the primary identifier alone goes upstream, and every list that holds it is one entry', async () => {
    const { lookup, upstream } = await start(settings, { primaryIdentifier: 'mobile' });
    await lookup(by('email,mobile,externalID', 'home@example.com,919200000001,HOME'));
    const { cacheStatus } = await lookup(by('mobile', '9200000001'));
    expect(cacheStatus).toMatch(/hit/);
    expect(upstream.requests[0]?.url).toMatch(/identifierName=mobile&identifierValue=919200000001$/);
  });

  test('a secondary identifier never stands for a customer', async () => {
    const { lookup, upstream } = await start(settings, { primaryIdentifier: 'mobile' });
    for (let time = 0; time < 2; time += 1) {
      const { text, cacheStatus } = await lookup(by('email', 'home@example.com'));
      expect(JSON.parse(text)).toMatchObject({ errors: [{ code: 8015 }] });
      expect(cacheStatus).toBe('lookaside; fwd=miss; fwd-status=200');
    }
    expect(upstream.counters.v2Lookups).toBe(2);
  });
});

describe('an upstream in trouble', () => {
  test.each([
    ['FAULT-html', 502, 'upstream_invalid'],
    ['FAULT-broken-json', 502, 'upstream_invalid'],
    ['FAULT-empty', 502, 'upstream_invalid'],
    ['FAULT-oversize', 502, 'upstream_invalid'],
    ['FAULT-gzip-bomb', 502, 'upstream_invalid'],
    ['FAULT-redirect', 502, 'upstream_invalid'],
    ['FAULT-unauthorized', 502, 'upstream_invalid'],
    ['FAULT-reset', 503, 'upstream_unavailable'],
    ['FAULT-cut', 503, 'upstream_unavailable'],
    ['FAULT-throttle', 503, 'upstream_unavailable'],
    ['HTTP-500', 503, 'upstream_unavailable'],
    ['HTTP-503', 503, 'upstream_unavailable'],
    ['ERR-461', 503, 'upstream_unavailable'],
    ['FAULT-hang', 504, 'upstream_timeout'],
    ['FAULT-trickle', 504, 'upstream_timeout'],
  ])('%s is %i %s', async (externalId, status, code) => {
    const { lookup } = await start(status === 504 ? IMPATIENT : {});
    const reply = await lookup(by('externalId', externalId));
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.parse(reply.text)).toMatchObject({ code, status });
    expect(reply.headers.get('retry-after') !== null).toBe(status === 503);
  });

  test('that is down does not change hits', async () => {
    const { lookup, upstream } = await start();
    await lookup(by('mobile', '1234512345'));
    await upstream.close();
    expect((await lookup(by('mobile', '1234512345'))).cacheStatus).toMatch(/hit/);
    expect((await lookup(by('mobile', '9000000002'))).status).toBe(503);
  });

  test('with changed credentials is asked again with credentials that the service reads again', async () => {
    const { lookup, upstream } = await start({ UPSTREAM_CREDENTIALS: '{"key":"demo-key","secret":"demo-secret"}' });
    await lookup(by('externalId', 'CUST-0001'));
    upstream.control({ revokeTokens: true });
    expect(await lookup(by('externalId', 'CUST-0002'))).toMatchObject({ status: 200, cacheStatus: STORED });
    expect(upstream.counters).toMatchObject({ tokenRequests: 2, refusedCredentials: 1 });
  });
});

describe('a store in trouble', () => {
  test('that is not there changes no answer', async () => {
    const { lookup } = await start({ AWS_ENDPOINT_URL_DYNAMODB: await closedAddress() });
    expect(await lookup(by('mobile', '1234512345'))).toMatchObject({
      status: 200,
      cacheStatus: 'lookaside; fwd=bypass; fwd-status=200',
    });
  });

  test('that hangs costs CACHE_TIMEOUT_MS', async () => {
    const hanging = await startHttpServer(() => {});
    const { lookup } = await start({ AWS_ENDPOINT_URL_DYNAMODB: hanging.url, CACHE_TIMEOUT_MS: '600' });
    const reads = () =>
      hanging.requests.filter(({ headers }) => /GetItem$/.test(String(headers['x-amz-target']))).length;
    await lookup(by('mobile', '1234512345'));
    const asked = reads();
    const { result, tookMs, freeMs } = await timed(() => lookup(by('mobile', '1234512345')));
    const { status, cacheStatus } = result;
    expect({ status, cacheStatus }).toEqual({ status: 200, cacheStatus: 'lookaside; fwd=bypass; fwd-status=200' });
    expect(reads() - asked).toBe(1);
    expect(tookMs).toBeGreaterThanOrEqual(590);
    expect(freeMs).toBeLessThan(2 * 600);
  });
});

// Contract §5, promise 5: such a store is late and not down.
describe('a store that does not answer the first write of a lease, and answers reads', () => {
  test.each([
    ['has made it', true],
    ['never makes it', false],
  ])('%s: the look-up makes one upstream call, and stores the answer', async (_title, isMade) => {
    const { storeUrl = '' } = await start();
    let isFirst = true;
    const late = await startHttpServer(async (response, request) => {
      const isSilent = isFirst && /UpdateItem$/.test(String(request.headers['x-amz-target']));
      if (!isSilent) return forwardRequest(storeUrl, request, response);
      isFirst = false;
      if (isMade) await sendOn(storeUrl, request);
    });
    const { lookup, upstream } = await start({ AWS_ENDPOINT_URL_DYNAMODB: late.url, CACHE_TIMEOUT_MS: '1500' });
    expect(await lookup(by('mobile', '1234512345'))).toMatchObject({ status: 200, cacheStatus: STORED });
    expect([isFirst, upstream.counters.v2Lookups]).toEqual([false, 1]);
    expect((await lookup(by('mobile', '1234512345'))).cacheStatus).toMatch(/hit/);
  });
});

test('several instances on one DynamoDB share their entries', async () => {
  const one = await start();
  await one.lookup(by('mobile', '1234512345'));
  const other = await start({ AWS_ENDPOINT_URL_DYNAMODB: one.storeUrl });
  expect((await other.lookup(by('mobile', '1234512345'))).cacheStatus).toMatch(/hit/);
});
