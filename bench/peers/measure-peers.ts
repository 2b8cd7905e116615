import { once } from 'node:events';
import path from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startSimulator } from '../../simulator/simulator.ts';
import { say } from '../progress.ts';
import { COUNT, startChild } from './child.ts';
import { closeConnections } from './client.ts';
import { installPeers, PACKAGES } from './install.ts';
import {
  type ColdAskers,
  FRESH_SECONDS,
  measureColdAskers,
  measureHitRate,
  measureHitRequests,
  measureOutage,
  measureSpellings,
  type Outage,
  type Stage,
  UPSTREAM_MS,
} from './measures.ts';
import type { Peer } from './peer.ts';
import { peersWith } from './peers.ts';
import { peersTable } from './table.ts';

/** What one peer did. */
export interface PeerFigures {
  readonly name: string;
  readonly boxes: number;
  readonly coldAskers: ColdAskers;
  /** Upstream calls for five spellings of one number. */
  readonly spellings: number;
  /** Requests of DynamoDB for a hit. */
  readonly hitRequests: number;
  readonly hitsPerSecond: number;
  readonly refused: Outage;
  readonly frozen: Outage;
}

/** Tables that the libraries do not make by themselves, with the name of the partition key. */
const TABLES = { cache: 'key', idempotency: 'id' } as const;

/** Freshness in the parts that are not about its end. Seconds. */
const LONG_FRESH_SECONDS = 600;

/**
 * Measures all peers that can be installed here, one after the other.
 *
 * @param showProgress is told how many there are, and gives what is to be told how many are done
 */
export async function measurePeers(showProgress: (total: number) => (done: number) => void) {
  const all = peersWith(await installPeers());
  const progress = showProgress(all.length);
  const peers: PeerFigures[] = [];
  for (const [done, peer] of all.entries()) {
    try {
      const figures = await measurePeer(peer);
      peers.push(figures);
      say(peersTable([figures]).split('\n').at(-1) ?? '');
    } catch (error) {
      // What was measured of the others is worth its time.
      say(`peers: ${peer.name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
    progress(done + 1);
  }
  return { packages: PACKAGES, peers };
}

/** Measures one peer on a store and an upstream of its own. */
async function measurePeer(peer: Peer): Promise<PeerFigures> {
  const steady = await onStage(peer, LONG_FRESH_SECONDS, async (stage) => ({
    coldAskers: await measureColdAskers(stage),
    spellings: await measureSpellings(stage),
    hitRequests: await measureHitRequests(stage),
    hitsPerSecond: await measureHitRate(stage),
  }));
  const outages = await onStage(peer, FRESH_SECONDS, async (stage) => ({
    refused: await measureOutage(stage, 'reset'),
    frozen: await measureOutage(stage, 'hang'),
  }));
  return { name: peer.name, boxes: peer.boxes, ...steady, ...outages };
}

async function onStage<T>(peer: Peer, freshSeconds: number, measure: (stage: Stage) => Promise<T>): Promise<T> {
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
