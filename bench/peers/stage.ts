import { once } from 'node:events';
import path from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startSimulator } from '../../simulator/simulator.ts';
import { COUNT, startChild } from './child.ts';
import { closeConnections } from './client.ts';
import { type Stage, UPSTREAM_MS } from './measures.ts';
import type { Peer } from './peer.ts';

/** Tables that the libraries do not make by themselves, with the name of the partition key. */
const TABLES = { cache: 'key', idempotency: 'id' } as const;

/** Starts a peer's boxes on a store and an upstream of its own, measures, and ends them. */
export async function onStage<T>(peer: Peer, freshSeconds: number, measure: (stage: Stage) => Promise<T>): Promise<T> {
  await using stack = new AsyncDisposableStack();
  const simulator = stack.adopt(await startSimulator({ latencyMs: UPSTREAM_MS, jitterMs: 0 }), (each) => each.close());
  const script = path.join(import.meta.dirname, 'store-process.ts');
  const args = ['--disable-warning=ExperimentalWarning', script];
  const store = stack.adopt(await startChild({ command: process.execPath, args }, /(http:\S+\d)/), (each) =>
    each.stop(),
  );
  await makeTables(store.url);
  const world = { upstreamUrl: simulator.url, dynamoDbUrl: store.url, freshSeconds };
  const urls: string[] = [];
  for (let box = 0; box < peer.boxes; box += 1) {
    const started = stack.adopt(await peer.start(world), (each) => each.stop());
    urls.push(started.url);
  }
  stack.defer(closeConnections);
  let customers = 0;
  return await measure({
    urls,
    simulator,
    storeRequests: async () => {
      const answered = once(store.process, 'message');
      store.process.send(COUNT);
      return Number((await answered)[0]);
    },
    newCustomer: () => {
      customers += 1;
      const externalId = `PEER-${customers}`;
      simulator.control({ add: { id: String(7_500_000_000 + customers), identifiers: { externalId } } });
      return externalId;
    },
  });
}

async function makeTables(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'made-up', secretAccessKey: 'made-up' };
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials });
  for (const [TableName, AttributeName] of Object.entries(TABLES)) {
    await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
        KeySchema: [{ AttributeName, KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  }
  client.destroy();
}
