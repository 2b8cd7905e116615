import { expect, test } from '@jest/globals';
import type { Exit } from '../../../cli/exit-codes.ts';
import { exitOf, outcomeLine } from '../../../cli/lookup/outcome-line.ts';
import { queryOf } from '../../../cli/lookup/run-lookup.ts';
import { readIdentifier } from '../../../cli/subject.ts';
import type { LookupOutcome } from '../../../client/src/index.ts';

const ASKED = { api: 'v2', identifierName: 'mobile', durationMs: 12 };
const plain = { paint: (text: string) => text };
const cache = (status: 'hit' | 'stale' | 'miss' | 'collapsed' | 'bypass') => ({
  status,
  ageSeconds: 5,
  ttlSeconds: 270,
});
const NOT_FOUND = { code: '8015', message: 'Customer 919876543210 not found' };

test.each<[LookupOutcome, string, Exit]>([
  [{ kind: 'found', customer: {}, cache: cache('hit') }, 'HIT  found  ttl=270  age=5  v2 mobile  12 ms', 'ok'],
  [{ kind: 'found', customer: {}, cache: cache('stale') }, 'STALE  found  ttl=270  age=5  v2 mobile  12 ms', 'ok'],
  [
    { kind: 'found', customer: {}, cache: cache('collapsed') },
    'COLLAPSED  found  ttl=270  age=5  v2 mobile  12 ms',
    'ok',
  ],
  [{ kind: 'found', customer: {}, cache: cache('bypass') }, 'BYPASS  found  ttl=270  age=5  v2 mobile  12 ms', 'ok'],
  [{ kind: 'pending', retryAfterSeconds: 1 }, 'PENDING  retry after 1 s  v2 mobile  12 ms', 'wrong'],
  [
    { kind: 'not-found', upstream: NOT_FOUND, cache: cache('miss') },
    'MISS  not found  ttl=270  age=5  v2 mobile  12 ms',
    'not-found',
  ],
  [
    { kind: 'error', code: 'upstream_unavailable', message: 'It fails.', retryAfterSeconds: 5 },
    'ERROR  upstream_unavailable  retry after 5 s  v2 mobile  12 ms',
    'wrong',
  ],
  [{ kind: 'error', code: 'too_many_requests', message: '' }, 'ERROR  too_many_requests  v2 mobile  12 ms', 'wrong'],
  [{ kind: 'error', code: 'function_failed', message: '' }, 'ERROR  function_failed  v2 mobile  12 ms', 'wrong'],
  [{ kind: 'error', code: 'forbidden', message: '' }, 'ERROR  forbidden  v2 mobile  12 ms', 'not-allowed'],
  [{ kind: 'error', code: 'unreachable', message: '' }, 'ERROR  unreachable  v2 mobile  12 ms', 'unreachable'],
  [
    { kind: 'error', code: 'deadline_exceeded', message: '' },
    'ERROR  deadline_exceeded  v2 mobile  12 ms',
    'unreachable',
  ],
  [{ kind: 'error', code: 'invalid_answer', message: '' }, 'ERROR  invalid_answer  v2 mobile  12 ms', 'unreachable'],
])('%j is one line, and ends the command in its own way', (outcome, line, exit) => {
  expect([outcomeLine(outcome, ASKED, plain), exitOf(outcome)]).toEqual([line, exit]);
});

const context = (input: string) => ({ readInput: async () => input });

test.each([
  ['mobile=919876543210', '', { name: 'mobile', value: '919876543210' }],
  ['MOBILE=+91 98765 43210', '', { name: 'mobile', value: '+91 98765 43210' }],
  ['external_id=a=b', '', { name: 'externalId', value: 'a=b' }],
  ['card_number=-', '9900 0001\n', { name: 'cardnumber', value: '9900 0001' }],
  ['mobile=-', '919876543210', { name: 'mobile', value: '919876543210' }],
])('%s is read as an identifier', async (typed, input, identifier) => {
  expect(await readIdentifier(typed, context(input))).toEqual(identifier);
});

test.each([
  ['919876543210', ''],
  ['moble=919876543210', ''],
  ['=919876543210', ''],
  ['mobile=', ''],
  ['mobile=-', '\n'],
])('%s is refused, and not repeated', async (typed, input) => {
  const failure = await readIdentifier(typed, context(input)).catch((error: unknown) => error);
  expect(failure).toMatchObject({ exit: 'usage' });
  // The messages have an example of their own.
  expect(String(failure).replace('such as mobile=919876543210', '')).not.toContain('98765');
});

test.each([
  ['mobile=', 'mobile has no value.'],
  ['mobile=-', 'mobile has no value: standard input is empty.'],
])('%s says where there is no value', async (typed, words) => {
  await expect(readIdentifier(typed, context('\n'))).rejects.toThrow(words);
});

const OPTIONS = {
  api: undefined,
  source: 'INSTORE',
  accountId: undefined,
  embed: undefined,
  fields: undefined,
  cacheControl: undefined,
};
const MOBILE = { name: 'mobile', value: '1' } as const;

test.each([
  [MOBILE, OPTIONS, { source: 'INSTORE', identifierName: 'mobile', identifierValue: '1' }],
  [
    MOBILE,
    { ...OPTIONS, source: 'WECHAT', accountId: 'a', embed: 'points,mlp', fields: 'id', cacheControl: 'no-cache' },
    {
      source: 'WECHAT',
      accountId: 'a',
      identifierName: 'mobile',
      identifierValue: '1',
      embed: ['points', 'mlp'],
      fields: 'id',
      cacheControl: 'no-cache',
    },
  ],
  [MOBILE, { ...OPTIONS, api: 'v1.1', fields: 'firstname' }, { api: 'v1.1', mobile: '1', fields: 'firstname' }],
  [
    { name: 'externalId', value: '1' },
    { ...OPTIONS, api: 'v1.1' },
    { api: 'v1.1', external_id: '1' },
  ],
] as const)('%j with %j makes the request %j', (identifier, options, query) => {
  expect(queryOf(identifier, options)).toEqual(query);
});

test.each([
  [{ name: 'wechat', value: '1' }, { ...OPTIONS, api: 'v1.1' }, /does not know wechat/],
  [MOBILE, { ...OPTIONS, api: 'v1.1', embed: 'points' }, /belong to v2/],
  [MOBILE, { ...OPTIONS, api: 'v1.1', source: 'ALL' }, /belong to v2/],
] as const)('%j with %j is refused: v1.1 has no such thing', (identifier, options, words) => {
  expect(() => queryOf(identifier, options)).toThrow(words);
});
