import { describe, expect, test } from '@jest/globals';
import { readLookupPayload } from '../../../../functions/batch/lookup-payload.ts';
import { IDENTIFIER_NAMES } from '../../../../functions/customer/identifier/identifier-name.ts';
import { JOINED, JOINED_EMBEDS, toJoinedEmbed } from '../../../../functions/customer/joined/joined-embed.ts';
import { upstreamParameters } from '../../../../functions/customer/request/canonical-request.ts';
import type { RequestReading } from '../../../../functions/customer/request/reading.ts';
import { respell } from '../../../../functions/customer/request/respelling.ts';
import { toV1Name } from '../../../../functions/customer/v1/v1-parameters.ts';
import { readV1Request, supplementOf } from '../../../../functions/customer/v1/v1-request.ts';
import { EMBEDS } from '../../../../functions/customer/v2/embed.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { fc, runs } from '../../../support/properties.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const read = (query: string, reading = DEFAULT_READING) => readV2Request(new URLSearchParams(query), reading);

const BASE = 'source=INSTORE&identifierName=mobile&identifierValue=9876543210';

/** The values of `embed` that v2 does not have, with the parameter of v1.1 that brings them. */
const SOURCES: Readonly<Record<string, readonly [string, string]>> = {
  coupons: ['coupon_order_by', 'created_date'],
  ndncStatus: ['ndnc_status', 'true'],
  optinStatus: ['optin_status', 'true'],
  registeredStore: ['registered_store', 'true'],
  registeredTill: ['registered_till', 'true'],
  retentionCriteria: ['membership_retention_criteria', 'true'],
  slabHistory: ['slab_history', 'true'],
  tierUpgradeCriteria: ['tier_upgrade_criteria', 'true'],
};

describe('a value of embed that only v1.1 has', () => {
  test('is one of these, sorted, and not one of v2’s', () => {
    expect(JOINED_EMBEDS).toEqual(Object.keys(SOURCES));
    expect(EMBEDS.filter((embed) => toJoinedEmbed(embed) !== undefined)).toEqual([]);
    expect(Object.keys(JOINED).sort()).toEqual(JOINED_EMBEDS);
  });

  test.each(Object.entries(SOURCES))('%s is brought by %j', async (embed, parameter) => {
    const { supplement } = await read(`${BASE}&embed=${embed}`);
    expect(supplement?.request).toMatchObject({
      api: 'v1.1',
      optionParameters: [parameter],
      filterParameters: [],
      language: undefined,
      subjectParameters: [['mobile', '919876543210']],
      subject: { source: 'INSTORE', identifier: { name: 'mobile', value: '919876543210' } },
      accountId: undefined,
    });
    expect(supplement?.sections.map(({ name }) => name)).toEqual([embed]);
    // The joined part is kept whole, whatever the projection of the deployment.
    const kept = supplement?.request.askedSections.names ?? [];
    for (const name of supplement?.sections.flatMap(({ from }) => from) ?? []) expect(kept).toContain(name);
  });

  test.each([
    ['COUPONS', ['coupons']],
    [' slabhistory , SlabHistory,slabHistory', ['slabHistory']],
    ['tierUpgradeCriteria,coupons', ['coupons', 'tierUpgradeCriteria']],
    [`points,,${JOINED_EMBEDS.join(',').toUpperCase()},mlp,`, [...JOINED_EMBEDS]],
  ])('in %j is %j: in any letter case, once, sorted', async (embed, names) => {
    const { supplement } = await read(`${BASE}&embed=${embed}`);
    expect(supplement?.sections.map(({ name }) => name)).toEqual(names);
    const sorted = [...(supplement?.request.optionParameters ?? [])].sort(([left], [right]) => (left < right ? -1 : 1));
    expect(supplement?.request.optionParameters).toEqual(sorted);
    expect(sorted).toHaveLength(names.length);
  });

  test.each(['coupon', 'slab_history', 'coupons2', '__proto__', 'constructor', 'ſlabHistory'])(
    'is not %s',
    async (embed) => {
      expect(toJoinedEmbed(embed)).toBeUndefined();
      await expect(read(`${BASE}&embed=${embed}`)).rejects.toMatchObject({
        code: 'invalid_parameter',
        message: expect.stringContaining(
          `embed holds an unknown value; allowed are ${EMBEDS.join(', ')}, coupons, ndncStatus`,
        ),
      });
    },
  );

  test('has no effect: there is no second look-up', async () => {
    for (const query of [BASE, `${BASE}&embed=points`, `${BASE}&embed=,`]) {
      expect((await read(query)).supplement).toBeUndefined();
    }
  });
});

describe('joined embeds are refused', () => {
  const refused = (query: string, joined: string, reading = DEFAULT_READING) =>
    expect(read(query, reading)).rejects.toMatchObject({
      code: 'invalid_parameter',
      message:
        `embed holds ${joined}, which only v1.1 has; that is allowed only with source INSTORE or ALL and one ` +
        'identifier, one of cardnumber, cardExternalId, email, externalId, id, mobile.',
    });

  test.each(['WECHAT', 'MARTJACK', 'all', 'instore', 'INSTORE_'])('for the source %s', async (source) => {
    const query = `source=${source}&accountId=A&identifierName=id&identifierValue=1`;
    await refused(`${query}&embed=coupons`, 'coupons');
    await refused(`${query}&embed=points,slabHistory,Coupons`, 'coupons, slabHistory');
    expect((await read(`${query}&embed=points`)).supplement).toBeUndefined();
  });

  test.each(['wechat', 'fbId', 'martjackId'])('for the identifier %s, which v1.1 does not have', async (name) => {
    expect(toV1Name(name)).toBeUndefined();
    await refused(`source=INSTORE&identifierName=${name}&identifierValue=1&embed=coupons`, 'coupons');
  });

  test('for several identifiers without the primary one', async () => {
    const reading: RequestReading = { ...DEFAULT_READING, primaryIdentifier: 'mobile' };
    const query = 'source=INSTORE&identifierName=email,externalId&identifierValue=a@b.example,1';
    await refused(`${query}&embed=coupons`, 'coupons', reading);
    expect((await read(query, reading)).supplement).toBeUndefined();
  });
});

describe('with dual eligibility on', () => {
  const reading: RequestReading = { ...DEFAULT_READING, primaryIdentifier: 'mobile' };

  test('v1.1 is asked by the primary identifier if there are several', async () => {
    const query = 'source=INSTORE&identifierName=email,mobile&identifierValue=a@b.example,9876543210&embed=coupons';
    const { supplement } = await read(query, reading);
    expect(supplement).toEqual((await read(`${BASE}&embed=coupons`, reading)).supplement);
    expect(supplement?.request.subject).toBeDefined();
  });

  test('another identifier alone asks v1.1 too, and neither half has a key', async () => {
    const { request, supplement } = await read(
      'source=INSTORE&identifierName=email&identifierValue=A@b.example&embed=coupons',
      reading,
    );
    expect([request.subject, supplement?.request.subject]).toEqual([undefined, undefined]);
    expect(supplement?.request.subjectParameters).toEqual([['email', 'a@b.example']]);
  });
});

test('of source ALL, v1.1’s half is filed as INSTORE, and v2’s as it was', async () => {
  const { request, supplement } = await read(
    'source=ALL&accountId=A&identifierName=externalId&identifierValue=E1&embed=coupons',
  );
  expect(request).toMatchObject({ subject: { source: 'ALL' }, accountId: 'A' });
  expect(supplement?.request).toMatchObject({ subject: { source: 'INSTORE' }, accountId: undefined });
  expect(supplement?.request.subjectParameters).toEqual([['external_id', 'E1']]);
});

const text = fc.string({ unit: fc.constantFrom(...'aZ09 -_.@é名😀&=%+'), minLength: 1, maxLength: 20 });
const identifiers = fc.oneof(
  fc
    .constantFrom('+4915112345678', '9876543210', '00919876543210', '+15551234567')
    .map((value) => ['mobile', value] as const),
  fc.constantFrom('Neha@Example.com', 'a+b@c.d').map((value) => ['email', value] as const),
  fc.bigInt({ min: 0n, max: 2n ** 63n }).map((id) => ['id', String(id)] as const),
  fc.tuple(fc.constantFrom('cardnumber', 'EXTERNALID', 'cardExternalId'), text),
);
const anyCase = (word: string) => fc.mixedCase(fc.constant(word));
const embeds = fc
  .tuple(fc.subarray([...JOINED_EMBEDS], { minLength: 1 }), fc.subarray([...EMBEDS]))
  .chain(([joined, own]) =>
    fc.record({
      joined: fc.constant(joined),
      own: fc.constant(own),
      spelled: fc
        .tuple(...[...joined, ...own, joined[0] ?? ''].map(anyCase))
        .chain((words) => fc.shuffledSubarray(words, { minLength: words.length })),
    }),
  );
const readings: fc.Arbitrary<RequestReading> = fc.record({
  phoneMetadata: fc.constant(DEFAULT_READING.phoneMetadata),
  primaryIdentifier: fc.constantFrom(undefined, 'mobile' as const, 'email' as const, 'externalId' as const),
  defaultCountry: fc.constantFrom('IN', 'DE', 'US'),
  embedAlways: fc.constantFrom([], ['points' as const]),
  extraParameters: fc.constant([]),
});
const queries = fc.record({
  identifier: identifiers,
  source: fc.constantFrom('INSTORE', 'ALL'),
  embeds,
  reading: readings,
});

const readBoth = async ({ identifier, source, embeds: { own, spelled }, reading }: QueryOf<typeof queries>) => {
  const [identifierName, identifierValue] = identifier;
  const parameters = { source, accountId: 'A', identifierName, identifierValue };
  const asked = await readV2Request(Object.entries({ ...parameters, embed: spelled.join(',') }), reading).catch(
    () => undefined,
  );
  const plain = await readV2Request(Object.entries({ ...parameters, embed: own.join(',') }), reading).catch(
    () => undefined,
  );
  return { asked, plain };
};
type QueryOf<T> = T extends fc.Arbitrary<infer Query> ? Query : never;

describe('any look-up with joined embeds', () => {
  test('asks v2 what the look-up without them asks', async () => {
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        const { asked, plain } = await readBoth(query);
        expect(asked?.request).toEqual(plain?.request);
        expect(plain?.supplement).toBeUndefined();
        expect(asked?.supplement?.sections.map(({ name }) => name)).toEqual(asked && query.embeds.joined);
      }),
      runs(300),
    );
  });

  test('asks v1.1 what a caller of v1.1 asks that sends the same', async () => {
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        const { asked } = await readBoth(query);
        fc.pre(asked?.supplement !== undefined);
        const { supplement } = asked;
        const name = toV1Name(
          IDENTIFIER_NAMES.find((known) => known.toLowerCase() === query.identifier[0].toLowerCase()) ?? 'wechat',
        );
        const sent = [
          [name ?? '', query.identifier[1]] as const,
          ...query.embeds.joined.map((embed) => SOURCES[embed] ?? ['', '']),
        ];
        const own = await readV1Request(sent as [string, string][], undefined, query.reading);
        expect(supplement.request).toEqual(own.request);
      }),
      runs(300),
    );
  });

  test('asks v1.1 for a request that reads as the same request again, if it can be stored', async () => {
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        const { asked } = await readBoth(query);
        fc.pre(asked?.supplement?.request.subject !== undefined);
        const { request } = asked.supplement;
        const payload = { api: request.api, ...Object.fromEntries(respell(request)), language: request.language };
        const received = await readLookupPayload(JSON.parse(JSON.stringify(payload)), query.reading);
        expect(received.asked.request).toEqual(request);
      }),
      runs(300),
    );
  });
});

test('a name that is not a joined embed brings nothing', () => {
  const subject = { identifier: { name: 'id', value: '1' }, sent: '1', isKeyed: true } as const;
  const { request, sections } = supplementOf(subject, ['points']);
  expect(sections).toEqual([]);
  expect(upstreamParameters(request)).toEqual([['id', '1']]);
});

test('an identifier that v1.1 lacks has no other name there', () => {
  const subject = { identifier: { name: 'wechat', value: '7' }, sent: '7', isKeyed: true } as const;
  expect(() => supplementOf(subject, ['coupons'])).toThrow(RangeError);
});
