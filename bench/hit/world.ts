import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Bundle, bundleFunctions, bundleModule } from '../../infra/bundle.ts';
import type { BareEvent } from './bare-get-item.ts';
import { type CannedDynamoDb, startCannedDynamoDb } from './canned-dynamodb.ts';
import { startCannedUpstream } from './canned-upstream.ts';
import { makeCertificate } from './certificate.ts';
import { LAMBDA_ENVIRONMENT } from './lambda-environment.ts';
import { lookupEvent } from './lambda-events.ts';
import { mobileOf, profileReply } from './profiles.ts';
import { runCalls } from './warm.ts';

/** A customer with an entry in the cache that is fresh for the whole run. */
export interface CachedCustomer {
  readonly mobile: string;
  /** How long the served JSON is. Bytes. */
  readonly bodyBytes: number;
  /** By DynamoDB's rules. */
  readonly itemBytes: number;
  /** The event that has the bare function read the same item. */
  readonly bareEvent: BareEvent;
}

/** The deployed bundle, the bundle for comparison, and the servers that both use. */
export interface HitWorld {
  readonly lookaside: Bundle;
  readonly bare: Bundle;
  readonly environment: Readonly<Record<string, string>>;
  readonly dynamoDb: CannedDynamoDb;
  /** Whether all connections use TLS, as in a deployment. */
  readonly isTls: boolean;
  /** Fills the cache, with the project's own code, with customers that have profiles of at least this length. */
  fill(profileBytes: readonly number[]): Promise<readonly CachedCustomer[]>;
  close(): Promise<void>;
}

const TABLE = 'lookaside';

/** Builds both bundles and starts the servers that they talk to. */
export async function openHitWorld(): Promise<HitWorld> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-bench-'));
  started.defer(() => rm(folder, { recursive: true }));
  const certificate = await makeCertificate(folder);
  const dynamoDb = started.adopt(await startCannedDynamoDb(certificate), (each) => each.close());
  const replies = new Map<string, string>();
  const upstream = started.adopt(
    await startCannedUpstream(({ searchParams }) => {
      const mobile = (searchParams.get('identifierValue') ?? '').replace(/^91/, '');
      return { status: 200, body: replies.get(mobile) ?? '{}' };
    }, undefined),
    (each) => each.close(),
  );
  const { http } = await bundleFunctions({
    outDir: path.join(folder, 'bundles'),
    defaultCountry: 'IN',
    only: ['http'],
  });
  const bare = await bundleModule('bench/hit/bare-get-item.ts', path.join(folder, 'bare'), 'IN');
  const environment = {
    ...LAMBDA_ENVIRONMENT,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate.caFile }),
    UPSTREAM_BASE_URL: upstream.url,
    UPSTREAM_CREDENTIALS: '{"username":"made-up","password":"made up"}',
    CACHE_KEY_SECRET: 'made up',
    CACHE_TABLE: TABLE,
    // Entries that are filled at the beginning are fresh until the end.
    FRESH_SECONDS: '86400',
    // A busy machine must not count as an outage of the store.
    CACHE_TIMEOUT_MS: '5000',
  };

  let customerCount = 0;
  const fill = async (profileBytes: readonly number[]): Promise<readonly CachedCustomer[]> => {
    const customers: CachedCustomer[] = [];
    for (const bytes of profileBytes) {
      const mobile = mobileOf(customerCount);
      customerCount += 1;
      replies.set(mobile, profileReply(mobile, bytes));
      dynamoDb.takePutItems();
      const [filled] = await runCalls({ environment, calls: [{ bundle: http, event: lookupEvent(mobile) }] });
      const [item] = dynamoDb.takePutItems();
      if (item === undefined || filled?.status !== 200) throw new Error('The cache could not be filled.');
      const bareEvent: BareEvent = { table: TABLE, key: item.key };
      customers.push({ mobile, bodyBytes: filled.bodyBytes, itemBytes: item.bytes, bareEvent });
    }
    dynamoDb.takeOperations();
    return customers;
  };

  const parts = started.move();
  return {
    lookaside: http,
    bare,
    environment,
    dynamoDb,
    isTls: certificate !== undefined,
    fill,
    close: () => parts.disposeAsync(),
  };
}
