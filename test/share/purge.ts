/**
 * How long a purge of many entries takes: `npm run bench:purge`.
 * The deployed bundle of `lookaside-invalidate` purges and marks one customer's entries in an embedded DynamoDB, which
 * is a process of its own. It runs as fast as the machine, and at the CPU share of a memory size, if a cgroup quota can
 * be set. A purge that could not be completed (503, 429) is sent again, as an operator or Capillary does, until it is.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BatchWriteItemCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { makeCertificate } from '../../bench/hit/certificate.ts';
import { say, showProgress } from '../../bench/progress.ts';
import { toItem } from '../../functions/adapters/dynamodb/written-item.ts';
import { customerHash, partitionKey } from '../../functions/customer/request/cache-key.ts';
import type { CacheEntry } from '../../functions/lookup/entry.ts';
import { type Bundle, bundleFunctions } from '../../infra/bundle.ts';
import { ensureCacheTable } from '../../local/cache-table.ts';
import { scriptOptions } from '../../scripts/script-options.ts';
import { run } from '../local/program.ts';
import { runtimeClient } from '../runtime/runtime-client.ts';
import { install } from '../support/installable.ts';
import { proxyEvent } from '../support/proxy-event.ts';
import type { CpuController } from './cpu-share.ts';
import { markdown } from './figures.ts';
import { startFront } from './front.ts';
import { LambdaInstance } from './lambda-instance.ts';
import { findCpuController } from './quota-probe.ts';

const USAGE = `Usage: npm run bench:purge -- [options]
  --entries N,N    how many entries the customer has (100,1000,3000,10000)
  --memory MB      the slow run has the CPU share of this memory (512)
  --partitions N   over how many look-ups the entries are spread (1: all of them are variants of one)
  --plain          HTTP instead of HTTPS to DynamoDB`;

const CUSTOMER_ID = '77';
const KEY_SECRET = 'made-up';
const WEBHOOK_SECRET = 'made-up-too';
/** About as much as the till's profile, packed. */
const BODY = JSON.stringify({ id: 77, text: Array.from({ length: 150 }, (_, n) => (n * 2_654_435_761).toString(36)) });
/** The beginning of the name of the instance's group. */
const GROUP_PREFIX = `lookaside-purge-${process.pid}`;
/** A purge that does not end after this number of repetitions never ends. */
const MAX_CALLS = 20;

const EVENTS = {
  delete: proxyEvent({
    method: 'DELETE',
    resource: '/cache/customers/{customerId}',
    pathParameters: { customerId: CUSTOMER_ID },
  }),
  mark: proxyEvent({
    method: 'POST',
    resource: '/events/capillary',
    headers: { Authorization: WEBHOOK_SECRET },
    body: JSON.stringify({ eventName: 'pointsRedeemed', data: { customerIdentifiers: { customerId: 77 } } }),
  }),
};
type Mode = keyof typeof EVENTS;
const MODES: readonly Mode[] = ['delete', 'mark'];

/** A purge, and its result. */
interface Purge {
  /** How many times it had to be sent. */
  readonly calls: number;
  /** All calls together. Milliseconds. */
  readonly tookMs: number;
  readonly cpuMs: number;
  /** The status of the last answer. */
  readonly status: number;
  /** How many entries were purged, by all answers together; undefined where one answer did not say. */
  readonly entries: number | undefined;
}

const values = scriptOptions(
  'bench:purge',
  {
    entries: { type: 'string', default: '100,1000,3000,10000' },
    memory: { type: 'string', default: '512' },
    partitions: { type: 'string', default: '1' },
    plain: { type: 'boolean', default: false },
  },
  USAGE,
);

process.exitCode = await main();

async function main(): Promise<number> {
  const counts = values.entries.split(',').map(Number);
  const memoryMb = Number(values.memory);
  const partitions = Number(values.partitions);
  if (![...counts, memoryMb, partitions].every((number) => number > 0)) {
    say(USAGE);
    return 1;
  }
  const problem = await install(runtimeClient);
  if (problem !== undefined) {
    say(`There is no ${runtimeClient.name}: ${problem}`);
    return 1;
  }
  const found = await findCpuController();
  const controller = 'reasons' in found ? undefined : found;
  if ('reasons' in found) {
    say('At full speed only: on this machine no CPU quota can be set.');
    for (const reason of found.reasons) say(`  ${reason}`);
  }
  await using started = new AsyncDisposableStack();
  const folder = started.adopt(await mkdtemp(path.join(tmpdir(), 'lookaside-purge-')), (each) =>
    rm(each, { recursive: true, force: true }),
  );
  const { invalidate } = await bundleFunctions({ outDir: folder, defaultCountry: 'IN' });
  const dynamoDb = run('test/fleet/dynamodb.ts', [], {});
  started.defer(async () => {
    dynamoDb.kill('SIGKILL');
    await dynamoDb.exit;
  });
  const [, url = ''] = await dynamoDb.waitFor(/at (http:\S+)/);
  const certificate = values.plain ? undefined : await makeCertificate(folder);
  const front = started.adopt(await startFront(url, certificate), (each) => each.close());
  const environment = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'made-up',
    AWS_SECRET_ACCESS_KEY: 'made-up',
    AWS_ENDPOINT_URL_DYNAMODB: front.url,
    UPSTREAM_BASE_URL: 'https://upstream.invalid',
    UPSTREAM_CREDENTIALS_ARN: 'upstream',
    CACHE_KEY_SECRET: KEY_SECRET,
    WEBHOOK_SECRET,
    LOG_LEVEL: 'SILENT',
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate.caFile }),
  };
  const client = started.adopt(clientAt(url), (each) => each.destroy());

  const speeds: readonly (CpuController | undefined)[] = [undefined, ...(controller === undefined ? [] : [controller])];
  const rows: string[][] = [];
  const show = showProgress('Purges', counts.length * MODES.length * speeds.length);
  let areComplete = true;
  for (const count of counts) {
    for (const mode of MODES) {
      for (const speed of speeds) {
        const table = `purge-${rows.length}`;
        await fill(client, table, count, partitions);
        const purge = await purgeAll(invalidate, { ...environment, CACHE_TABLE: table }, mode, memoryMb, speed);
        areComplete &&= purge.status === 200 && purge.entries === count;
        rows.push([
          mode,
          `${count}`,
          speed === undefined ? '1.00' : (memoryMb / 1769).toFixed(2),
          ...[purge.status, purge.entries ?? '?', purge.calls].map(String),
          ...[purge.tookMs, purge.cpuMs].map((ms) => (ms / 1000).toFixed(1)),
        ]);
        show(rows.length);
      }
    }
  }
  say(markdown(['purge', 'entries', 'CPU', 'status', 'purged', 'calls', 'seconds', 'CPU seconds'], rows));
  return areComplete ? 0 : 1;
}

function clientAt(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'made-up', secretAccessKey: 'made-up' };
  return new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials });
}

/** Makes a table in which the customer has this number of entries, spread over this number of partitions. */
async function fill(client: DynamoDBClient, table: string, count: number, partitionCount: number): Promise<void> {
  await ensureCacheTable(client, table, AbortSignal.timeout(10_000));
  const now = Date.now();
  const customer = customerHash(CUSTOMER_ID, KEY_SECRET);
  const partitions = Array.from({ length: Math.min(partitionCount, count) }, (_, index) =>
    partitionKey({ source: 'INSTORE', identifier: { name: 'externalId', value: `${index}` } }, KEY_SECRET),
  );
  const entry: CacheEntry = {
    kind: 'found',
    status: 200,
    body: BODY,
    askedAt: now,
    freshnessCut: 0,
    expiresAt: now + 86_400_000,
    customer,
    customerAliases: [],
    staleFrom: undefined,
  };
  const items = Array.from({ length: count }, (_, index) => {
    const key = {
      partition: partitions[index % partitions.length] ?? '',
      variant: `v2;gapToUpgrade=${index};fields=x`,
    };
    return toItem(key, entry, `version-${index}`) ?? {};
  });
  for (let first = 0; first < count; first += 25) {
    const requests = items.slice(first, first + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  }
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: `customer#${customer}` }, sk: { S: 'index' } },
      UpdateExpression: 'ADD #partitions :partitions',
      ExpressionAttributeNames: { '#partitions': 'partitions' },
      ExpressionAttributeValues: { ':partitions': { SS: partitions } },
    }),
  );
}

/** Sends the purge to one instance until it is acknowledged. */
async function purgeAll(
  bundle: Bundle,
  environment: Readonly<Record<string, string>>,
  mode: Mode,
  memoryMb: number,
  controller: CpuController | undefined,
): Promise<Purge> {
  const instance = await LambdaInstance.start({ bundle, environment, memoryMb, controller, prefix: GROUP_PREFIX });
  try {
    const purge = { calls: 0, tookMs: 0, cpuMs: 0, status: 0, entries: 0 as number | undefined };
    while (purge.status !== 200 && purge.calls < MAX_CALLS) {
      const { answer, tookMs, cpuMs } = await instance.invoke(EVENTS[mode], `request-${purge.calls}`);
      const { statusCode, body } = answer as { readonly statusCode: number; readonly body: string };
      const { purged, invalidated } = JSON.parse(body) as { readonly purged?: number; readonly invalidated?: number };
      const entries = purged ?? invalidated;
      purge.calls += 1;
      purge.tookMs += tookMs;
      purge.cpuMs += cpuMs;
      purge.status = statusCode;
      // An answer that acknowledges nothing does not say how many entries it purged.
      purge.entries = purge.calls === 1 ? entries : undefined;
    }
    return purge;
  } finally {
    await instance.close();
  }
}
