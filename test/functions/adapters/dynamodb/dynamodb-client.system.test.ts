import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { OPENING_TIMEOUT_MS } from '../../../../functions/adapters/dynamodb/bounded-call.ts';
import { clientConfig, createClient } from '../../../../functions/adapters/dynamodb/client.ts';
import type { DynamoDbCacheStore } from '../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import type { StoreTrouble } from '../../../../functions/lookup/store-unavailable-error.ts';
import { closedAddress, type Respond, startHttpServer } from '../../../support/loopback-server.ts';
import { aKey, anEntry } from './entries.ts';
import {
  cutting,
  failing,
  hanging,
  nothing,
  outcomeOf,
  PATIENT_MS,
  READERS,
  resetting,
  SLACK_MS,
  stalling,
  storesBy,
  TIMEOUT_MS,
  trickling,
} from './failing-stores.ts';
import { aLease } from './store-under-test.ts';

describe("the DynamoDB client's attempts and timeouts", () => {
  test('the client makes one attempt, with a backstop behind the latest moment at which a deadline passes', () => {
    const backstop = (ms: number) => ({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: ms, requestTimeout: ms, throwOnRequestTimeout: true, socketTimeout: ms },
    });
    expect(clientConfig(150)).toEqual(backstop(2000));
    expect(clientConfig(3000)).toEqual(backstop(4000));
  });

  test('the client that the store makes for itself has them', async () => {
    const { config } = createClient(150);
    expect(await config.maxAttempts()).toBe(1);
    await config.requestHandler.handle({} as never).catch(() => undefined);
    expect((config.requestHandler as unknown as { httpHandlerConfigs(): object }).httpHandlerConfigs()).toMatchObject({
      connectionTimeout: 2000,
      requestTimeout: 2000,
      throwOnRequestTimeout: true,
      socketTimeout: 2000,
    });
  });
});

/** The item of the first key, or the failure of its read. */
function firstOf([item]: Awaited<ReturnType<DynamoDbCacheStore['readAll']>>) {
  if (item instanceof Error) throw item;
  return item;
}

describe.each(READERS)('STORE_READER=%s:', (reader) => {
  const storeAt = storesBy(reader);

  describe('a store that fails', () => {
    const calls = [
      ['read', (store: DynamoDbCacheStore) => store.read(aKey())],
      ['readAll', (store: DynamoDbCacheStore) => store.readAll([aKey(), aKey()]).then(firstOf)],
      ['takeLease', (store: DynamoDbCacheStore) => store.takeLease(aKey(), EMPTY_ITEM, aLease())],
      ['writeEntry', (store: DynamoDbCacheStore) => store.writeEntry(aKey(), aLease(), anEntry())],
      ['addToIndex', (store: DynamoDbCacheStore) => store.addToIndex('c', 'p', 0)],
      ['fenceCustomer', (store: DynamoDbCacheStore) => store.fenceCustomer('c', 0)],
      ['listPartition', (store: DynamoDbCacheStore) => store.listPartition('p')],
      ['deleteItems', (store: DynamoDbCacheStore) => store.deleteItems([aKey()])],
    ] as const;

    describe.each(calls)('%s', (_name, call) => {
      test('fails at once when the connection is refused', async () => {
        const { tookMs, freeMs, ...outcome } = await outcomeOf(async () =>
          call(storeAt(await closedAddress(), PATIENT_MS)),
        );
        expect(outcome).toMatchObject({ error: 'StoreUnavailableError', trouble: 'down' });
        expect(freeMs).toBeLessThan(PATIENT_MS / 2);
      });

      test.each([
        [
          'a throttled table',
          failing(400, 'ProvisionedThroughputExceededException'),
          'ProvisionedThroughputExceeded',
          'throttled',
        ],
        ['a throttled account', failing(400, 'ThrottlingException'), 'ThrottlingException', 'throttled'],
        ['a throttled request', failing(400, 'RequestLimitExceeded'), 'RequestLimitExceeded', 'throttled'],
        [
          'a transaction of another program',
          failing(400, 'TransactionConflictException'),
          'TransactionConflictException',
          'throttled',
        ],
        [
          'a write in another region',
          failing(400, 'ReplicatedWriteConflictException'),
          'ReplicatedWriteConflictException',
          'throttled',
        ],
        ['a status that says so', failing(429, 'SomethingNew'), 'SomethingNew', 'throttled'],
        ['a table that is not there', failing(400, 'ResourceNotFoundException'), 'ResourceNotFoundException', 'down'],
        ['a role that may not', failing(400, 'AccessDeniedException'), 'AccessDeniedException', 'down'],
        ['a fault of its own', failing(500, 'InternalServerError'), 'InternalServerError', 'down'],
        ['being unavailable', failing(503, 'ServiceUnavailable'), 'ServiceUnavailable', 'down'],
        ['a reset of a new connection', resetting, '', 'down'],
        ['an answer cut short', cutting, '', 'down'],
        [
          'a page',
          (response) => {
            response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
          },
          'SyntaxError',
          'down',
        ],
      ] satisfies [string, Respond, string, StoreTrouble][])(
        'fails after one attempt on %s, and says why',
        async (...row) => {
          const [, respond, reason, trouble] = row;
          const server = await startHttpServer(respond);
          const { tookMs, freeMs, ...outcome } = await outcomeOf(() => call(storeAt(server.url, PATIENT_MS)));
          expect(outcome).toEqual({ error: 'StoreUnavailableError', reason: expect.stringContaining(reason), trouble });
          expect(freeMs).toBeLessThan(PATIENT_MS / 2);
          expect(server.requests).toHaveLength(1);
        },
      );
    });

    // All calls at once: each waits for its deadline.
    test.each([
      ['accepts the connection and says nothing', hanging],
      ['stops in the middle of its answer', stalling],
      ['trickles its answer', trickling],
    ])('fails every call at the deadline when it %s', async (_title, respond) => {
      const outcomes = await Promise.all(
        calls.map(async ([name, call]) => {
          const server = await startHttpServer(respond);
          const { tookMs, freeMs, error, trouble } = await outcomeOf(() => call(storeAt(server.url)));
          const isInTime = tookMs > TIMEOUT_MS - 10 && freeMs < TIMEOUT_MS + SLACK_MS;
          return {
            name,
            error,
            trouble,
            tookMs: isInTime ? 'as long as the deadline' : tookMs,
            requests: server.requests.length,
          };
        }),
      );
      expect(outcomes).toEqual(
        calls.map(([name]) => ({
          name,
          error: 'StoreUnavailableError',
          trouble: 'late',
          tookMs: 'as long as the deadline',
          requests: 1,
        })),
      );
    });

    test('is reported as not answering', async () => {
      const server = await startHttpServer(hanging);
      const { value, freeMs } = (await outcomeOf(() => storeAt(server.url).isAnswering())) as {
        value: boolean;
        freeMs: number;
      };
      expect(value).toBe(false);
      expect(freeMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    });

    test('answers again as soon as it is back', async () => {
      const server = await startHttpServer((response, request, index) =>
        index === 0 ? hanging(response, request, index) : nothing(response, request, index),
      );
      const store = storeAt(server.url);
      await expect(store.read(aKey())).rejects.toThrow('unavailable');
      expect(await store.read(aKey())).toEqual(EMPTY_ITEM);
    });
  });

  test('says why a store failed', async () => {
    const scripts: readonly Respond[] = [
      resetting,
      cutting,
      hanging,
      failing(400, 'ThrottlingException'),
      failing(500, 'InternalServerError'),
      nothing,
    ];
    const servers = await Promise.all(scripts.map(startHttpServer));
    const stores = [
      storeAt(await closedAddress(), PATIENT_MS),
      // The SDK's own timeout is long after the deadline of the store that hangs, even if the process stands still.
      ...servers.map(({ url }, index) => storeAt(url, scripts[index] === hanging ? TIMEOUT_MS : PATIENT_MS)),
    ];
    const outcomes = await Promise.all(stores.map((store) => outcomeOf(() => store.read(aKey()))));
    expect(outcomes.map(({ error, reason }) => (error === undefined ? 'answered' : reason))).toEqual([
      'ECONNREFUSED',
      'ECONNRESET',
      'ECONNRESET',
      'TimeoutError',
      'ThrottlingException',
      'InternalServerError',
      'answered',
    ]);
    expect(servers.map(({ requests }) => requests.length)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  describe('opening the connection', () => {
    test('may take longer than a look-up may wait, and gives it a connection that is open', async () => {
      const server = await startHttpServer(async (response, request, index) => {
        if (index === 0) await sleep(300);
        await nothing(response, request, index);
      });
      const store = storeAt(server.url, 100);
      const { tookMs } = await outcomeOf(() => store.open());
      expect(tookMs).toBeGreaterThan(290);
      await store.read(aKey());
      expect([server.requests.length, server.connectionCount]).toEqual([2, 1]);
    });

    test('takes a second at most, and never fails', async () => {
      const server = await startHttpServer(hanging);
      const { tookMs, freeMs, ...outcome } = await outcomeOf(() => storeAt(server.url).open());
      expect(outcome).toEqual({ value: undefined });
      expect(tookMs).toBeGreaterThan(OPENING_TIMEOUT_MS - 20);
      expect(freeMs).toBeLessThan(OPENING_TIMEOUT_MS + SLACK_MS);
      expect(server.requests).toHaveLength(1);
    });

    test('never fails where no server listens', async () => {
      expect(await outcomeOf(async () => storeAt(await closedAddress()).open())).toMatchObject({ value: undefined });
    });
  });
});
