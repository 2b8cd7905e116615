import { expect, test } from '@jest/globals';
import { createLookaside } from '../../client/src/index.ts';
import { startForgettingServer } from '../support/forgetting-server.ts';
import { startHttpServer } from '../support/loopback-server.ts';

const QUERY = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' } as const;
const FOUND = { kind: 'found', customer: { id: 1 }, cache: { status: 'hit', ageSeconds: 1, ttlSeconds: 9 } };
const ANSWER = JSON.stringify({ results: [FOUND] });

test('a look-up whose kept-alive connections are dead is sent again', async () => {
  const gateway = await startForgettingServer(
    (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER),
  );
  const lookaside = createLookaside({ endpoint: gateway.url });
  for (let asked = 0; asked < 9; asked += 1) expect(await lookaside.lookup(QUERY)).toEqual(FOUND);
  expect(gateway.requests.length).toBeGreaterThan(9);
});

test('a look-up whose new connections are dead too is not sent a fourth time', async () => {
  const gateway = await startHttpServer((response) => void response.socket?.resetAndDestroy());
  const outcome = await createLookaside({ endpoint: gateway.url }).lookup(QUERY);
  expect(outcome).toMatchObject({ kind: 'error', code: 'unreachable' });
  expect(gateway.requests).toHaveLength(3);
});

test('a look-up whose answer breaks off is not sent again: Lookaside has it', async () => {
  const gateway = await startHttpServer((response) => {
    response.writeHead(200, { 'content-length': ANSWER.length }).write(ANSWER.slice(0, 9), () => response.destroy());
  });
  const outcome = await createLookaside({ endpoint: gateway.url }).lookup(QUERY);
  expect(outcome).toMatchObject({ kind: 'error', code: 'unreachable' });
  expect(gateway.requests).toHaveLength(1);
});
