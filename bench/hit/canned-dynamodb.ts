import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { toItem, type WireItem } from '../../functions/adapters/dynamodb/direct/wire-item.ts';
import { itemBytes } from '../../functions/adapters/dynamodb/item-bytes.ts';
import type { Certificate } from './certificate.ts';

/** A key of the table, in DynamoDB's wire format. */
export interface WireKey {
  readonly pk: { readonly S: string };
  readonly sk: { readonly S: string };
}

/** A request of DynamoDB, as far as it is read here. */
interface DynamoDbRequest {
  readonly Key?: WireKey;
  readonly Item?: WireItem;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly WireKey[] }>>;
}

/** An item that was put. */
export interface PutItem {
  readonly key: WireKey;
  /** By DynamoDB's rules for the size of an item. */
  readonly bytes: number;
}

/** Just enough of a DynamoDB to fill a cache and to serve its hits, as fast as a server can. */
export interface CannedDynamoDb {
  /** For AWS_ENDPOINT_URL_DYNAMODB. */
  readonly url: string;
  /** The items that were put since the last call, oldest first. */
  takePutItems(): readonly PutItem[];
  /** The operations since the last call, such as `GetItem`, oldest first. */
  takeOperations(): readonly string[];
  close(): Promise<void>;
}

/**
 * Keeps every put item, whatever its conditions. Returns it by GetItem and BatchGetItem, from answers that are written
 * once. Accepts every other request. So its own work is very small, and does not depend on the clock.
 *
 * @param certificate undefined: it speaks plain HTTP
 */
export async function startCannedDynamoDb(certificate: Certificate | undefined): Promise<CannedDynamoDb> {
  const items = new Map<string, WireItem>();
  const answers = new Map<string, Buffer>();
  let putItems: PutItem[] = [];
  let operations: string[] = [];

  const answer = (body: string): Buffer => {
    const known = answers.get(body);
    if (known !== undefined) return known;
    const { Key, Item, RequestItems } = JSON.parse(body) as DynamoDbRequest;
    if (Item !== undefined) {
      const { pk, sk } = Item as unknown as WireKey;
      items.set(nameOf({ pk, sk }), Item);
      putItems.push({ key: { pk, sk }, bytes: itemBytes(toItem(structuredClone(Item))) });
      answers.clear();
      return Buffer.from('{}');
    }
    const found = (keys: readonly WireKey[]) => keys.map((key) => items.get(nameOf(key))).filter((item) => item);
    const reply =
      RequestItems === undefined
        ? { Item: Key && items.get(nameOf(Key)) }
        : {
            Responses: Object.fromEntries(
              Object.entries(RequestItems).map(([table, { Keys = [] }]) => [table, found(Keys)]),
            ),
            UnprocessedKeys: {},
          };
    const written = Buffer.from(JSON.stringify(reply));
    answers.set(body, written);
    return written;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const operation = `${request.headers['x-amz-target']}`.replace(/^.*\./, '');
    const body = await text(request);
    operations.push(operation);
    const isRead = operation === 'GetItem' || operation === 'BatchGetItem' || operation === 'PutItem';
    const bytes = isRead ? answer(body) : Buffer.from('{}');
    response.writeHead(200, {
      'Content-Type': 'application/x-amz-json-1.0',
      'Content-Length': bytes.length,
      'x-amz-crc32': crc32(bytes),
      'x-amzn-RequestId': 'MADEUPMADEUPMADEUPMADEUPMADEUPMADEUPMADEUPMADEUPMADE',
    });
    response.end(bytes);
  };

  const server = certificate === undefined ? createHttpServer(serve) : createHttpsServer({ ...certificate }, serve);
  server.keepAliveTimeout = 0;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://localhost:${(server.address() as AddressInfo).port}`,
    takePutItems: () => {
      const taken = putItems;
      putItems = [];
      return taken;
    },
    takeOperations: () => {
      const taken = operations;
      operations = [];
      return taken;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function nameOf({ pk, sk }: WireKey): string {
  return `${pk.S}\n${sk.S}`;
}
