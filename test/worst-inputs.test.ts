import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { parseKeepingNumbers } from '../client/src/json.ts';
import { overHttp } from '../client/src/over-http.ts';
import { MAX_REPLY_BYTES } from '../functions/adapters/capillary/capped-body.ts';
import { readReplyBody } from '../functions/adapters/capillary/reply-body.ts';
import { readRetryAfter } from '../functions/adapters/capillary/retry-after.ts';
import { readCustomerGetReply } from '../functions/adapters/capillary/v1-reply.ts';
import { readCustomerDetailsReply } from '../functions/adapters/capillary/v2-reply.ts';
import { readInvokePayload } from '../functions/batch/invoke-payload.ts';
import { readLookupPayload } from '../functions/batch/lookup-payload.ts';
import { parseCredentials } from '../functions/credentials.ts';
import { toCustomerId } from '../functions/customer/identifier/customer-id.ts';
import {
  IDENTIFIER_NAMES,
  toIdentifierName,
  toListedIdentifierName,
} from '../functions/customer/identifier/identifier-name.ts';
import { toListedIdentifiers } from '../functions/customer/identifier/listed-identifier.ts';
import { isObject, parseJson } from '../functions/customer/json/json.ts';
import { compileProjection, MAX_PROJECTION_LENGTH, project } from '../functions/customer/reply/projection.ts';
import type { Parameter } from '../functions/customer/request/canonical-request.ts';
import { V1_PARAMETER_NAMES } from '../functions/customer/v1/v1-parameters.ts';
import { readV1Request } from '../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../functions/customer/v2/v2-request.ts';
import { readSubject } from '../functions/customer/v2/v2-subject.ts';
import { isAuthorized } from '../functions/invalidate/authorization.ts';
import { readCapillaryEvent } from '../functions/invalidate/event/capillary-event.ts';
import { parseWithTexts } from '../functions/invalidate/event/event-json.ts';
import { subjectsOf } from '../functions/invalidate/event/event-subjects.ts';
import { readDirectives } from '../functions/lookup/directives.ts';
import { readText } from '../functions/rest/body.ts';
import { isNoneMatch } from '../functions/rest/conditional.ts';
import { SETTING_NAMES } from '../functions/settings/definitions.ts';
import { parseSettings } from '../functions/settings/settings.ts';
import { cpuMs, fastestOf } from './support/fastest.ts';
import { growthOf } from './support/linear-time.ts';
import { DEFAULT_READING } from './support/request-reading.ts';

// Tests every parser on a megabyte of its worst inputs (B5, B10). It may refuse them, and must not take long.

const LENGTH = 1_000_000;

const fill = (text: string, length = LENGTH) => text.repeat(Math.ceil(length / text.length)).slice(0, length);

/** Texts on which patterns take longest that look back, or search for an end. */
const TEXTS: Readonly<Record<string, string>> = {
  'spaces inside': `a${fill(' ')}a`,
  'spaces around': `${fill(' ', LENGTH / 2)}a${fill(' ', LENGTH / 2)}`,
  'spaces alone': fill(' '),
  tabs: `a${fill('\t')}a`,
  digits: fill('9'),
  zeros: `1${fill('0')}1`,
  'a decimal number': `${fill('0', LENGTH / 2)}.${fill('0', LENGTH / 2)}1`,
  exponents: fill('1e'),
  letters: fill('a'),
  commas: fill(','),
  'elements of a list': fill('a,'),
  'names of identifiers': fill('mobile,'),
  embeds: fill('points,'),
  'equals signs': fill(' = '),
  directives: fill('max-age=1,'),
  quotes: `"${fill('"')}`,
  'entity tags': fill('"a",'),
  'half entity tags': fill('W/"'),
  'signs of a phone number': fill('(-.) '),
  'a phone number': `+${fill('91 98765-')}`,
  'an e-mail address': `${fill('a', LENGTH / 2)}@${fill('a', LENGTH / 2)}@`,
  'a projection': fill('a(b,'),
  'a deep projection': fill('a/'),
  'characters of four bytes': fill('😀'),
  'lone surrogates': fill('\ud83d'),
  slashes: `https://a.example/${fill('/')}a`,
  'a date': `Mon, ${fill('1 ')}`,
  'words of a date': `A${fill('a')} 1`,
  'byte order marks': fill('\ufeff'),
};

/** The texts, each with how many characters JSON writes for one of the text. */
const WRITTEN_TEXTS = Object.entries(TEXTS).map(
  ([title, text]) => [title, text, JSON.stringify(text).length / text.length] as const,
);

/** JSON of about this length with long texts, or with deep nesting. */
const documentsOf = (length: number): readonly (readonly [title: string, json: string])[] => [
  ...WRITTEN_TEXTS.map(([title, text, written]) => {
    const third = JSON.stringify(text.slice(0, length / 3 / written));
    const identifiers = `{"customerId":${third},"instore":{"mobile":${third}}}`;
    return [title, `{"id":1,"message":${third},"data":{"customerIdentifiers":${identifiers}}}`] as const;
  }),
  ['a number', fill('1', length)],
  ['a number with a point', `{"id":0.${fill('0', length)}1}`],
  ['numbers in a text', JSON.stringify(fill('1,', length))],
  ['lists in lists', fill('[', length)],
  ['objects in objects', fill('{"a":', length)],
  ['quotes that do not end', fill('"\\"', length)],
];

const v2 = (changes: Readonly<Record<string, string>>): Parameter[] =>
  Object.entries({ source: 'INSTORE', identifierName: 'externalId', identifierValue: 'E1', ...changes });
const DUAL = { ...DEFAULT_READING, primaryIdentifier: 'mobile' as const };
const EXTRA = { ...DEFAULT_READING, extraParameters: ['tenantKey'] };
const V2_PARAMETERS = ['source', 'accountId', 'identifierName', 'identifierValue', 'embed', 'includedNPS', 'fields'];
const MAX_SETTING_LENGTH = 131_071;
const SETTINGS = {
  UPSTREAM_BASE_URL: 'https://a.example',
  UPSTREAM_CREDENTIALS_ARN: 'arn',
  CACHE_KEY_SECRET: 'secret',
};

/** The parsers of one text. */
const PARSERS: Readonly<Record<string, (text: string) => unknown>> = {
  'Cache-Control': readDirectives,
  'If-None-Match': (text) => isNoneMatch(text, '"x"'),
  'Retry-After': (text) => readRetryAfter(text, 0),
  Authorization: (text) => isAuthorized(text, ['secret']),
  'a projection': compileProjection,
  'a customer id': toCustomerId,
  'a name of an identifier': (text) => [toIdentifierName(text), toListedIdentifierName(text)],
  'an unknown parameter': (text) => readV2Request([...v2({}), [text, text]], DEFAULT_READING),
  'an extra parameter': (text) => readV2Request(v2({ tenantKey: text }), EXTRA),
  'the header language': (text) => readV1Request([['id', '1']], text, DEFAULT_READING),
  'a purge of entries': (text) => readSubject(v2({ accountId: text, identifierValue: text }), DEFAULT_READING, 'query'),
  'a body': (body) => readText({ body, isBase64Encoded: false } as APIGatewayProxyEvent),
  'a body in base64': (body) => readText({ body, isBase64Encoded: true } as APIGatewayProxyEvent),
  credentials: parseCredentials,
  'the endpoint of the client': (endpoint) => overHttp({ endpoint }),
  'the API key of the client': (apiKey) => overHttp({ endpoint: 'https://a.example', apiKey }),
  ...Object.fromEntries(
    V2_PARAMETERS.map((name) => [
      `${name} of v2`,
      (text: string) => readV2Request(v2({ [name]: text }), DEFAULT_READING, 'query'),
    ]),
  ),
  ...Object.fromEntries(
    ['identifierName', 'identifierValue'].map((name) => [
      `${name} of v2 with dual eligibility`,
      (text: string) => readV2Request(v2({ [name]: text }), DUAL, 'query'),
    ]),
  ),
  ...Object.fromEntries(
    V1_PARAMETER_NAMES.map((name) => [
      `${name} of v1.1`,
      (text: string) =>
        readV1Request([...(name === 'id' ? [] : [['id', '1'] as const]), [name, text]], undefined, DEFAULT_READING),
    ]),
  ),
  ...Object.fromEntries(
    IDENTIFIER_NAMES.map((name) => [
      `${name}, given`,
      (text: string) => readV2Request(v2({ identifierName: name, identifierValue: text }), DEFAULT_READING, 'query'),
    ]),
  ),
  ...Object.fromEntries(
    IDENTIFIER_NAMES.map((name) => [`${name}, listed`, (text: string) => toListedIdentifiers(name, text, DUAL)]),
  ),
  ...Object.fromEntries(
    ['identifierValue', 'accountId', 'cacheControl', 'embed', 'fields', 'api', 'unknown'].map((name) => [
      `${name} of a payload`,
      (text: string) => readLookupPayload({ ...Object.fromEntries(v2({})), [name]: text }, DEFAULT_READING),
    ]),
  ),
  ...Object.fromEntries(
    SETTING_NAMES.map((name) => [
      `the setting ${name}`,
      // Linux takes no longer text into an environment.
      (text: string) => parseSettings({ ...SETTINGS, [name]: text.slice(-MAX_SETTING_LENGTH) }),
    ]),
  ),
};

describe.each(Object.entries(PARSERS))('B5: %s', (_parser, parse) => {
  test('takes very little time for a megabyte of anything', async () => {
    for (const [title, text] of Object.entries(TEXTS)) {
      // The short text comes first: over a megabyte quadratic time is a quarter of an hour.
      for (const each of [text.slice(0, 10_000) + text.slice(-10_000), text]) {
        expect([title, await growthOf(parse, each)]).toEqual([title, 'linear']);
      }
    }
  });
});

/** The readers of JSON, with the size of their input. They may also take as long as JSON.parse. */
const READERS: Readonly<Record<string, readonly [length: number, read: (json: string) => unknown]>> = {
  JSON: [MAX_REPLY_BYTES, parseJson],
  'a reply of v2': [MAX_REPLY_BYTES, async (json) => readCustomerDetailsReply(200, await readReplyBody(json))],
  'a refusal of v2': [MAX_REPLY_BYTES, async (json) => readCustomerDetailsReply(400, await readReplyBody(json))],
  'a reply of v1.1': [MAX_REPLY_BYTES, async (json) => readCustomerGetReply(200, await readReplyBody(json))],
  'a refusal of v1.1': [MAX_REPLY_BYTES, async (json) => readCustomerGetReply(400, await readReplyBody(json))],
  'an event': [
    LENGTH,
    async (json) => {
      const event = parseWithTexts(json);
      if (isObject(event)) await subjectsOf(readCapillaryEvent(event), DEFAULT_READING);
    },
  ],
  'an answer, by the client': [LENGTH, parseKeepingNumbers],
};

describe.each(Object.entries(READERS))('B10: %s', (_reader, [length, read]) => {
  test('takes no more time than JSON.parse for long texts and deep nesting, and little time in all', async () => {
    for (const [title, json] of documentsOf(length)) {
      expect([title, await growthOf(read, json, { besides: JSON.parse })]).toEqual([title, 'linear']);
    }
  });
});

describe('B5: a batch', () => {
  test('of a megabyte, in texts just short enough for a header, takes very little time', async () => {
    const texts = [`a${fill(' ', 10_000)}a`, fill(',', 10_000), `${fill('9', 10_000)}.0`];
    const readAll = (lookups: readonly unknown[]) => {
      const batch = readInvokePayload({ lookups });
      if (batch.kind !== 'batch') throw new Error('It is no batch.');
      return Promise.all(batch.lookups.map((each) => readLookupPayload(each, DEFAULT_READING).catch(() => undefined)));
    };
    for (const text of texts) {
      const lookups = Array.from({ length: 100 }, () => ({
        ...Object.fromEntries(v2({ identifierValue: text })),
        cacheControl: text,
      }));
      expect(await growthOf(readAll, lookups)).toBe('linear');
    }
  });

  test('of one look-up with very many members takes very little time', async () => {
    const members = Array.from({ length: 90_000 }, (_, k) => [`a${k}`, 1] as const);
    // To spread so many members into a new object takes five times as long.
    const payloads = [{}, { api: 'v1.1' }, { lookups: [] }].map(
      (payload) => (given: typeof members) => Object.assign(Object.fromEntries(given), payload),
    );
    for (const payloadOf of payloads) {
      const readers = [readInvokePayload, (payload: unknown) => readLookupPayload(payload, DEFAULT_READING)];
      for (const read of readers) {
        expect(await growthOf((given) => read(payloadOf(given)), members, { besides: payloadOf })).toBe('linear');
      }
    }
  });
});

describe('B5: a projection of many parts of one name', () => {
  test('is compiled in very little time: a batch has a hundred of them', async () => {
    const parts = Array.from({ length: 800 }, (_, k) => `a/${k.toString(36)}`).join(',');
    const many = Array.from({ length: 650 }, (_, k) => `a(${k.toString(36)})`).join(',');
    for (const fields of [parts, many]) {
      expect(fields.length).toBeLessThanOrEqual(MAX_PROJECTION_LENGTH);
      const compile = () => {
        for (let n = 0; n < 100; n += 1) compileProjection(fields);
      };
      expect(await fastestOf(500, () => cpuMs(compile))).toBeLessThan(500);
    }
  });
});

describe('B5: a projection of many names beside *', () => {
  test('takes very little time on a reply whose elements all have these names', async () => {
    const names = Array.from({ length: 640 }, (_, k) => `n${k}`).join(',');
    const elements = Array.from({ length: 20_000 }, () => ({ b: { zz: 1 } }));
    for (const fields of [`*(*(${names}),b(zz))`, `*/*(${names}),list/b/zz`]) {
      const projection = compileProjection(fields);
      const cut = (list: typeof elements) => project({ list }, projection);
      expect(await growthOf(cut, elements)).toBe('linear');
    }
  });
});

/** Every pattern in the sources of the functions and of the client. */
const PATTERNS = ['functions', 'client/src']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.posix.join(folder, file)),
  )
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    const literals = source.matchAll(
      /(?<=[(,=:![&|?{};\n]\s*|return )\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/g,
    );
    return [...literals].map(
      ([, pattern = '', flags = '']) => [`${file}: /${pattern}/`, new RegExp(pattern, flags)] as const,
    );
  });

describe('B5: no pattern takes more than linear time', () => {
  test('the search finds patterns in every folder that has some', () => {
    expect(PATTERNS.length).toBeGreaterThan(40);
    const files = PATTERNS.map(([title]) => title.split(':')[0]);
    for (const file of [
      'functions/customer/identifier/identifier.ts',
      'functions/rest/conditional.ts',
      'functions/lookup/directives.ts',
      'functions/settings/readers.ts',
      'client/src/over-http.ts',
    ]) {
      expect(files).toContain(file);
    }
  });

  /** The repeated texts: single characters, and pairs of those between which patterns look. */
  const CHARACTERS = [
    ' ',
    '\t',
    '0',
    '9',
    'a',
    'A',
    ',',
    '=',
    '"',
    '/',
    '.',
    '-',
    '+',
    '@',
    ':',
    '\\',
    '(',
    '_',
    '\n',
    'W',
  ];
  const PUMPED = [...CHARACTERS, ...CHARACTERS.flatMap((one) => [' ', '0', 'a', '"'].map((other) => one + other))];

  test.each(PATTERNS)('%s', async (_title, pattern) => {
    const length = 20_000;
    const search = (text: string) =>
      pattern.global || pattern.sticky ? text.replace(pattern, '') : pattern.test(text);
    for (const pumped of PUMPED) {
      for (const text of [`x${fill(pumped, length)}\u0000`, `${fill(pumped, length)}x\u0000`]) {
        expect([pumped, await growthOf(search, text, { allowedMs: 20 })]).toEqual([pumped, 'linear']);
      }
    }
  });
});
