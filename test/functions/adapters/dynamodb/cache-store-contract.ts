import { gzipSync } from 'node:zlib';
import {
  type AttributeValue,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clientConfig, DynamoDbCacheStore } from '../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { type Item, keyAttributes, toItem } from '../../../../functions/adapters/dynamodb/entry-item.ts';
import type { CacheEntry } from '../../../../functions/lookup/entry.ts';
import { ensureCacheTable } from '../../../../local/cache-table.ts';
import { type RecordingProxy, startRecordingProxy } from '../../../support/recording-proxy.ts';
import { ASKED_AT, aKey, anEntry, bodyGzippedTo, entries } from './entries.ts';

/** A DynamoDB that runs. */
export interface Engine {
  readonly url: string;
  close(): Promise<void>;
}

const TABLE = 'contract';
/** Generous: how long the store may take is not what is tested here. */
const TIMEOUT_MS = 5000;

/** What every engine must do for the cache: the store's contract, and what the store takes for granted of DynamoDB. */
export function describeCacheStore(engineName: string, startEngine: () => Promise<Engine>): void {
  describe(`the cache store on ${engineName}`, () => {
    let engine: Engine;
    let proxy: RecordingProxy;
    /** Sees and plants what the store itself would not. */
    let client: DynamoDBClient;
    let store: DynamoDbCacheStore;
    const clients: DynamoDBClient[] = [];

    function clientOf(url: string): DynamoDBClient {
      const config: DynamoDBClientConfig = {
        ...clientConfig(TIMEOUT_MS),
        endpoint: url,
        region: 'local',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      };
      const made = new DynamoDBClient(config);
      clients.push(made);
      return made;
    }

    function storeOf(table: string): DynamoDbCacheStore {
      return new DynamoDbCacheStore({ table, timeoutMs: TIMEOUT_MS }, clientOf(proxy.url));
    }

    const plant = (item: Item) => client.send(new PutItemCommand({ TableName: TABLE, Item: item }));

    const operationNames = () => proxy.operations.map(({ name }) => name);

    beforeAll(async () => {
      engine = await startEngine();
      client = clientOf(engine.url);
      await ensureCacheTable(client, TABLE, AbortSignal.timeout(10_000));
    }, 30_000);

    beforeEach(async () => {
      proxy = await startRecordingProxy(engine.url);
      store = storeOf(TABLE);
    });

    afterAll(async () => {
      for (const made of clients) made.destroy();
      await engine?.close();
    });

    describe('reading and writing', () => {
      test('nothing is read where nothing was written', async () => {
        expect(await store.read(aKey())).toBeUndefined();
      });

      test.each<[string, Partial<CacheEntry>]>([
        ['a customer, every digit of it', { body: '{"id":9007199254740993,"points":221350.000,"rate":1E+2}' }],
        ['names in any script', { body: '{"firstName":"नेहा","lastName":"Åström 😀","note":"\\ud800\\u0000"}' }],
        ['not found, for a short while', { kind: 'not-found', status: 404, expiresAt: ASKED_AT + 15_000 }],
        [
          'a body far over the limit before it is packed',
          { body: JSON.stringify({ text: 'points '.repeat(200_000) }) },
        ],
        ['no cut, and the epoch', { freshnessCut: 0, askedAt: 0, expiresAt: 0 }],
      ])('what was written is read: %s', async (_title, changes) => {
        const key = aKey();
        const entry = anEntry(changes);
        expect(await store.write(key, entry)).toBe(true);
        expect(await store.read(key)).toEqual(entry);
      });

      test('what was written is read: any entry', async () => {
        await fc.assert(
          fc.asyncProperty(entries, async (entry) => {
            const key = aKey();
            expect(await store.write(key, entry)).toBe(true);
            expect(await store.read(key)).toEqual(entry);
          }),
          { numRuns: 30 },
        );
      });

      test('every part of the key tells entries apart', async () => {
        const key = aKey();
        const others = [aKey(), { ...key, variant: `${key.variant};embed=points` }, { ...key, variant: key.partition }];
        await store.write(key, anEntry());
        for (const other of others) expect(await store.read(other)).toBeUndefined();
        await store.write(others[1] ?? key, anEntry({ body: '{"id":2}' }));
        expect((await store.read(key))?.body).toBe(anEntry().body);
      });

      test('an entry past its expiry is still there: its age is judged by who serves it', async () => {
        const key = aKey();
        const entry = anEntry({ askedAt: 1000, expiresAt: 2000 });
        await store.write(key, entry);
        expect(await store.read(key)).toEqual(entry);
      });
    });

    describe('requests', () => {
      test('a hit is one request, a strongly consistent read of the one item', async () => {
        const key = aKey();
        await store.write(key, anEntry());
        proxy.clear();
        await store.read(key);
        expect(proxy.operations).toEqual([
          {
            name: 'GetItem',
            input: {
              TableName: TABLE,
              Key: { pk: { S: key.partition }, sk: { S: key.variant } },
              ConsistentRead: true,
            },
          },
        ]);
      });

      test('a write is one request', async () => {
        await store.write(aKey(), anEntry());
        expect(operationNames()).toEqual(['PutItem']);
      });

      test('opening is one strongly consistent read, finds nothing and leaves nothing', async () => {
        const countItems = async () => (await client.send(new ScanCommand({ TableName: TABLE }))).Count;
        const before = await countItems();
        await store.open();
        expect(operationNames()).toEqual(['GetItem']);
        expect(proxy.operations[0]?.input).toMatchObject({ ConsistentRead: true });
        expect(await countItems()).toBe(before);
      });
    });

    describe('the later answer stays', () => {
      test('an entry asked for later replaces an earlier one', async () => {
        const key = aKey();
        await store.write(key, anEntry());
        const later = anEntry({ askedAt: ASKED_AT + 1, body: '{"id":2}' });
        expect(await store.write(key, later)).toBe(true);
        expect(await store.read(key)).toEqual(later);
      });

      test.each([
        ['asked for earlier', ASKED_AT - 1],
        ['asked for at the same time', ASKED_AT],
        ['asked for as much earlier as a clock may be wrong', ASKED_AT - 5000],
      ])('an entry %s replaces nothing, and says that it is not kept', async (_title, askedAt) => {
        const key = aKey();
        await store.write(key, anEntry());
        expect(await store.write(key, anEntry({ askedAt, body: '{"id":2}' }))).toBe(false);
        expect(await store.read(key)).toEqual(anEntry());
      });

      test('an entry that a broken clock stamped more than 5 s ahead is replaced', async () => {
        const key = aKey();
        await store.write(key, anEntry({ askedAt: ASKED_AT + 5001 }));
        expect(await store.write(key, anEntry({ body: '{"id":2}' }))).toBe(true);
        expect((await store.read(key))?.body).toBe('{"id":2}');
      });

      test('of many that are written at once, in any order, the one asked for last stays', async () => {
        const stamps = fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { minLength: 2, maxLength: 8 });
        await fc.assert(
          fc.asyncProperty(stamps, async (offsets) => {
            const key = aKey();
            await Promise.all(offsets.map((offset) => store.write(key, anEntry({ askedAt: ASKED_AT + offset }))));
            expect((await store.read(key))?.askedAt).toBe(ASKED_AT + Math.max(...offsets));
          }),
          { numRuns: 15 },
        );
      });
    });

    describe('size', () => {
      test('the largest entry that is sent is taken', async () => {
        const key = aKey({ variant: `v2;embed=${'points,'.repeat(100)}` });
        const free = 400 * 1024 - 256 - key.partition.length - key.variant.length;
        const entry = anEntry({ body: bodyGzippedTo(free) });
        expect(await store.write(key, entry)).toBe(true);
        expect(await store.read(key)).toEqual(entry);
      });

      test.each([
        ['by its body', 400 * 1024],
        ['by its key and its other attributes', 400 * 1024 - 100],
      ])('an entry over 400 KB %s is not sent, and says that it is not kept', async (_title, bytes) => {
        const key = aKey();
        expect(await store.write(key, anEntry({ body: bodyGzippedTo(bytes) }))).toBe(false);
        expect(operationNames()).toEqual([]);
        expect(await store.read(key)).toBeUndefined();
      });
    });

    describe('items', () => {
      test('an item says when it may be deleted: expiresAt, a number, in epoch seconds', async () => {
        const key = aKey();
        await store.write(key, anEntry({ expiresAt: ASKED_AT + 15_000 }));
        const { Item } = await client.send(new GetItemCommand({ TableName: TABLE, Key: keyAttributes(key) }));
        expect(Item?.expiresAt).toEqual({ N: String(ASKED_AT / 1000 + 15) });
      });

      const truncated = gzipSync(anEntry().body).subarray(0, -1);
      test.each<[string, Record<string, AttributeValue | undefined>]>([
        ['foreign', { form: undefined, kind: undefined, body: undefined, askedAt: undefined, other: { BOOL: true } }],
        ['of a newer form', { form: { N: '2' } }],
        ['of a form that is a text', { form: { S: '1' } }],
        ['of another kind', { kind: { S: 'erased' } }],
        ['without a kind', { kind: undefined }],
        ['with a status that is a text', { status: { S: '200' } }],
        ['with a time that is a text', { askedAt: { S: String(ASKED_AT) } }],
        ['with a time that is a list', { askedAt: { L: [{ N: String(ASKED_AT) }] } }],
        ['without a cut', { freshnessCut: undefined }],
        ['without an expiry', { expiresAt: undefined }],
        ['without a body', { body: undefined }],
        ['with a body that is a text', { body: { S: anEntry().body } }],
        ['with a body that is not packed', { body: { B: Buffer.from(anEntry().body) } }],
        ['with an empty body', { body: { B: new Uint8Array() } }],
        ['with a body cut short', { body: { B: truncated } }],
        ['with a body that inflates beyond any reply', { body: { B: gzipSync(Buffer.alloc(9 * 1024 * 1024)) } }],
      ])('an item %s is a miss', async (_title, changes) => {
        const key = aKey();
        const item = { ...toItem(key, anEntry()), ...changes };
        await plant(Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as Item);
        expect(await store.read(key)).toBeUndefined();
      });

      test('an item that cannot be read is replaced by an entry asked for later', async () => {
        const key = aKey();
        await plant({ ...keyAttributes(key), form: { N: '2' }, askedAt: { N: String(ASKED_AT) } });
        const entry = anEntry({ askedAt: ASKED_AT + 1 });
        expect(await store.write(key, entry)).toBe(true);
        expect(await store.read(key)).toEqual(entry);
      });
    });

    describe('no such table', () => {
      test('fails to read and to write, and says why', async () => {
        const unavailable = { name: 'StoreUnavailableError', reason: 'ResourceNotFoundException' };
        await expect(storeOf('missing').read(aKey())).rejects.toMatchObject(unavailable);
        await expect(storeOf('missing').write(aKey(), anEntry())).rejects.toMatchObject(unavailable);
      });

      test('opens all the same, and does not answer', async () => {
        await expect(storeOf('missing').open()).resolves.toBeUndefined();
        expect(await storeOf('missing').isAnswering()).toBe(false);
        expect(await store.isAnswering()).toBe(true);
      });
    });
  });
}
