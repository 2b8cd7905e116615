import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { fillSecret, WrongCredentialsError } from '../../scripts/fill-secret.ts';

let server: Server;
let client: SecretsManagerClient;
const calls: { target: string | undefined; body: unknown }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const target = request.headers['x-amz-target']?.toString();
    calls.push({ target, body: JSON.parse(await text(request)) });
    response.setHeader('Content-Type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ VersionId: 'a-version' }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'made-up', secretAccessKey: 'made-up' },
  });
});

beforeEach(() => {
  calls.length = 0;
});

afterAll(() => {
  client.destroy();
  server.close();
});

test.each(['{"username":"till","password":"made up"}', '{"key":"client","secret":"made up"}\n'])(
  'puts %p into the secret, and prints the version that this made',
  async (credentials) => {
    expect(await fillSecret(client, 'the-secret', credentials)).toBe('a-version');
    expect(calls).toEqual([
      {
        target: 'secretsmanager.PutSecretValue',
        body: expect.objectContaining({ SecretId: 'the-secret', SecretString: credentials.trim() }),
      },
    ]);
  },
);

test.each([
  '',
  'hush',
  '{"username":"hush"}',
  '{"username":"hush","password":""}',
  '{"key":"a","secret":"b","c":"hush"}',
])('fails on %p, stores nothing and repeats nothing of it', async (credentials) => {
  const failure = await fillSecret(client, 'the-secret', credentials).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(WrongCredentialsError);
  expect(String(failure)).not.toContain('hush');
  expect(calls).toEqual([]);
});
