import { describe, expect, test } from '@jest/globals';
import { compileProjection } from '../../../../functions/customer/reply/projection.ts';
import { cacheKey } from '../../../../functions/customer/request/cache-key.ts';
import { type Parameter, upstreamParameters } from '../../../../functions/customer/request/canonical-request.ts';
import { MAX_EXTRA_PARAMETERS } from '../../../../functions/customer/request/extra-parameters.ts';
import { namesOfKind } from '../../../../functions/customer/request/parameter-facts.ts';
import type { RequestReading } from '../../../../functions/customer/request/reading.ts';
import { EMBEDS } from '../../../../functions/customer/v2/embed.ts';
import { V2_PARAMETERS, type V2Parameter } from '../../../../functions/customer/v2/v2-parameters.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { fc, runs } from '../../../support/properties.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const DUAL: RequestReading = { ...DEFAULT_READING, primaryIdentifier: 'mobile' };

/** A query as a client writes it. */
const parse = (query: string): Parameter[] => [...new URLSearchParams(query)];
const read = (query: string, reading = DEFAULT_READING) => readV2Request(parse(query), reading);
const sent = async (query: string, reading = DEFAULT_READING) =>
  upstreamParameters((await read(query, reading)).request)
    .map((parameter) => parameter.join('='))
    .join('&');

const BASE = 'source=INSTORE&identifierName=mobile&identifierValue=9876543210';
const SENT_BASE = 'source=INSTORE&identifierName=mobile&identifierValue=919876543210';

describe('the request that goes upstream', () => {
  test.each([
    [BASE, SENT_BASE],
    [`&&${BASE}&&`, SENT_BASE],
    ['identifierValue=9876543210&source=INSTORE&identifierName=MOBILE', SENT_BASE],
    [`${BASE}&accountId=`, SENT_BASE],
    [`${BASE}&accountId=A1`, 'source=INSTORE&accountId=A1&identifierName=mobile&identifierValue=919876543210'],
    [`${BASE}&embed=`, SENT_BASE],
    [`${BASE}&embed=POINTS,Mlp,points`, `${SENT_BASE}&embed=mlp,points`],
    [`${BASE}&includedFraudDetails=false`, `${SENT_BASE}&includedFraudDetails=false`],
    [`${BASE}&userGroup2Id=007`, `${SENT_BASE}&userGroup2Id=7`],
    [`${BASE}&userGroup2Id=9223372036854775807`, `${SENT_BASE}&userGroup2Id=9223372036854775807`],
    [`${BASE}&embed=MLP&gapToRenew=030&gapToUpgrade=0`, `${SENT_BASE}&embed=mlp&gapToRenew=30&gapToUpgrade=0`],
    [`${BASE}&fields=id`, SENT_BASE],
    [`${BASE}&embed=mlp&gapToRenew=2147483647`, `${SENT_BASE}&embed=mlp&gapToRenew=2147483647`],
    [
      `${BASE}&embed=points,CUSTOMERSTATUS&includedFraudDetails=FALSE&includedOnlyCurrentProfile=TRUE&includedNPS=False&basicIdentifierLookup=TRUE`,
      `${SENT_BASE}&basicIdentifierLookup=true&embed=customerStatus,points&includedFraudDetails=false&includedNPS=false&includedOnlyCurrentProfile=true`,
    ],
    [
      'source=INSTORE&identifierName=Card_Number&identifierValue=A%201',
      'source=INSTORE&identifierName=cardnumber&identifierValue=A1',
    ],
    ['source=INSTORE&identifierName=id&identifierValue=0101.0', 'source=INSTORE&identifierName=id&identifierValue=101'],
    [
      'source=WECHAT&accountId=%20a%20b&identifierName=wechat&identifierValue=oX',
      'source=WECHAT&accountId=a b&identifierName=wechat&identifierValue=oX',
    ],
  ])('of %s is %s', async (query, upstream) => {
    expect(await sent(query)).toBe(upstream);
  });

  test('R14: has the number for a mobile with an unescaped +, if only one can be meant', async () => {
    const query = 'source=INSTORE&identifierName=mobile&identifierValue=+6591234567';
    const { request } = await readV2Request(parse(query), DEFAULT_READING, 'query');
    expect(upstreamParameters(request).at(-1)).toEqual(['identifierValue', '6591234567']);
    // In a payload a space is nothing but a space.
    const { request: other } = await readV2Request(parse(query), DEFAULT_READING);
    expect(upstreamParameters(other).at(-1)).toEqual(['identifierValue', '916591234567']);
    const unclear = parse('source=INSTORE&identifierName=mobile&identifierValue=+2222345678');
    await expect(readV2Request(unclear, DEFAULT_READING, 'query')).rejects.toMatchObject({
      code: 'invalid_identifier',
      message: expect.stringContaining('%2B'),
    });
  });

  test('R16: has the letter case of an external id, which makes no separate key if dual eligibility is on', async () => {
    const dual: RequestReading = { ...DEFAULT_READING, primaryIdentifier: 'externalId' };
    const query = (value: string) => `source=INSTORE&identifierName=externalId&identifierValue=${value}`;
    const [upper, lower] = [await read(query('ABC123'), dual), await read(query('abc123'), dual)];
    expect(upper.request.subject).toEqual({ source: 'INSTORE', identifier: { name: 'externalId', value: 'abc123' } });
    expect(lower.request.subject).toEqual(upper.request.subject);
    expect(await sent(query('ABC123'), dual)).toBe(query('ABC123'));
    expect((await read(query('ABC123'))).request.subject?.identifier.value).toBe('ABC123');
  });

  test('has the sections of EMBED_ALWAYS, which count as requested', async () => {
    const reading: RequestReading = { ...DEFAULT_READING, embedAlways: ['mlp', 'points'] };
    expect(await sent(`${BASE}&embed=segments&gapToRenew=1`, reading)).toBe(
      `${SENT_BASE}&embed=mlp,points,segments&gapToRenew=1`,
    );
  });
});

describe('refuses', () => {
  test.each([
    [
      'identifierName=mobile&identifierValue=9876543210',
      'missing_parameter',
      'source is missing; it is required: INSTORE, or ',
    ],
    [
      'source=INSTORE&identifierValue=9876543210',
      'missing_parameter',
      'identifierName is missing; it is required: one of cardnumber, ',
    ],
    [
      'source=INSTORE&identifierName=mobile',
      'missing_parameter',
      'identifierValue is missing; it is required: the identifier itself, such as a mobile number',
    ],
    ['source=INSTORE&identifierName=mobile&identifierValue=', 'missing_parameter', 'identifierValue is missing'],
    ['source=WECHAT&identifierName=wechat&identifierValue=x', 'missing_parameter', 'accountId is missing'],
    [
      'source=instore&identifierName=email&identifierValue=a@b.c',
      'missing_parameter',
      'every source but INSTORE, which is written in capitals.',
    ],
    ['source=ALL&identifierName=id&identifierValue=1&accountId=%20', 'missing_parameter', 'accountId is missing'],
    [`${BASE}&format=json`, 'unknown_parameter', 'format is not known'],
    // A & that was not escaped: the text behind it is a piece of an identifier (B18).
    [
      `source=INSTORE&identifierName=externalId&identifierValue=R&DSharma`,
      'unknown_parameter',
      'A parameter is not known',
    ],
    [`${BASE}&embeds=points`, 'unknown_parameter', 'embeds is not known; allowed are source, identifierName'],
    [`${BASE}&Source=INSTORE`, 'unknown_parameter', 'Source is not known'],
    [`${BASE}&9876543210=`, 'unknown_parameter', 'A parameter is not known'],
    [`${BASE}&a9876543210=`, 'unknown_parameter', 'A parameter is not known'],
    [`${BASE}&9876543210a=`, 'unknown_parameter', 'A parameter is not known'],
    [`${BASE}&${'a'.repeat(41)}=`, 'unknown_parameter', 'A parameter is not known'],
    [`${BASE}&source=INSTORE`, 'duplicate_parameter', 'source is given more than once'],
    [`${BASE}&fields=id&fields=id`, 'duplicate_parameter', 'fields is given more than once'],
    ['source=IN%20STORE&identifierName=mobile&identifierValue=9876543210', 'invalid_parameter', 'source'],
    [`source=INSTORE&identifierName=phone&identifierValue=9876543210`, 'invalid_parameter', 'identifierName'],
    [`source=WECHAT&accountId=a%00b&identifierName=id&identifierValue=1`, 'invalid_parameter', 'accountId'],
    [
      `source=WECHAT&accountId=${'a'.repeat(257)}&identifierName=id&identifierValue=1`,
      'invalid_parameter',
      'accountId',
    ],
    [`${BASE}&embed=point`, 'invalid_parameter', 'embed'],
    [`${BASE}&embed=gapDetails`, 'invalid_parameter', 'embed'],
    [
      `${BASE}&includedFraudDetails=1`,
      'invalid_parameter',
      'includedFraudDetails is not a boolean; allowed are true and false',
    ],
    [`${BASE}&includedNPS=`, 'invalid_parameter', 'includedNPS'],
    [`${BASE}&includedUserGroup2LoyaltyDetails=yes`, 'invalid_parameter', 'includedUserGroup2LoyaltyDetails'],
    [`${BASE}&includedAllUserGroup2=`, 'invalid_parameter', 'includedAllUserGroup2'],
    [`${BASE}&userGroup2Id=9223372036854775808`, 'invalid_parameter', 'userGroup2Id'],
    [`${BASE}&userGroup2Id=-1`, 'invalid_parameter', 'userGroup2Id'],
    [`${BASE}&gapToRenew=1`, 'invalid_parameter', 'embed=mlp'],
    [`${BASE}&embed=points&gapToUpgrade=1`, 'invalid_parameter', 'embed=mlp'],
    [`${BASE}&embed=mlp&gapToRenew=-1`, 'invalid_parameter', 'gapToRenew'],
    [`${BASE}&embed=mlp&gapToUpgrade=1.5`, 'invalid_parameter', 'gapToUpgrade'],
    [`${BASE}&embed=mlp&gapToUpgrade=`, 'invalid_parameter', 'gapToUpgrade'],
    [`${BASE}&embed=${'mlp,'.repeat(1024)}p`, 'invalid_parameter', 'embed is too long; allowed are 4096 characters'],
    [`${BASE}&fields=`, 'invalid_parameter', 'fields'],
    [`${BASE}&fields=id(`, 'invalid_parameter', 'fields'],
    ['source=INSTORE&identifierName=mobile&identifierValue=12', 'invalid_identifier', 'mobile'],
    ['source=INSTORE&identifierName=email&identifierValue=a', 'invalid_identifier', 'email'],
    ['source=INSTORE&identifierName=externalId&identifierValue=a,b', 'invalid_identifier', 'comma'],
    [
      'source=INSTORE&identifierName=email,mobile&identifierValue=a@b.example,9876543210',
      'invalid_parameter',
      'dual eligibility',
    ],
  ])('%s as %s', async (query, code, message) => {
    await expect(read(query)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('with dual eligibility on', () => {
  const pairs = (names: string, values: string) => `source=INSTORE&identifierName=${names}&identifierValue=${values}`;

  test('the pair of the primary identifier alone goes upstream and makes the key', async () => {
    const { request } = await read(pairs('email,Mobile,externalID', 'a@b.example,9876543210,MP1'), DUAL);
    expect(upstreamParameters(request)).toEqual((await read(BASE, DUAL)).request.subjectParameters);
    expect(request.subject).toEqual((await read(BASE)).request.subject);
  });

  test('without the primary identifier the look-up goes upstream as it came, and has no key', async () => {
    const { request } = await read(pairs('externalId,email', 'MP1,A@b.example'), DUAL);
    expect(request.subject).toBeUndefined();
    expect(await sent(pairs('externalId,email', 'MP1,A@b.example'), DUAL)).toBe(
      pairs('externalId,email', 'MP1,a@b.example'),
    );
  });

  test('a single identifier other than the primary one has no key', async () => {
    expect((await read(pairs('email', 'a@b.example'), DUAL)).request.subject).toBeUndefined();
  });

  test.each([
    [pairs('ID', '0101'), '101'],
    [pairs('email,id', 'a@b.example,101.0'), '101'],
    // The primary identifier alone goes upstream: the answer says nothing about the id.
    [pairs('mobile,id', '9876543210,101'), undefined],
    [pairs('cardnumber', '101'), undefined],
  ])('the look-up %s names the customer’s id %s', async (query, id) => {
    expect((await read(query, DUAL)).request.customerId).toBe(id);
  });

  test.each([
    [pairs('mobile,Mobile', '9876543210,9876543211'), 'duplicate_parameter'],
    [pairs('mobile', '9876543210,a'), 'invalid_parameter'],
    [pairs('mobile,email', '9876543210'), 'invalid_parameter'],
    [pairs('mobile,', '9876543210,'), 'invalid_parameter'],
    [pairs('mobile,email', '9876543210,'), 'invalid_identifier'],
    [pairs('email,mobile', 'not an address,9876543210'), 'invalid_identifier'],
  ])('%s is refused as %s', async (query, code) => {
    await expect(read(query, DUAL)).rejects.toMatchObject({ code });
  });
});

describe('requested sections', () => {
  test.each([
    ['', [], false],
    ['&embed=points,mlp,cardLoyaltyDetails', ['cardDetails', 'loyaltyProgramDetails', 'pointsSummary'], true],
    ['&includedFraudDetails=true', [], true],
    ['&includedFraudDetails=false&includedAllUserGroup2=false', [], false],
    ['&includedFraudDetails=FALSE&includedNPS=FALSE&includedOnlyCurrentProfile=FALSE', [], false],
    ['&includedNPS=TRUE', [], true],
    ['&includedOnlyCurrentProfile=True', [], true],
    ['&basicIdentifierLookup=TRUE', [], false],
    ['&includedAllUserGroup2=true', ['groupLoyaltyProgramDetails'], true],
    ['&userGroup2Id=007', ['groupLoyaltyProgramDetails'], true],
    ['&userGroup2Id=7&includedAllUserGroup2=true', ['groupLoyaltyProgramDetails'], true],
    ['&embed=mlp&gapToUpgrade=0&gapToRenew=1', ['loyaltyProgramDetails'], true],
    [
      '&includedUserGroup2LoyaltyDetails=true&embed=userGroup',
      ['groupLoyaltyProgramDetails', 'groupLoyaltyProgramDetails'],
      true,
    ],
  ])('by %j are %j', async (query, names, includesUnknown) => {
    expect((await read(BASE + query)).request.askedSections).toEqual({ names, includesUnknown });
  });
});

describe('the key', () => {
  const everything = compileProjection('*');
  const keyOf = async (parameters: Parameter[]) => {
    const { request } = await readV2Request(parameters, DEFAULT_READING);
    return JSON.stringify(cacheKey(request, everything, 'secret'));
  };
  const urlOf = async (parameters: Parameter[]) =>
    JSON.stringify(upstreamParameters((await readV2Request(parameters, DEFAULT_READING)).request));

  const identifier = fc.oneof(
    fc.tuple(fc.constantFrom('mobile', 'Mobile'), fc.constantFrom('9876543210', '+91 98765 43210', '9876543211')),
    fc.tuple(fc.constantFrom('email', 'EMAIL'), fc.constantFrom('a@b.example', 'A@B.example', 'a@c.example')),
    fc.tuple(fc.constantFrom('externalId', 'wechat', 'fbId', 'id'), fc.constantFrom('1', '11', '112')),
  );
  const query = fc
    .record({
      source: fc.constantFrom('INSTORE', 'WECHAT', 'ALL'),
      accountId: fc.constantFrom('1', '11', 'A'),
      identifier,
      embed: fc.option(fc.shuffledSubarray([...EMBEDS]).map((embeds) => embeds.join(','))),
      includedFraudDetails: fc.option(fc.constantFrom('true', 'false')),
      userGroup2Id: fc.option(fc.constantFrom('1', '01', '2')),
    })
    .map(({ identifier: [name, value], ...others }) =>
      Object.entries({ ...others, identifierName: name, identifierValue: value }).filter(
        (parameter): parameter is [string, string] => parameter[1] !== null,
      ),
    );

  test('is the same exactly if the same goes upstream', async () => {
    await fc.assert(
      fc.asyncProperty(query, query, async (left, right) => {
        expect((await keyOf(left)) === (await keyOf(right))).toBe((await urlOf(left)) === (await urlOf(right)));
      }),
      runs(1000),
    );
  });

  test('does not depend on the order of parameters', async () => {
    await fc.assert(
      fc.asyncProperty(
        query.chain((parameters) =>
          fc.tuple(fc.constant(parameters), fc.shuffledSubarray(parameters, { minLength: parameters.length })),
        ),
        async ([parameters, shuffled]) => {
          expect(await keyOf(shuffled)).toBe(await keyOf(parameters));
        },
      ),
    );
  });

  test('cannot be made equal by moving text between source, account and identifier', async () => {
    const keys = await Promise.all(
      [
        'source=A&accountId=B%22%2C%22externalId%22%2C%22C&identifierName=externalId&identifierValue=D',
        'source=A&accountId=B&identifierName=externalId&identifierValue=C%22D',
        'source=A&accountId=null&identifierName=externalId&identifierValue=D',
        'source=INSTORE&accountId=null&identifierName=externalId&identifierValue=D',
        'source=INSTORE&identifierName=externalId&identifierValue=D',
      ].map((text) => keyOf(parse(text))),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('changes with the secret and with the projection, and all variants of a look-up share its partition', async () => {
    const { request } = await read(BASE);
    const { request: withPoints } = await read(`${BASE}&embed=points`);
    const key = cacheKey(request, everything, 'secret');
    expect(cacheKey(request, everything, 'another')?.partition).not.toBe(key?.partition);
    expect(cacheKey(request, compileProjection('id'), 'secret')?.variant).not.toBe(key?.variant);
    expect(cacheKey(withPoints, everything, 'secret')?.partition).toBe(key?.partition);
    expect(cacheKey(withPoints, everything, 'secret')?.variant).not.toBe(key?.variant);
  });

  test('holds the identifier in no form that can be read or computed without the secret', async () => {
    const { request } = await read(`${BASE}&embed=points`);
    const { partition, variant } = cacheKey(request, everything, 'secret') ?? { partition: '', variant: '' };
    expect(partition).toMatch(/^[\w-]{43}$/);
    expect(variant).toMatch(/^v2;embed=points;fields=[\w-]{8}$/);
  });

  test('B1: of a look-up with every parameter fits into a DynamoDB sort key', async () => {
    const extra = Array.from({ length: MAX_EXTRA_PARAMETERS }, (_, k): Parameter => [`x${k}`, '😀'.repeat(256)]);
    const flags = namesOfKind<V2Parameter>(V2_PARAMETERS, 'flag')
      .map((flag) => `&${flag}=false`)
      .join('');
    const longest =
      `source=${'S'.repeat(64)}&accountId=${encodeURIComponent('😀'.repeat(256))}` +
      `&identifierName=externalId&identifierValue=${encodeURIComponent('😀'.repeat(256))}` +
      `&embed=${EMBEDS.join(',')}${flags}&userGroup2Id=9223372036854775807&gapToUpgrade=366&gapToRenew=366`;
    const reading = { ...DEFAULT_READING, extraParameters: extra.map(([name]) => name) };
    const { request } = await readV2Request([...parse(longest), ...extra], reading);
    const { variant } = cacheKey(request, everything, 'secret') ?? { variant: '' };
    expect(variant).toContain(';includedUserGroup2LoyaltyDetails=false;');
    expect(Buffer.byteLength(variant)).toBeLessThan(1024);
  });

  test.each([
    ['gapToRenew=366&gapToUpgrade=0366', true],
    ['gapToRenew=367', false],
    ['gapToUpgrade=367', false],
    ['gapToRenew=367&gapToUpgrade=1', false],
    ['gapToRenew=1&gapToUpgrade=367', false],
  ])(
    'is given to a look-up only if each of its gaps is a year at most, so that no caller fills the store: %s, %p',
    async (gaps, isGiven) => {
      const { request } = await read(`${BASE}&embed=mlp&${gaps}`);
      expect(cacheKey(request, everything, 'secret') !== undefined).toBe(isGiven);
    },
  );

  test('is the HMAC-SHA-256 of the JSON array of source, name and value', async () => {
    const { request } = await read(BASE);
    expect(cacheKey(request, everything, 'secret')?.partition).toBe('VFOQRky_RjS086u4mNqgyJAPXOn97c3tAnnMwVlzGBI');
  });
});
