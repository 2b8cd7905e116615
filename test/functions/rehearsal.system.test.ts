import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createLog, type RequestLog } from '../../functions/adapters/telemetry/logger.ts';
import { start as startHttp } from '../../functions/http/start.ts';
import { start as startInvoke } from '../../functions/invoke/start.ts';
import { start as startRevalidate } from '../../functions/revalidate/start.ts';
import { type Environment, parseSettings } from '../../functions/settings/settings.ts';
import { timed } from '../support/free-time.ts';
import { closedAddress, type Respond, startHttpServer } from '../support/loopback-server.ts';

const STARTS = [
  ['http', startHttp],
  ['invoke', startInvoke],
] as const;

const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };
const empty: Respond = (response) => void response.writeHead(200, JSON_TYPE).end('{}');

/** Starts a function with a store on this machine, and returns its log. */
async function started(start: typeof startHttp | typeof startInvoke, endpoint: string, environment: Environment = {}) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  const log: RequestLog = createLog('INFO', { environment: 'test', function: 'http' }, { write });
  const settings = parseSettings({
    // No server listens there: an upstream that is asked fails.
    UPSTREAM_BASE_URL: await closedAddress(),
    UPSTREAM_CREDENTIALS: '{"username":"till","password":"made up"}',
    CACHE_KEY_SECRET: 'made up',
    ...environment,
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const { freeMs } = await timed<unknown>(() =>
    start(settings, { log, dynamoDb: { endpoint, region: 'local', credentials } }),
  );
  return { lines, freeMs };
}

describe.each(STARTS)('the start of %s rehearses a hit', (_name, start) => {
  const line = (store: unknown, status: unknown = expect.anything()) => ({
    level: 'INFO',
    message: 'init',
    timestamp: expect.any(String),
    durationMs: expect.any(Number),
    ...(start === startHttp && { status }),
    store,
  });

  test.each<[string, Environment]>([
    ['by a mobile number', {}],
    ['of another country', { DEFAULT_COUNTRY: 'US' }],
    ['by an e-mail address, where that alone makes a key', { PRIMARY_IDENTIFIER: 'email' }],
    ['by an external id, where that alone makes a key', { PRIMARY_IDENTIFIER: 'externalId' }],
    ['with sections', { EMBED_ALWAYS: 'mlp,points' }],
    ['by the AWS SDK', { STORE_READER: 'sdk' }],
  ])('%s: one read of a key that no entry has, one line, no metric', async (_title, environment) => {
    const server = await startHttpServer(empty);
    const { lines } = await started(start, server.url, { CACHE_TIMEOUT_MS: '30000', ...environment });
    expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([
      { TableName: 'lookaside', Key: { pk: { S: 'probe' }, sk: { S: 'probe' } }, ConsistentRead: true },
    ]);
    expect(lines).toEqual([line('ok', 200)]);
  });

  test('writes nothing and asks no upstream if every entry is stale at once', async () => {
    const server = await startHttpServer(empty);
    await started(start, server.url, { CACHE_TIMEOUT_MS: '30000', FRESH_SECONDS: '0' });
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, Respond | undefined, string]>([
    ['is not there', undefined, ''],
    ['says nothing', () => {}, 'TimeoutError'],
    [
      'fails',
      (response) => void response.writeHead(500, JSON_TYPE).end('{"__type":"InternalServerError"}'),
      'Internal',
    ],
    [
      'throttles',
      (response) => void response.writeHead(400, JSON_TYPE).end('{"__type":"ThrottlingException"}'),
      'Throttling',
    ],
  ])('and continues soon if the store %s', async (_title, respond, reason) => {
    const server = respond && (await startHttpServer(respond));
    const { lines, freeMs } = await started(start, server?.url ?? (await closedAddress()));
    // It asks once, whatever the answer: nothing goes on after the start.
    expect(server?.requests ?? [{}]).toHaveLength(1);
    if (reason !== '') expect(lines).toEqual([line(expect.stringContaining(reason))]);
    // Its own limit is 1.5 s of free time.
    expect(freeMs).toBeLessThan(10_000);
  });

  test('if the cache is off, there is nothing to rehearse', async () => {
    const server = await startHttpServer(empty);
    const { lines } = await started(start, server.url, { CACHE_MODE: 'bypass' });
    expect([lines, server.requests]).toEqual([[], []]);
  });
});

const SECRET: Respond = (response) => {
  const SecretString = '{"username":"till","password":"made up"}';
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify({ SecretString }));
};
const withSecret = (url: string): Environment => ({
  CACHE_TIMEOUT_MS: '30000',
  UPSTREAM_CREDENTIALS: undefined,
  UPSTREAM_CREDENTIALS_ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:lookaside/upstream-AbCdEf',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
});
const PROVISIONED = { AWS_LAMBDA_INITIALIZATION_TYPE: 'provisioned-concurrency' };
const ON_DEMAND = { AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' };

describe("a start reads the upstream's credentials, and so loads all that a fetch needs,", () => {
  test.each<[string, number, typeof startHttp | typeof startInvoke, Environment]>([
    ['not if a caller may wait for it', 0, startHttp, ON_DEMAND],
    ['not if a caller may wait for it by direct invocation', 0, startInvoke, ON_DEMAND],
    ['if it is ahead of the callers', 1, startHttp, PROVISIONED],
    ['if it is ahead of the callers by direct invocation', 1, startInvoke, PROVISIONED],
    ['if its events are revalidations', 1, startRevalidate, ON_DEMAND],
    ['if the cache is off, so that each event is a fetch', 1, startHttp, { ...ON_DEMAND, CACHE_MODE: 'bypass' }],
    ['not if it does not run on Lambda', 0, startRevalidate, {}],
  ])('%s', async (_title, reads, start, environment) => {
    const [store, secrets] = [await startHttpServer(empty), await startHttpServer(SECRET)];
    await started(start, store.url, { ...withSecret(secrets.url), ...environment });
    expect(secrets.requests).toHaveLength(reads);
    expect(store.requests).toHaveLength(environment.CACHE_MODE === 'bypass' ? 0 : 1);
  });

  test('and waits for them, because Lambda freezes the instance after its start', async () => {
    let isRead = false;
    const slow: Respond = async (...given) => {
      await sleep(1000);
      isRead = true;
      return SECRET(...given);
    };
    const [store, secrets] = [await startHttpServer(empty), await startHttpServer(slow)];
    await started(startHttp, store.url, { ...withSecret(secrets.url), ...PROVISIONED });
    expect(isRead).toBe(true);
  });
});
