import { execFile as execFileWithCallback } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  clientConfig,
  DynamoDbCacheStore,
  OPENING_TIMEOUT_MS,
} from '../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { keyAttributes, toItem } from '../../../../functions/adapters/dynamodb/stored-item.ts';
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

const TIMEOUT_MS = 100;
/** How late a time-out may be on a busy machine. */
const SLACK_MS = 400;

const clients: DynamoDBClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

function storeAt(endpoint: string, timeoutMs = TIMEOUT_MS): DynamoDbCacheStore {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ ...clientConfig(timeoutMs), endpoint, region: 'local', credentials });
  clients.push(client);
  return new DynamoDbCacheStore({ table: 'lookaside', timeoutMs }, client);
}

/** An item that holds an entry, as it goes over the wire. */
function aPackedItem(key: CacheKey) {
  const item = toItem(key, anEntry(), 'v');
  return { ...item, body: { B: Buffer.from(item?.body?.B ?? []).toString('base64') } };
}

/** How a call ended, and after how long. */
async function outcomeOf(call: Promise<unknown>) {
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
  test('one attempt; a backstop of a second behind the deadline, or of the deadline where that is later', () => {
    const backstop = (ms: number) => ({
      maxAttempts: 1,
      requestHandler: { connectionTimeout: ms, requestTimeout: ms, throwOnRequestTimeout: true, socketTimeout: ms },
    });
    expect(clientConfig(150)).toEqual(backstop(1000));
    expect(clientConfig(3000)).toEqual(backstop(3000));
  });

  test('the client that the store makes for itself has them', async () => {
    const { config } = new DynamoDBClient(clientConfig(150));
    expect(await config.maxAttempts()).toBe(1);
    await config.requestHandler.handle({} as never).catch(() => undefined);
    expect((config.requestHandler as unknown as { httpHandlerConfigs(): object }).httpHandlerConfigs()).toMatchObject({
      connectionTimeout: 1000,
      requestTimeout: 1000,
      throwOnRequestTimeout: true,
      socketTimeout: 1000,
    });
  });
});

describe('a store that fails', () => {
  const calls = [
    ['read', (store: DynamoDbCacheStore) => store.read(aKey())],
    ['readAll', (store: DynamoDbCacheStore) => store.readAll([aKey(), aKey()])],
    ['takeLease', (store: DynamoDbCacheStore) => store.takeLease(aKey(), EMPTY_ITEM, aLease())],
    ['writeEntry', (store: DynamoDbCacheStore) => store.writeEntry(aKey(), aLease(), anEntry())],
    ['addToIndex', (store: DynamoDbCacheStore) => store.addToIndex('c', 'p', 0)],
    ['fenceCustomer', (store: DynamoDbCacheStore) => store.fenceCustomer('c', 0)],
    ['listPartition', (store: DynamoDbCacheStore) => store.listPartition('p')],
    ['deleteItems', (store: DynamoDbCacheStore) => store.deleteItems([aKey()])],
  ] as const;

  describe.each(calls)('%s', (_name, call) => {
    test('fails at once when the connection is refused', async () => {
      const { tookMs, ...outcome } = await outcomeOf(call(storeAt(await closedAddress())));
      expect(outcome).toMatchObject({ error: 'StoreUnavailableError', trouble: 'down' });
      expect(tookMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    });

    test.each([
      ['accepts the connection and says nothing', hanging],
      ['stops in the middle of its answer', stalling],
      ['trickles its answer', trickling],
    ])('fails at the deadline when the store %s', async (_title, respond) => {
      const server = await startHttpServer(respond);
      const { tookMs, ...outcome } = await outcomeOf(call(storeAt(server.url)));
      expect(outcome).toMatchObject({ error: 'StoreUnavailableError', trouble: 'late' });
      expect(tookMs).toBeGreaterThan(TIMEOUT_MS - 10);
      expect(tookMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
      expect(server.requests).toHaveLength(1);
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
        const { tookMs, ...outcome } = await outcomeOf(call(storeAt(server.url, 5000)));
        expect(outcome).toEqual({ error: 'StoreUnavailableError', reason: expect.stringContaining(reason), trouble });
        expect(tookMs).toBeLessThan(1000);
        expect(server.requests).toHaveLength(1);
      },
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
    expect(await storeAt(server.url, 5000).readAll([one, other])).toEqual([EMPTY_ITEM, STORED]);
  });

  test('gives what there is of a table that is named by its ARN', async () => {
    const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/lookaside';
    const server = await startHttpServer(answering({ Responses: { [arn]: [aPackedItem(one)] } }));
    expect(await storeAt(server.url, 5000).readAll([one])).toEqual([STORED]);
  });

  test.each([
    ['some', { Responses: { lookaside: [aPackedItem(one)] }, UnprocessedKeys: keysOf([other]) }, [STORED, LEFT_OUT]],
    ['all', { Responses: { lookaside: [] }, UnprocessedKeys: keysOf([one, other]) }, [LEFT_OUT, LEFT_OUT]],
    ['all and says nothing else', { UnprocessedKeys: keysOf([one, other]) }, [LEFT_OUT, LEFT_OUT]],
  ])(
    'R17: says which keys are unknown, and asks no second time, where the store left out %s',
    async (_title, answer, expected) => {
      const server = await startHttpServer(answering(answer));
      expect(await storeAt(server.url, 5000).readAll([one, other])).toEqual(expected);
      expect(server.requests).toHaveLength(1);
    },
  );

  test('sends all requests at once', async () => {
    const arrived = Promise.withResolvers<void>();
    const server = await startHttpServer(async (response, request, index) => {
      if (index === 1) arrived.resolve();
      await arrived.promise;
      await nothing(response, request, index);
    });
    expect(await storeAt(server.url, 5000).readAll(many)).toEqual(Array(101).fill(EMPTY_ITEM));
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ['is throttled', failing(400, 'ThrottlingException'), 'ThrottlingException'],
    ['fails', failing(500, 'InternalServerError'), 'InternalServerError'],
  ])('fails as a whole, at once, when one request %s, and gives the other up', async (_title, respond, reason) => {
    const isGivenUp = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const server = await startHttpServer(
      bySize(
        async (response, request, index) => {
          await asked.promise;
          await respond(response, request, index);
        },
        (response) => {
          response.on('close', () => isGivenUp.resolve());
          asked.resolve();
        },
      ),
    );
    const { tookMs, ...outcome } = await outcomeOf(storeAt(server.url, 60_000).readAll(many));
    expect(outcome).toMatchObject({ error: 'StoreUnavailableError', reason });
    await isGivenUp.promise;
    expect(tookMs).toBeLessThan(1000);
    expect(server.requests).toHaveLength(2);
  });

  test('fails as a whole, at the one deadline of all, when one request is not answered', async () => {
    const server = await startHttpServer(bySize(hanging, nothing));
    const { tookMs, ...outcome } = await outcomeOf(storeAt(server.url).readAll(many));
    expect(outcome).toEqual({ error: 'StoreUnavailableError', reason: 'AbortError', trouble: 'late' });
    expect(tookMs).toBeGreaterThan(TIMEOUT_MS - 10);
    expect(tookMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    expect(server.requests).toHaveLength(2);
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
      if (index === 0) await sleep(TIMEOUT_MS * 3);
      await nothing(response, request, index);
    });
    const store = storeAt(server.url);
    const { tookMs } = await outcomeOf(store.open());
    expect(tookMs).toBeGreaterThan(TIMEOUT_MS * 3 - 10);
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
  const _LEFT_OUT = expect.objectContaining({ name: 'StoreUnavailableError', trouble: 'throttled' });

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
      const store = storeAt(server.url, 5000);
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
    const store = storeAt(server.url, 5000);
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
    const store = storeAt(server.url, 5000);
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
    const store = storeAt(server.url, 5000);
    await store.open();
    await store.read(key);
    expect(server.connectionCount).toBe(2);
  });

  test('costs no second request while it stays open', async () => {
    const server = await startHttpServer(nothing);
    const store = storeAt(server.url, 5000);
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
    const store = storeAt(server.url, 5000);
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
    const store = storeAt(server.url, 5000);
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
    const store = storeAt(server.url, 5000);
    const askAll = () => Promise.all(Array.from({ length: 20 }, () => store.read(key)));
    await askAll();
    isFrozen = true;
    expect(await askAll()).toEqual(Array(20).fill(STORED));
  });
});
