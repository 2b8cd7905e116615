import { gzipSync } from 'node:zlib';
import {
  type AttributeValue,
  type BatchGetItemCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createClient } from '../../../../functions/adapters/dynamodb/client.ts';
import { DynamoDbCacheStore } from '../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { FORMS } from '../../../../functions/adapters/dynamodb/stored-body.ts';
import { type Item, keyAttributes } from '../../../../functions/adapters/dynamodb/stored-item.ts';
import { toItem } from '../../../../functions/adapters/dynamodb/written-item.ts';
import type { CacheKey } from '../../../../functions/customer/request/cache-key.ts';
import { type CacheEntry, EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import { MAX_INDEXED_PARTITIONS } from '../../../../functions/lookup/fleet.ts';
import { StoreUnavailableError } from '../../../../functions/lookup/store-unavailable-error.ts';
import { ensureCacheTable } from '../../../../local/cache-table.ts';
import { fc, runs } from '../../../support/properties.ts';
import { type RecordingProxy, startRecordingProxy } from '../../../support/recording-proxy.ts';
import { describeCallerCountsPort } from './caller-counts-contract.ts';
import { ASKED_AT, aKey, anEntry, bodyGzippedTo, entries } from './entries.ts';
import { LOCAL, NO_AWS, READERS } from './failing-stores.ts';
import { describeSameStore } from './same-store-contract.ts';
import { describeStorePort } from './store-port-contract.ts';
import { aLease, listPartition } from './store-under-test.ts';

/** A DynamoDB that runs. */
export interface Engine {
  readonly url: string;
  close(): Promise<void>;
}

const TABLE = 'contract';
/** A generous limit: this test does not check how long the store may take. */
const TIMEOUT_MS = 30_000;

/**
 * The rules that every engine must keep for the cache, however entries are read: the store's contract, and the
 * behaviour of DynamoDB that the store relies on.
 */
export function describeCacheStore(engineName: string, startEngine: () => Promise<Engine>): void {
  describe.each(READERS)(`the cache store on ${engineName}, STORE_READER=%s`, (reader) => {
    let engine: Engine;
    let proxy: RecordingProxy;
    /** Sees and plants items that the store itself would not. */
    let client: DynamoDBClient;
    let store: DynamoDbCacheStore;

    function storeOf(table: string, url = proxy.url): DynamoDbCacheStore {
      const options = { table, timeoutMs: TIMEOUT_MS, reader, aws: NO_AWS };
      return new DynamoDbCacheStore(options, { endpoint: url, ...LOCAL });
    }

    const plant = (item: Item) => client.send(new PutItemCommand({ TableName: TABLE, Item: item }));

    const operationNames = () => proxy.operations.map(({ name }) => name);

    beforeAll(async () => {
      engine = await startEngine();
      client = createClient(TIMEOUT_MS, { endpoint: engine.url, ...LOCAL });
      await ensureCacheTable(client, TABLE, AbortSignal.timeout(60_000));
    });

    beforeEach(async () => {
      proxy = await startRecordingProxy(engine.url);
      store = storeOf(TABLE);
    });

    afterAll(async () => {
      client?.destroy();
      await engine?.close();
    });

    describe('does what the look-up and invalidation need:', () => {
      // Opened as every instance of the fleet opens it; tests below look at the requests on the wire.
      const unwatched = () => storeOf(TABLE, engine.url);
      describeStorePort(unwatched);
      let played: DynamoDbCacheStore | undefined;
      const once = () => {
        played ??= unwatched();
        return played;
      };
      describeSameStore(once);
      describeCallerCountsPort(once);
    });

    /** Takes the lease and writes under it, as a fill does. */
    async function write(key: CacheKey, entry: CacheEntry) {
      const lease = aLease();
      await store.takeLease(key, await store.read(key), lease);
      return store.writeEntry(key, lease, entry);
    }

    const rawItem = async (key: CacheKey) =>
      (await client.send(new GetItemCommand({ TableName: TABLE, Key: keyAttributes(key) }))).Item;

    describe('reading and writing', () => {
      test.each<[string, Partial<CacheEntry>]>([
        ['a customer, every digit of it', { body: '{"id":9007199254740993,"points":221350.000,"rate":1E+2}' }],
        ['names in any script', { body: '{"firstName":"नेहा","lastName":"Åström 😀","note":"\\ud800\\u0000"}' }],
        ['not found, about nobody', { kind: 'not-found', status: 404, customer: undefined }],
        [
          'a body far over the limit before it is packed',
          { body: JSON.stringify({ text: 'points '.repeat(200_000) }) },
        ],
        ['no cut, and the epoch', { freshnessCut: 0, askedAt: 0, expiresAt: 0 }],
      ])('reads back what was written: %s', async (_title, changes) => {
        const key = aKey();
        const entry = anEntry(changes);
        expect(await write(key, entry)).toBe('written');
        expect((await store.read(key)).entry).toEqual(entry);
      });

      test('reads back what was written: any entry', async () => {
        await fc.assert(
          fc.asyncProperty(entries, async (entry) => {
            const key = aKey();
            expect(await write(key, entry)).toBe('written');
            expect((await store.read(key)).entry).toEqual(entry);
          }),
          runs(30),
        );
      });

      test('every part of the key tells entries apart', async () => {
        const key = aKey();
        const others = [aKey(), { ...key, variant: `${key.variant};embed=points` }, { ...key, variant: key.partition }];
        await write(key, anEntry());
        for (const other of others) expect(await store.read(other)).toEqual(EMPTY_ITEM);
        await write(others[1] ?? key, anEntry({ body: '{"id":2}' }));
        expect((await store.read(key)).entry?.body).toBe(anEntry().body);
      });
    });

    describe('requests', () => {
      test('a hit is one request, a strongly consistent read of the one item', async () => {
        const key = aKey();
        await write(key, anEntry());
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

      test('many keys are read by one request too, strongly consistent, that names each of them once', async () => {
        const [one, other] = [aKey(), aKey()];
        await write(one, anEntry());
        proxy.clear();
        const [first, nothing, again] = await store.readAll([one, other, one]);
        expect([first, nothing, again]).toEqual([
          { ...EMPTY_ITEM, entry: anEntry(), version: expect.any(String) },
          EMPTY_ITEM,
          first,
        ]);
        const Keys = [one, other].map(({ partition, variant }) => ({ pk: { S: partition }, sk: { S: variant } }));
        expect(proxy.operations).toEqual([
          { name: 'BatchGetItem', input: { RequestItems: { [TABLE]: { Keys, ConsistentRead: true } } } },
        ]);
      });

      test.each([
        [0, []],
        [1, [1]],
        [100, [100]],
        [101, [100, 1]],
        [200, [100, 100]],
        [201, [100, 100, 1]],
      ])('%i distinct keys are requests of %j', async (count, sizes) => {
        const keys = Array.from({ length: count }, () => aKey());
        expect(await store.readAll([...keys, ...keys])).toEqual(Array(2 * count).fill(EMPTY_ITEM));
        const asked = proxy.operations.map(
          ({ input }) => (input as unknown as BatchGetItemCommandInput).RequestItems?.[TABLE],
        );
        expect(operationNames()).toEqual(sizes.map(() => 'BatchGetItem'));
        expect(asked.map((each) => each?.Keys?.length).sort((left, right) => right! - left!)).toEqual(sizes);
        expect(asked.map((each) => each?.ConsistentRead)).toEqual(sizes.map(() => true));
        const names = asked.flatMap((each) => each?.Keys?.map(({ pk }) => pk?.S));
        expect(names.toSorted()).toEqual(keys.map(({ partition }) => partition).toSorted());
      });

      test('R17: of many keys that are more than one reply holds (16 MB), those left out are asked for once more', async () => {
        const body = gzipSync(bodyGzippedTo(390 * 1024));
        const keys = Array.from({ length: 44 }, () => aKey());
        await Promise.all(keys.map((key) => plant({ ...toItem(key, anEntry(), 'v1'), body: { B: body } })));
        const read = await store.readAll(keys);
        const readAtFirst = proxy.operations.map(
          ({ input }) => (input as unknown as BatchGetItemCommandInput).RequestItems?.[TABLE]?.Keys?.length ?? 0,
        );
        expect(operationNames()).toEqual(['BatchGetItem', 'BatchGetItem']);
        expect(readAtFirst[0]).toBe(44);
        expect(readAtFirst[1]).toBeLessThan(44);
        // An engine may leave some out again: they are unknown, and not misses.
        const isThere = { ...EMPTY_ITEM, version: 'v1', entry: expect.anything() };
        const isUnknown = expect.objectContaining({ reason: 'UnprocessedKeys', trouble: 'down' });
        expect(read).toEqual(read.map((item) => (item instanceof StoreUnavailableError ? isUnknown : isThere)));
        expect(read.filter((item) => !(item instanceof Error)).length).toBeGreaterThan(44 - readAtFirst[1]!);
        await store.deleteItems(keys);
      });

      test('every write is one request, and every read strongly consistent', async () => {
        const key = aKey();
        await write(key, anEntry());
        await store.markRevalidation(key, await store.read(key), { until: 1, backoffMs: 0 });
        await store.addToIndex('c', key.partition, ASKED_AT);
        await store.readPause('v2');
        await store.fenceCustomer('c', ASKED_AT);
        await store.listPartition(key.partition);
        await store.markStale(key, ASKED_AT);
        await store.deleteItems([key]);
        expect(operationNames()).toEqual([
          'GetItem',
          'UpdateItem',
          'PutItem',
          'GetItem',
          'UpdateItem',
          'UpdateItem',
          'GetItem',
          // The fence is set before the list is read.
          'UpdateItem',
          'GetItem',
          'Query',
          'UpdateItem',
          'BatchWriteItem',
        ]);
        const reads = proxy.operations.filter(({ name }) => name === 'GetItem' || name === 'Query');
        expect(reads.map(({ input }) => input.ConsistentRead)).toEqual(Array(5).fill(true));
      });

      test('a partition is listed to its last page', async () => {
        const { partition } = aKey();
        const body = bodyGzippedTo(380 * 1024);
        const variants = ['a', 'b', 'c', 'd'];
        for (const variant of variants) await write({ partition, variant }, anEntry({ body }));
        proxy.clear();
        const listed = await listPartition(store, partition);
        expect(listed.map(({ key }) => key.variant).sort()).toEqual(variants);
        expect(operationNames().length).toBeGreaterThan(1);
        expect(new Set(operationNames())).toEqual(new Set(['Query']));
      });

      test('opening is one strongly consistent read, finds nothing and leaves nothing', async () => {
        const countItems = async () =>
          (await client.send(new ScanCommand({ TableName: TABLE, Select: 'COUNT' }))).Count;
        const before = await countItems();
        await store.open();
        expect(operationNames()).toEqual(['GetItem']);
        expect(proxy.operations[0]?.input).toMatchObject({ ConsistentRead: true });
        expect(await countItems()).toBe(before);
      });
    });

    test('a lease says how long its holder expects to hold it, and the next one need not', async () => {
      const key = aKey();
      const first = { ...aLease(), expectedMs: 310 };
      await store.takeLease(key, await store.read(key), first);
      expect((await store.read(key)).lease).toEqual(first);
      const second = aLease();
      await store.takeLease(key, await store.read(key), second);
      expect((await store.read(key)).lease).toEqual(second);
    });

    describe('size', () => {
      test('the store takes the largest entry that is sent', async () => {
        const key = aKey({ variant: `v2;embed=${'points,'.repeat(100)}` });
        const free = 400 * 1024 - 1024 - key.partition.length - key.variant.length;
        const entry = anEntry({ body: bodyGzippedTo(free) });
        expect(await write(key, entry)).toBe('written');
        // Whatever else an item may hold later.
        const { lease } = { lease: aLease() };
        expect(await store.takeLease(key, await store.read(key), lease)).toBe(true);
        await store.markStale(key, ASKED_AT);
        const second = aLease();
        expect(await store.takeLease(key, await store.read(key), second)).toBe(true);
        const outcome = {
          kind: 'failed',
          token: second.token,
          failure: 'credentials-unreadable',
          retryAfterMs: 1,
        } as const;
        const revalidation = { until: ASKED_AT, backoffMs: 60_000 };
        expect(await store.endLease(key, second, { outcome, revalidation })).toBe(true);
        expect((await store.read(key)).entry).toEqual({ ...entry, staleFrom: ASKED_AT });
      });

      test.each([
        ['by its body', 400 * 1024],
        ['by its key and its other attributes', 400 * 1024 - 100],
      ])(
        'an entry over 400 KB %s is not sent, and the store says that it can never be stored',
        async (_title, bytes) => {
          const key = aKey();
          const lease = aLease();
          await store.takeLease(key, EMPTY_ITEM, lease);
          proxy.clear();
          expect(await store.writeEntry(key, lease, anEntry({ body: bodyGzippedTo(bytes) }))).toBe('too-large');
          expect(operationNames()).toEqual([]);
          expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
        },
      );
    });

    describe('items', () => {
      const ttlOf = async (key: CacheKey) => (await rawItem(key))?.expiresAt;
      const seconds = (ms: number) => ({ N: String(Math.ceil(ms / 1000)) });

      test('an item that was made for a mark may be deleted a minute after its end', async () => {
        const key = aKey();
        const until = ASKED_AT + 2000;
        await store.markRevalidation(key, EMPTY_ITEM, { until, backoffMs: 0 });
        expect(await ttlOf(key)).toEqual(seconds(until + 60_000));
      });

      test('an item says when it may be deleted: expiresAt, a number, in epoch seconds', async () => {
        const key = aKey();
        await write(key, anEntry({ expiresAt: ASKED_AT + 15_000 }));
        expect(await ttlOf(key)).toEqual(seconds(ASKED_AT + 15_000));
      });

      test('an item outlives the lease on it: whenever its entry expires, and for those that wait', async () => {
        const key = aKey();
        const until = ASKED_AT + 2650;
        await store.takeLease(key, EMPTY_ITEM, aLease({ until }));
        expect(await ttlOf(key)).toEqual(seconds(until + 60_000));
        await write(key, anEntry({ expiresAt: ASKED_AT + 1000 }));
        await store.takeLease(key, await store.read(key), aLease({ until }));
        expect(await ttlOf(key)).toEqual(seconds(until + 60_000));
        expect((await store.read(key)).entry?.expiresAt).toBe(ASKED_AT + 1000);
        await write(key, anEntry());
        await store.takeLease(key, await store.read(key), aLease({ until }));
        expect(await ttlOf(key)).toEqual(seconds(anEntry().expiresAt));
      });

      test('a failed fetch leaves an entry of a later release as it is, and keeps it as long', async () => {
        const key = aKey();
        const later = { ...(toItem(key, anEntry(), 'v1') as Item), form: { N: '4' }, other: { S: 'of that release' } };
        await plant(later);
        const lease = aLease({ until: ASKED_AT + 2650 });
        await store.takeLease(key, await store.read(key), lease);
        const failed = { kind: 'failed', token: lease.token, failure: 'timeout', retryAfterMs: undefined } as const;
        await store.endLease(key, lease, { outcome: failed });
        expect(await rawItem(key)).toMatchObject(later);
      });

      test('an index is kept for 31 days after its last fill or purge', async () => {
        const customer = `c${Math.random()}`;
        const key = { partition: `customer#${customer}`, variant: 'index' };
        const DAYS_31 = 31 * 86_400_000;
        await store.addToIndex(customer, 'p', ASKED_AT);
        expect(await ttlOf(key)).toEqual(seconds(ASKED_AT + DAYS_31));
        await store.fenceCustomer(customer, ASKED_AT + 5000);
        expect(await ttlOf(key)).toEqual(seconds(ASKED_AT + 5000 + DAYS_31));
      });

      test('B8: a full index takes no other partition, is no failure, and still says what it holds', async () => {
        const customer = `c${Math.random()}`;
        const key = { partition: `customer#${customer}`, variant: 'index' };
        // The names of partitions are keyed hashes.
        const held = Array.from({ length: MAX_INDEXED_PARTITIONS }, (_, index) => String(index).padStart(43, '0'));
        await plant({ ...keyAttributes(key), partitions: { SS: held.slice(1) } });
        const other = 'x'.repeat(43);
        const added: boolean[] = [];
        for (const partition of [held[0]!, other, held[0]!]) {
          added.push(await store.addToIndex(customer, partition, ASKED_AT));
        }
        expect(added).toEqual([true, false, true]);
        expect([...(await store.fenceCustomer(customer, ASKED_AT))].sort()).toEqual(held);
      });

      test.each<[string, AttributeValue]>([
        ['a list', { L: [{ S: 'p' }] }],
        ['a text', { S: 'p' }],
        ['a set of bytes', { BS: [Buffer.from('p')] }],
        ['nothing that is known', { NULL: true }],
      ])(
        'a purge does not count an index that it cannot read as an empty one: its partitions are %s',
        async (what, partitions) => {
          await plant({ ...keyAttributes({ partition: `customer#${what}`, variant: 'index' }), partitions });
          await expect(store.fenceCustomer(what, ASKED_AT)).rejects.toThrow(
            new StoreUnavailableError('UnreadableIndex'),
          );
        },
      );

      test('the pause of an API is kept until a minute after its end, as an item of its own', async () => {
        // It is later than any pause of another test: the longest one stays.
        const since = Date.now() + 100 * 86_400_000;
        const until = since + 3_600_000;
        await store.writePause('v1.1', { since, until });
        expect(await rawItem({ partition: 'upstream', variant: 'pause;v1.1' })).toMatchObject({
          since: { N: String(since) },
          until: { N: String(until) },
          turns: { N: '0' },
          expiresAt: seconds(until + 60_000),
        });
      });

      test('the counts of a caller are two numbers, under a hash, and are kept until a window after their own', async () => {
        const end = 1_800_000_000_000;
        await store.addCounts('hash-of-a-caller', end, { lookups: 7, notFound: 2 });
        const key = { partition: 'hash-of-a-caller', variant: `guard;${end}` };
        expect(await rawItem(key)).toEqual({
          ...keyAttributes(key),
          lookups: { N: '7' },
          notFound: { N: '2' },
          expiresAt: seconds(end + 600_000),
        });
      });

      test('the calls of a minute are one number, and are kept until a minute after its end', async () => {
        // A minute that no other test counts.
        const minute = 27_000_000 + Math.floor(Math.random() * 1_000_000);
        await store.takeCalls('v2', minute, 3, 10);
        const key = { partition: 'upstream', variant: `calls;v2;${minute}` };
        const end = (minute + 1) * 60_000;
        expect(await rawItem(key)).toEqual({
          ...keyAttributes(key),
          taken: { N: '3' },
          expiresAt: seconds(end + 60_000),
        });
      });

      test('the end of a lease leaves nothing of the outcome before, and an ended entry is kept for its waiters only', async () => {
        const key = aKey();
        const outcomes = [
          { kind: 'erased', status: 404, body: '{"errors":[]}', askedAt: ASKED_AT },
          { kind: 'failed', failure: 'timeout', retryAfterMs: 5000 },
          { kind: 'not-stored', why: 'refused' },
          { kind: 'given-up' },
        ] as const;
        const names: string[][] = [];
        for (const outcome of outcomes) {
          const lease = aLease();
          await store.takeLease(key, await store.read(key), lease);
          await store.endLease(key, lease, { outcome: { ...outcome, token: lease.token } });
          names.push(Object.keys((await rawItem(key)) ?? {}).filter((name) => name.startsWith('outcome')));
        }
        expect(names.map((each) => each.sort())).toEqual([
          ['outcome', 'outcomeAskedAt', 'outcomeBody', 'outcomeStatus', 'outcomeToken'],
          ['outcome', 'outcomeFailure', 'outcomeRetryAfterMs', 'outcomeToken'],
          ['outcome', 'outcomeToken', 'outcomeWhy'],
          ['outcome', 'outcomeToken'],
        ]);
        await write(key, anEntry());
        const until = ASKED_AT + 2650;
        const last = aLease({ until });
        await store.takeLease(key, await store.read(key), last);
        const outcome = { kind: 'not-stored', token: last.token } as const;
        await store.endLease(key, last, { outcome, endsEntry: true });
        expect(await ttlOf(key)).toEqual(seconds(until + 60_000));
      });

      const truncated = gzipSync(anEntry().body).subarray(0, -1);
      test.each<[string, Record<string, AttributeValue | undefined>]>([
        ['foreign', { form: undefined, kind: undefined, body: undefined, askedAt: undefined, other: { BOOL: true } }],
        ['of an older form', { form: { N: '1' } }],
        ['of a newer form', { form: { N: '4' } }],
        ['of the other form than its body', { form: { N: FORMS.dictionary } }],
        ['of a form that is a text', { form: { S: '2' } }],
        ['of another kind', { kind: { S: 'erased' } }],
        ['without a kind', { kind: undefined }],
        ['with a status that is a text', { status: { S: '200' } }],
        ['with a time that is a text', { askedAt: { S: String(ASKED_AT) } }],
        ['with a time that is a list', { askedAt: { L: [{ N: String(ASKED_AT) }] } }],
        ['without a cut', { freshnessCut: undefined }],
        ['without an expiry', { entryExpiresAt: undefined }],
        ['without a body', { body: undefined }],
        ['with a body that is a text', { body: { S: anEntry().body } }],
        ['with a body that is not packed', { body: { B: Buffer.from(anEntry().body) } }],
        ['with an empty body', { body: { B: new Uint8Array() } }],
        ['with a body cut short', { body: { B: truncated } }],
        ['with a body that inflates beyond any reply', { body: { B: gzipSync(Buffer.alloc(9 * 1024 * 1024)) } }],
      ])('an item %s shows no entry, and a fetched entry replaces it', async (_title, changes) => {
        const key = aKey();
        const item = { ...toItem(key, anEntry(), 'v1'), ...changes };
        await plant(Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as Item);
        const endsAt = item.entryExpiresAt && { unreadableUntil: anEntry().expiresAt };
        const read = { ...EMPTY_ITEM, version: 'v1', ...endsAt };
        expect(await store.read(key)).toEqual(read);
        expect(await store.readAll([key])).toEqual([read]);
        expect(await write(key, anEntry())).toBe('written');
        expect((await store.read(key)).entry).toEqual(anEntry());
        expect((await rawItem(key))?.other).toBeUndefined();
      });

      test('an item of the form before this one, which had no version, is replaced too', async () => {
        const key = aKey();
        await plant({ ...keyAttributes(key), form: { N: '1' }, askedAt: { N: String(ASKED_AT) } });
        expect(await store.read(key)).toEqual(EMPTY_ITEM);
        expect(await write(key, anEntry())).toBe('written');
      });
    });

    describe('no such table', () => {
      test('fails to read and to write, and says why', async () => {
        const unavailable = { name: 'StoreUnavailableError', reason: 'ResourceNotFoundException' };
        await expect(storeOf('missing').read(aKey())).rejects.toMatchObject(unavailable);
        expect(await storeOf('missing').readAll([aKey()])).toEqual([expect.objectContaining(unavailable)]);
        await expect(storeOf('missing').writeEntry(aKey(), aLease(), anEntry())).rejects.toMatchObject(unavailable);
        await expect(storeOf('missing').takeLease(aKey(), EMPTY_ITEM, aLease())).rejects.toMatchObject(unavailable);
        await expect(storeOf('missing').fenceCustomer('c', 0)).rejects.toMatchObject(unavailable);
        await expect(storeOf('missing').listPartition('p')).rejects.toMatchObject(unavailable);
        await expect(storeOf('missing').deleteItems([aKey()])).rejects.toMatchObject(unavailable);
      });

      test('still opens, and does not answer', async () => {
        await expect(storeOf('missing').open()).resolves.toBeUndefined();
        expect(await storeOf('missing').isAnswering()).toBe(false);
        expect(await store.isAnswering()).toBe(true);
      });
    });
  });
}
