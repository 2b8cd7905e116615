import { describe, expect, test } from '@jest/globals';
import { DynamoDbCacheStore } from '../../../../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { EMPTY_ITEM } from '../../../../../functions/lookup/entry.ts';
import type { StoreUnavailableError } from '../../../../../functions/lookup/store-unavailable-error.ts';
import { type Respond, type SeenRequest, startHttpServer } from '../../../../support/loopback-server.ts';
import { aKey } from '../entries.ts';
import { JSON_TYPE, nothing, PATIENT_MS, READERS, storesBy } from '../failing-stores.ts';
import { aLease } from '../store-under-test.ts';

const HOUR_MS = 3_600_000;
const key = aKey();

/** The environment has all values, as Lambda's has. */
const ROLE = {
  region: 'eu-west-1',
  dynamoDbUrl: undefined,
  credentials: { accessKeyId: 'made-up-id', secretAccessKey: 'made-up-key', sessionToken: 'made-up-token' },
};

function storeOf(dynamoDbUrl: string, reader: (typeof READERS)[number] = 'direct'): DynamoDbCacheStore {
  const options = { table: 'lookaside', timeoutMs: PATIENT_MS, reader, aws: { ...ROLE, dynamoDbUrl } };
  return new DynamoDbCacheStore(options, reader === 'sdk' ? { ...ROLE, endpoint: dynamoDbUrl } : {});
}

/** The parts of a request that DynamoDB looks at. */
function essenceOf({ method, url, headers, body }: SeenRequest) {
  const { host: _, 'content-type': type, 'x-amz-target': target, 'x-amz-security-token': token } = headers;
  return { method, url, type, target, token, body };
}

describe('a request', () => {
  test.each([
    ['', '/'],
    ['/', '/'],
    ['/prefix', '/prefix/'],
  ])('is the one that the AWS SDK sends, to an address that ends in %j', async (path, sentTo) => {
    const server = await startHttpServer(nothing);
    for (const reader of READERS) {
      const store = storeOf(`${server.url}${path}`, reader);
      await store.read(key);
      await store.readAll([key, aKey({ partition: 'other' })]);
    }
    const [get, batch, getBySdk, batchBySdk] = server.requests.map(essenceOf);
    expect([get, batch]).toEqual([getBySdk, batchBySdk]);
    expect(get).toMatchObject({ url: sentTo, token: 'made-up-token' });
    expect(server.requests[0]?.headers).toMatchObject({
      host: new URL(server.url).host,
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=made-up-id\/\d{8}\/eu-west-1\/dynamodb\//),
    });
  });

  test('is left to the AWS SDK if only the SDK can find DynamoDB', async () => {
    const server = await startHttpServer(nothing);
    const store = storesBy('direct')(`${server.url}?of=the-sdk`, PATIENT_MS);
    expect(await store.read(key)).toEqual(EMPTY_ITEM);
    expect(server.requests[0]?.headers['user-agent']).toContain('aws-sdk-js');
  });
});

describe('a failure is reported as the AWS SDK reports it:', () => {
  const said = (status: number, body: string, headers = {}): Respond => {
    return (response) => void response.writeHead(status, { ...JSON_TYPE, ...headers }).end(body);
  };
  const typed = (type: string) => JSON.stringify({ __type: type, message: 'of no use' });
  const PREFIX = 'com.amazonaws.dynamodb.v20120810#';

  test.each<[string, Respond]>([
    ['throttled', said(400, typed(`${PREFIX}ThrottlingException`))],
    ['throttled, by the table', said(400, typed(`${PREFIX}ProvisionedThroughputExceededException`))],
    ['throttled, by the account', said(400, typed(`${PREFIX}RequestLimitExceeded`))],
    ['throttled, by its status', said(429, typed('com.amazon.coral.service#SomethingNew'))],
    ['an expired token', said(400, typed('com.amazon.coral.service#ExpiredTokenException'))],
    ['an unknown token', said(400, typed('com.amazon.coral.service#UnrecognizedClientException'))],
    ['a role without permission', said(400, typed('com.amazon.coral.service#AccessDeniedException'))],
    ['a wrong signature', said(400, typed('com.amazon.coral.service#InvalidSignatureException'))],
    ['a clock that is wrong', said(403, typed('RequestTimeTooSkewed'))],
    ['a table that is not there', said(400, typed(`${PREFIX}ResourceNotFoundException`))],
    ['a fault', said(500, typed(`${PREFIX}InternalServerError`))],
    ['a type with more behind it', said(400, typed(`${PREFIX}LimitExceededException:http://a.example/,b`))],
    ['a code', said(400, '{"code":"IncompleteSignature"}')],
    ['a header', said(400, '{}', { 'x-amzn-errortype': 'MissingAuthenticationToken:' })],
    ['no name', said(503, '{}')],
    ['no body', said(503, '')],
    ['a page', said(502, '<html>')],
    ['a page that throttles', said(429, '<html>')],
    ['a redirect', said(301, '', { location: 'https://a.example' })],
  ])('%s', async (_title, respond) => {
    const told = await Promise.all(
      READERS.map(async (reader) => {
        const server = await startHttpServer(respond);
        const error = await storesBy(reader)(server.url, PATIENT_MS)
          .read(key)
          .catch((thrown: StoreUnavailableError) => thrown);
        if (!(error instanceof Error)) throw new Error('Nothing failed.');
        return { name: error.name, reason: error.reason, trouble: error.trouble, requests: server.requests.length };
      }),
    );
    expect(told[0]).toEqual(told[1]);
    expect(told[0]?.name).toBe('StoreUnavailableError');
  });

  test('a reply that is damaged on its way is a failure, and no miss', async () => {
    const server = await startHttpServer(said(200, '{}', { 'x-amz-crc32': '1' }));
    const reading = storesBy('direct')(server.url, PATIENT_MS).read(key);
    await expect(reading).rejects.toMatchObject({ reason: 'CRC32CheckFailed', trouble: 'down' });
  });
});

describe('a clock that is wrong', () => {
  const hours = [1, -1];

  function timeOf({ headers }: SeenRequest | undefined = { headers: {} } as SeenRequest): number {
    const [, date, time] = /^(\d{8})T(\d{6})Z$/.exec(String(headers['x-amz-date'])) ?? [];
    return Date.parse(`${date?.replace(/(..)(..)$/, '-$1-$2')}T${time?.replace(/(..)(..)$/, ':$1:$2')}Z`);
  }

  test.each(hours)('is not what a Date %i hours off says, if the store takes the signature', async (hour) => {
    const server = await startHttpServer((response, request, index) => {
      response.setHeader('date', new Date(Date.now() + hour * HOUR_MS).toUTCString());
      return nothing(response, request, index);
    });
    const store = storesBy('direct')(server.url, PATIENT_MS);
    for (const _time of [1, 2, 3]) await store.read(key);
    const differences = server.requests.map((request) => Math.abs(timeOf(request) - Date.now()));
    expect(Math.max(...differences)).toBeLessThan(60_000);
  });

  test.each(hours)('by %i hours is corrected by the first refusal, whose call succeeds', async (hour) => {
    const server = await startHttpServer((response, request, index) => {
      response.setHeader('date', new Date(Date.now() + hour * HOUR_MS).toUTCString());
      if (index > 0) return nothing(response, request, index);
      response.writeHead(403, JSON_TYPE).end('{"__type":"RequestTimeTooSkewed"}');
    });
    const store = storesBy('direct')(server.url, PATIENT_MS);
    expect(await store.read(key)).toEqual(EMPTY_ITEM);
    await store.takeLease(key, EMPTY_ITEM, aLease());
    const [first = 0, ...others] = server.requests.map((request) => timeOf(request) - Date.now());
    expect(Math.abs(first)).toBeLessThan(60_000);
    expect(others).toHaveLength(2);
    for (const difference of others) expect(Math.abs(difference - hour * HOUR_MS)).toBeLessThan(60_000);
  });

  test('fails no call of several at the same time', async () => {
    const server = await startHttpServer((response, request, index) => {
      response.setHeader('date', new Date(Date.now() + HOUR_MS).toUTCString());
      if (timeOf(request) > Date.now() + HOUR_MS / 2) return nothing(response, request, index);
      response.writeHead(403, JSON_TYPE).end('{"__type":"RequestTimeTooSkewed"}');
    });
    const store = storesBy('direct')(server.url, PATIENT_MS);
    const reads = Array.from({ length: 5 }, () => store.read(key));
    expect(await Promise.all(reads)).toEqual(Array(5).fill(EMPTY_ITEM));
    expect(server.requests).toHaveLength(10);
  });
});

describe('connections', () => {
  test('are shared by reads and writes: the first write finds an open one', async () => {
    const server = await startHttpServer(nothing);
    const store = storesBy('direct')(server.url, PATIENT_MS);
    await store.open();
    await store.takeLease(key, EMPTY_ITEM, aLease());
    await store.read(key);
    expect([server.requests.length, server.connectionCount]).toEqual([3, 1]);
  });
});
