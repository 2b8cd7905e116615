import { describe, expect, test } from '@jest/globals';
import type { DynamoDbCacheStore } from '../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { type Respond, startHttpServer } from '../../../support/loopback-server.ts';
import { ASKED_AT, aKey, anEntry } from './entries.ts';
import { aPackedItem, JSON_TYPE, outcomeOf, PATIENT_MS, READERS, storesBy } from './failing-stores.ts';
import { aLease } from './store-under-test.ts';

const key = aKey();
const [other, itsItem] = [aKey(), aPackedItem(key)];

const answering =
  (body: object, status = 200): Respond =>
  (response) =>
    void response.writeHead(status, JSON_TYPE).end(JSON.stringify(body));
const empty: Respond = (response) => void response.writeHead(200, JSON_TYPE).end();
const nothingAtAll: Respond = (response) => void response.writeHead(204).end();

type Call = (store: DynamoDbCacheStore) => Promise<unknown>;
const read: Call = (store) => store.read(other);
const readItem: Call = (store) => store.read(key);
const takeCalls: Call = (store) => store.takeCalls('v2', 1, 1, 9);
const addCounts: Call = (store) => store.addCounts('caller', ASKED_AT, { lookups: 1, notFound: 0 });
const readVariant: Call = (store) => store.read({ ...key, variant: `${key.variant};embed=points` });
const readAll: Call = (store) => store.readAll([key, other]).then(([first]) => Promise.reject(first));
const list: Call = (store) => store.listPartition('p');
const remove: Call = (store) => store.deleteItems([key]);
const fence: Call = (store) => store.fenceCustomer('c', ASKED_AT);
const write: Call = (store) => store.writeEntry(key, aLease(), anEntry());

/** Attributes that DynamoDB never sends. */
const BROKEN_ATTRIBUTES: readonly (readonly [name: string, attribute: unknown])[] = [
  ['a number as text', { S: 5 }],
  ['a number as number', { N: 5 }],
  ['a number as bytes', { B: 5 }],
  ['null as bytes', { B: null }],
  ['an object as a list', { L: {} }],
  ['null in a list', { L: [null] }],
  ['a text as a set', { SS: 'x' }],
  ['a number in a set', { SS: [5] }],
  ['a list as a map', { M: [] }],
  ['a broken attribute in a map', { M: { deep: { S: 5 } } }],
  ['a text as an attribute', 'x'],
  ['null as an attribute', null],
];

function withBroken(attribute: unknown): object {
  return { ...itsItem, anyName: attribute };
}

/**
 * Replies with status 200 that are not DynamoDB's answer to the request: a proxy made them up, or they belong to another
 * request. A purge that believes one acknowledges entries that still exist (contract §5, promise 3), and a look-up shows
 * another customer (promise 1).
 */
const UNREADABLE: readonly (readonly [title: string, call: Call, respond: Respond, reason: string])[] = [
  ['the item of another key, for an entry', read, answering({ Item: itsItem }), 'UnreadableReply'],
  ['the item of another variant, for an entry', readVariant, answering({ Item: itsItem }), 'UnreadableReply'],
  ['no member, for many entries', readAll, answering({}), 'UnreadableReply'],
  ['no list, for a partition', list, answering({}), 'UnreadableReply'],
  ['an item, for a partition', list, answering({ Item: itsItem }), 'UnreadableReply'],
  ['no list of what is left, for a deletion', remove, answering({}), 'UnreadableReply'],
  ['no item, for the index that was just fenced', fence, answering({}), 'UnreadableIndex'],
  ['the item of another key, for an index', fence, answering({ Item: itsItem }), 'UnreadableReply'],
];

/** Replies without a body. The AWS SDK does not say that there was none, so it reads a write's as a success. */
const WITHOUT_BODY: readonly (readonly [title: string, call: Call])[] = [
  ['an entry', read],
  ['many entries', readAll],
  ['a write of an entry', write],
];

/** Replies that hold a value of another type. The AWS SDK reads some of them as if the member were absent. */
const OF_ANOTHER_TYPE: readonly (readonly [title: string, call: Call, body: object])[] = [
  ['null, for an entry', read, { Item: null }],
  ['a text, for an entry', read, { Item: 'x' }],
  ['null, for many entries', readAll, { Responses: null }],
  ['null in the list, for many entries', readAll, { Responses: { lookaside: [null] } }],
  ['null, for a partition', list, { Items: null }],
  ['an object, for a partition', list, { Items: {} }],
  ['null in the list, for a partition', list, { Items: [null] }],
  ['null, for a deletion', remove, { UnprocessedItems: null }],
  ['null in the list, for a deletion', remove, { UnprocessedItems: { lookaside: [null] } }],
  ...BROKEN_ATTRIBUTES.flatMap(
    ([name, attribute]) =>
      [
        [`${name}, in an entry`, readItem, { Item: withBroken(attribute) }],
        [`${name}, in one of many entries`, readAll, { Responses: { lookaside: [withBroken(attribute)] } }],
        [`${name}, in a partition`, list, { Items: [withBroken(attribute)] }],
        [`${name}, in the item after an update`, takeCalls, { Attributes: withBroken(attribute) }],
        [`${name}, in a counter after an update`, addCounts, { Attributes: withBroken(attribute) }],
      ] as const,
  ),
];

const DOWN = { error: 'StoreUnavailableError', trouble: 'down' };

describe.each(READERS)('STORE_READER=%s: a reply that is not the answer is no answer:', (reader) => {
  test.each(UNREADABLE)('%s', async (_title, call, respond, reason) => {
    const server = await startHttpServer(respond);
    expect(await outcomeOf(() => call(storesBy(reader)(server.url, PATIENT_MS)))).toMatchObject({ ...DOWN, reason });
  });
});

describe('the service’s own requests take no value of another type:', () => {
  test.each(OF_ANOTHER_TYPE)('%s', async (_title, call, body) => {
    const server = await startHttpServer(answering(body));
    expect(await outcomeOf(() => call(storesBy('direct')(server.url, PATIENT_MS)))).toMatchObject(DOWN);
  });
});

describe.each(WITHOUT_BODY)('the service’s own requests take no success without a body, for %s:', (_title, call) => {
  test.each([
    ['200', empty],
    ['204', nothingAtAll],
  ])('%s', async (_status, respond) => {
    const server = await startHttpServer(respond);
    const outcome = await outcomeOf(() => call(storesBy('direct')(server.url, PATIENT_MS)));
    expect(outcome).toMatchObject({ ...DOWN, reason: 'SyntaxError' });
  });
});

test('the index’s own item must have a fence as late as the purge: an older reply has not', async () => {
  const older = { pk: { S: 'customer#c' }, sk: { S: 'index' }, invalidatedAt: { N: String(ASKED_AT - 1) } };
  const server = await startHttpServer(answering({ Item: older }));
  const store = storesBy('direct')(server.url, PATIENT_MS);
  expect(await outcomeOf(() => store.fenceCustomer('c', ASKED_AT))).toMatchObject({ reason: 'UnreadableIndex' });
  expect(await store.fenceCustomer('c', ASKED_AT - 1)).toEqual([]);
});
