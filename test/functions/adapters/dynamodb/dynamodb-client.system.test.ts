import { execFile as execFileWithCallback } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { clientConfig, createClient, OPENING_TIMEOUT_MS } from '../../../../functions/adapters/dynamodb/client.ts';
import { DynamoDbCacheStore } from '../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { keyAttributes } from '../../../../functions/adapters/dynamodb/stored-item.ts';
import { toItem } from '../../../../functions/adapters/dynamodb/written-item.ts';
import type { CacheKey } from '../../../../functions/customer/cache-key.ts';
import { EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import type { StoreTrouble, StoreUnavailableError } from '../../../../functions/lookup/ports.ts';
import {
  closedAddress,
  type HttpServer,
  type Respond,
  startHttpServer,
  startTcpServer,
} from '../../../support/loopback-server.ts';
import { aKey, anEntry } from './entries.ts';
import { aLease } from './store-port-contract.ts';

const execFile = promisify(execFileWithCallback);

const TIMEOUT_MS = 400;
/** How late a time-out may be on a busy machine: the client's own backstop comes after two seconds. */
const SLACK_MS = 1400;
/** For what must not wait for any time-out. */
const PATIENT_MS = 5000;

const clients: DynamoDBClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

function storeAt(endpoint: string, timeoutMs = TIMEOUT_MS): DynamoDbCacheStore {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = createClient(timeoutMs, { endpoint, region: 'local', credentials });
  clients.push(client);
  return new DynamoDbCacheStore({ table: 'lookaside', timeoutMs }, client);
}

/** An item that holds an entry, as it goes over the wire. */
function aPackedItem(key: CacheKey) {
  const item = toItem(key, anEntry(), 'v');
  return { ...item, body: { B: Buffer.from(item?.body?.B ?? []).toString('base64') } };
}

/** How a call ended, and after how long. */
interface Outcome {
  readonly value?: unknown;
  readonly error?: string;
  readonly reason?: string;
  readonly trouble?: StoreTrouble;
  readonly tookMs: number;
}

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  const startedAt = performance.now();
  const outcome = await call.then(
    (value) => ({ value }),
    ({ name, reason, trouble }: StoreUnavailableError) => ({ error: name, reason, trouble }),
  );
  return { ...outcome, tookMs: performance.now() - startedAt };
}

const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

const nothing: Respond = (response) => {
  response.writeHead(200, JSON_TYPE).end('{}');
};

function failing(status: number, type: string): Respond {
  const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'of no use' });
  return (response) => {
    response.writeHead(status, JSON_TYPE).end(body);
  };
}

const hanging: Respond = () => {};

const stalling: Respond = (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': 1000 }).write('{"Item":');
};

const trickling: Respond = async (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': 1000 });
  while (!response.destroyed) {
    response.write(' ');
    await sleep(20);
  }
};

const resetting: Respond = (response) => {
  response.socket?.resetAndDestroy();
};

const cutting: Respond = (response) => {
  response.writeHead(200, { ...JSON_TYPE, 'content-length': 1000 }).write('{"Item":', () => response.destroy());
};

describe("the DynamoDB client's attempts and time-outs", () => {
  test('one attempt; a backstop behind the latest moment at which a deadline passes', () => {
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

/** What was read of the first key, or how that failed. */
function firstOf([item]: Awaited<ReturnType<DynamoDbCacheStore['readAll']>>) {
  if (item instanceof Error) throw item;
  return item;
}

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
      const { tookMs, ...outcome } = await outcomeOf(call(storeAt(await closedAddress(), PATIENT_MS)));
      expect(outcome).toMatchObject({ error: 'StoreUnavailableError', trouble: 'down' });
      expect(tookMs).toBeLessThan(PATIENT_MS / 2);
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
        const { tookMs, ...outcome } = await outcomeOf(call(storeAt(server.url, PATIENT_MS)));
        expect(outcome).toEqual({ error: 'StoreUnavailableError', reason: expect.stringContaining(reason), trouble });
        expect(tookMs).toBeLessThan(PATIENT_MS / 2);
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
        const { tookMs, error, trouble } = await outcomeOf(call(storeAt(server.url)));
        const isInTime = tookMs > TIMEOUT_MS - 10 && tookMs < TIMEOUT_MS + SLACK_MS;
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

  test('is said not to answer', async () => {
    const server = await startHttpServer(hanging);
    const { value, tookMs } = (await outcomeOf(storeAt(server.url).isAnswering())) as {
      value: boolean;
      tookMs: number;
    };
    expect(value).toBe(false);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
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

describe('reading many keys', () => {
  const [one, other] = [aKey(), aKey()];
  const many = Array.from({ length: 101 }, () => aKey());
  const keysOf = (keys: readonly CacheKey[]) => ({
    lookaside: { Keys: keys.map(keyAttributes), ConsistentRead: true },
  });
  const STORED = { ...EMPTY_ITEM, entry: anEntry(), version: 'v' };
  const LEFT_OUT = expect.objectContaining({ name: 'StoreUnavailableError', trouble: 'throttled' });

  function answering(answer: object): Respond {
    return (response) => {
      response.writeHead(200, JSON_TYPE).end(JSON.stringify(answer));
    };
  }

  /** Answers the request of one key, the last, like this, and that of a hundred like that. */
  function bySize(last: Respond, hundred: Respond): Respond {
    return (response, request, index) => {
      const { Keys } = JSON.parse(request.body).RequestItems.lookaside;
      return (Keys.length === 1 ? last : hundred)(response, request, index);
    };
  }

  test('of no keys asks nothing, and so never fails', async () => {
    expect(await storeAt(await closedAddress()).readAll([])).toEqual([]);
  });

  test.each([
    ['none', {}],
    ['an empty list of them', { UnprocessedKeys: {} }],
  ])('gives what there is where the store left out %s', async (_title, unprocessed) => {
    const Responses = { lookaside: [aPackedItem(other)] };
    const server = await startHttpServer(answering({ Responses, ...unprocessed }));
    expect(await storeAt(server.url, PATIENT_MS).readAll([one, other])).toEqual([EMPTY_ITEM, STORED]);
  });

  test('gives what there is of a table that is named by its ARN', async () => {
    const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/lookaside';
    const server = await startHttpServer(answering({ Responses: { [arn]: [aPackedItem(one)] } }));
    expect(await storeAt(server.url, PATIENT_MS).readAll([one])).toEqual([STORED]);
  });

  const leftOut = { Responses: { lookaside: [aPackedItem(one)] }, UnprocessedKeys: keysOf([other]) };

  test('R17: asks once more for what the store left out, and for nothing else', async () => {
    const second = { Responses: { lookaside: [aPackedItem(other)] } };
    const server = await startHttpServer((response, request, index) =>
      answering(index === 0 ? leftOut : second)(response, request, index),
    );
    expect(await storeAt(server.url, PATIENT_MS).readAll([one, other, one])).toEqual([STORED, STORED, STORED]);
    expect(server.requests.map(({ body }) => JSON.parse(body).RequestItems)).toEqual([
      keysOf([one, other]),
      keysOf([other]),
    ]);
  });

  test.each([
    ['leaves the same out', answering({ UnprocessedKeys: keysOf([other]) })],
    ['fails', failing(500, 'InternalServerError')],
    ['throttles', failing(400, 'ThrottlingException')],
    ['says nothing', hanging],
  ])('R17: a key that is left out is unknown by itself when the store then %s', async (_title, then) => {
    const server = await startHttpServer((response, request, index) =>
      (index === 0 ? answering(leftOut) : then)(response, request, index),
    );
    const { value, tookMs } = (await outcomeOf(storeAt(server.url).readAll([one, other]))) as {
      value: readonly unknown[];
      tookMs: number;
    };
    expect(value).toEqual([STORED, LEFT_OUT]);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ['all', { Responses: { lookaside: [] }, UnprocessedKeys: keysOf([one, other]) }],
    ['all and says nothing else', { UnprocessedKeys: keysOf([one, other]) }],
  ])('R17: no key is a miss where the store leaves out %s, twice', async (_title, answer) => {
    const server = await startHttpServer(answering(answer));
    expect(await storeAt(server.url, PATIENT_MS).readAll([one, other])).toEqual([LEFT_OUT, LEFT_OUT]);
    expect(server.requests).toHaveLength(2);
  });

  test('sends all requests at once', async () => {
    const arrived = Promise.withResolvers<void>();
    const server = await startHttpServer(async (response, request, index) => {
      if (index === 1) arrived.resolve();
      await arrived.promise;
      await nothing(response, request, index);
    });
    expect(await storeAt(server.url, PATIENT_MS).readAll(many)).toEqual(Array(101).fill(EMPTY_ITEM));
    expect(server.requests).toHaveLength(2);
  });

  test.each<[string, Respond, object]>([
    ['is throttled', failing(400, 'ThrottlingException'), { reason: 'ThrottlingException', trouble: 'throttled' }],
    ['fails', failing(500, 'InternalServerError'), { reason: 'InternalServerError', trouble: 'down' }],
    ['is not answered', hanging, { reason: 'AbortError', trouble: 'late' }],
  ])('R17: the keys of one request that %s are unknown, and the others are read', async (_title, respond, failure) => {
    const server = await startHttpServer(
      bySize(respond, answering({ Responses: { lookaside: [aPackedItem(many[0]!)] } })),
    );
    const { value, tookMs } = (await outcomeOf(storeAt(server.url).readAll(many))) as {
      value: readonly unknown[];
      tookMs: number;
    };
    expect(value.slice(0, 100)).toEqual([STORED, ...Array(99).fill(EMPTY_ITEM)]);
    expect(value.slice(100)).toEqual([expect.objectContaining({ name: 'StoreUnavailableError', ...failure })]);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    expect(server.requests).toHaveLength(2);
  });
});

describe('deleting many items', () => {
  const keys = Array.from({ length: 3 }, () => aKey());
  const requestsOf = (some: readonly CacheKey[]) => ({
    lookaside: some.map((key) => ({ DeleteRequest: { Key: keyAttributes(key) } })),
  });
  const leavingOut =
    (some: readonly CacheKey[]): Respond =>
    (response) => {
      response.writeHead(200, JSON_TYPE).end(JSON.stringify({ UnprocessedItems: requestsOf(some) }));
    };

  test('B8: says what the store left out', async () => {
    const [, second, third] = keys;
    const server = await startHttpServer(leavingOut([second!, third!]));
    expect(await storeAt(server.url, PATIENT_MS).deleteItems(keys)).toEqual([second, third]);
    expect(server.requests.map(({ body }) => JSON.parse(body).RequestItems)).toEqual([requestsOf(keys)]);
  });

  test('says nothing where the store left out nothing', async () => {
    const server = await startHttpServer(nothing);
    expect(await storeAt(server.url, PATIENT_MS).deleteItems(keys)).toEqual([]);
  });

  test('names each item once', async () => {
    const server = await startHttpServer(nothing);
    await storeAt(server.url, PATIENT_MS).deleteItems([...keys, ...keys.map((key) => ({ ...key }))]);
    expect(server.requests.map(({ body }) => JSON.parse(body).RequestItems)).toEqual([requestsOf(keys)]);
  });

  test('of no keys asks nothing', async () => {
    await storeAt(await closedAddress()).deleteItems([]);
  });
});

describe('a process that is busy', () => {
  const TIMEOUT_MS = 100;

  /** A store in a thread of its own, which answers while this one is busy. */
  async function startStoreInThread(answersAfterMs: number) {
    const script = `
      const { createServer } = require('node:http');
      const { parentPort, workerData } = require('node:worker_threads');
      let requests = 0;
      const server = createServer((request, response) => {
        const waitMs = requests++ === 0 ? 0 : workerData;
        request.resume().on('end', () => setTimeout(() => {
          response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
        }, waitMs));
      });
      server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
    const worker = new Worker(script, { eval: true, workerData: answersAfterMs, execArgv: [] });
    const [port] = await once(worker, 'message');
    return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void (await worker.terminate()) };
  }

  function beBusy(ms: number): void {
    const until = performance.now() + ms;
    while (performance.now() < until);
  }

  test.each([
    ['once, for long', 1, 3 * TIMEOUT_MS, 0.6 * TIMEOUT_MS],
    ['again and again', 4, TIMEOUT_MS, 3.6 * TIMEOUT_MS],
  ])(
    'does not take an answer for late that came while it was busy %s',
    async (_title, times, busyMs, answersAfterMs) => {
      await using server = await startStoreInThread(answersAfterMs);
      const store = storeAt(server.url, TIMEOUT_MS);
      await store.open();
      const reading = store.read(aKey());
      reading.catch(() => undefined);
      await sleep(TIMEOUT_MS / 10);
      for (let time = 0; time < times; time += 1) {
        // After the loop looked for replies, and before its timers.
        await new Promise((turned) => setImmediate(turned));
        beBusy(busyMs);
      }
      expect(await reading).toEqual(EMPTY_ITEM);
    },
  );

  test('takes an answer for late all the same that does not come', async () => {
    await using server = await startStoreInThread(60_000);
    const store = storeAt(server.url, TIMEOUT_MS);
    await store.open();
    const outcome = outcomeOf(store.read(aKey()));
    beBusy(TIMEOUT_MS);
    expect(await outcome).toMatchObject({ trouble: 'late' });
    expect((await outcome).tookMs).toBeLessThan(2 * TIMEOUT_MS + SLACK_MS);
  });
});

test('says why a store failed, by the client of a function', async () => {
  const scripts: readonly Respond[] = [
    resetting,
    cutting,
    hanging,
    failing(400, 'ThrottlingException'),
    failing(500, 'InternalServerError'),
    nothing,
  ];
  const servers = await Promise.all(scripts.map(startHttpServer));
  const urls = [await closedAddress(), ...servers.map(({ url }) => url)];
  // In a process of its own: jest gives tests an Error of their own, so that the SDK takes Node's for something else.
  const { stdout } = await execFile(process.execPath, [path.join(import.meta.dirname, 'ask-stores.ts'), ...urls], {
    env: { AWS_REGION: 'local', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  });
  expect(stdout.trim().split('\n')).toEqual([
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNRESET',
    'AbortError',
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
    const { tookMs } = await outcomeOf(store.open());
    expect(tookMs).toBeGreaterThan(290);
    await store.read(aKey());
    expect([server.requests.length, server.connectionCount]).toEqual([2, 1]);
  });

  test('takes a second at most, and never fails', async () => {
    const server = await startHttpServer(hanging);
    const { tookMs, ...outcome } = await outcomeOf(storeAt(server.url).open());
    expect(outcome).toEqual({ value: undefined });
    expect(tookMs).toBeGreaterThan(OPENING_TIMEOUT_MS - 20);
    expect(tookMs).toBeLessThan(OPENING_TIMEOUT_MS + SLACK_MS);
    expect(server.requests).toHaveLength(1);
  });

  test('never fails where nobody listens', async () => {
    expect(await outcomeOf(storeAt(await closedAddress()).open())).toMatchObject({ value: undefined });
  });
});

/**
 * What a thawed instance meets: its kept-alive connection was closed while it was frozen. The server answers once on each
 * connection, and breaks the connection off when the next request comes in on it.
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
    expect(await outcomeOf(store.read(key))).toMatchObject({ error: 'StoreUnavailableError' });
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
    const { tookMs, ...outcome } = await outcomeOf(store.read(key));
    expect(outcome).toEqual({ error: 'StoreUnavailableError', reason: 'AbortError', trouble: 'late' });
    expect([resets, server.requests.length]).toEqual([1, 3]);
    expect(tookMs).toBeLessThan(TIMEOUT_MS * 1.5 + SLACK_MS);
  });

  test.each([
    ['says nothing', hanging],
    ['stops in the middle of its answer', stalling],
    ['cuts its answer short', cutting],
    ['throttles', failing(400, 'ProvisionedThroughputExceededException')],
    ['fails', failing(500, 'InternalServerError')],
  ])('is not what happened when the store %s on an open one: nothing is sent again', async (_title, respond) => {
    const server = await startClosingServer(respond);
    const store = storeAt(server.url);
    await store.open();
    expect(await outcomeOf(store.read(key))).toMatchObject({ error: 'StoreUnavailableError' });
    expect([server.requests.length, server.connectionCount]).toEqual([2, 1]);
  });

  test('is not what happened when the answer on an open one is no HTTP: nothing is sent again', async () => {
    let requests = 0;
    const server = await startTcpServer((socket) => {
      socket.on('data', () => {
        requests += 1;
        socket.write(requests === 1 ? 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}' : 'GARBAGE\r\n\r\n');
      });
    });
    const store = storeAt(server.url, PATIENT_MS);
    await store.open();
    expect(await outcomeOf(store.read(key))).toMatchObject({ error: 'StoreUnavailableError' });
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
