import { afterEach, describe, expect, test } from '@jest/globals';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { type Program, run } from '../local/program.ts';
import { startHttpServer } from '../support/loopback-server.ts';
import { PATIENT } from '../support/patience.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** The process of `npm start`. The test can count the requests to its store, its upstream and its secret. */
async function start() {
  const dynamoDb = await startEmbeddedDynamoDb(undefined);
  stops.push(() => dynamoDb.close());
  const store = await startRecordingProxy(dynamoDb.url);
  const upstream = await startSimulator({ latencyMs: 0 });
  stops.push(() => upstream.close());
  const secrets = await startHttpServer((response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ SecretString: JSON.stringify(DEFAULT_BASIC_CREDENTIALS) }));
  });
  const program = run('local/main.ts', [], {
    PORT: '0',
    AWS_ENDPOINT_URL_DYNAMODB: store.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ACCESS_KEY_ID: 'made-up',
    AWS_SECRET_ACCESS_KEY: 'made-up',
    UPSTREAM_BASE_URL: upstream.url,
    UPSTREAM_CREDENTIALS_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:made-up',
    ...PATIENT,
  });
  stops.push(() => {
    program.kill('SIGTERM');
    return program.exit;
  });
  const [, url] = await program.waitFor(/answers on (http:\/\/127\.0\.0\.1:\d+)/);
  const counts = () => ({
    store: store.operations.map(({ name }) => name),
    upstream: upstream.counters.requests,
    secrets: secrets.requests.length,
  });
  return { url, store, counts, program };
}

/** The lines that a program has written. */
const linesOf = ({ stdout }: Program) => stdout.trimEnd().split('\n');

describe('a hit', () => {
  test('makes one DynamoDB request, none to the upstream, reads no secret, and writes one log line without an identifier', async () => {
    const { url, store, counts, program } = await start();
    const lookup = (value: string) =>
      fetch(`${url}/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=email&identifierValue=${value}`, {
        headers: { 'x-api-key': 'canary-key' },
      });
    const miss = await lookup('bubalus@example.com');
    const body = await miss.text();
    expect(miss.headers.get('cache-status')).toBe('lookaside; fwd=miss; fwd-status=200; stored');
    await program.waitFor(/"cache":"miss".*\n/);
    const before = counts();
    expect(before).toMatchObject({ upstream: 1, secrets: 1 });
    store.clear();
    const written = linesOf(program).length;

    const hit = await lookup('Bubalus@Example.com');
    expect(hit.headers.get('cache-status')).toMatch(/^lookaside; hit; ttl=2\d\d$/);
    expect(await hit.text()).toBe(body);
    await program.waitFor(/"cache":"hit".*\n/);
    const lines = linesOf(program);

    expect(counts()).toEqual({ store: ['GetItem'], upstream: 1, secrets: 1 });
    expect(store.operations[0]?.input).toMatchObject({ ConsistentRead: true });
    expect(lines.slice(written)).toHaveLength(1);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ level: 'INFO', status: 200, cache: 'hit' });
    expect(lines.slice(written).join()).not.toMatch(/bubalus|canary|1234512345|566881933/i);
    expect(JSON.stringify(store.operations)).not.toMatch(/bubalus|canary/i);
  });
});
