import { describe, expect, test } from '@jest/globals';
import { start } from './running-service.ts';

// Tests classes of callers from outside: the whole service, with keys as tills and kiosks have them.

const TILL = 'tills.made-up-key-of-a-till';
const KIOSK = 'kiosks.made-up-key-of-a-kiosk';
const ENVIRONMENT = {
  LOCAL_API_KEYS: `${TILL},${KIOSK},strangers.made-up-key`,
  CALLERS: JSON.stringify({
    tills: { maxBatch: 2 },
    kiosks: {
      sources: ['INSTORE'],
      fields: { v2: 'profiles(firstName),loyaltyProgramDetails(currentSlab)', 'v1.1': 'firstname,current_slab' },
    },
  }),
};
const V2 = '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=1234512345';
const V1 = '/v1.1/customer/get?mobile=1234512345';
/** The sample customer's own identifiers. */
const IDENTIFIERS = /12345|@/;

describe('a kiosk', () => {
  test.each([V2, V1])(
    'gets a first name and a tier by %s, whatever it asks for, from an entry that a till filled',
    async (path) => {
      const { ask } = await start(ENVIRONMENT);
      const asTill = await ask(path, { headers: { 'x-api-key': TILL } });
      expect(asTill.text).toMatch(IDENTIFIERS);
      for (const each of [path, `${path}&fields=*`]) {
        const { status, cacheStatus, headers, text } = await ask(each, { headers: { 'x-api-key': KIOSK } });
        expect({ status, cacheStatus }).toEqual({ status: 200, cacheStatus: expect.stringMatching(/^lookaside; hit/) });
        expect(text).toMatch(/first_?name/i);
        expect(text).not.toMatch(IDENTIFIERS);
        const ifNoneMatch = { 'x-api-key': KIOSK, 'if-none-match': asTill.headers.get('etag') ?? '' };
        expect((await ask(each, { headers: ifNoneMatch })).status).toBe(200);
        const head = await ask(each, { method: 'HEAD', headers: { 'x-api-key': KIOSK } });
        expect(head.headers.get('etag')).toBe(headers.get('etag'));
      }
    },
  );

  test('gets a refusal, as documented, for what its class does not allow', async () => {
    const { ask, upstream } = await start(ENVIRONMENT);
    const headers = { 'x-api-key': KIOSK };
    const lookups = JSON.stringify({ lookups: [{}, {}] });
    for (const { status, headers: answered, text } of [
      await ask(V2.replace('INSTORE', 'ALL&accountId=1'), { headers }),
      await ask('/lookups', { method: 'POST', headers, body: lookups }),
      await ask(V1, { headers: { 'x-api-key': 'strangers.made-up-key' } }),
    ]) {
      expect([status, answered.get('content-type')]).toEqual([403, 'application/problem+json']);
      expect(JSON.parse(text)).toMatchObject({ code: 'not_allowed', errors: [{ code: 'not_allowed' }] });
    }
    expect(upstream.counters).toMatchObject({ v1Gets: 0, v2Lookups: 0 });
  });
});
