import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CacheStoreOptions,
  DynamoDbCacheStore,
} from '../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { toItem } from '../../../../functions/adapters/dynamodb/written-item.ts';
import type { CacheKey } from '../../../../functions/customer/request/cache-key.ts';
import type { StoreTrouble, StoreUnavailableError } from '../../../../functions/lookup/store-unavailable-error.ts';
import { timed } from '../../../support/free-time.ts';
import type { Respond } from '../../../support/loopback-server.ts';
import { anEntry } from './entries.ts';

/* A store that fails or is slow in one of DynamoDB's ways, and how a call to it ends. */

export const TIMEOUT_MS = 400;
/** How much later a timeout may be, in free time: the client's own backstop comes after two seconds. */
export const SLACK_MS = 1400;
/** The limit for a call that must not wait for any timeout. */
export const PATIENT_MS = 5000;

/** The ways in which a store reads its entries (STORE_READER). */
export const READERS = ['direct', 'sdk'] as const;
export type Reader = (typeof READERS)[number];

/** Makes stores that read in one of these ways. */
export function storesBy(reader: Reader) {
  return (endpoint: string, timeoutMs = TIMEOUT_MS): DynamoDbCacheStore =>
    new DynamoDbCacheStore({ table: 'lookaside', timeoutMs, reader, aws: NO_AWS }, { endpoint, ...LOCAL });
}

/** The values for a DynamoDB on this machine, if the environment has none. */
export const NO_AWS: CacheStoreOptions['aws'] = { region: undefined, dynamoDbUrl: undefined, credentials: undefined };
export const LOCAL = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } } as const;

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
  /** @see Timed */
  readonly tookMs: number;
  readonly freeMs: number;
}

/** @param call begins the call: on a busy machine, time may pass between the beginning of a call and its measurement */
export async function outcomeOf(call: () => Promise<unknown>): Promise<Outcome> {
  const { result, tookMs, freeMs } = await timed(() =>
    call().then(
      (value) => ({ value }),
      ({ name, reason, trouble }: StoreUnavailableError) => ({ error: name, reason, trouble }),
    ),
  );
  return { ...result, tookMs, freeMs };
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
