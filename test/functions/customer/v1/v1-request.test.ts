import { describe, expect, test } from '@jest/globals';
import { readLookupPayload } from '../../../../functions/batch/lookup-payload.ts';
import { compileProjection } from '../../../../functions/customer/reply/projection.ts';
import { cacheKey, partitionKey } from '../../../../functions/customer/request/cache-key.ts';
import { type Parameter, upstreamParameters } from '../../../../functions/customer/request/canonical-request.ts';
import { MAX_EXTRA_PARAMETERS } from '../../../../functions/customer/request/extra-parameters.ts';
import { InvalidRequestError } from '../../../../functions/customer/request/invalid-request-error.ts';
import type { RequestReading } from '../../../../functions/customer/request/reading.ts';
import { respell } from '../../../../functions/customer/request/respelling.ts';
import { V1_FLAGS, V1_PARAMETER_NAMES, V1_SECTION_FLAGS } from '../../../../functions/customer/v1/v1-parameters.ts';
import { readV1Request } from '../../../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { fc, runs } from '../../../support/properties.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

/** A query as a client writes it. */
const parse = (query: string): Parameter[] => [...new URLSearchParams(query)];
const read = (query: string, { reading = DEFAULT_READING, language }: Options = {}) =>
  readV1Request(parse(query), language, reading);
const sent = async (query: string, options?: Options) =>
  upstreamParameters((await read(query, options)).request)
    .map((parameter) => parameter.join('='))
    .join('&');

interface Options {
  readonly reading?: RequestReading;
  readonly language?: string;
}

const BASE = 'mobile=9876543210';
const SENT_BASE = 'mobile=919876543210';
const EVERYTHING = compileProjection('*');
const SECRET = 'secret';

/** Every identifier of v1.1, with v2's name of it. */
const NAMES = [
  ['id', 'id'],
  ['mobile', 'mobile'],
  ['email', 'email'],
  ['external_id', 'externalId'],
  ['card_number', 'cardnumber'],
  ['card_external_id', 'cardExternalId'],
] as const;

const GAPS = ['gap_to_upgrade_for', 'gap_to_renew_for'];
const COUNTS = ['coupon_limit', 'coupon_offset', 'coupon_offer'];
const TEXTS = [
  'number',
  'store_code',
  'till_code',
  'coupon_org_entity_type',
  'coupon_org_entity_value',
  'coupon_status',
];
const FLAGS = V1_FLAGS.filter((name) => name !== 'user_id');

test('accepts the parameters of the document, mobile, format and fields, and no other', () => {
  const documented =
    'id email external_id card_number card_external_id number store_code till_code amount date type tenders ' +
    'credit_notes user_id coupon_limit coupon_offset coupon_order_by coupon_sort_order next_slab slab_history ' +
    'registered_store registered_till fraud_details ndnc_status optin_status expiry_schedule expired_points ' +
    'points_summary promotion_points membership_retention_criteria tier_upgrade_criteria mlp gap_to_upgrade_for ' +
    'gap_to_renew_for user_group customer_image transactions subscriptions segments member_care_access card_details ' +
    'tracker_info delayed_accrual coupon_active basic program_id coupon_offer coupon_org_entity_type ' +
    'coupon_org_entity_value coupon_status';
  expect([...V1_PARAMETER_NAMES].sort()).toEqual([...documented.split(' '), 'mobile', 'format', 'fields'].sort());
});

describe('the request that goes upstream', () => {
  test.each([
    [BASE, SENT_BASE],
    [`&&${BASE}&&`, SENT_BASE],
    [`=&${BASE}`, SENT_BASE],
    ['mobile=%2B44%207911%20123456', 'mobile=447911123456'],
    ['id=%20007%20', 'id=7'],
    ['id=101.0', 'id=101'],
    ['id=1.01E2', 'id=101'],
    ['email=Neha@Example.COM', 'email=neha@example.com'],
    ['external_id=%20Mp%20Q-1%20', 'external_id=Mp Q-1'],
    ['card_number=1234%205678-9Ab', 'card_number=12345678-9Ab'],
    ['card_external_id=a%20B', 'card_external_id=a B'],
    [`${BASE}&format=json`, SENT_BASE],
    [`${BASE}&format=JSON`, SENT_BASE],
    [`${BASE}&user_id=true`, SENT_BASE],
    [`${BASE}&user_id=false`, SENT_BASE],
    [`${BASE}&fields=firstname`, SENT_BASE],
    ...FLAGS.map((flag) => [`${BASE}&${flag}=true`, `${SENT_BASE}&${flag}=true`]),
    ...FLAGS.map((flag) => [`${flag}=false&${BASE}`, `${SENT_BASE}&${flag}=false`]),
    ...FLAGS.flatMap((flag) =>
      ['TRUE', 'True', 'tRuE', '1'].map((value) => [`${BASE}&${flag}=${value}`, `${SENT_BASE}&${flag}=true`]),
    ),
    ...FLAGS.flatMap((flag) =>
      ['FALSE', 'False', '0'].map((value) => [`${BASE}&${flag}=${value}`, `${SENT_BASE}&${flag}=false`]),
    ),
    ['mobile=9876543210&mlp=True&user_id=True', 'mobile=919876543210&mlp=true'],
    ['mobile=9876543210&mlp=1&gap_to_renew_for=30', 'mobile=919876543210&gap_to_renew_for=30&mlp=true'],
    [`${BASE}&user_id=0`, SENT_BASE],
    ...COUNTS.map((name) => [`${BASE}&${name}=0`, `${SENT_BASE}&${name}=0`]),
    ...COUNTS.map((name) => [`${BASE}&${name}=0005`, `${SENT_BASE}&${name}=5`]),
    ...COUNTS.map((name) => [`${BASE}&${name}=2147483647`, `${SENT_BASE}&${name}=2147483647`]),
    ...GAPS.map((name) => [`${BASE}&${name}=030&mlp=true`, `${SENT_BASE}&${name}=30&mlp=true`]),
    ...GAPS.map((name) => [`${BASE}&mlp=true&${name}=0`, `${SENT_BASE}&${name}=0&mlp=true`]),
    [`${BASE}&program_id=0`, `${SENT_BASE}&program_id=0`],
    [`${BASE}&program_id=007`, `${SENT_BASE}&program_id=7`],
    [`${BASE}&program_id=9223372036854775807`, `${SENT_BASE}&program_id=9223372036854775807`],
    ...['created_date', 'created_by', 'valid_till'].map((word) => [
      `${BASE}&coupon_order_by=${word.toUpperCase()}`,
      `${SENT_BASE}&coupon_order_by=${word}`,
    ]),
    [`${BASE}&coupon_sort_order=ASC`, `${SENT_BASE}&coupon_sort_order=asc`],
    [`${BASE}&coupon_sort_order=desc`, `${SENT_BASE}&coupon_sort_order=desc`],
    ...['REGULAR', 'NOT_INTERESTED', 'RETURN', 'NOT_INTERESTED_RETURN', 'MIXED', 'NI_MIXED', 'ALL'].map((word) => [
      `${BASE}&type=${word.toLowerCase()}`,
      `${SENT_BASE}&type=${word}`,
    ]),
    ...TEXTS.map((name) => [`${BASE}&${name}=%20a%20,b%26%20`, `${SENT_BASE}&${name}=a ,b&`]),
    ...TEXTS.map((name) => [`${BASE}&${name}=${'x'.repeat(256)}`, `${SENT_BASE}&${name}=${'x'.repeat(256)}`]),
    ...['0', '1250', '12.50', '-12.5', '999999999999999.999999'].map((amount) => [
      `${BASE}&amount=${amount}`,
      `${SENT_BASE}&amount=${amount}`,
    ]),
    ...['2026-01-31', '2026-04-30', '2024-02-29', '2000-02-29', '2026-12-31'].map((date) => [
      `${BASE}&date=${date}`,
      `${SENT_BASE}&date=${date}`,
    ]),
    [
      `tenders=true&store_code=S&mlp=true&amount=1&${BASE}&basic=true`,
      `${SENT_BASE}&basic=true&mlp=true&tenders=true&amount=1&store_code=S`,
    ],
  ])('of %s is %s', async (query = '', upstream = '') => {
    expect(await sent(query)).toBe(upstream);
  });
});

describe('refuses', () => {
  const cases: readonly (readonly [query: string, code: string, message: string])[] = [
    ['', 'missing_parameter', 'An identifier is missing; give exactly one of id, mobile, email, external_id, card_'],
    ['slab_history=true', 'missing_parameter', 'identifier is missing'],
    ...NAMES.map(([name]) => [`${name}=`, 'missing_parameter', 'identifier is missing'] as const),
    ...NAMES.map(([name]) => [`${name}=%20`, 'invalid_identifier', `${name} is empty`] as const),
    ...NAMES.map(([name]) => [`${name}=1,2`, 'invalid_identifier', `${name} holds a comma`] as const),
    ...NAMES.map(([name]) => [`${name}=1,`, 'invalid_identifier', `${name} holds a comma`] as const),
    ...NAMES.map(
      ([name]) => [`${name}=1&${name}=1`, 'duplicate_parameter', `${name} is given more than once`] as const,
    ),
    ...NAMES.map(([name]) => [`${name}=1%00`, 'invalid_identifier', `${name} holds a control`] as const),
    ...NAMES.map(([name]) => [`${name}=${'1'.repeat(257)}`, 'invalid_identifier', `${name} is too long`] as const),
    ['email=a@b.example&mobile=9876543210', 'duplicate_parameter', 'email is given beside mobile; give exactly one of'],
    ['card_number=1&card_external_id=1', 'duplicate_parameter', 'card_external_id is given beside card_number'],
    ['id=1&mobile=', 'duplicate_parameter', 'mobile is given beside id'],
    ['mobile=12', 'invalid_identifier', 'mobile is not a mobile number'],
    ['email=nobody', 'invalid_identifier', 'email is not an e-mail address'],
    ['id=7a', 'invalid_identifier', 'id is not a customer id; allowed are the digits 0 to 9'],
    ['external_id=R&DSharma', 'unknown_parameter', 'A parameter is not known'],
    [`${BASE}&source=INSTORE`, 'unknown_parameter', 'source is not known; allowed are id, mobile, email'],
    [`${BASE}&Format=json`, 'unknown_parameter', 'Format is not known'],
    [`${BASE}&identifierName=mobile`, 'unknown_parameter', 'identifierName is not known'],
    [`${BASE}&embed=points`, 'unknown_parameter', 'embed is not known'],
    [`${BASE}&language=zh`, 'unknown_parameter', 'language is not known'],
    [`${BASE}&__proto__=true`, 'unknown_parameter', 'A parameter is not known'],
    [`${BASE}&9876543211=`, 'unknown_parameter', 'A parameter is not known'],
    [`${BASE}&=x`, 'unknown_parameter', 'A parameter is not known'],
    [`${BASE}&format=xml`, 'invalid_parameter', 'format is not known; allowed is json'],
    [`${BASE}&format=`, 'invalid_parameter', 'format is not known'],
    ...V1_PARAMETER_NAMES.filter((name) => !NAMES.some(([identifier]) => identifier === name)).map(
      (name) => [`${BASE}&${name}=1&${name}=1`, 'duplicate_parameter', `${name} is given more than once`] as const,
    ),
    ...V1_FLAGS.flatMap((flag) =>
      ['', '2', '00', '1.0', 'yes', 't', ' true', '-', '\u0130'].map(
        (value) =>
          [
            `${BASE}&${flag}=${value}`,
            'invalid_parameter',
            `${flag} is not a boolean; allowed are true, false, 1 and 0`,
          ] as const,
      ),
    ),
    ...COUNTS.flatMap((name) =>
      ['', '-1', '1.5', '2147483648', '1e3', '１', ' 1', '0x1', '9'.repeat(17)].map(
        (value) =>
          [
            `${BASE}&${name}=${value}`,
            'invalid_parameter',
            `${name} is not a number; allowed is a whole number, 0 to 2147483647`,
          ] as const,
      ),
    ),
    ...GAPS.flatMap((name) =>
      ['', '-1', '1.5', '2147483648'].map(
        (value) =>
          [
            `${BASE}&mlp=true&${name}=${value}`,
            'invalid_parameter',
            `${name} is not a number of days; allowed is a whole number, 0 (today) to 2147483647`,
          ] as const,
      ),
    ),
    ...GAPS.flatMap((name) =>
      ['', '&mlp=false', '&slab_history=true'].map(
        (mlp) =>
          [`${BASE}&${name}=1${mlp}`, 'invalid_parameter', `${name} is allowed only together with mlp=true`] as const,
      ),
    ),
    ...['', '-1', '1.5', '9223372036854775808', '1e3', '0'.repeat(33)].map(
      (value) =>
        [
          `${BASE}&program_id=${value}`,
          'invalid_parameter',
          'program_id is not an id; allowed are digits, 0 to 9223372036854775807',
        ] as const,
    ),
    ...['', 'date', 'created_date,valid_till'].map(
      (value) =>
        [
          `${BASE}&coupon_order_by=${value}`,
          'invalid_parameter',
          'coupon_order_by is not known; allowed is one of created_date, created_by, valid_till',
        ] as const,
    ),
    [
      `${BASE}&coupon_sort_order=up`,
      'invalid_parameter',
      'coupon_sort_order is not known; allowed is one of asc, desc',
    ],
    [
      `${BASE}&type=SALE`,
      'invalid_parameter',
      'type is not known; allowed is one of REGULAR, NOT_INTERESTED, RETURN, NOT_INTERESTED_RETURN, MIXED, NI_MIXED, ALL',
    ],
    ...TEXTS.flatMap((name) => [
      [`${BASE}&${name}=`, 'invalid_parameter', `${name} is empty; leave it out, or give it a text`] as const,
      [`${BASE}&${name}=%20%20`, 'invalid_parameter', `${name} is empty`] as const,
      [`${BASE}&${name}=a%00`, 'invalid_parameter', `${name} is not allowed; allowed are 1 to 256 characters`] as const,
      [`${BASE}&${name}=a%E2%80%8Bb`, 'invalid_parameter', `${name} is not allowed`] as const,
      [`${BASE}&${name}=${'x'.repeat(257)}`, 'invalid_parameter', `${name} is not allowed`] as const,
    ]),
    ...['', '1,250', '.5', '1.', '1e3', '+1', '--1', '1 ', '1\n', '１', '1234567890123456', '1.1234567', '₹1'].map(
      (value) =>
        [
          `${BASE}&amount=${encodeURIComponent(value)}`,
          'invalid_parameter',
          'amount is not an amount; allowed are digits, such as 1250 or 12.50',
        ] as const,
    ),
    ...[
      '',
      '2026-02-29',
      '1900-02-29',
      '2100-02-29',
      '2026-04-31',
      '2026-06-31',
      '2026-09-31',
      '2026-11-31',
      '2026-01-32',
      '2026-13-01',
      '2026-00-01',
      '2026-01-00',
      '2026-1-1',
      '26-01-01',
      '01-02-2026',
      '2026/01/01',
      '2026-01-01T00:00:00',
      ' 2026-01-01',
      '2026-01-01 ',
      '2026-01-01\n',
      '２０２６-01-01',
      '-2026-01-01',
      'x2026-01-01',
    ].map(
      (value) =>
        [
          `${BASE}&date=${encodeURIComponent(value)}`,
          'invalid_parameter',
          'date is not a day; allowed is a day in the form YYYY-MM-DD',
        ] as const,
    ),
    [`${BASE}&fields=`, 'invalid_parameter', 'fields is empty; allowed is a list such as '],
    [`${BASE}&fields=id(`, 'invalid_parameter', 'fields'],
  ];

  test.each(cases)('%s as %s', async (query, code, message) => {
    await expect(read(query)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  test('accepts every documented day as a day, and no other text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2400 }),
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        async (year, month, day) => {
          const pad = (number: number, length: number) => String(number).padStart(length, '0');
          const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
          const instant = new Date(`${text}T00:00:00Z`);
          const isReal = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
          const outcome = await sent(`${BASE}&date=${text}`).catch(() => 'refused');
          expect(outcome).toBe(isReal ? `${SENT_BASE}&date=${text}` : 'refused');
        },
      ),
      runs(500),
    );
  });

  test('without repeating the identifier, whatever else is wrong', async () => {
    const value = fc.string({ unit: 'grapheme', minLength: 12, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...NAMES.map(([name]) => name)),
        value,
        fc.constantFrom('', 'x=1', 'format=xml', 'mobile=12', 'id=1', 'date=1', 'gap_to_renew_for=1', 'fields='),
        async (name, text, rest) => {
          const refusal = await readV1Request([[name, text], ...parse(rest)], undefined, DEFAULT_READING).catch(
            (error: unknown) => error,
          );
          if (!(refusal instanceof Error)) return;
          expect(refusal).toBeInstanceOf(InvalidRequestError);
          expect(refusal.message).not.toContain(text);
        },
      ),
      runs(500),
    );
  });

  test.each([
    'number',
    'amount',
    'date',
    'store_code',
    'type',
    'coupon_status',
    'program_id',
    'coupon_limit',
    'language',
  ])('a wrong %s without repeating it', async (name) => {
    const wrong = `9876543210\u0007`;
    const refused = readV1Request(
      [['id', '1'], ...(name === 'language' ? [] : [[name, wrong] as const])],
      name === 'language' ? wrong : undefined,
      DEFAULT_READING,
    );
    await expect(refused).rejects.toMatchObject({ code: 'invalid_parameter', message: expect.stringContaining(name) });
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('98765') });
  });
});

describe('the header language', () => {
  test.each([
    [undefined, undefined],
    ['', undefined],
    ['  ', undefined],
    ['zh', 'zh'],
    ['ZH', 'zh'],
    [' ar ', 'ar'],
    ['fil', 'fil'],
    ['zh-hans', 'zh-Hans'],
    ['ZH-HANT-tw', 'zh-Hant-TW'],
    ['pt-br', 'pt-BR'],
    ['zh-tw', 'zh-TW'],
    ['SR-LATN-rs', 'sr-Latn-RS'],
    // Each has another name too, and stays what the caller asked for.
    ['tl', 'tl'],
    ['TL-ph', 'tl-PH'],
    ['iw', 'iw'],
    ['he', 'he'],
    ['TW', 'tw'],
    ['sh', 'sh'],
    ['sr-YU', 'sr-YU'],
  ])('%j is %j', async (header, language) => {
    expect((await read(BASE, header === undefined ? {} : { language: header })).request.language).toBe(language);
  });

  test.each([
    'z',
    'english',
    'zh, id',
    'zh;q=1',
    'zh_CN',
    '*',
    'zh-',
    'zh-Hans-CN-x',
    'zh-123',
    'ｚｈ',
    'zh\r\nx: y',
    '12',
  ])('%j is refused', async (language) => {
    await expect(read(BASE, { language })).rejects.toMatchObject({
      code: 'invalid_parameter',
      message: 'language is not an ISO code of a language; allowed is a code such as zh, id or ar.',
    });
  });

  test('of two letters is itself, in any letter case', async () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
      for (const language of [code, code.toUpperCase()]) {
        expect((await read(BASE, { language })).request.language).toBe(code);
      }
    }
  });

  test('in its canonical spelling reads as the same again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-[a-zA-Z]{2})?$/), async (text) => {
        const { language = '' } = (await read(BASE, { language: text })).request;
        expect(language.toLowerCase()).toBe(text.toLowerCase());
        expect((await read(BASE, { language })).request.language).toBe(language);
        expect((await read(BASE, { language: text.toUpperCase() })).request.language).toBe(language);
      }),
    );
  });

  test('makes another key, and is not a parameter', async () => {
    const { request } = await read(BASE, { language: 'zh-CN' });
    expect(upstreamParameters(request)).toEqual([['mobile', '919876543210']]);
    expect(cacheKey(request, EVERYTHING, SECRET)?.variant).toMatch(/^v1\.1;language=zh-CN;fields=[\w-]{8}$/);
  });
});

/** Spellings of identifiers, by v1.1's and v2's names. */
const spelled = fc.oneof(
  fc.tuple(
    fc.constant(NAMES[1]),
    fc.constantFrom(
      '9876543210',
      '+91 98765 43210',
      '0091 9876543210',
      '09876543210',
      '919876543210',
      '(+91) 98765-43.210',
      '+44 7911 123456',
      '+4915112345678',
      '12',
      'x',
    ),
  ),
  fc.tuple(
    fc.constant(NAMES[2]),
    fc.constantFrom('Neha@Example.com', ' neha@example.COM ', 'a+b@c.example', 'nobody', '@'),
  ),
  fc.tuple(fc.constant(NAMES[0]), fc.stringMatching(/^ ?[0-9]{0,20} ?$/)),
  fc.tuple(
    fc.constantFrom(NAMES[3], NAMES[4], NAMES[5]),
    fc.string({ unit: fc.constantFrom(...'aZ09 -_.@é名😀&=%+'), minLength: 1, maxLength: 20 }),
  ),
);
const readings = fc.constantFrom('IN', 'DE', 'US').map((defaultCountry) => ({ ...DEFAULT_READING, defaultCountry }));

describe('an entry', () => {
  test('lies where the v2 look-up of the same identifier in INSTORE lies, or both refuse the identifier', async () => {
    await fc.assert(
      fc.asyncProperty(spelled, readings, async ([[parameter, identifierName], identifierValue], reading) => {
        const v2 = { source: 'INSTORE', identifierName, identifierValue };
        const [get, details] = await Promise.all([
          readV1Request([[parameter, identifierValue]], undefined, reading).catch(() => undefined),
          readV2Request(Object.entries(v2), reading).catch(() => undefined),
        ]);
        expect(get?.request.subject).toEqual(details?.request.subject);
        if (get?.request.subject === undefined || details?.request.subject === undefined) return;
        expect(get.request.api).toBe('v1.1');
        expect(partitionKey(get.request.subject, SECRET)).toBe(partitionKey(details.request.subject, SECRET));
        expect(cacheKey(get.request, EVERYTHING, SECRET)?.variant).not.toBe(
          cacheKey(details.request, EVERYTHING, SECRET)?.variant,
        );
        expect(get.request.subjectParameters).toEqual([[parameter, details.request.subject.identifier.value]]);
      }),
      runs(500),
    );
  });

  test.each(NAMES)('by %s lies under v2’s name %s', async (parameter, name) => {
    const value = parameter === 'mobile' ? '919876543210' : parameter === 'email' ? 'a@b.example' : '12';
    expect((await read(`${parameter}=${value}`)).request.subject).toEqual({
      source: 'INSTORE',
      identifier: { name, value },
    });
  });

  test.each([
    ['mobile', 'mobile'],
    ['email', 'email'],
    ['externalId', 'external_id'],
  ] as const)(
    'with dual eligibility by %s exists only for the primary identifier',
    async (primaryIdentifier, primary) => {
      const reading = { ...DEFAULT_READING, primaryIdentifier };
      for (const [parameter] of NAMES) {
        const value = parameter === 'mobile' ? '9876543210' : parameter === 'email' ? 'a@b.example' : '12';
        const { request } = await read(`${parameter}=${value}&slab_history=true`, { reading });
        const plain = await read(`${parameter}=${value}&slab_history=true`);
        expect(cacheKey(request, EVERYTHING, SECRET) !== undefined).toBe(parameter === primary);
        expect(upstreamParameters(request)).toEqual(upstreamParameters(plain.request));
        expect(request.askedSections).toEqual(plain.request.askedSections);
        expect(request.customerId).toBe(parameter === 'id' ? value : undefined);
      }
    },
  );
});

/** A value of every parameter that changes the reply, and another. */
const OPTIONS: Readonly<Record<string, readonly [string, string]>> = {
  ...Object.fromEntries(FLAGS.map((flag) => [flag, ['true', 'false'] as const])),
  ...Object.fromEntries([...COUNTS, ...GAPS].map((name) => [name, ['5', '50'] as const])),
  ...Object.fromEntries(TEXTS.map((name) => [name, ['abc', 'abd'] as const])),
  program_id: ['7', '77'],
  coupon_order_by: ['created_by', 'valid_till'],
  coupon_sort_order: ['asc', 'desc'],
  type: ['ALL', 'MIXED'],
  amount: ['12.50', '12.5'],
  date: ['2026-01-01', '2026-01-02'],
};
const NEEDS_MLP = (name: string) => (GAPS.includes(name) ? '&mlp=true' : '');
const keyOf = async (parameters: readonly Parameter[], language?: string) => {
  const { request } = await readV1Request(parameters, language, DEFAULT_READING);
  return JSON.stringify(cacheKey(request, EVERYTHING, SECRET));
};

describe('the key', () => {
  test('the table has every parameter that changes the reply', () => {
    const others = [...NAMES.map(([name]) => name), 'user_id', 'format', 'fields'];
    expect(Object.keys(OPTIONS).sort()).toEqual(V1_PARAMETER_NAMES.filter((name) => !others.includes(name)).sort());
  });

  test.each(Object.entries(OPTIONS))('differs by %s, which goes upstream', async (name, [one, other]) => {
    const base = `${BASE}${NEEDS_MLP(name)}`;
    const queries = [base, `${base}&${name}=${one}`, `${base}&${name}=${other}`].map(parse);
    expect(new Set(await Promise.all(queries.map((query) => keyOf(query)))).size).toBe(3);
    const { request } = await read(`${base}&${name}=${one}`);
    expect(upstreamParameters(request)).toContainEqual([name, one]);
  });

  test('does not differ by fields, format and user_id', async () => {
    const key = await keyOf(parse(BASE));
    expect(await keyOf(parse(`${BASE}&fields=firstname&format=json&user_id=false`))).toBe(key);
    expect((await read(`${BASE}&fields=firstname`)).fields?.fields).toBe('firstname');
    expect((await read(BASE)).fields).toBeUndefined();
    expect((await read(`${BASE}&slab_history=true`)).supplement).toBeUndefined();
  });

  const queries = fc
    .record({
      identifier: fc.constantFrom(
        ...(['mobile=9876543210', 'mobile=%2B919876543210', 'email=A@b.example', 'id=1', 'external_id=1'] as const),
      ),
      options: fc.subarray(Object.keys(OPTIONS), { maxLength: 8 }),
      pick: fc.infiniteStream(fc.nat(1)),
      language: fc.constantFrom(undefined, 'zh', 'ZH', 'id'),
    })
    .map(({ identifier, options, pick, language }) => {
      const chosen = options.flatMap((name): Parameter[] => {
        const value = OPTIONS[name]?.[pick.next().value] ?? '';
        return name === 'mlp' || GAPS.includes(name) ? [[name, name === 'mlp' ? 'true' : value]] : [[name, value]];
      });
      const needsMlp = options.some((name) => GAPS.includes(name)) && !options.includes('mlp');
      const parameters: Parameter[] = [
        ...parse(identifier),
        ...chosen,
        ...(needsMlp ? [['mlp', 'true'] as const] : []),
      ];
      return { parameters, language };
    });

  test('is the same exactly if the same goes upstream', async () => {
    const urlOf = async ({ parameters, language }: { parameters: Parameter[]; language: string | undefined }) => {
      const { request } = await readV1Request(parameters, language, DEFAULT_READING);
      return JSON.stringify([upstreamParameters(request), request.language]);
    };
    await fc.assert(
      fc.asyncProperty(queries, queries, fc.boolean(), async (left, right, isSameOptions) => {
        const other = isSameOptions
          ? { ...right, parameters: [...right.parameters.slice(0, 1), ...left.parameters.slice(1)] }
          : right;
        const areKeysEqual =
          (await keyOf(left.parameters, left.language)) === (await keyOf(other.parameters, other.language));
        expect(areKeysEqual).toBe((await urlOf(left)) === (await urlOf(other)));
      }),
      runs(1000),
    );
  });

  test('does not depend on the order of parameters, and neither does the rest of the request', async () => {
    await fc.assert(
      fc.asyncProperty(
        queries.chain(({ parameters, language }) =>
          fc.tuple(
            fc.constant(parameters),
            fc.shuffledSubarray(parameters, { minLength: parameters.length }),
            fc.constant(language),
          ),
        ),
        async ([parameters, shuffled, language]) => {
          const [left, right] = await Promise.all(
            [parameters, shuffled].map((each) => readV1Request(each, language, DEFAULT_READING)),
          );
          expect(right).toEqual(left);
          expect(await keyOf(shuffled, language)).toBe(await keyOf(parameters, language));
        },
      ),
    );
  });

  test('reads as the same request again when a revalidation spells it out', async () => {
    await fc.assert(
      fc.asyncProperty(queries, readings, async ({ parameters, language }, reading) => {
        const { request } = await readV1Request(parameters, language, reading).catch(() => ({
          request: undefined,
        }));
        fc.pre(request !== undefined);
        const payload = { api: request.api, ...Object.fromEntries(respell(request)), language: request.language };
        const received = await readLookupPayload(JSON.parse(JSON.stringify(payload)), reading);
        expect(received.asked).toEqual({ request, supplement: undefined, fields: undefined });
      }),
    );
  });

  test('holds no text of the caller, and nothing that can be computed without the secret', async () => {
    const words: readonly Parameter[] = [
      ...[...TEXTS, 'amount', 'date'].map((name, position): Parameter => {
        return [name, name === 'date' ? '1987-06-05' : `987654321${position}`];
      }),
    ];
    const { request } = await readV1Request([['mobile', '9123456789'], ...words], undefined, DEFAULT_READING);
    const key = cacheKey(request, EVERYTHING, SECRET);
    expect(key?.variant).toMatch(/^v1\.1;filters=[\w-]{43};fields=[\w-]{8}$/);
    expect(cacheKey(request, EVERYTHING, 'another')?.variant).not.toBe(key?.variant);
    for (const [name, value] of words) {
      expect(request.filterParameters).toContainEqual([name, value]);
      const alone = await readV1Request(
        [
          ['id', '1'],
          [name, value],
        ],
        undefined,
        DEFAULT_READING,
      );
      expect(cacheKey(alone.request, EVERYTHING, SECRET)?.variant).toMatch(/^v1\.1;filters=[\w-]{43};fields=[\w-]{8}$/);
    }
  });

  test('cannot be made equal by moving text between two filters', async () => {
    const keys = [
      'id=1&store_code=a&till_code=b',
      'id=1&store_code=b&till_code=a',
      'id=1&store_code=a",["till_code","b',
      'id=1&store_code=a&number=b',
      'id=1&store_code=ab',
    ];
    expect(new Set(await Promise.all(keys.map((query) => keyOf(parse(query))))).size).toBe(keys.length);
  });

  test('of a look-up with every parameter fits into a DynamoDB sort key', async () => {
    const longest = (name: string): string => {
      if (TEXTS.includes(name)) return '😀'.repeat(256);
      if (COUNTS.includes(name)) return '2147483647';
      if (GAPS.includes(name)) return '366';
      const exact: Record<string, string> = {
        program_id: '9223372036854775807',
        coupon_order_by: 'created_date',
        coupon_sort_order: 'desc',
        type: 'NOT_INTERESTED_RETURN',
        amount: '-999999999999999.999999',
        date: '2026-01-01',
        mlp: 'true',
      };
      return exact[name] ?? 'false';
    };
    const parameters = Object.keys(OPTIONS).map((name): Parameter => [name, longest(name)]);
    const extra = Array.from({ length: MAX_EXTRA_PARAMETERS }, (_, k): Parameter => [`x${k}`, '😀'.repeat(256)]);
    const { request } = await readV1Request(
      [['external_id', '😀'.repeat(256)], ...parameters, ...extra],
      'zho-Hant-TW',
      { ...DEFAULT_READING, extraParameters: extra.map(([name]) => name) },
    );
    expect(upstreamParameters(request)).toHaveLength(1 + parameters.length + extra.length);
    const { variant } = cacheKey(request, EVERYTHING, SECRET) ?? { variant: '' };
    expect(variant).toContain(';membership_retention_criteria=false;');
    expect(Buffer.byteLength(variant)).toBeLessThan(1024);
  });
});

describe('requested sections', () => {
  test.each<[string, string[], boolean]>([
    ['', [], false],
    ['&basic=true&user_id=true&format=json&fields=mlp', [], false],
    ['&program_id=7', [], false],
    ['&slab_history=false&mlp=false', [], false],
    ['&slab_history=FALSE&mlp=0', [], false],
    ['&slab_history=1', ['slab_history'], true],
    ...V1_SECTION_FLAGS.filter((flag) => flag !== 'tier_upgrade_criteria').map((flag): [string, string[], boolean] => [
      `&${flag}=true`,
      [flag],
      true,
    ]),
    ['&tier_upgrade_criteria=true', ['tier_upgrade_criteria', 'tier_update_criteria'], true],
    ['&mlp=true&gap_to_renew_for=1', ['mlp'], true],
    ...[
      ...['number', 'store_code', 'till_code'].map((name) => `${name}=7`),
      'amount=7',
      'date=2026-01-01',
      'type=all',
    ].map((filter): [string, string[], boolean] => [`&${filter}`, ['transactions'], false]),
    ['&tenders=true', ['transactions'], false],
    ['&credit_notes=true', ['transactions'], false],
    ['&tenders=false&credit_notes=false', [], false],
    ['&store_code=false', ['transactions'], false],
    ['&coupon_status=false', ['coupons'], false],
    ['&coupon_active=false', ['coupons'], false],
    ['&coupon_active=0', ['coupons'], false],
    ...[
      'coupon_limit=0',
      'coupon_offset=0',
      'coupon_offer=0',
      'coupon_order_by=created_date',
      'coupon_sort_order=desc',
      'coupon_active=true',
      'coupon_org_entity_type=x',
      'coupon_org_entity_value=x',
      'coupon_status=x',
    ].map((filter): [string, string[], boolean] => [`&${filter}`, ['coupons'], false]),
  ])('by %j are %j', async (query, names, includesUnknown) => {
    const { askedSections } = (await read(`${BASE}${query}`)).request;
    expect(askedSections.includesUnknown).toBe(includesUnknown);
    expect([...new Set(askedSections.names)]).toEqual(names);
  });
});
