import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createCapillaryUpstream } from '../functions/adapters/capillary/capillary-upstream-over-http.ts';
import { systemClock } from '../functions/adapters/system-clock.ts';
import { IDENTIFIER_NAMES } from '../functions/customer/identifier/identifier-name.ts';
import { JOINED, JOINED_EMBEDS } from '../functions/customer/joined/joined-embed.ts';
import { compileProjection } from '../functions/customer/reply/projection.ts';
import { cacheKey } from '../functions/customer/request/cache-key.ts';
import type { Api, AskedLookup, CanonicalRequest } from '../functions/customer/request/canonical-request.ts';
import {
  type Kind,
  keyPartOf,
  type ParameterFacts,
  upstreamOf,
} from '../functions/customer/request/parameter-facts.ts';
import { V1_PARAMETERS } from '../functions/customer/v1/v1-parameters.ts';
import { readV1Request } from '../functions/customer/v1/v1-request.ts';
import { EMBEDS } from '../functions/customer/v2/embed.ts';
import { V2_PARAMETERS } from '../functions/customer/v2/v2-parameters.ts';
import { readV2Request } from '../functions/customer/v2/v2-request.ts';
import { code, codeSpans, listed, rows } from './support/document-tables.ts';
import { startHttpServer } from './support/loopback-server.ts';
import { TESTED_BY } from './support/parameter-tests.ts';
import { DEFAULT_READING } from './support/request-reading.ts';

// Tests the tables of docs/api.md against the code, row by row: the accepted and the refused values, the parts of the
// key, and the parameters that arrive at an upstream.

const page = readFileSync('docs/api.md', 'utf8');

/** The parameters of the two documents, as the documents list them: [S2] is v2's, [S1] is v1.1's. */
const S2 = [
  'source',
  'accountId',
  'embed',
  'identifierName',
  'identifierValue',
  'includedFraudDetails',
  'includedUserGroup2LoyaltyDetails',
  'userGroup2Id',
  'includedAllUserGroup2',
  'gapToUpgrade',
  'gapToRenew',
];
/** Further parameters that tills send to v2 ([C], upstream notes §1). */
const OF_TILLS = ['includedOnlyCurrentProfile', 'includedNPS', 'basicIdentifierLookup'];
const S2_EMBEDS = [
  'points',
  'subscriptions',
  'mlp',
  'promotionalPoints',
  'expirySchedules',
  'expiredPoints',
  'segments',
  'userGroup',
  'customerImage',
  'cardLoyaltyDetails',
  'fleetParentDetails',
  'ignoreCardDetails',
  'customerStatus',
  'alternateCurrencies',
  'gapDetails',
];
const S1 = [
  'id',
  'email',
  'external_id',
  'card_number',
  'card_external_id',
  'number',
  'store_code',
  'till_code',
  'amount',
  'date',
  'type',
  'tenders',
  'credit_notes',
  'user_id',
  'coupon_limit',
  'coupon_offset',
  'coupon_order_by',
  'coupon_sort_order',
  'next_slab',
  'slab_history',
  'registered_store',
  'registered_till',
  'fraud_details',
  'ndnc_status',
  'optin_status',
  'expiry_schedule',
  'expired_points',
  'points_summary',
  'promotion_points',
  'membership_retention_criteria',
  'tier_upgrade_criteria',
  'mlp',
  'gap_to_upgrade_for',
  'gap_to_renew_for',
  'user_group',
  'customer_image',
  'transactions',
  'subscriptions',
  'segments',
  'member_care_access',
  'card_details',
  'tracker_info',
  'delayed_accrual',
  'coupon_active',
  'basic',
  'program_id',
  'coupon_offer',
  'coupon_org_entity_type',
  'coupon_org_entity_value',
  'coupon_status',
  'language',
];
/** `mobile` stands in older documents, `format` in the examples of them; `fields` is ours. */
const OURS: Readonly<Record<Api, readonly string[]>> = {
  v2: [...OF_TILLS, 'fields'],
  'v1.1': ['mobile', 'format', 'fields'],
};

const IDENTIFIERS = ['id', 'mobile', 'email', 'external_id', 'card_number', 'card_external_id'];

interface Row {
  readonly api: Api;
  /** The first cell: `embed`, `embed`, of v1.1. */
  readonly title: string;
  readonly name: string;
  readonly accepted: string;
  readonly key: string;
  readonly upstream: string;
  /** Events and tests; see `parameter-tests.ts`. */
  readonly testedBy: readonly string[];
}

const HEADINGS: Readonly<Record<Api, string>> = { v2: '### Parameters', 'v1.1': '### Parameters of v1.1' };

function rowsOf(api: Api): Row[] {
  const [, ...table] = rows(page, HEADINGS[api]);
  return table.map(([title = '', accepted = '', key = '', upstream = '']) => {
    const [name = ''] = codeSpans(title);
    return { api, title, name, accepted, key, upstream, testedBy: TESTED_BY[api][title] ?? [] };
  });
}

const TABLES: Readonly<Record<Api, readonly Row[]>> = { v2: rowsOf('v2'), 'v1.1': rowsOf('v1.1') };
/** The tables of the code. */
const FACTS: Readonly<Record<Api, Readonly<Record<string, ParameterFacts>>>> = {
  v2: V2_PARAMETERS,
  'v1.1': V1_PARAMETERS,
};
/** The words of docs/api.md for the accepted values, by kind: the words, or their beginning. */
const ACCEPTED: Readonly<Record<Kind, RegExp>> = {
  source: /^required: 1 to 64 letters/,
  account: /: a text$/,
  identifierName: /^required: one of the \[identifiers\]/,
  identifier: /^(required: an \[identifier\]|an identifier: )/,
  list: /^a list of /,
  flag: /^a flag$/,
  looseFlag: /^a flag$/,
  count: /^a whole number, 0 to 2147483647$/,
  days: /^days, 0 to 2147483647, with /,
  int64: /^a whole number, 0 to 9223372036854775807$/,
  word: /^(one of|only) `/,
  text: /^a text$/,
  amount: /^an amount, /,
  day: /^a day, /,
  projection: /^a \[projection\]/,
};

const ALL_ROWS = [...TABLES.v2, ...TABLES['v1.1']].map((row) => [`${row.api} ${row.title}`, row] as const);

/** An accepted value, as it is given and as it is sent. */
type Example = readonly [given: string, sent: string];

/**
 * The meaning of the words in the second column: accepted values (at least two if there are two), and refused values.
 */
interface Form {
  readonly good: readonly Example[];
  readonly bad: readonly string[];
  /** The value is refused without these parameters. */
  readonly needs?: Readonly<Record<string, string>>;
}

const same = (...values: string[]): Example[] => values.map((value) => [value, value]);
const LONGEST = 'x'.repeat(256);
const TEXT: Form = { good: [...same('A 12', LONGEST), [' b ', 'b']], bad: [`${LONGEST}x`, 'a\u0000', 'a\u200b'] };
const NUMBER: Form = { good: [...same('0', '2147483647'), ['007', '7']], bad: ['-1', '1.5', 'x', '', '2147483648'] };
const KEPT_DAYS: Form = { good: [...same('0', '366'), ['007', '7']], bad: NUMBER.bad };
/** The values of the lists, by the words of the second column: the first cells of the tables that they link to. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  'a list of [embeds](#embeds)': listed(rows(page, '### Embeds')),
  'a list of [sections of v1.1](#sections-of-v11)': listed(rows(page, '### Sections of v1.1')),
};

function formOf({ accepted, api }: Row): Form {
  const options = LISTS[accepted] ?? codeSpans(accepted);
  if (accepted === 'a flag') {
    const digits: Example[] =
      api === 'v1.1'
        ? [
            ['1', 'true'],
            ['0', 'false'],
          ]
        : [];
    const good: Example[] = [...same('true', 'false'), ['True', 'true'], ['FALSE', 'false'], ...digits];
    return { good, bad: ['yes', '', ' true', '2', ...(api === 'v1.1' ? [] : ['1', '0'])] };
  }
  if (accepted.startsWith('one of `')) {
    const good = options.flatMap((word): Example[] => [
      [word, word],
      [word.toLowerCase(), word],
    ]);
    return { good, bad: ['nonsense', '', options.join(',')] };
  }
  if (LISTS[accepted] !== undefined) {
    const good = options.flatMap((word): Example[] => [
      [word, word],
      [` ${word.toUpperCase()},,${word}`, word],
    ]);
    return { good, bad: ['nonsense', `${options[0]},nonsense`] };
  }
  const days = /^days, 0 to 2147483647, with `(\w+)=(\w+)`; more than 366 are never kept$/.exec(accepted);
  if (days) return { ...KEPT_DAYS, needs: { [days[1] ?? '']: days[2] ?? '' } };
  const form = FORMS[accepted];
  if (form === undefined) throw new Error(`This test does not know what is accepted by "${accepted}".`);
  return form;
}

const FORMS: Readonly<Record<string, Form>> = {
  'a text': TEXT,
  'required for every source but `INSTORE`: a text': TEXT,
  'required: 1 to 64 letters, digits and `_`': {
    good: same('INSTORE', 'MARTJACK', 'WECHAT', 'ALL', 'MAPP_SDK', 'x'.repeat(64)),
    bad: ['', 'IN STORE', 'x'.repeat(65), 'é'],
  },
  'required: one of the [identifiers](#identifiers), in any letter case': {
    good: IDENTIFIER_NAMES.flatMap((name): Example[] => [
      [name, name],
      [name.toUpperCase(), name],
    ]),
    bad: ['', 'phone', 'email,externalId'],
  },
  'required: an [identifier](#identifiers)': { good: TEXT.good, bad: [...TEXT.bad, '', 'a,b'] },
  'an identifier: digits': { good: same('7000000002', '9007199254740993'), bad: ['', 'x', '1,2'] },
  'an identifier: a phone number': {
    good: [
      ['+91 98765 43210', '919876543210'],
      ['09876543211', '919876543211'],
    ],
    bad: ['', '12', 'call me', '9876543210,9876543211'],
  },
  'an identifier: an e-mail address': {
    good: [['Ann@Example.com', 'ann@example.com'], ...same('bob@example.com')],
    bad: ['', 'ann', 'ann@example.com,bob@example.com'],
  },
  'an identifier: a text': { good: same('A-1', 'a-1'), bad: [...TEXT.bad, '', 'A-1,A-2'] },
  'a whole number, 0 to 2147483647': NUMBER,
  'a whole number, 0 to 9223372036854775807': {
    good: [...same('9223372036854775807', '9007199254740993', '0'), ['08', '8']],
    bad: ['9223372036854775808', '-1', '1.5', 'x', ''],
  },
  'an amount, such as `1250` or `12.50`': { good: same('1250', '12.50', '-3'), bad: ['12,50', '1e3', 'x', ''] },
  'a day, `YYYY-MM-DD`': {
    good: same('2026-02-28', '2024-02-29'),
    bad: ['2026-02-29', '2026-2-1', '01-02-2026', '2026-13-01', ''],
  },
  'an ISO code of a language': {
    good: [...same('zh', 'id'), ['ZH-hant-tw', 'zh-Hant-TW']],
    bad: ['english', 'z', 'zh, id'],
  },
  'only `json`': {
    good: [
      ['json', 'json'],
      ['JSON', 'json'],
    ],
    bad: ['xml', ''],
  },
  'a [projection](#projections)': { good: same('id,profiles(firstName)', '*'), bad: ['a(b', '', 'a,,b'] },
};

type Query = Readonly<Record<string, string>>;

/** A look-up of an API that does not have the parameter yet. */
function baseOf(row: Row): Query {
  if (row.api === 'v1.1') return IDENTIFIERS.includes(row.name) ? {} : { mobile: '9876543210' };
  const lookup: Query = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'A 1' };
  // Sources other than INSTORE need an account.
  return row.name === 'source' ? { ...lookup, accountId: 'a-1' } : lookup;
}

/** A row's look-up with one of its values. */
function queryOf(row: Row, base: Query, given: string): Query {
  // A text that is not an e-mail address, phone number or id is refused by these names.
  const values: Query = { email: 'ann@example.com', mobile: '9876543210', id: '7000000002' };
  const value = row.name === 'identifierName' ? values[given.toLowerCase()] : undefined;
  return { ...base, ...(value !== undefined && { identifierValue: value }), [row.name]: given };
}

function readRequest(api: Api, { language, ...query }: Query): Promise<AskedLookup> {
  const parameters = Object.entries(query);
  return api === 'v2'
    ? readV2Request(parameters, DEFAULT_READING)
    : readV1Request(parameters, language, DEFAULT_READING);
}

const codeOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 'accepted',
    (error: { readonly code?: string }) => String(error.code),
  );

/** The content of an event of HTTP: its API, its parameters and its headers. */
function parametersOf(file: string): readonly (readonly [api: string, name: string])[] {
  const event = JSON.parse(readFileSync(file, 'utf8'));
  const api = String(event.path).startsWith('/v1.1/') ? 'v1.1' : 'v2';
  const headers = Object.keys(event.multiValueHeaders ?? {}).map((name) => name.toLowerCase());
  return [...Object.keys(event.multiValueQueryStringParameters ?? {}), ...headers].map((name) => [api, name] as const);
}

const PROJECTION = compileProjection('*');
const keyOf = (request: CanonicalRequest) => cacheKey(request, PROJECTION, 'secret');

/** The results of a row's look-ups, by each accepted value. */
async function exampleLookups(row: Row) {
  const { good, needs = {} } = formOf(row);
  const base = { ...baseOf(row), ...needs };
  const examples = good.map(async ([given, sent]) => {
    const asked = await readRequest(row.api, queryOf(row, base, given));
    return { given, sent, asked, key: keyOf(asked.request) };
  });
  const without = await readRequest(row.api, base).catch(() => undefined);
  return { examples: await Promise.all(examples), without };
}

/** What arrives at an upstream. */
async function sendAll(requests: readonly CanonicalRequest[]) {
  const notFound = { errors: [{ status: false, code: 8015, message: 'made up' }], warnings: [] };
  const server = await startHttpServer((response) => void response.end(JSON.stringify(notFound)));
  const upstream = createCapillaryUpstream({
    baseUrl: server.url,
    timeoutMs: 5000,
    clock: systemClock,
    random: () => 0,
    readCredentials: async () => ({ kind: 'basic', username: 'till', password: 'made up' }),
  });
  for (const request of requests) await upstream.fetch(request);
  return server.requests.map(({ url, headers }) => {
    const { pathname, searchParams } = new URL(url, server.url);
    return { pathname, parameters: searchParams, language: headers.language };
  });
}

type Sent = Awaited<ReturnType<typeof sendAll>>[number];

function sentUnder(row: Row, { parameters, language }: Sent): readonly (string | string[] | undefined)[] {
  return row.name === 'language' ? [language].filter((value) => value !== undefined) : parameters.getAll(row.name);
}

describe.each(['v2', 'v1.1'] as const)('the parameters of %s in docs/api.md', (api) => {
  const table = TABLES[api];
  const parameters = table.filter(({ title }) => /^`\w+`(, a header)?$/.test(title)).map(({ name }) => name);

  test('are those of the upstream’s document, and the service’s own', () => {
    expect([...parameters].sort()).toEqual([...(api === 'v2' ? S2 : S1), ...OURS[api]].sort());
    const others = api === 'v2' ? [] : ['language'];
    expect([...parameters].sort()).toEqual([...Object.keys(FACTS[api]), ...others].sort());
  });

  test('are those that parameter-tests.ts has a test for', () => {
    expect(Object.keys(TESTED_BY[api])).toEqual(table.map(({ title }) => title));
  });

  test('are the only parameters that the service accepts', async () => {
    const base = api === 'v2' ? { source: 'INSTORE', identifierName: 'id', identifierValue: '1' } : { id: '1' };
    expect(await codeOf(readRequest(api, { ...base, nonsense: '1' }))).toBe('unknown_parameter');
  });
});

describe.each(
  (['v2', 'v1.1'] as const).flatMap((api) => Object.entries(FACTS[api]).map(([name, facts]) => ({ api, name, facts }))),
)('the facts of $name in the table of $api', ({ api, name, facts }) => {
  const row = TABLES[api].find(({ title }) => title === `\`${name}\``);

  test('are those of docs/api.md', () => {
    expect(row?.accepted).toMatch(ACCEPTED[facts.is]);
    expect([row?.key, row?.upstream]).toEqual([
      keyPartOf(facts),
      upstreamOf(facts).replace(/^always (\w+)$/, 'always `$1`'),
    ]);
    if (facts.words !== undefined) expect(codeSpans(row?.accepted ?? '')).toEqual(facts.words);
    if (facts.needs !== undefined) expect(codeSpans(row?.accepted ?? '')).toEqual([facts.needs.join('=')]);
    if (api === 'v2') expect(row?.accepted.startsWith('required:')).toBe(facts.isRequired === true);
  });
});

test('v1.1 sections stay whole under each name that the table says', async () => {
  const asking = Object.entries(FACTS['v1.1']).filter(([, { brings }]) => brings !== undefined);
  expect(asking.length).toBeGreaterThan(30);
  for (const [name, { brings = [] }] of asking) {
    const row = TABLES['v1.1'].find((each) => each.name === name) as Row;
    const [[given] = ['']] = formOf(row).good;
    const { request } = await readRequest('v1.1', { ...baseOf(row), [name]: given });
    expect([name, request.askedSections.names]).toEqual([name, brings]);
  }
});

describe('the values of embed in docs/api.md', () => {
  const valuesOf = (title: string) =>
    TABLES.v2.filter((row) => row.title === title).flatMap(({ accepted }) => LISTS[accepted] ?? []);

  test('are those of the document', () => {
    expect(valuesOf('`embed`').sort()).toEqual([...EMBEDS]);
    const refused = TABLES.v2.filter(({ accepted }) => accepted.startsWith('no')).map(({ name }) => name.split('=')[1]);
    expect([...EMBEDS, ...refused].sort()).toEqual([...S2_EMBEDS].sort());
  });

  test('are those of v1.1 that join', () => {
    expect(valuesOf('`embed`, of v1.1')).toEqual(JOINED_EMBEDS);
  });
});

test('B8: the service asks for a gap of more days than docs/api.md says, and stores no entry', async () => {
  const rows = ALL_ROWS.map(([, row]) => row).filter(({ accepted }) => accepted.startsWith('days'));
  expect(rows.map(({ name }) => name)).toEqual([
    'gapToUpgrade',
    'gapToRenew',
    'gap_to_upgrade_for',
    'gap_to_renew_for',
  ]);
  for (const row of rows) {
    const base = { ...baseOf(row), ...formOf(row).needs };
    const { request } = await readRequest(row.api, { ...base, [row.name]: '367' });
    expect(keyOf(request)).toBeUndefined();
    const [sent] = await sendAll([request]);
    expect(sent?.parameters.get(row.name)).toBe('367');
  }
});

test('v1.1 takes one identifier, by one parameter', async () => {
  expect(await codeOf(readRequest('v1.1', {}))).toBe('missing_parameter');
  expect(await codeOf(readRequest('v1.1', { mobile: '9876543210', id: '1' }))).toBe('duplicate_parameter');
  const documented = TABLES['v1.1']
    .filter(({ accepted }) => accepted.startsWith('an identifier'))
    .map(({ name }) => name);
  expect(documented).toEqual(IDENTIFIERS);
});

test('v1.1 files its entries under the names that docs/api.md says', async () => {
  const [, ...filed] = rows(page, '### Where its entries are filed');
  expect(filed.map(([name]) => code(name))).toEqual(IDENTIFIERS);
  for (const [parameter = '', name = ''] of filed) {
    const value = code(parameter) === 'email' ? 'ann@example.com' : '9876543210';
    const { request } = await readRequest('v1.1', { [code(parameter)]: value });
    const query = { source: 'INSTORE', identifierName: code(name), identifierValue: value };
    const { request: ofV2 } = await readRequest('v2', query);
    expect(keyOf(request)?.partition).toBe(keyOf(ofV2)?.partition);
  }
});

test('v1.1 sections join under the names, and in the forms, that docs/api.md says', () => {
  const forms = { list: 'a list', object: 'an object', flags: 'an object of booleans' };
  const [, ...joined] = rows(page, '### Sections of v1.1');
  const documented = joined.slice(0, JOINED_EMBEDS.length).map(([name, from, form]) => [code(name), code(from), form]);
  expect(documented).toEqual(
    JOINED_EMBEDS.map((name) => [name, JOINED[name]?.from[0], forms[JOINED[name]?.form ?? 'list']]),
  );
});

test('sections of v1.1 are allowed where docs/api.md says', async () => {
  const [, paragraph = ''] = /^\*\*Where they are allowed\*\*(.*?)\n\n/ms.exec(page) ?? [];
  const candidates: Query[] = [
    ...['INSTORE', 'ALL', 'WECHAT', 'MARTJACK', 'MAPP_SDK'].map((source) => ({ source, identifierName: 'id' })),
    ...IDENTIFIER_NAMES.map((identifierName) => ({ source: 'INSTORE', identifierName })),
  ];
  for (const { source = '', identifierName = '' } of candidates) {
    const row = TABLES.v2.find(({ name }) => name === 'identifierName') as Row;
    const query = queryOf(row, { source, accountId: 'a-1', identifierValue: 'A-1', embed: 'coupons' }, identifierName);
    const isSaid = [source, identifierName].every((word) => codeSpans(paragraph).includes(word));
    const what = await codeOf(readRequest('v2', query));
    expect([source, identifierName, what]).toEqual([source, identifierName, isSaid ? 'accepted' : 'invalid_parameter']);
  }
});

describe.each(ALL_ROWS)('docs/api.md, %s', (_title, row) => {
  const isRefused = row.accepted.startsWith('no');
  const isJoined = row.key === 'of a second entry';

  test('is accepted as it says', async () => {
    if (isRefused) {
      const [name = '', value = ''] = row.name.split('=');
      expect(await codeOf(readRequest(row.api, { ...baseOf(row), [name]: value }))).toBe('invalid_parameter');
      return;
    }
    const { good, bad, needs } = formOf(row);
    const base = { ...baseOf(row), ...needs };
    // A parameter that another parameter's value requires.
    const source = row.name === 'accountId' ? { source: 'WECHAT' } : {};
    for (const [given] of good) {
      expect([given, await codeOf(readRequest(row.api, queryOf(row, { ...base, ...source }, given)))]).toEqual([
        given,
        'accepted',
      ]);
      if (needs)
        expect(await codeOf(readRequest(row.api, { ...baseOf(row), [row.name]: given }))).toBe('invalid_parameter');
    }
    for (const given of bad) {
      const refusal = await codeOf(readRequest(row.api, queryOf(row, { ...base, ...source }, given)));
      expect([given, refusal]).toEqual([
        given,
        expect.stringMatching(/^(invalid_(parameter|identifier)|missing_parameter)$/),
      ]);
    }
    const { [row.name]: _left, ...others } = { ...base, ...source } as Query;
    const withoutIt = await codeOf(readRequest(row.api, others));
    const isRequired = row.accepted.startsWith('required') || row.accepted.startsWith('an identifier');
    expect(withoutIt).toBe(isRequired ? 'missing_parameter' : 'accepted');
  });

  test('is part of the key as it says', async () => {
    if (isRefused) return expect([row.key, row.upstream]).toEqual(['–', '–']);
    const { examples, without } = await exampleLookups(row);
    const keys = new Map(examples.map(({ sent, key }) => [sent, JSON.stringify(key)]));
    // Spellings of one value are one entry.
    for (const { sent, key } of examples) expect(JSON.stringify(key)).toBe(keys.get(sent));
    const withoutKey = without && JSON.stringify(keyOf(without.request));
    const distinct = new Set([...keys.values(), ...(withoutKey === undefined ? [] : [withoutKey])]);
    // A base that has a value of its own may be one of the examples.
    const isOwnValue = row.name in baseOf(row) && [...keys.values()].includes(withoutKey ?? '');
    const expected = keys.size + (withoutKey === undefined || isOwnValue ? 0 : 1);
    switch (row.key) {
      case 'yes':
        expect(distinct.size).toBe(expected);
        for (const { sent, key } of examples) expect(key?.variant.split(';')).toContain(`${row.name}=${sent}`);
        break;
      case 'hashed':
        expect(distinct.size).toBe(expected);
        for (const { sent, key } of examples) expect(JSON.stringify(key)).not.toContain(`${row.name}=${sent}`);
        for (const { sent, key } of examples) if (sent.length > 3) expect(JSON.stringify(key)).not.toContain(sent);
        break;
      case 'no':
        expect(distinct.size).toBe(1);
        break;
      case 'of a second entry': {
        expect(distinct.size).toBe(1);
        const others = examples.map(
          ({ sent, asked }) => [sent, asked.supplement && keyOf(asked.supplement.request)] as const,
        );
        for (const [, key] of others) expect(key?.variant).toMatch(/^v1\.1;/);
        expect(new Set(others.map(([, key]) => key?.variant)).size).toBe(keys.size);
        break;
      }
      default:
        throw new Error(`This test does not know what "${row.key}" says of the key.`);
    }
  });

  test('goes upstream as it says', async () => {
    if (isRefused) return;
    const { examples, without } = await exampleLookups(row);
    const sent = await sendAll(examples.map(({ asked }) => asked.request));
    const [sentWithout] = without ? await sendAll([without.request]) : [];
    expect(sent).toHaveLength(examples.length);
    const arrived = sent.map((request) => sentUnder(row, request));
    const always = /^always `(\w+)`$/.exec(row.upstream)?.[1];
    if (row.upstream === 'yes') {
      expect(arrived).toEqual(examples.map((example) => [example.sent]));
    } else if (row.upstream === 'no') {
      expect(arrived).toEqual(examples.map(() => []));
    } else if (always !== undefined) {
      expect([...arrived, sentWithout && sentUnder(row, sentWithout)]).toEqual([...arrived, 0].map(() => [always]));
    } else {
      expect([row.upstream, isJoined]).toEqual(['to v1.1', true]);
      expect(arrived).toEqual(examples.map(() => []));
      const others = await sendAll(
        examples.flatMap(({ asked }) => (asked.supplement ? [asked.supplement.request] : [])),
      );
      expect(others.map(({ pathname }) => pathname)).toEqual(examples.map(() => '/v1.1/customer/get'));
      for (const [position, { sent: embed }] of examples.entries()) {
        const [name = '', value] = JOINED[embed]?.parameter ?? [];
        expect(others[position]?.parameters.getAll(name)).toEqual([value]);
      }
    }
  });

  test('is tested by a file that names it', () => {
    const files = row.testedBy;
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    const text = files.map((file) => readFileSync(file, 'utf8').toLowerCase()).join('\n');
    const values = LISTS[row.accepted] ?? [];
    const named = [row.name.split('=')[isRefused ? 1 : 0] ?? '', ...values];
    expect(named.filter((name) => !new RegExp(`\\b${name.toLowerCase()}\\b`).test(text))).toEqual([]);
    // events.test.ts runs an event, a test file runs itself.
    expect(files.filter((file) => !/^(events\/.*\.json|test\/.*\.test\.ts)$/.test(file))).toEqual([]);
    for (const file of files.filter((path) => path.startsWith('events/http/'))) {
      expect(parametersOf(file)).toContainEqual([row.api, row.name]);
    }
  });
});
