import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLookaside, type Lookaside, type LookupQuery } from '../../client/src/index.ts';
import { type LocalService, startLocal } from '../../local/service.ts';
import { PATIENT } from '../support/patience.ts';

const log = { info: () => undefined, error: () => undefined };

let service: LocalService;
let lambda: LambdaClient;
let ways: Readonly<Record<'over HTTP' | 'by direct invocation', Lookaside>>;

beforeAll(async () => {
  service = await startLocal(
    { ...PATIENT, PORT: '0', LOCAL_API_KEYS: 'till-key' },
    { log, simulator: { latencyMs: 0 } },
  );
  const credentials = { accessKeyId: 'made-up', secretAccessKey: 'made-up' };
  lambda = new LambdaClient({ endpoint: service.url, region: 'local', credentials });
  ways = {
    'over HTTP': createLookaside({ endpoint: service.url, apiKey: 'till-key', deadlineMs: 50_000 }),
    'by direct invocation': createLookaside({ lambda, functionName: 'lookaside-invoke', deadlineMs: 50_000 }),
  };
});

afterAll(async () => {
  lambda.destroy();
  await service.close();
});

const v2 = (identifierName: string, identifierValue: string) => ({
  source: 'INSTORE',
  identifierName,
  identifierValue,
});

const QUERIES: readonly (readonly [string, LookupQuery, object])[] = [
  ['a customer', v2('mobile', '1234512345'), { kind: 'found', customer: { id: 566881933 } }],
  ['sections of v1.1', { ...v2('mobile', '1234512345'), embed: ['coupons'] }, { kind: 'found' }],
  ['narrowed', { ...v2('mobile', '1234512345'), fields: 'id' }, { kind: 'found', customer: { id: 566881933 } }],
  [
    'a customer of v1.1',
    { api: 'v1.1', external_id: '12341234' },
    { kind: 'found', customer: { firstname: 'Bubalus' } },
  ],
  ['nobody', v2('externalId', 'NOBODY'), { kind: 'not-found', upstream: { code: 8015 } }],
  ['nobody in v1.1', { api: 'v1.1', external_id: 'NOBODY' }, { kind: 'not-found', upstream: { code: '1012' } }],
  ['the erased', v2('externalId', 'ERASED'), { kind: 'not-found' }],
  ['what Capillary refuses', v2('externalId', 'ERR-1044'), { kind: 'error', code: 'upstream_refused' }],
  ['a Capillary that is wrong', v2('externalId', 'FAULT-html'), { kind: 'error', code: 'upstream_invalid' }],
  ['no identifier', v2('mobile', ''), { kind: 'error', code: 'missing_parameter' }],
  ['no mobile number', v2('mobile', 'x'), { kind: 'error', code: 'invalid_identifier' }],
  [
    'only-if-cached',
    { ...v2('externalId', 'never-asked-for'), cacheControl: 'only-if-cached' },
    { kind: 'error', code: 'not_cached' },
  ],
];

describe('both ways give the same outcome', () => {
  test.each(QUERIES)('%s', async (_title, query, expected) => {
    // The first look-up fills the cache; the compared answers come after it.
    await ways['over HTTP'].lookup(query);
    const [http, invoked, [batched], [invokedInBatch]] = await Promise.all([
      ways['over HTTP'].lookup(query),
      ways['by direct invocation'].lookup(query),
      ways['over HTTP'].lookupBatch([query]),
      ways['by direct invocation'].lookupBatch([query]),
    ]);
    // How the cache was used changes with time.
    const lasting = (outcome: object | undefined) => ({ ...outcome, cache: undefined });
    expect(http).toMatchObject(expected);
    for (const other of [invoked, batched, invokedInBatch]) expect(lasting(other)).toEqual(lasting(http));
  });

  test('to more look-ups than one invocation may hold', async () => {
    const queries = Array.from({ length: 101 }, () => v2('mobile', '1234512345'));
    for (const way of Object.values(ways)) {
      const outcomes = await way.lookupBatch(queries);
      expect(outcomes).toHaveLength(101);
      expect(outcomes.every((outcome) => outcome.kind === 'error' && outcome.code === 'too_many_lookups')).toBe(true);
    }
  });
});

test('a wrong key is forbidden, and another address is not Lookaside', async () => {
  const query = v2('mobile', '1234512345');
  const refused = await createLookaside({ endpoint: service.url, apiKey: 'another' }).lookup(query);
  expect(refused).toMatchObject({ kind: 'error', code: 'forbidden' });
  const elsewhere = createLookaside({ endpoint: `${service.url}/stage`, apiKey: 'till-key' });
  expect(await elsewhere.lookup(query)).toMatchObject({ kind: 'error', code: 'invalid_answer' });
});

test('a function that does not exist cannot be invoked', async () => {
  const outcome = await createLookaside({ lambda, functionName: 'lookaside-nothing' }).lookup(
    v2('mobile', '1234512345'),
  );
  expect(outcome).toMatchObject({ kind: 'error', code: 'unreachable' });
});
