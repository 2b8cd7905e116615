import { describe, expect, test } from '@jest/globals';
import { parseCredentials } from '../../../functions/credentials.ts';
import { definitionOf, SETTING_NAMES } from '../../../functions/settings/definitions.ts';
import { type Environment, parseSettings } from '../../../functions/settings/settings.ts';
import { SettingsError } from '../../../functions/settings/settings-error.ts';
import { TILL_PROFILE, TILL_PROFILE_V1 } from '../../../functions/settings/till-profile.ts';

const REQUIRED: Environment = {
  UPSTREAM_BASE_URL: 'https://eu.api.example.com',
  UPSTREAM_CREDENTIALS: '{"username":"till","password":"canary-password"}',
  CACHE_KEY_SECRET: 'canary-key',
};

const parse = (changes: Environment = {}) => parseSettings({ ...REQUIRED, ...changes });

function refusal(changes: Environment): string {
  try {
    parse(changes);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

test('the defaults are those of the contract', () => {
  expect(parse()).toEqual({
    auditShare: 0,
    callerProof: { kind: 'apiKey' },
    upstream: {
      baseUrl: 'https://eu.api.example.com',
      credentials: { kind: 'inline', credentials: { kind: 'basic', username: 'till', password: 'canary-password' } },
      timeoutMs: 2500,
      staleSoftTimeoutMs: 600,
    },
    cache: { mode: 'on', table: 'lookaside', timeoutMs: 150, reader: 'direct', keySecrets: ['canary-key'] },
    freshness: {
      freshForMs: 300_000,
      staleWhileRevalidateMs: 900_000,
      staleIfErrorMs: 86_400_000,
      notFoundFreshForMs: 15_000,
    },
    customer: {
      defaultCountry: 'IN',
      primaryIdentifier: undefined,
      embedAlways: [],
      extraParameters: [],
      profileFields: {
        v2: expect.objectContaining({ fields: TILL_PROFILE }),
        'v1.1': expect.objectContaining({ fields: TILL_PROFILE_V1 }),
      },
    },
    guard: undefined,
    corsOrigins: [],
    callers: undefined,
    webhookSecrets: [],
    otherRegions: [],
    revalidateFunction: 'lookaside-revalidate',
    logLevel: 'INFO',
    metricsEnvironment: 'local',
    aws: { region: undefined, dynamoDbUrl: undefined, credentials: undefined, initializationType: undefined },
  });
});

const FUNCTION = (region: string) =>
  `arn:aws:lambda:${region}:111122223333:function:lookaside-production-invalidate:live`;

test('functions of other regions are read as a list of ARNs', () => {
  const arns = [FUNCTION('eu-west-1'), FUNCTION('ap-southeast-1')];
  expect(parse({ OTHER_REGIONS: arns.join(' , ') }).otherRegions).toEqual(arns);
});

test.each([
  ['a name', 'lookaside-invalidate'],
  ['a function twice', `${FUNCTION('eu-west-1')},${FUNCTION('eu-west-1')}`],
  ['another service', 'arn:aws:sns:eu-west-1:111122223333:topic'],
  [
    'eleven',
    Array.from({ length: 11 }, (_, number) => FUNCTION(`eu-west-${number % 10}`).replace('live', `v${number}`)).join(),
  ],
])('functions of other regions may not be %s', (_title, text) => {
  expect(refusal({ OTHER_REGIONS: text })).toContain('OTHER_REGIONS is ');
});

// A message is "…; allowed is …." and a mark before its full stop looks like a part of what is allowed.
test.each(SETTING_NAMES)('what is allowed for %s ends with a word', (name) => {
  expect(definitionOf(name).allowed).toMatch(/[\p{L}\d)}]$/u);
});

test('an empty text counts as absent', () => {
  expect(parse({ FRESH_SECONDS: '', LOG_LEVEL: ' ', PRIMARY_IDENTIFIER: '' })).toEqual(parse());
});

const days = (count: number) => String(count * 86_400);

describe('accepts', () => {
  test.each<[Environment, object]>([
    [
      { UPSTREAM_BASE_URL: 'https://eu.api.example.com/prefix/' },
      { upstream: { baseUrl: 'https://eu.api.example.com/prefix' } },
    ],
    [{ UPSTREAM_BASE_URL: 'https://v2.example' }, { upstream: { baseUrl: 'https://v2.example' } }],
    [{ UPSTREAM_BASE_URL: 'https://a.example/v2x' }, { upstream: { baseUrl: 'https://a.example/v2x' } }],
    [{ UPSTREAM_BASE_URL: 'https://a.example/v2/till' }, { upstream: { baseUrl: 'https://a.example/v2/till' } }],
    [{ UPSTREAM_BASE_URL: 'http://127.0.0.1:8080' }, { upstream: { baseUrl: 'http://127.0.0.1:8080' } }],
    [{ UPSTREAM_BASE_URL: 'http://localhost:8080' }, { upstream: { baseUrl: 'http://localhost:8080' } }],
    [{ UPSTREAM_BASE_URL: 'http://[::1]:8080' }, { upstream: { baseUrl: 'http://[::1]:8080' } }],
    [
      { UPSTREAM_CREDENTIALS: '{"key":"k","secret":"s"}' },
      { upstream: { credentials: { kind: 'inline', credentials: { kind: 'oauth', key: 'k', secret: 's' } } } },
    ],
    [
      { UPSTREAM_CREDENTIALS: undefined, UPSTREAM_CREDENTIALS_ARN: 'arn:aws:secretsmanager:eu-west-1:1:secret:x' },
      { upstream: { credentials: { kind: 'secret', arn: 'arn:aws:secretsmanager:eu-west-1:1:secret:x' } } },
    ],
    [{ UPSTREAM_CREDENTIALS: undefined, UPSTREAM_CREDENTIALS_ARN: 'till/secret_1+=.@-a' }, {}],
    [{ CACHE_TABLE: 'a.b_c-1' }, { cache: { table: 'a.b_c-1' } }],
    [{ CACHE_TABLE: 'arn:aws:dynamodb:eu-west-1:111122223333:table/lookaside' }, {}],
    [{ REVALIDATE_FUNCTION: 'my-revalidate:live' }, { revalidateFunction: 'my-revalidate:live' }],
    [{ REVALIDATE_FUNCTION: 'arn:aws:lambda:eu-west-1:111122223333:function:my-revalidate:$LATEST' }, {}],
    [{ CACHE_KEY_SECRET: 'new, old' }, { cache: { keySecrets: ['new', 'old'] } }],
    [{ CACHE_KEY_SECRET: 'new,old,new' }, { cache: { keySecrets: ['new', 'old'] } }],
    [{ WEBHOOK_SECRET: 'new,old,new' }, { webhookSecrets: ['new', 'old'] }],
    [{ WEBHOOK_SECRET: 'new, old' }, { webhookSecrets: ['new', 'old'] }],
    [{ WEBHOOK_SECRET: 'one' }, { webhookSecrets: ['one'] }],
    [
      { UPSTREAM_BASE_URL: 'https://eu_1.api-x.example:8443' },
      { upstream: { baseUrl: 'https://eu_1.api-x.example:8443' } },
    ],
    [{ UPSTREAM_BASE_URL: 'https://[2001:db8::1]' }, { upstream: { baseUrl: 'https://[2001:db8::1]' } }],
    [{ CORS_ORIGINS: 'http://[::1]:5173' }, { corsOrigins: ['http://[::1]:5173'] }],
    [{ CACHE_MODE: 'bypass' }, { cache: { mode: 'bypass' } }],
    [{ GUARD_NOT_FOUND_LIMIT: '20' }, { guard: { notFound: 20, sharePercent: 80 } }],
    [
      { GUARD_NOT_FOUND_LIMIT: '1000000', GUARD_NOT_FOUND_SHARE: '0' },
      { guard: { notFound: 1_000_000, sharePercent: 0 } },
    ],
    [{ GUARD_NOT_FOUND_LIMIT: '0', GUARD_NOT_FOUND_SHARE: '99' }, { guard: undefined }],
    [{ FRESH_SECONDS: '0' }, { freshness: { freshForMs: 0 } }],
    [{ EMBED_ALWAYS: 'points, MLP,points' }, { customer: { embedAlways: ['mlp', 'points'] } }],
    [{ EXTRA_PARAMETERS: 'x-flag, tenantKey,x-flag,' }, { customer: { extraParameters: ['tenantKey', 'x-flag'] } }],
    [{ PROFILE_FIELDS: '*' }, { customer: { profileFields: { v2: { fields: '*' } } } }],
    [{ PRIMARY_IDENTIFIER: 'externalId' }, { customer: { primaryIdentifier: 'externalId' } }],
    [{ DEFAULT_COUNTRY: 'GB' }, { customer: { defaultCountry: 'GB' } }],
    [
      { CORS_ORIGINS: 'https://kiosk.example, http://localhost:5173' },
      { corsOrigins: ['https://kiosk.example', 'http://localhost:5173'] },
    ],
    [{ FRESH_SECONDS: days(28), STALE_WHILE_REVALIDATE_SECONDS: days(2), STALE_IF_ERROR_SECONDS: '0' }, {}],
    [{ FRESH_SECONDS: '300', STALE_WHILE_REVALIDATE_SECONDS: '900', STALE_IF_ERROR_SECONDS: '2590800' }, {}],
  ])('%j', (changes, expected) => {
    expect(parse(changes)).toMatchObject(expected);
  });
});

describe('refuses, naming the setting, its value and what is allowed,', () => {
  test.each([
    ['UPSTREAM_BASE_URL', undefined, 'missing'],
    ['UPSTREAM_BASE_URL', 'eu.api.example.com', '"eu.api.example.com"'],
    ['UPSTREAM_BASE_URL', 'http://eu.api.example.com', 'https'],
    ['UPSTREAM_BASE_URL', 'http://127.0.0.1.example.com', 'https'],
    ['UPSTREAM_BASE_URL', 'https://a.example,https://b.example', '"https://a.example,https://b.example"'],
    ['UPSTREAM_BASE_URL', 'https://*.example', '"https://*.example"'],
    ['UPSTREAM_BASE_URL', 'https://$HOST/', '"https://$HOST/"'],
    ['UPSTREAM_BASE_URL', 'https://a.example/?x=1', 'without space, user, query or fragment'],
    ['UPSTREAM_BASE_URL', 'https://a.example\nx', 'without space, user, query or fragment'],
    ['UPSTREAM_BASE_URL', 'https://a.ex\tample', 'without space'],
    ['UPSTREAM_BASE_URL', 'https://a.example/#x', 'without space, user, query or fragment'],
    ['UPSTREAM_BASE_URL', 'https://a.example/v2', 'without an API at its end'],
    ['UPSTREAM_BASE_URL', 'https://a.example/v2/', 'the service adds /v2/… and /v1.1/… itself'],
    ['UPSTREAM_BASE_URL', 'https://a.example/V2', 'without an API at its end'],
    ['UPSTREAM_BASE_URL', 'https://a.example/prefix/v1.1//', 'without an API at its end'],
    ['UPSTREAM_BASE_URL', 'https://a.example/v2/customers', 'without an API at its end'],
    ['UPSTREAM_BASE_URL', 'https://a.example/v2/customers/lookup/customerDetails', 'without an API at its end'],
    ['UPSTREAM_BASE_URL', 'https://a.example/v1.1/customer/get', 'without an API at its end'],
    ['UPSTREAM_TIMEOUT_MS', '0', '1 to 60000'],
    ['UPSTREAM_TIMEOUT_MS', '2.5', '"2.5"'],
    ['UPSTREAM_TIMEOUT_MS', '1e3', '"1e3"'],
    ['CACHE_TIMEOUT_MS', '-1', '"-1"'],
    ['CACHE_TABLE', 'a b', '"a b"'],
    ['CACHE_TABLE', 'ab', '"ab"'],
    ['CACHE_TABLE', 'a/b/c', '"a/b/c"'],
    ['CACHE_TABLE', 'x'.repeat(256), 'x"'],
    ['CACHE_TABLE', 'arn:aws:s3:::bucket', '"arn:aws:s3:::bucket"'],
    ['REVALIDATE_FUNCTION', 'a b', '"a b"'],
    ['REVALIDATE_FUNCTION', 'x'.repeat(65), 'x"'],
    ['REVALIDATE_FUNCTION', 'arn:aws:sns:eu-west-1:111122223333:topic', ':topic"'],
    ['UPSTREAM_CREDENTIALS_ARN', 'a secret', '"a secret"'],
    ['UPSTREAM_CREDENTIALS_ARN', 'a\nb', '"a\\nb"'],
    ['UPSTREAM_CREDENTIALS_ARN', 'a,a', '"a,a"'],
    ['UPSTREAM_CREDENTIALS_ARN', 'arn:aws:s3:::bucket', '"arn:aws:s3:::bucket"'],
    ['UPSTREAM_CREDENTIALS_ARN', 'x'.repeat(513), 'x"'],
    ['CACHE_MODE', 'off', 'on or bypass'],
    ['CACHE_KEY_SECRET', undefined, 'missing'],
    ['CACHE_KEY_SECRET', ' , ', 'secret'],
    ['GUARD_NOT_FOUND_LIMIT', '19', '20 to 1000000'],
    ['GUARD_NOT_FOUND_LIMIT', '1000001', '20 to 1000000'],
    ['GUARD_NOT_FOUND_LIMIT', '-1', '0 (no caller is refused)'],
    ['GUARD_NOT_FOUND_LIMIT', '20.5', '20 to 1000000'],
    ['GUARD_NOT_FOUND_SHARE', '100', '0 to 99'],
    ['GUARD_NOT_FOUND_SHARE', '80%', '0 to 99'],
    ['FRESH_SECONDS', 'abc', '0 to 2592000'],
    ['FRESH_SECONDS', '2592001', '0 to 2592000'],
    ['NOT_FOUND_FRESH_SECONDS', '15s', '"15s"'],
    ...['1.01', '2', '-0.1', '1e-3', '.', '1%', '0,5'].map(
      (text) => ['AUDIT_SHARE', text, JSON.stringify(text)] as const,
    ),
    ['DEFAULT_COUNTRY', 'XX', '"XX"'],
    ['DEFAULT_COUNTRY', 'in', 'alpha-2 code of a country in capital letters'],
    ['PRIMARY_IDENTIFIER', 'wechat', 'mobile, email, externalId'],
    ['EMBED_ALWAYS', 'points,gapDetails', 'points'],
    ['EXTRA_PARAMETERS', 'tenantKey,embed', 'none of them a documented parameter of either API'],
    ['EXTRA_PARAMETERS', 'MLP', '"MLP"'],
    ['EXTRA_PARAMETERS', 'Mobile', 'in any letter case'],
    ['EXTRA_PARAMETERS', 'cacheControl', 'documented'],
    ['EXTRA_PARAMETERS', 'tenantKey,WaitMs', 'documented'],
    ['EXTRA_PARAMETERS', 'prefetch', 'documented'],
    ['EXTRA_PARAMETERS', 'a b', 'letters, digits, _ - and .'],
    ['EXTRA_PARAMETERS', `a${'b'.repeat(64)}`, '1 to 64'],
    ['EXTRA_PARAMETERS', Array.from({ length: 33 }, (_, k) => `x${k}`).join(), 'up to 32 names'],
    ['PROFILE_FIELDS', 'id(', 'allowed is a projection'],
    ['PROFILE_FIELDS', 'id,profiles(firstName', 'has its end at character 22, where "," or ")" belongs; allowed'],
    ['PROFILE_FIELDS_V1', 'firstname,,lastname', 'has "," at character 11, where a name belongs; allowed'],
    ['CORS_ORIGINS', '*', 'https://kiosk.example'],
    ['CORS_ORIGINS', 'https://*.example', '"https://*.example"'],
    ['CORS_ORIGINS', 'https://kiosk.example,https://*', 'https://kiosk.example'],
    ['WEBHOOK_SECRET', 'canary-a,canary-b,canary-c', 'two with a comma between them'],
    ['WEBHOOK_SECRET', ' , ', '(its value is a secret)'],
    ['PROFILE_FIELDS', 'a'.repeat(4097), 'up to 4096 characters'],
    ['PROFILE_FIELDS_V1', 'firstname,,lastname', 'up to 4096 characters'],
    ['CORS_ORIGINS', 'https://kiosk.example/', 'no / at the end'],
    ['CORS_ORIGINS', 'https://kiosk.example/page', 'no path'],
    ['CORS_ORIGINS', 'https://Kiosk.example', 'host in lower case'],
    ['CORS_ORIGINS', 'https://kiosk.example:443', 'no usual port'],
    ['LOG_LEVEL', 'verbose', 'INFO'],
  ])('%s=%s', (name, value, said) => {
    const message = refusal({ [name]: value });
    expect(message).toContain(name);
    expect(message).toContain(said);
  });

  test('windows that together are longer than 30 days', () => {
    expect(refusal({ STALE_IF_ERROR_SECONDS: '2592000' })).toContain(
      'allowed is 2592000 (30 days) for all of them together',
    );
  });

  test.each([
    [
      '29 days fresh',
      { FRESH_SECONDS: days(29), STALE_WHILE_REVALIDATE_SECONDS: days(2), STALE_IF_ERROR_SECONDS: '0' },
    ],
    ['0 fresh', { FRESH_SECONDS: '0', STALE_WHILE_REVALIDATE_SECONDS: days(16), STALE_IF_ERROR_SECONDS: days(15) }],
    ['a second over', { FRESH_SECONDS: '1', STALE_WHILE_REVALIDATE_SECONDS: days(30), STALE_IF_ERROR_SECONDS: '0' }],
  ])('S01: windows that are each short enough, and together longer than 30 days: %s', (_title, windows) => {
    const message = refusal(windows);
    for (const name of Object.keys(windows)) expect(message).toContain(`${name} is `);
    expect(message).toContain('allowed is 2592000 (30 days) for all of them together');
  });

  test('credentials that are missing, or given twice', () => {
    expect(refusal({ UPSTREAM_CREDENTIALS: undefined })).toContain('are both missing');
    expect(refusal({ UPSTREAM_CREDENTIALS_ARN: 'arn' })).toContain('are both set');
  });

  test('everything that is wrong, in one message', () => {
    const message = refusal({ FRESH_SECONDS: 'x', CACHE_MODE: 'y' });
    expect(message).toContain('FRESH_SECONDS');
    expect(message).toContain('CACHE_MODE');
  });

  test('everything that is wrong, in one message: also a contradiction with another setting', () => {
    const message = refusal({
      FRESH_SECONDS: days(20),
      STALE_IF_ERROR_SECONDS: days(20),
      UPSTREAM_CREDENTIALS: undefined,
      LOG_LEVEL: 'loud',
    });
    expect(message).toContain('LOG_LEVEL is "loud"');
    expect(message).toContain('are both missing');
    expect(message).toContain('30 days');
  });

  test('an unreadable value, which is not reported as a contradiction too', () => {
    expect(refusal({ UPSTREAM_CREDENTIALS: '{' })).not.toContain('both');
    expect(refusal({ FRESH_SECONDS: 'x', STALE_IF_ERROR_SECONDS: days(30) })).not.toContain('30 days');
  });

  test('without ever showing a secret', () => {
    const messages = [
      refusal({ FRESH_SECONDS: 'x' }),
      refusal({ UPSTREAM_CREDENTIALS: '{"username":"till","password":"canary-password"' }),
      refusal({ UPSTREAM_CREDENTIALS: '{"username":"till","password":"canary-password","x":1}' }),
      refusal({ UPSTREAM_BASE_URL: 'https://till:canary-password@eu.api.example.com' }),
      refusal({ UPSTREAM_BASE_URL: 'till:canary-password@eu.api.example.com' }),
      refusal({ UPSTREAM_BASE_URL: 'https://till:canary/password@eu.api.example.com' }),
      refusal({ UPSTREAM_BASE_URL: 'https://till:canary@password@eu.api.example.com/' }),
      // Credentials in the wrong place.
      refusal({ UPSTREAM_CREDENTIALS_ARN: '{"username":"till","password":"canary-password"}' }),
      refusal({ CACHE_TABLE: '{"key":"canary","secret":"canary"}' }),
      refusal({ AUDIT_SHARE: '{ "password" : "canary-password" }' }),
    ];
    for (const message of messages) expect(message).not.toContain('canary');
  });
});

test.each([
  '',
  '[]',
  'null',
  '{"username":"a"}',
  '{"username":"","password":"b"}',
  '{"username":"a:b","password":"c"}',
  '{"key":1,"secret":"b"}',
  '{"username":"a","password":"b","key":"c"}',
])('%j holds no credentials', (json) => {
  expect(parseCredentials(json)).toBeUndefined();
});
