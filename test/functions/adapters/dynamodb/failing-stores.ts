import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach } from '@jest/globals';
import { createClient } from '../../../../functions/adapters/dynamodb/client.ts';
import { DynamoDbCacheStore } from '../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { toItem } from '../../../../functions/adapters/dynamodb/written-item.ts';
import type { CacheKey } from '../../../../functions/customer/request/cache-key.ts';
import type { StoreTrouble, StoreUnavailableError } from '../../../../functions/lookup/ports.ts';
import type { Respond } from '../../../support/loopback-server.ts';
import { anEntry } from './entries.ts';

/* A store that fails or is slow in one of the ways in which DynamoDB does, and how a call to it ends. */

export const TIMEOUT_MS = 400;
/** How late a time-out may be on a busy machine: the client's own backstop comes after two seconds. */
export const SLACK_MS = 1400;
/** For what must not wait for any time-out. */
export const PATIENT_MS = 5000;

const clients: DynamoDBClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

export function storeAt(endpoint: string, timeoutMs = TIMEOUT_MS): DynamoDbCacheStore {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = createClient(timeoutMs, { endpoint, region: 'local', credentials });
  clients.push(client);
  return new DynamoDbCacheStore({ table: 'lookaside', timeoutMs }, client);
}

/** An item that holds an entry, as it goes over the wire. */
export function aPackedItem(key: CacheKey) {
  const item = toItem(key, anEntry(), 'v');
  return { ...item, body: { B: Buffer.from(item?.body?.B ?? []).toString('base64') } };
}

/** How a call ended, and after how long. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: string;
  readonly reason?: string;
  readonly trouble?: StoreTrouble;
  readonly tookMs: number;
}

export async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  const startedAt = performance.now();
  const outcome = await call.then(
    (value) => ({ value }),
    ({ name, reason, trouble }: StoreUnavailableError) => ({ error: name, reason, trouble }),
  );
  return { ...outcome, tookMs: performance.now() - startedAt };
}

export const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

export const nothing: Respond = (response) => {
  response.writeHead(200, JSON_TYPE).end('{}');
};

export function failing(status: number, type: string): Respond {
  const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'of no use' });
  return (response) => {
    response.writeHead(status, JSON_TYPE).end(body);
  };
}

export const hanging: Respond = () => {};

export const stalling: Respond = (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': 1000 }).write('{"Item":');
};

export const trickling: Respond = async (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': 1000 });
  while (!response.destroyed) {
    response.write(' ');
    await sleep(20);
  }
};

export const resetting: Respond = (response) => {
  response.socket?.resetAndDestroy();
};

export const cutting: Respond = (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': 1000 }).write('{"Item":', () => response.destroy());
};
