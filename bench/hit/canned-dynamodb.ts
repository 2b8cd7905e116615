import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { toItem, type WireItem } from '../../functions/adapters/dynamodb/direct/wire-item.ts';
import { itemBytes } from '../../functions/adapters/dynamodb/item-bytes.ts';
import { type CannedServer, startCannedServer } from './canned-server.ts';
import type { Certificate } from './certificate.ts';

const READS: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem']);
const EMPTY = Buffer.from('{}');

/** A key of the table, in DynamoDB's wire format. */
export interface WireKey {
  readonly pk: { readonly S: string };
  readonly sk: { readonly S: string };
}

/** A request of DynamoDB, as far as it is read here. */
export interface DynamoDbRequest {
  readonly Key?: WireKey;
  readonly Item?: WireItem;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly WireKey[] }>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
}

/** An item that was put. */
export interface PutItem {
  readonly key: WireKey;
  /** By DynamoDB's rules for the size of an item. */
  readonly bytes: number;
}

/** An item's attributes in DynamoDB's wire format, by their names. */
export type CannedItem = WireItem;

/** Gives answers of its own to requests that no put item answers. Undefined: the answer is the usual one. */
export type OwnAnswers = (
  operation: string,
  request: DynamoDbRequest,
  items: Iterable<CannedItem>,
) => object | undefined;

/** Just enough of a DynamoDB to fill a cache and to serve its hits, as fast as a server can. */
export interface CannedDynamoDb extends CannedServer {
  /** Whether it keeps the items that are put from now on. Until the first call it does. */
  keepPuts(areKept: boolean): void;
  /** Puts other attributes into an item that was put. */
  change(key: WireKey, attributes: CannedItem): void;
  /** The items that were put since the last call, oldest first. */
  takePutItems(): readonly PutItem[];
  /** The operations since the last call, such as `GetItem`, oldest first. */
  takeOperations(): readonly string[];
}

/**
 * Keeps every put item, whatever its conditions. Returns it by GetItem and BatchGetItem, from answers that are written
 * once. Accepts every other request. So its own work is very small, and does not depend on the clock.
 *
 * @param certificate undefined: it speaks plain HTTP
 * @param ownAnswers default: none
 */
export async function startCannedDynamoDb(
  certificate: Certificate | undefined,
  ownAnswers?: OwnAnswers,
): Promise<CannedDynamoDb> {
  const items = new Map<string, WireItem>();
  const answers = new Map<string, Buffer>();
  let putItems: PutItem[] = [];
  let operations: string[] = [];
  let areKept = true;

  const answer = (operation: string, body: string): Buffer => {
    const known = answers.get(body);
    if (known !== undefined) return known;
    const request = JSON.parse(body) as DynamoDbRequest;
    const { Key, Item, RequestItems } = request;
    if (Item !== undefined) {
      if (!areKept) return EMPTY;
      const { pk, sk } = Item as unknown as WireKey;
      items.set(nameOf({ pk, sk }), Item);
      putItems.push({ key: { pk, sk }, bytes: itemBytes(toItem(structuredClone(Item))) });
      answers.clear();
      return EMPTY;
    }
    const own = ownAnswers?.(operation, request, items.values());
    if (own !== undefined) return Buffer.from(JSON.stringify(own));
    if (!READS.has(operation)) return EMPTY;
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
    const bytes = answer(operation, body);
    response.writeHead(200, {
      'Content-Type': 'application/x-amz-json-1.0',
      'Content-Length': bytes.length,
      'x-amz-crc32': crc32(bytes),
      'x-amzn-RequestId': 'MADEUPMADEUPMADEUPMADEUPMADEUPMADEUPMADEUPMADEUPMADE',
    });
    response.end(bytes);
  };

  const server = await startCannedServer(certificate, serve);
  return {
    ...server,
    keepPuts: (kept) => {
      areKept = kept;
    },
    change: (key, attributes) => {
      items.set(nameOf(key), { ...items.get(nameOf(key)), ...attributes });
      answers.clear();
    },
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
  };
}

function nameOf({ pk, sk }: WireKey): string {
  return `${pk.S}\n${sk.S}`;
}
