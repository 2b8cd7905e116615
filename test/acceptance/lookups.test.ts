import { describe, expect, test } from '@jest/globals';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { startRecordingProxy } from '../support/recording-proxy.ts';
import { by, start } from './running-service.ts';

// Tests POST /lookups, for a caller that shows many customers at once.

const lookupOf = (n: number, others: object = {}) => ({
  source: 'INSTORE',
  ...by('externalId', `CUST-${String(n).padStart(4, '0')}`),
  ...others,
});
const ofV1 = (n: number) => ({ api: 'v1.1', external_id: `CUST-${String(n).padStart(4, '0')}` });

type Service = Awaited<ReturnType<typeof start>>;

const send = ({ ask }: Pick<Service, 'ask'>, body: string, init: RequestInit = {}) =>
  ask('/lookups', { method: 'POST', headers: { 'content-type': 'application/json' }, ...init, body });

async function results(service: Pick<Service, 'ask'>, lookups: readonly unknown[], cacheControl = 'max-stale=0') {
  const headers = { 'content-type': 'application/json', 'cache-control': cacheControl };
  const { status, text } = await send(service, JSON.stringify({ lookups }), { headers });
  expect(status).toBe(200);
  return JSON.parse(text).results;
}

describe('POST /lookups', () => {
  test('gets many customers at once: each look-up has its own outcome, in the order of the batch', async () => {
    const service = await start();
    const lookups = [
      lookupOf(2),
      { api: 'v1.1', mobile: '9999999999' },
      ofV1(8),
      { ...lookupOf(4), identifierName: 'shoesize' },
      lookupOf(5, { embed: 'coupons' }),
      { source: 'INSTORE', ...by('externalId', 'ERR-618') },
      { source: 'INSTORE', ...by('externalId', 'ERASED') },
      { source: 'INSTORE', ...by('externalId', 'HTTP-503') },
    ];
    const { status, cacheStatus, headers, text } = await send(service, JSON.stringify({ lookups }));
    expect({ status, cacheStatus }).toEqual({ status: 200, cacheStatus: 'lookaside; detail=batch' });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(text)).toMatchObject({
      results: [
        { kind: 'found', customer: { id: 7000000002 }, cache: { status: 'miss' } },
        { kind: 'not-found', upstream: { code: '1012' } },
        { kind: 'found', customer: { user_id: '7000000008' } },
        { kind: 'error', code: 'invalid_parameter' },
        { kind: 'found', customer: { id: 7000000005, coupons: expect.any(Array) } },
        { kind: 'error', code: 'upstream_refused', upstream: { code: 618 } },
        { kind: 'not-found' },
        { kind: 'error', code: 'upstream_unavailable', retryAfterSeconds: expect.any(Number) },
      ],
    });
  });

  test('keeps the upstream’s digits', async () => {
    const service = await start();
    for (const _ of ['fetched', 'cached']) {
      expect((await send(service, JSON.stringify({ lookups: [lookupOf(1)] }))).text).toContain(
        '"id":9007199254740993,',
      );
    }
  });

  test('shares its entries with single look-ups', async () => {
    const service = await start();
    await service.lookup(by('externalId', 'CUST-0002'));
    await service.get({ external_id: 'CUST-0002' });
    expect(await results(service, [lookupOf(2), ofV1(2), lookupOf(3)])).toMatchObject([
      { cache: { status: 'hit' } },
      { cache: { status: 'hit' } },
      { cache: { status: 'miss' } },
    ]);
    expect((await service.lookup(by('externalId', 'CUST-0003'))).cacheStatus).toMatch(/hit/);
  });

  test('refuses a body in another charset, which would be read as another customer', async () => {
    const service = await start();
    const bytes = Buffer.from(
      '{"lookups":[{"source":"INSTORE","identifierName":"externalId","identifierValue":"\xe9"}]}',
      'latin1',
    );
    const reply = await service.ask('/lookups', { method: 'POST', body: new Uint8Array(bytes) });
    expect(reply.status).toBe(400);
    expect(service.upstream.counters.requests).toBe(0);
  });

  test('refuses 101 look-ups, and a body that is not a batch', async () => {
    const service = await start();
    const many = JSON.stringify({ lookups: Array.from({ length: 101 }, (_, n) => lookupOf(n)) });
    for (const [body, code] of [
      [many, 'too_many_lookups'],
      ['{"lookups":', 'invalid_parameter'],
      ['{}', 'missing_parameter'],
      ['', 'invalid_parameter'],
    ] as const) {
      const reply = await send(service, body);
      expect({ status: reply.status, code: JSON.parse(reply.text).code }).toEqual({ status: 400, code });
    }
    const got = await service.ask('/lookups');
    expect({ status: got.status, allow: got.headers.get('allow') }).toEqual({ status: 405, allow: 'POST, OPTIONS' });
    expect(service.upstream.counters.requests).toBe(0);
  });

  test('needs a key like a look-up; its preflight needs none', async () => {
    const service = await start({ LOCAL_API_KEYS: 'till-key', CORS_ORIGINS: 'https://kiosk.example' });
    expect((await send(service, '{"lookups":[]}')).status).toBe(403);
    const headers = { 'content-type': 'application/json', 'x-api-key': 'till-key', origin: 'https://kiosk.example' };
    const answered = await send(service, '{"lookups":[]}', { headers });
    expect(answered).toMatchObject({ status: 200, text: '{"results":[]}' });
    expect(answered.headers.get('access-control-allow-origin')).toBe('https://kiosk.example');
    const preflight = await service.ask('/lookups', {
      method: 'OPTIONS',
      headers: { origin: 'https://kiosk.example' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('POST');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('content-type');
  });

  test('is purged like a single look-up', async () => {
    const service = await start();
    await results(service, [lookupOf(2), lookupOf(2, { embed: 'coupons' }), ofV1(2)]);
    expect(await service.ask('/cache/customers/7000000002', { method: 'DELETE' })).toMatchObject({
      text: '{"purged":3}',
    });
    const answered = await results(service, [lookupOf(2), ofV1(2)], 'only-if-cached');
    expect(answered).toMatchObject([{ code: 'not_cached' }, { code: 'not_cached' }]);
  });
});

interface Outcome {
  readonly kind: string;
  readonly code?: string;
}

describe('100 look-ups at once', () => {
  test('send one BatchGetItem for each hundred keys, with each key once, and at most ten upstream calls at a time', async () => {
    const dynamoDb = await startEmbeddedDynamoDb(undefined);
    const store = await startRecordingProxy(dynamoDb.url);
    try {
      const service = await start({ AWS_ENDPOINT_URL_DYNAMODB: store.url }, { latencyMs: 20 });
      const { upstream } = service;
      const plain = Array.from({ length: 100 }, (_, n) => ({ source: 'INSTORE', ...by('externalId', `BATCH-${n}`) }));
      for (let n = 0; n < 100; n += 1) {
        upstream.control({ add: { id: String(7_200_000_000 + n), identifiers: { externalId: `BATCH-${n}` } } });
      }
      // On a busy machine a batch begins no look-up that might end after the gateway's limit: the next batch begins it.
      const kinds = async () => new Set((await results(service, plain)).map(({ kind, code }: Outcome) => code ?? kind));
      let fetched = await kinds();
      while (fetched.has('upstream_timeout')) fetched = await kinds();
      expect(fetched).toEqual(new Set(['found']));
      expect(upstream.counters.v2Lookups).toBe(100);
      expect(upstream.counters.peakInFlight).toBeLessThanOrEqual(10);

      const keysAsked = () =>
        store.operations.map(({ name, input }) => [
          name,
          ...Object.values((input.RequestItems ?? {}) as Record<string, { Keys: unknown[] }>).map(
            ({ Keys }) => Keys.length,
          ),
        ]);
      store.clear();
      const hits = await results(service, plain);
      expect(hits.every(({ cache }: { cache?: { status: string } }) => cache?.status === 'hit')).toBe(true);
      expect(keysAsked()).toEqual([['BatchGetItem', 100]]);

      store.clear();
      await results(service, Array(100).fill(plain[0]));
      expect(keysAsked()).toEqual([['BatchGetItem', 1]]);

      // Two keys each.
      const withCoupons = plain.slice(0, 60).map((lookup) => ({ ...lookup, embed: 'coupons' }));
      const areHits = (all: readonly { readonly cache?: { readonly status: string } }[]) =>
        all.every(({ cache }) => cache?.status === 'hit');
      // On a busy machine an answer may come too late to be stored: the next batch fetches it again.
      while (!areHits(await results(service, withCoupons)));
      store.clear();
      const before = upstream.counters;
      expect(areHits(await results(service, withCoupons))).toBe(true);
      expect(keysAsked().sort()).toEqual([
        ['BatchGetItem', 100],
        ['BatchGetItem', 20],
      ]);
      expect(upstream.counters).toEqual(before);
    } finally {
      await dynamoDb.close();
    }
  });

  test('with a reply over 6 MB: those that fit get their answer, the others are told that it is too large', async () => {
    const service = await start({ PROFILE_FIELDS: '*' });
    // Quotes double within the reply that the function returns.
    const noise = '"'.repeat(250_000);
    service.upstream.control({ change: { id: '7000000002', patch: { extendedFields: { noise } } } });
    const lookups = Array.from({ length: 15 }, () => lookupOf(2, { cacheControl: 'no-cache' }));
    const { status, text } = await send(service, JSON.stringify({ lookups }));
    expect(status).toBe(200);
    const outcomes = JSON.parse(text).results.map(({ kind, code }: { kind: string; code?: string }) => code ?? kind);
    expect(outcomes).toHaveLength(15);
    expect(outcomes[0]).toBe('found');
    expect(outcomes.at(-1)).toBe('too_large');
  });
});
