import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { makeCertificate } from '../../bench/hit/certificate.ts';
import type { ControlCommand } from '../../simulator/control/command.ts';
import { DEFAULT_BASIC_CREDENTIALS } from '../../simulator/credentials.ts';
import type { Counters } from '../../simulator/journal.ts';
import { run } from '../local/program.ts';
import { startFakeAws } from './fake-aws.ts';
import { startFront } from './front.ts';
import { type OpenTable, openTable } from './open-table.ts';

/** Everything that an instance calls. None of it is under the instance's quota. */
export interface World {
  /** The functions' environment, without the table's name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the instances speak HTTPS, as deployed ones do. */
  readonly isTls: boolean;
  /** Adds this number of customers to the upstream; returns their mobile numbers, as a till types them. */
  addCustomers(count: number): Promise<readonly string[]>;
  /** Sets how long the upstream takes from now on; undefined: as long as at first. Milliseconds. */
  setUpstreamMs(ms: number | undefined): Promise<void>;
  /** The requests to the upstream since the last call. */
  takeUpstreamCalls(): Promise<UpstreamCalls>;
  /**
   * How long DynamoDB's slowest reply since the last call took to begin, and how long this process, which passes it on,
   * was busy with something else at most. Milliseconds.
   */
  takeSlowestStoreMs(): number;
  /** Makes an empty table. */
  openTable(): Promise<OpenTable>;
  /** How often the upstream's credentials were read since the last call. */
  takeSecretReads(): number;
  /** Payloads of the requested revalidations since the last call. */
  takeRevalidations(): readonly unknown[];
  close(): Promise<void>;
}

export interface UpstreamCalls {
  readonly v2: number;
  readonly v1: number;
}

export interface WorldOptions {
  /** How long the upstream takes. Milliseconds. */
  readonly upstreamMs: number;
  /** A folder for the certificate. */
  readonly folder: string;
  /** Whether to speak plain HTTP. Default: only if there is no openssl to make a certificate with. */
  readonly isPlain?: boolean;
}

/** How often this process checks whether it is busy. Milliseconds. */
const LOOP_RESOLUTION_MS = 5;

export async function startWorld({ upstreamMs, folder, isPlain = false }: WorldOptions): Promise<World> {
  await using started = new AsyncDisposableStack();
  const start = (file: string, args: readonly string[]) => {
    const program = run(file, args, {});
    started.defer(async () => {
      program.kill('SIGKILL');
      await program.exit;
    });
    return program;
  };
  const dynamoDb = start('test/fleet/dynamodb.ts', []);
  const simulator = start('simulator/main.ts', ['--port', '0', '--latency-ms', `${upstreamMs}`, '--jitter-ms', '0']);
  const [, dynamoDbUrl = ''] = await dynamoDb.waitFor(/at (http:\S+)/);
  const [, simulatorUrl = ''] = await simulator.waitFor(/on (http:\S+)/);
  const aws = started.adopt(await startFakeAws(JSON.stringify(DEFAULT_BASIC_CREDENTIALS)), (each) => each.close());

  const certificate = isPlain ? undefined : await makeCertificate(folder);
  const reach = async (url: string) => started.adopt(await startFront(url, certificate), (front) => front.close());
  const store = await reach(dynamoDbUrl);
  const fakes = await reach(aws.url);
  const upstream = await reach(simulatorUrl);
  const environment = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'made-up',
    AWS_SECRET_ACCESS_KEY: 'made-up',
    AWS_ENDPOINT_URL_DYNAMODB: store.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: fakes.url,
    AWS_ENDPOINT_URL_LAMBDA: fakes.url,
    UPSTREAM_BASE_URL: upstream.url,
    UPSTREAM_CREDENTIALS_ARN: 'upstream',
    CACHE_KEY_SECRET: 'made up',
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate.caFile }),
  };

  const client = started.adopt(
    new DynamoDBClient({
      endpoint: dynamoDbUrl,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'made-up', secretAccessKey: 'made-up' },
    }),
    (each) => each.destroy(),
  );

  const control = async (command?: ControlCommand): Promise<Counters> => {
    const response = await fetch(`${simulatorUrl}/__control?requests=0`, {
      method: command === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json' },
      body: command === undefined ? null : JSON.stringify(command),
    });
    if (!response.ok) throw new Error(await response.text());
    return ((await response.json()) as { readonly counters: Counters }).counters;
  };
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  started.defer(() => void loop.disable());
  let customerCount = 0;
  let tableCount = 0;
  let counted: Counters | undefined;
  const parts = started.move();
  return {
    environment,
    isTls: certificate !== undefined,
    addCustomers: (count) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          customerCount += 1;
          const mobile = `${9_800_000_000 + customerCount}`;
          await control({ add: { id: `${8_100_000_000 + customerCount}`, identifiers: { mobile: `91${mobile}` } } });
          return mobile;
        }),
      ),
    setUpstreamMs: async (ms = upstreamMs) => void (await control({ latencyMs: ms, jitterMs: 0 })),
    takeUpstreamCalls: async () => {
      const now = await control();
      const { v2Lookups = 0, v1Gets = 0 } = counted ?? {};
      counted = now;
      return { v2: now.v2Lookups - v2Lookups, v1: now.v1Gets - v1Gets };
    },
    takeSlowestStoreMs: () => {
      const busyMs = loop.max / 1e6 - LOOP_RESOLUTION_MS;
      loop.reset();
      return store.takeSlowestReplyMs() + Math.max(0, busyMs);
    },
    openTable: async () => {
      tableCount += 1;
      return openTable(client, `lookaside-${tableCount}`);
    },
    takeSecretReads: () => aws.takeSecretReads(),
    takeRevalidations: () => aws.takeInvocations(),
    close: () => parts.disposeAsync(),
  };
}
