import { describe, expect, test } from '@jest/globals';
import { readLookupPayload } from '../../../../functions/batch/lookup-payload.ts';
import type { RequestReading } from '../../../../functions/customer/request/reading.ts';
import { respell } from '../../../../functions/customer/request/respelling.ts';
import { EMBEDS } from '../../../../functions/customer/v2/embed.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { fc, runs } from '../../../support/properties.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

/** Look-ups that may be sent, by every kind of identifier, and how a deployment may read them. */
const text = fc.string({ unit: fc.constantFrom(...'aZ09 -_.@é名😀&=%+'), minLength: 1, maxLength: 20 });
const identifiers = fc.oneof(
  fc
    .constantFrom('+4915112345678', '9876543210', '00919876543210', '+15551234567', '+86 138 0013 8000')
    .map((value) => ['mobile', value]),
  fc.stringMatching(/^(\+|00)?[1-9][0-9]{7,13}$/).map((value) => ['mobile', value]),
  fc.constantFrom('Neha@Example.com', 'a+b@c.d').map((value) => ['email', value]),
  fc.bigInt({ min: 0n, max: 2n ** 63n }).map((id) => ['id', String(id)]),
  fc.tuple(fc.constantFrom('cardnumber', 'EXTERNALID', 'wechat', 'cardExternalId', 'fbId', 'martjackId'), text),
);
const options = fc.record(
  {
    accountId: text,
    embed: fc.subarray([...EMBEDS], { minLength: 1 }).map((embeds) => ['mlp', ...embeds].join(',')),
    includedFraudDetails: fc.constantFrom('true', 'false'),
    includedAllUserGroup2: fc.constantFrom('true', 'false'),
    userGroup2Id: fc.nat().map(String),
    includedOnlyCurrentProfile: fc.constantFrom('TRUE', 'False'),
    includedNPS: fc.constantFrom('TRUE', 'False'),
    basicIdentifierLookup: fc.constantFrom('TRUE', 'False'),
    tenantKey: fc.string({ unit: 'grapheme', maxLength: 20 }),
    'x-flag': fc.constantFrom('', ' a ', 'TRUE'),
  },
  { requiredKeys: [] },
);
const readings: fc.Arbitrary<RequestReading> = fc.record({
  phoneMetadata: fc.constant(DEFAULT_READING.phoneMetadata),
  primaryIdentifier: fc.constant(undefined),
  defaultCountry: fc.constantFrom('IN', 'DE', 'US', 'CN', 'GB'),
  embedAlways: fc.constantFrom([], ['points' as const]),
  extraParameters: fc.constant(['tenantKey', 'x-flag']),
});

describe('a request in another spelling', () => {
  test('reads as the same canonical request, for every request and every default country', async () => {
    await fc.assert(
      fc.asyncProperty(
        identifiers,
        fc.constantFrom('INSTORE', 'WECHAT'),
        options,
        readings,
        async (identifier, source, given, reading) => {
          const [identifierName = '', identifierValue = ''] = identifier;
          const parameters = Object.entries({ source, identifierName, identifierValue, ...given });
          const request = await readV2Request(parameters, reading).catch(() => undefined);
          fc.pre(request !== undefined);
          if (request === undefined) return;
          // The request as the function that revalidates gets and reads it.
          const sent = JSON.stringify({ ...Object.fromEntries(respell(request.request)), cacheControl: 'min-fresh=0' });
          const received = await readLookupPayload(JSON.parse(sent), reading);
          expect(received.asked.request).toEqual(request.request);
        },
      ),
      runs(500),
    );
  });

  test('has a + before a mobile, and no other change', async () => {
    const parameters = {
      source: 'INSTORE',
      identifierName: 'mobile',
      identifierValue: '4915112345678',
      embed: 'points',
    };
    const reading = { ...DEFAULT_READING, defaultCountry: 'DE' };
    const { request } = await readV2Request(
      Object.entries({ ...parameters, identifierValue: '+4915112345678' }),
      reading,
    );
    expect(Object.fromEntries(respell(request))).toEqual({ ...parameters, identifierValue: '+4915112345678' });
  });

  test('has the pair that finds the customer, if there is a primary identifier', async () => {
    const reading = { ...DEFAULT_READING, primaryIdentifier: 'mobile' as const };
    const several = { source: 'INSTORE', identifierName: 'email,mobile', identifierValue: 'a@b.c,9876543210' };
    const { request } = await readV2Request(Object.entries(several), reading);
    expect((await readV2Request(respell(request), reading)).request).toEqual(request);
  });
});
