import { describe, expect, test } from '@jest/globals';
import { keyAttributes } from '../../../../functions/adapters/dynamodb/stored-item.ts';
import type { CacheKey } from '../../../../functions/customer/request/cache-key.ts';
import { EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import { closedAddress, type Respond, startHttpServer } from '../../../support/loopback-server.ts';
import { aKey, anEntry } from './entries.ts';
import {
  aPackedItem,
  failing,
  hanging,
  JSON_TYPE,
  outcomeOf,
  PATIENT_MS,
  READERS,
  SLACK_MS,
  storesBy,
  TIMEOUT_MS,
} from './failing-stores.ts';

describe.each(READERS)('STORE_READER=%s:', (reader) => {
  const storeAt = storesBy(reader);

  describe('reading many keys', () => {
    const [one, other] = [aKey(), aKey()];
    const many = Array.from({ length: 101 }, () => aKey());
    const keysOf = (keys: readonly CacheKey[]) => ({
      lookaside: { Keys: keys.map(keyAttributes), ConsistentRead: true },
    });
    const STORED = { ...EMPTY_ITEM, entry: anEntry(), version: 'v' };
    const LEFT_OUT = expect.objectContaining({ reason: 'UnprocessedKeys', trouble: 'down' });

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
    ])('gives what there is if the store left out %s', async (_title, unprocessed) => {
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
    ])('R17: only the key that is left out is unknown if the store then %s', async (_title, then) => {
      const server = await startHttpServer((response, request, index) =>
        (index === 0 ? answering(leftOut) : then)(response, request, index),
      );
      const { value, freeMs } = (await outcomeOf(() => storeAt(server.url).readAll([one, other]))) as {
        value: readonly unknown[];
        freeMs: number;
      };
      expect(value).toEqual([STORED, LEFT_OUT]);
      expect(freeMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
      expect(server.requests).toHaveLength(2);
    });

    test.each([
      ['all', { Responses: { lookaside: [] }, UnprocessedKeys: keysOf([one, other]) }],
      ['all and says nothing else', { UnprocessedKeys: keysOf([one, other]) }],
    ])('R17: no key is a miss if the store leaves out %s, twice', async (_title, answer) => {
      const server = await startHttpServer(answering(answer));
      expect(await storeAt(server.url, PATIENT_MS).readAll([one, other])).toEqual([LEFT_OUT, LEFT_OUT]);
      expect(server.requests).toHaveLength(2);
    });

    test('sends all requests at once', async () => {
      const arrived = Promise.withResolvers<void>();
      const server = await startHttpServer(async (response, _request, index) => {
        if (index === 1) arrived.resolve();
        await arrived.promise;
        response.writeHead(200, JSON_TYPE).end(JSON.stringify({ Responses: { lookaside: [] }, UnprocessedKeys: {} }));
      });
      expect(await storeAt(server.url, PATIENT_MS).readAll(many)).toEqual(Array(101).fill(EMPTY_ITEM));
      expect(server.requests).toHaveLength(2);
    });

    test.each<[string, Respond, object]>([
      ['is throttled', failing(400, 'ThrottlingException'), { reason: 'ThrottlingException', trouble: 'throttled' }],
      ['fails', failing(500, 'InternalServerError'), { reason: 'InternalServerError', trouble: 'down' }],
      ['is not answered', hanging, { reason: 'TimeoutError', trouble: 'late' }],
    ])(
      'R17: the keys of one request that %s are unknown, and the others are read',
      async (_title, respond, failure) => {
        const server = await startHttpServer(
          bySize(respond, answering({ Responses: { lookaside: [aPackedItem(many[0]!)] } })),
        );
        const { value, freeMs } = (await outcomeOf(() => storeAt(server.url).readAll(many))) as {
          value: readonly unknown[];
          freeMs: number;
        };
        expect(value.slice(0, 100)).toEqual([STORED, ...Array(99).fill(EMPTY_ITEM)]);
        expect(value.slice(100)).toEqual([expect.objectContaining({ name: 'StoreUnavailableError', ...failure })]);
        expect(freeMs).toBeLessThan(TIMEOUT_MS + SLACK_MS);
        expect(server.requests).toHaveLength(2);
      },
    );
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
      const server = await startHttpServer(leavingOut([]));
      expect(await storeAt(server.url, PATIENT_MS).deleteItems(keys)).toEqual([]);
    });

    test('names each item once', async () => {
      const server = await startHttpServer(leavingOut([]));
      await storeAt(server.url, PATIENT_MS).deleteItems([...keys, ...keys.map((key) => ({ ...key }))]);
      expect(server.requests.map(({ body }) => JSON.parse(body).RequestItems)).toEqual([requestsOf(keys)]);
    });

    test('of no keys asks nothing', async () => {
      await storeAt(await closedAddress()).deleteItems([]);
    });
  });
});
