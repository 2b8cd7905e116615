import { expect, test } from '@jest/globals';
import { partitionKey } from '../../../functions/customer/request/cache-key.ts';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { learnSubjects } from '../../../local/console/learned-subjects.ts';
import { proxyEvent } from '../../support/proxy-event.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';

const SECRET = 'a-key-secret-of-a-test';

const lookup = (identifierValue: string) => ({ source: 'INSTORE', identifierName: 'externalId', identifierValue });

async function partitionOf(value: string): Promise<string> {
  const { request } = await readV2Request(Object.entries(lookup(value)) as [string, string][], DEFAULT_READING);
  if (request.subject === undefined) throw new Error('The look-up has no subject.');
  return partitionKey(request.subject, SECRET);
}

const LEARNED = { source: 'INSTORE', identifierName: 'externalId' };

test('a look-up teaches the source and the name of its partition, never the value', async () => {
  const subjects = learnSubjects(DEFAULT_READING, SECRET);
  await subjects.learn(lookup('A-1'));
  expect(subjects.of(await partitionOf('A-1'))).toEqual(LEARNED);
  expect(subjects.of(await partitionOf('A-2'))).toBeUndefined();
});

test('each look-up of a batch teaches; a refused one, and an event that is none, teach nothing', async () => {
  const subjects = learnSubjects(DEFAULT_READING, SECRET);
  await subjects.learn({ lookups: [lookup('A-1'), { source: 'INSTORE' }, lookup('A-2')] });
  for (const event of [undefined, null, 7, 'text', {}, { lookups: 'no list' }]) await subjects.learn(event);
  expect(subjects.of(await partitionOf('A-1'))).toEqual(LEARNED);
  expect(subjects.of(await partitionOf('A-2'))).toEqual(LEARNED);
});

test('a batch by the gateway, whose body is base64, teaches too', async () => {
  const subjects = learnSubjects(DEFAULT_READING, SECRET);
  const batch = proxyEvent({ resource: '/lookups', body: JSON.stringify({ lookups: [lookup('A-1')] }) });
  const body = Buffer.from(batch.body ?? '').toString('base64');
  await subjects.learn({ ...batch, body, isBase64Encoded: true });
  for (const broken of ['', 'no JSON', Buffer.from([0xff]).toString('base64')]) {
    await subjects.learn({ ...batch, body: broken, isBase64Encoded: true });
  }
  expect(subjects.of(await partitionOf('A-1'))).toEqual(LEARNED);
});

test('what was seen longest ago is forgotten first', async () => {
  const subjects = learnSubjects(DEFAULT_READING, SECRET, 2);
  for (const value of ['A-1', 'A-2', 'A-1', 'A-3']) await subjects.learn(lookup(value));
  const known = await Promise.all(['A-1', 'A-2', 'A-3'].map(async (value) => subjects.of(await partitionOf(value))));
  expect(known).toEqual([LEARNED, undefined, LEARNED]);
});

test('a look-up that joins sections of v1.1 teaches the partition of each half', async () => {
  const subjects = learnSubjects(DEFAULT_READING, SECRET);
  await subjects.learn({ ...lookup('A-1'), source: 'ALL', accountId: '7', embed: ['coupons'] });
  expect(subjects.of(await partitionOf('A-1'))).toEqual(LEARNED);
});
