import { createHash } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { by, start } from './running-service.ts';

const LIMIT = 20;
/** An instance adds five look-ups up at once. If a window of ten minutes ends meanwhile, five more are possible. */
const MOST_ANSWERED = 2 * (LIMIT + 4);

/** The simulator answers 200 for an unknown customer, with the reason in `errors`. */
const NOBODY = 200;

const SETTINGS = { GUARD_NOT_FOUND_LIMIT: String(LIMIT), LOCAL_API_KEYS: 'till-key,leaked-key' };
type Service = Awaited<ReturnType<typeof start>>;

/** Looks up customers that do not exist, one after the other. Returns the statuses. */
async function tryOut({ lookup }: Service, count: number, key: string, prefix: string) {
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) {
    statuses.push((await lookup(by('externalId', `${prefix}-${n}`), { 'x-api-key': key })).status);
  }
  return statuses;
}

test('the service refuses a caller that tries numbers out, and says when to come again; it does not refuse another caller', async () => {
  const service = await start(SETTINGS);
  const statuses = await tryOut(service, 100, 'leaked-key', 'tried');
  expect(new Set(statuses)).toEqual(new Set([NOBODY, 429]));
  expect(statuses.filter((status) => status === NOBODY).length).toBeLessThanOrEqual(MOST_ANSWERED);

  const statusesOfTill = await tryOut(service, LIMIT, 'till-key', 'mistyped');
  expect(new Set(statusesOfTill)).toEqual(new Set([NOBODY]));
  const { status } = await service.lookup(by('mobile', '1234512345'), { 'x-api-key': 'till-key' });
  expect(status).toBe(200);
});

test('a refusal says how many seconds the window still has, in the form of every error', async () => {
  const service = await start({ GUARD_NOT_FOUND_LIMIT: String(LIMIT) });
  let refused = await service.lookup(by('externalId', 'tried'));
  for (let n = 0; n < 100 && refused.status !== 429; n += 1) {
    refused = await service.lookup(by('externalId', `tried-${n}`));
  }
  expect(refused.status).toBe(429);
  const seconds = Number(refused.headers.get('retry-after'));
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(600);
  expect(refused.headers.get('content-type')).toBe('application/problem+json');
  expect(JSON.parse(refused.text)).toMatchObject({ code: 'too_many_requests', errors: [{ status: false }] });
});

test('no caller is refused by default', async () => {
  const service = await start();
  expect(new Set(await tryOut(service, 100, '', 'asked'))).toEqual(new Set([NOBODY]));
});

test('no caller is refused if the cache is off: the service has no place to count', async () => {
  const service = await start({ ...SETTINGS, CACHE_MODE: 'bypass' });
  expect(new Set(await tryOut(service, 60, 'leaked-key', 'asked'))).toEqual(new Set([NOBODY]));
});

test('the table holds no name of a caller, and no identifier', async () => {
  const service = await start(SETTINGS);
  await tryOut(service, 60, 'leaked-key', 'canary');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: service.storeUrl ?? '', region: 'local', credentials });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: 'lookaside' }));
  client.destroy();
  const counts = Items.filter(({ sk }) => sk?.S?.startsWith('guard;'));
  expect(counts.length).toBeGreaterThanOrEqual(1);
  for (const item of counts) {
    expect(Object.keys(item).sort()).toEqual(['expiresAt', 'lookups', 'notFound', 'pk', 'sk']);
    expect(item.pk?.S).toMatch(/^[\w-]{43}$/);
    expect(item.sk?.S).toMatch(/^guard;\d{13}$/);
  }
  const keyId = createHash('sha256').update('leaked-key').digest('hex').slice(0, 10);
  expect(JSON.stringify(Items)).not.toMatch(new RegExp(`leaked|canary|127\\.0\\.0\\.1|${keyId}`));
});
