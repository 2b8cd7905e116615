import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import { type HttpServer, type Respond, startHttpServer, startTcpServer } from '../../../support/loopback-server.ts';
import { aKey, anEntry } from './entries.ts';
import {
  aPackedItem,
  cutting,
  failing,
  hanging,
  JSON_TYPE,
  nothing,
  outcomeOf,
  PATIENT_MS,
  READERS,
  resetting,
  SLACK_MS,
  stalling,
  storesBy,
  TIMEOUT_MS,
} from './failing-stores.ts';
import { aLease } from './store-under-test.ts';

describe.each(READERS)('STORE_READER=%s:', (reader) => {
  const storeAt = storesBy(reader);

  /**
   * The situation of an instance after a freeze: its kept-alive connection was closed meanwhile. The server answers
   * once on each connection, and closes the connection when the next request comes in on it.
   */
  describe('a connection that the store closed while it was idle', () => {
    const key = aKey();
    const ANSWERS: Readonly<Record<string, string>> = {
      'DynamoDB_20120810.GetItem': JSON.stringify({ Item: aPackedItem(key) }),
      'DynamoDB_20120810.BatchGetItem': JSON.stringify({ Responses: { lookaside: [aPackedItem(key)] } }),
    };
    const STORED = { ...EMPTY_ITEM, entry: anEntry(), version: 'v' };

    /** @param breakOff what happens to the connection at its second request */
    async function startClosingServer(breakOff: Respond): Promise<HttpServer> {
      const used = new WeakSet<object>();
      return startHttpServer((response, request, index) => {
        const { socket } = response;
        if (socket === null || used.has(socket)) return breakOff(response, request, index);
        used.add(socket);
        response.writeHead(200, JSON_TYPE).end(ANSWERS[String(request.headers['x-amz-target'])] ?? '{}');
      });
    }

    const closing: Respond = (response) => {
      response.socket?.destroy();
    };

    test.each([
      ['reset', resetting],
      ['closed', closing],
    ])(
      'is replaced when it is %s: the look-up gets its entry, by the same request sent once more',
      async (_title, how) => {
        const server = await startClosingServer(how);
        const store = storeAt(server.url, PATIENT_MS);
        await store.open();
        expect(await store.read(key)).toEqual(STORED);
        expect(server.connectionCount).toBe(2);
        const [, first, again] = server.requests;
        expect(server.requests).toHaveLength(3);
        expect(again?.body).toBe(first?.body);
      },
    );

    test('is replaced for a write too', async () => {
      const server = await startClosingServer(resetting);
      const store = storeAt(server.url, PATIENT_MS);
      await store.open();
      expect(await store.writeEntry(key, aLease(), anEntry())).toBe('written');
      expect(server.requests.map(({ headers }) => headers['x-amz-target'])).toEqual([
        'DynamoDB_20120810.GetItem',
        'DynamoDB_20120810.PutItem',
        'DynamoDB_20120810.PutItem',
      ]);
    });

    test('is replaced when many keys are read', async () => {
      const server = await startClosingServer(resetting);
      const store = storeAt(server.url, PATIENT_MS);
      await store.open();
      expect(await store.readAll([key, aKey()])).toEqual([STORED, EMPTY_ITEM]);
      expect(server.requests.map(({ headers }) => headers['x-amz-target'])).toEqual([
        'DynamoDB_20120810.GetItem',
        'DynamoDB_20120810.BatchGetItem',
        'DynamoDB_20120810.BatchGetItem',
      ]);
    });

    test('is replaced even when the server closes it before it reads the request', async () => {
      const server = await startTcpServer((socket) => {
        let answers = 0;
        socket.on('data', () => {
          answers += 1;
          if (answers > 1) return socket.resetAndDestroy();
          socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{}');
        });
      });
      const store = storeAt(server.url, PATIENT_MS);
      await store.open();
      await store.read(key);
      expect(server.connectionCount).toBe(2);
    });

    test('costs no second request while it stays open', async () => {
      const server = await startHttpServer(nothing);
      const store = storeAt(server.url, PATIENT_MS);
      await store.open();
      await store.read(key);
      await store.read(key);
      expect([server.requests.length, server.connectionCount]).toEqual([3, 1]);
    });

    test('fails when the new connection is reset too: nothing is sent a third time', async () => {
      let isUp = true;
      const server = await startHttpServer((response, request, index) =>
        isUp ? nothing(response, request, index) : resetting(response, request, index),
      );
      const store = storeAt(server.url, PATIENT_MS);
      await store.open();
      isUp = false;
      expect(await outcomeOf(() => store.read(key))).toMatchObject({ error: 'StoreUnavailableError' });
      expect(server.requests).toHaveLength(3);
    });

    test('fails at the one deadline of both when the new connection says nothing', async () => {
      let resets = 0;
      const server = await startHttpServer(async (response, request, index) => {
        if (index === 0) return nothing(response, request, index);
        if (index > 1) return;
        await sleep(TIMEOUT_MS / 2);
        resets += 1;
        return resetting(response, request, index);
      });
      const store = storeAt(server.url);
      await store.open();
      const { tookMs, freeMs, ...outcome } = await outcomeOf(() => store.read(key));
      expect(outcome).toEqual({ error: 'StoreUnavailableError', reason: 'TimeoutError', trouble: 'late' });
      expect([resets, server.requests.length]).toEqual([1, 3]);
      expect(freeMs).toBeLessThan(TIMEOUT_MS * 1.5 + SLACK_MS);
    });

    test.each([
      ['says nothing', hanging],
      ['stops in the middle of its answer', stalling],
      ['cuts its answer short', cutting],
      ['throttles', failing(400, 'ProvisionedThroughputExceededException')],
      ['fails', failing(500, 'InternalServerError')],
    ])('is not assumed if the store %s on an open one: nothing is sent again', async (_title, respond) => {
      const server = await startClosingServer(respond);
      const store = storeAt(server.url);
      await store.open();
      expect(await outcomeOf(() => store.read(key))).toMatchObject({ error: 'StoreUnavailableError' });
      expect([server.requests.length, server.connectionCount]).toEqual([2, 1]);
    });

    test('is not assumed if the answer on an open one is not HTTP: nothing is sent again', async () => {
      let requests = 0;
      const server = await startTcpServer((socket) => {
        socket.on('data', () => {
          requests += 1;
          socket.write(requests === 1 ? 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}' : 'GARBAGE\r\n\r\n');
        });
      });
      const store = storeAt(server.url, PATIENT_MS);
      await store.open();
      expect(await outcomeOf(() => store.read(key))).toMatchObject({ error: 'StoreUnavailableError' });
      expect([requests, server.connectionCount]).toEqual([2, 1]);
    });

    test('is replaced for each of many look-ups at once', async () => {
      let isFrozen = false;
      const server = await startClosingServer(async (response, request, index) => {
        if (isFrozen) return resetting(response, request, index);
        return nothing(response, request, index);
      });
      const store = storeAt(server.url, PATIENT_MS);
      const askAll = () => Promise.all(Array.from({ length: 20 }, () => store.read(key)));
      await askAll();
      isFrozen = true;
      expect(await askAll()).toEqual(Array(20).fill(STORED));
    });
  });
});
