import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { startHttpServer } from '../support/loopback-server.ts';
import { PATIENT } from '../support/patience.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** `npm start`'s process, with store, upstream and secret where the test can count what they are asked. */
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
  const child = spawn(process.execPath, ['local/main.ts'], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      AWS_ENDPOINT_URL_DYNAMODB: store.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
      AWS_ACCESS_KEY_ID: 'made-up',
      AWS_SECRET_ACCESS_KEY: 'made-up',
      UPSTREAM_BASE_URL: upstream.url,
      UPSTREAM_CREDENTIALS_ARN: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:made-up',
      ...PATIENT,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  stops.push(() => ended(child));
  const lines = linesOf(child);
  const [, url] = /(http:\/\/127\.0\.0\.1:\d+)/.exec(await lines.next((line) => line.includes('answers on'))) ?? [];
  const counts = () => ({
    store: store.operations.map(({ name }) => name),
    upstream: upstream.counters.requests,
    secrets: secrets.requests.length,
  });
  return { url, store, counts, lines };
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await exit;
}

/** What a process writes, line by line. */
function linesOf({ stdout }: ChildProcess) {
  const all: string[] = [];
  let rest = '';
  let wake = () => {};
  stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    all.push(...lines);
    wake();
  });
  return {
    all,
    /** The first line that fits, written before or after. */
    async next(fits: (line: string) => boolean): Promise<string> {
      for (;;) {
        const line = all.find(fits);
        if (line !== undefined) return line;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

describe('a hit', () => {
  test('makes one DynamoDB request, none to the upstream, reads no secret, and writes one log line without an identifier', async () => {
    const { url, store, counts, lines } = await start();
    const lookup = (value: string) =>
      fetch(`${url}/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=email&identifierValue=${value}`, {
        headers: { 'x-api-key': 'canary-key' },
      });
    const miss = await lookup('bubalus@example.com');
    const body = await miss.text();
    expect(miss.headers.get('cache-status')).toBe('lookaside; fwd=miss; fwd-status=200; stored');
    await lines.next((line) => line.includes('"cache":"miss"'));
    const before = counts();
    expect(before).toMatchObject({ upstream: 1, secrets: 1 });
    store.clear();
    const written = lines.all.length;

    const hit = await lookup('Bubalus@Example.com');
    expect(hit.headers.get('cache-status')).toMatch(/^lookaside; hit; ttl=2\d\d$/);
    expect(await hit.text()).toBe(body);
    await lines.next((line) => line.includes('"cache":"hit"'));

    expect(counts()).toEqual({ store: ['GetItem'], upstream: 1, secrets: 1 });
    expect(store.operations[0]?.input).toMatchObject({ ConsistentRead: true });
    expect(lines.all.slice(written)).toHaveLength(1);
    expect(JSON.parse(lines.all.at(-1) ?? '')).toMatchObject({ level: 'INFO', status: 200, cache: 'hit' });
    expect(lines.all.slice(written).join()).not.toMatch(/bubalus|canary|1234512345|566881933/i);
    expect(JSON.stringify(store.operations)).not.toMatch(/bubalus|canary/i);
  });
});
