import { afterEach, expect, test } from '@jest/globals';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { startLocal } from '../../local/service.ts';
import { startSimulator } from '../../simulator/simulator.ts';

const log = { info: () => undefined, error: () => undefined };
const closes: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0)) await close();
});

// Node's default is five seconds. Clients keep an idle connection for about as long: on a busy machine they send into a closing one.
test.each<[string, () => Promise<{ readonly url: string; close(): Promise<void> }>]>([
  ['the service', () => startLocal({ PORT: '0' }, { log })],
  ['the simulator', () => startSimulator()],
  ['the embedded DynamoDB', () => startEmbeddedDynamoDb(undefined)],
])('%s keeps an idle connection longer than its clients do', async (_title, start) => {
  const { url, close } = await start();
  closes.push(close);
  const response = await fetch(`${url}/health`);
  await response.arrayBuffer();
  expect(response.headers.get('keep-alive')).toBe('timeout=65');
});
