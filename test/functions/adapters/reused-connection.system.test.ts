import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test } from '@jest/globals';
import { reconnectOnce } from '../../../functions/adapters/reused-connection.ts';
import { startForgettingServer } from '../../support/forgetting-server.ts';
import type { Respond } from '../../support/loopback-server.ts';

const clients: LambdaClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

function clientAt(endpoint: string): LambdaClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new LambdaClient({ endpoint, region: 'local', maxAttempts: 1, credentials });
  clients.push(client);
  return client;
}

const accept: Respond = (response) => void response.writeHead(202).end();

const ask = (client: LambdaClient) => client.send(new InvokeCommand({ FunctionName: 'f' }));

describe('B9: a client of the SDK with kept-alive connections that the server has dropped', () => {
  test('fails without help', async () => {
    const server = await startForgettingServer(accept);
    const client = clientAt(server.url);
    await ask(client);
    await expect(ask(client)).rejects.toThrow();
  });

  test('sends the request once more on a new connection', async () => {
    const server = await startForgettingServer(accept);
    const client = clientAt(server.url);
    reconnectOnce(client);
    await ask(client);
    await ask(client);
    expect([server.requests.length, server.connectionCount]).toEqual([3, 2]);
  });

  test('does not take another idle connection for a new one: the server has dropped that one too', async () => {
    const server = await startForgettingServer(accept);
    const client = clientAt(server.url);
    reconnectOnce(client);
    await Promise.all([ask(client), ask(client), ask(client)]);
    expect(server.connectionCount).toBe(3);
    await ask(client);
    expect([server.requests.length, server.connectionCount]).toEqual([5, 4]);
  });
});
