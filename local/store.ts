import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { toStoreFailure } from '../functions/adapters/dynamodb/store-failure.ts';
import { ensureCacheTable } from './cache-table.ts';
import { startEmbeddedDynamoDb } from './embedded-dynamodb.ts';
import { type LocalAwsConfig, type LocalSettings, localAwsConfig, ownAwsConfig } from './settings.ts';
import { StartError } from './start-error.ts';

/** The place of the entries on this machine. */
export interface Store {
  readonly url: string;
  readonly isEmbedded: boolean;
  /**
   * Whether the table is there. If the store does not answer, or throttles, the table is made as soon as the store
   * allows it.
   */
  readonly isReady: boolean;
  /** The configuration of an AWS client for it, made anew for each client. */
  awsConfig(): LocalAwsConfig;
  close(): Promise<void>;
}

/** How long a store may take to answer before the service starts without it. Milliseconds. */
const PATIENCE_MS = 2000;

/**
 * Opens the store: the DynamoDB that is given, or the embedded one. Makes the table if it is missing.
 *
 * @param retryMs how long the service waits before it tries again to make the table. Milliseconds. Default: 1000
 * @throws {StartError} if the store can be reached but not used
 */
export async function openStore(
  { dataDir, dynamoDbUrl }: LocalSettings,
  table: string,
  environment: Readonly<Record<string, string | undefined>>,
  retryMs = 1000,
): Promise<Store> {
  const embedded = dynamoDbUrl === undefined ? await startEmbeddedDynamoDb(dataDir) : undefined;
  const url = embedded?.url ?? dynamoDbUrl ?? '';
  const awsConfig = () => (embedded === undefined ? localAwsConfig(environment, url) : ownAwsConfig());
  const client = new DynamoDBClient({ endpoint: url, maxAttempts: 1, ...awsConfig() });
  const closing = new AbortController();
  const close = async () => {
    closing.abort();
    client.destroy();
    await embedded?.close();
  };
  try {
    const isReady = await tryToMakeReady(client, url, table, closing.signal);
    if (!isReady) void makeReadyLater(client, url, table, closing.signal, retryMs);
    return { url, isEmbedded: embedded !== undefined, isReady, awsConfig, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function tryToMakeReady(client: DynamoDBClient, url: string, table: string, closing: AbortSignal) {
  try {
    await ensureCacheTable(client, table, AbortSignal.any([closing, AbortSignal.timeout(PATIENCE_MS)]));
    return true;
  } catch (error) {
    if (error instanceof StartError) throw error;
    if (!(error instanceof DynamoDBServiceException) || error.$fault === 'server') return false;
    if (toStoreFailure(error, closing).trouble === 'throttled') return false;
    throw new StartError(
      `The DynamoDB at ${url} does not let us use the table ${table} (${error.name}: ${error.message}). Check ` +
        'AWS_ENDPOINT_URL_DYNAMODB, CACHE_TABLE and the AWS credentials.',
      { cause: error },
    );
  }
}

/** Keeps trying, as long as the service runs: until then look-ups go on without the store. */
async function makeReadyLater(
  client: DynamoDBClient,
  url: string,
  table: string,
  closing: AbortSignal,
  retryMs: number,
): Promise<void> {
  for (;;) {
    try {
      await sleep(retryMs, undefined, { signal: closing, ref: false });
      if (await tryToMakeReady(client, url, table, closing)) return;
    } catch {
      // The service closes, or the store refuses: the look-ups' log says that the store does not answer.
      if (closing.aborted) return;
    }
  }
}
