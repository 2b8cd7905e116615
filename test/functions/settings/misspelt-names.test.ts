import { describe, expect, test } from '@jest/globals';
import { SETTING_NAMES } from '../../../functions/settings/definitions.ts';
import { describeMisspelt, misspeltNames } from '../../../functions/settings/misspelt-names.ts';
import { LOCAL_SETTING_NAMES } from '../../../local/settings.ts';

const found = (environment: Record<string, string | undefined>) => misspeltNames(environment, LOCAL_SETTING_NAMES);

describe('a name that is close to a setting', () => {
  test.each([
    ['FRESH_SECOND', 'FRESH_SECONDS'],
    ['FRESH_SECODNS', 'FRESH_SECONDS'],
    ['fresh_seconds', 'FRESH_SECONDS'],
    ['freshSeconds', 'FRESH_SECONDS'],
    ['FRESH-SECONDS', 'FRESH_SECONDS'],
    ['FRESH_MS', 'FRESH_SECONDS'],
    ['CACHE_TIMEOUT', 'CACHE_TIMEOUT_MS'],
    ['UPSTREAM_TIMEOUT_SECONDS', 'UPSTREAM_TIMEOUT_MS'],
    ['UPSTREAM_BASEURL', 'UPSTREAM_BASE_URL'],
    ['UPSTREAM_CREDENTIAL_ARN', 'UPSTREAM_CREDENTIALS_ARN'],
    ['PROFILE_FIELDS_V2', 'PROFILE_FIELDS_V1'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['LOCAL_API_KEY', 'LOCAL_API_KEYS'],
    ['DATA_DIRS', 'DATA_DIR'],
    ['port', 'PORT'],
    ['_FRESH_SECONDS', 'FRESH_SECONDS'],
  ])('%s: %s may be meant', (name, meant) => {
    expect(found({ [name]: '1' })).toEqual([{ name, meant }]);
  });

  test.each(LOCAL_SETTING_NAMES.filter((name) => name.includes('_')))('%s without its "_" is close to it', (meant) => {
    const name = meant.replaceAll('_', '');
    expect(found({ [name]: '1' })).toEqual([{ name, meant }]);
    expect(found({ [name.toLowerCase()]: '1' })).toEqual([{ name: name.toLowerCase(), meant }]);
  });

  test.each(LOCAL_SETTING_NAMES)('%s with two letters exchanged is close to it, if it is long enough', (name) => {
    const slip = `${name.slice(0, 1)}${name[2]}${name[1]}${name.slice(3)}`;
    const isLong = name.length >= 8 && slip !== name;
    expect(found({ [slip]: '1' })).toEqual(isLong ? [{ name: slip, meant: name }] : []);
  });
});

test.each([
  'PATH',
  'HOME',
  'SORT',
  'PORTS',
  'NODE_OPTIONS',
  'LD_LIBRARY_PATH',
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_REGION',
  'AWS_LAMBDA_LOG_LEVEL',
  'POWERTOOLS_LOG_LEVEL',
  'npm_config_cache',
  'X'.repeat(100_000),
])('%.30s is close to no setting', (name) => {
  expect(found({ [name]: '1' })).toEqual([]);
});

test('a setting itself, and a name without letters, are not misspelt', () => {
  expect(found(Object.fromEntries(LOCAL_SETTING_NAMES.map((name) => [name, '1'])))).toEqual([]);
  expect(found({ FRESH_SECOND: ' ', CACHE_TIMEOUT: undefined })).toEqual([]);
});

test("a name like Lambda's own is a slip only if a setting has such a name too", () => {
  const environment = { AWS_ENDPOINT_URL_DYNAMODBS: '1', LAMBDA_FRESH_SECONDS: '1' };
  expect(found(environment)).toEqual([{ name: 'AWS_ENDPOINT_URL_DYNAMODBS', meant: 'AWS_ENDPOINT_URL_DYNAMODB' }]);
  expect(misspeltNames(environment, SETTING_NAMES)).toEqual([]);
});

test.each([
  ['NODE_LIMIT', 'NODES_LIMIT'],
  ['AWS_LIMITS', 'LAWS_LIMITS'],
  ['LAMBDA_LIMIT', 'LAMBDAS_LIMIT'],
  ['_HANDLER', 'A_HANDLER'],
])('%s is close to %s, and is compared only if a setting has a name like that of a platform', (name, meant) => {
  expect(misspeltNames({ [name]: '1' }, [meant])).toEqual([]);
  expect(misspeltNames({ [name]: '1' }, [meant, 'AWS_REGION'])).toEqual([{ name, meant }]);
});

test('no setting of the functions has such a name', () => {
  expect(SETTING_NAMES.filter((name) => /^(?:AWS|LAMBDA)_/.test(name))).toEqual([]);
});

test('the local settings include all settings of the functions', () => {
  expect(LOCAL_SETTING_NAMES).toEqual(expect.arrayContaining([...SETTING_NAMES]));
});

test('the sentence says both names, and no value', () => {
  const [misspelt] = found({ CACHE_KEY_SECRETS: 'canary' });
  expect(misspelt && describeMisspelt(misspelt)).toBe(
    'CACHE_KEY_SECRETS is set, and is not a setting of Lookaside. If CACHE_KEY_SECRET is meant, rename it; if not, leave it.',
  );
});
