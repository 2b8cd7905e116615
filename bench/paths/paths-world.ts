import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Bundle, bundleFunctions, ENTRIES, type Entry } from '../../infra/bundle.ts';
import { startCannedDynamoDb } from '../hit/canned-dynamodb.ts';
import { startCannedUpstream } from '../hit/canned-upstream.ts';
import { makeCertificate } from '../hit/certificate.ts';
import { LAMBDA_ENVIRONMENT } from '../hit/lambda-environment.ts';
import type { LambdaEvent } from '../hit/lambda-events.ts';
import { runCalls } from '../hit/warm.ts';
import { startCannedServices } from './canned-services.ts';
import { FILL, STALE_FILL } from './paths.ts';
import { purgeAnswers } from './purge-answers.ts';
import { simulatedReplies } from './upstream-replies.ts';

/** The deployed functions, and the servers that they talk to: with a cache that is filled, and stays as it is. */
export interface PathsWorld {
  readonly bundles: Readonly<Record<Entry, Bundle>>;
  readonly environment: Readonly<Record<string, string>>;
  /** The requests to all servers since the last call, by their names, in any order. */
  takeRequests(): readonly string[];
  close(): Promise<void>;
}

/** Entries are fresh for so long, and then stale for as long. Seconds. */
const FRESH_SECONDS = 86_400;

/** How old a stale entry is: in the middle of the time in which it is served while it is revalidated. Milliseconds. */
const STALE_AGE_MS = 1.5 * FRESH_SECONDS * 1000;

/** Builds the bundles, starts the servers, and fills the cache. */
export async function openPathsWorld(): Promise<PathsWorld> {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-bench-paths-'));
  started.defer(() => rm(folder, { recursive: true }));
  const certificate = await makeCertificate(folder);
  const closed = <Server extends { close(): Promise<void> }>(server: Server) =>
    started.adopt(server, (each) => each.close());
  const dynamoDb = closed(await startCannedDynamoDb(certificate, purgeAnswers));
  const upstream = closed(await startCannedUpstream(simulatedReplies(), certificate));
  const services = closed(await startCannedServices(certificate, '{"username":"made-up","password":"made up"}'));
  const outDir = path.join(folder, 'bundles');
  const bundles = await bundleFunctions({ outDir, defaultCountry: 'IN', only: [...ENTRIES] });
  const environment = {
    ...LAMBDA_ENVIRONMENT,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    AWS_ENDPOINT_URL_LAMBDA: services.url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: services.url,
    ...(certificate && { NODE_EXTRA_CA_CERTS: certificate.caFile }),
    UPSTREAM_BASE_URL: upstream.url,
    UPSTREAM_CREDENTIALS_ARN: 'arn:aws:secretsmanager:ap-south-1:123456789012:secret:upstream-AbCdEf',
    CACHE_KEY_SECRET: 'made up',
    CACHE_TABLE: 'lookaside',
    REVALIDATE_FUNCTION: 'lookaside-revalidate',
    WEBHOOK_SECRET: 'local-webhook-secret',
    FRESH_SECONDS: String(FRESH_SECONDS),
    STALE_WHILE_REVALIDATE_SECONDS: String(FRESH_SECONDS),
    NOT_FOUND_FRESH_SECONDS: String(FRESH_SECONDS),
    // A busy machine must not count as an outage of the store or of the upstream.
    CACHE_TIMEOUT_MS: '5000',
    UPSTREAM_TIMEOUT_MS: '10000',
  };

  const fill = async (events: readonly LambdaEvent[]) => {
    await runCalls({ environment, calls: events.map((event) => ({ bundle: bundles.http, event })) });
    return dynamoDb.takePutItems();
  };
  await fill(FILL);
  const askedAt = { N: String(Date.now() - STALE_AGE_MS) };
  for (const { key } of await fill(STALE_FILL)) dynamoDb.change(key, { askedAt });
  dynamoDb.keepPuts(false);

  const takeRequests = () => [
    ...dynamoDb.takeOperations(),
    ...services.takeOperations(),
    ...Array.from({ length: upstream.takeCalls() }, () => 'upstream'),
  ];
  takeRequests();
  const parts = started.move();
  return { bundles, environment, takeRequests, close: () => parts.disposeAsync() };
}
