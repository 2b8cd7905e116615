import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../../bench/free-port.ts';
import { createLookaside } from '../../client/src/index.ts';
import type { Environment } from '../../functions/settings/settings.ts';
import { SettingsError } from '../../functions/settings/settings-error.ts';
import { LOOKUP_PATHS } from '../../infra/routes.ts';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { type LocalService, startLocal } from '../../local/service.ts';
import { StartError } from '../../local/start-error.ts';
import { DEFAULT_OAUTH_CREDENTIALS } from '../../simulator/credentials.ts';
import { PATIENT } from '../support/patience.ts';
import { makeTableOfOtherKeys } from '../support/table-of-other-keys.ts';

const MISS = 'lookaside; fwd=miss; fwd-status=200; stored';
const HIT = expect.stringMatching(/^lookaside; hit; ttl=\d+$/);
const BYPASS = 'lookaside; fwd=bypass; fwd-status=200';

const SETTINGS = { ...PATIENT, PORT: '0' };

const log = { info: () => undefined, error: () => undefined };
let closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});

async function start(environment: Environment = {}): Promise<LocalService> {
  const service = await startLocal({ ...SETTINGS, ...environment }, { log, simulator: { latencyMs: 0 } });
  closers.push(service.close);
  return service;
}

function lookUp({ url }: LocalService, identifierValue = '1234512345', init?: RequestInit): Promise<Response> {
  const query = new URLSearchParams({ source: 'INSTORE', identifierName: 'mobile', identifierValue });
  return fetch(`${url}/v2/customers/lookup/customerDetails?${query}`, init);
}

async function cacheStatusOf(service: LocalService, identifierValue?: string): Promise<string | null> {
  return (await lookUp(service, identifierValue)).headers.get('cache-status');
}

const SAMPLE = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '1234512345' };
const SAMPLE_V1 = { mobile: '1234512345' };

/** A look-up of each kind, by its path. */
const LOOKUPS: Readonly<Record<(typeof LOOKUP_PATHS)[number], readonly [query: string, init: RequestInit]>> = {
  '/v2/customers/lookup/customerDetails': [`?${new URLSearchParams(SAMPLE)}`, {}],
  '/v1.1/customer/get': [`?${new URLSearchParams(SAMPLE_V1)}`, {}],
  '/lookups': ['', { method: 'POST', body: JSON.stringify({ lookups: [SAMPLE] }) }],
};

describe('one service', () => {
  test('answers a look-up from the upstream, then from the store', async () => {
    const service = await start();

    const first = await lookUp(service);
    const second = await lookUp(service, '+91 12345 12345');

    expect(first.status).toBe(200);
    expect(first.headers.get('cache-status')).toBe(MISS);
    expect(second.headers.get('cache-status')).toEqual(HIT);
    expect(await second.text()).toBe(await first.text());
    expect(service.simulator?.counters).toMatchObject({ v2Lookups: 1 });
  });

  test('answers v1.1, the joined sections in v2, and both in a batch, each half from one entry', async () => {
    const service = await start();
    const get = async (path: string) => (await fetch(`${service.url}${path}`)).headers.get('cache-status');
    const joined = `/v2/customers/lookup/customerDetails?${new URLSearchParams({ ...SAMPLE, embed: 'coupons' })}`;

    expect(await get(`/v1.1/customer/get?mobile=1234512345&coupon_order_by=created_date`)).toBe(MISS);
    expect(await cacheStatusOf(service)).toBe(MISS);
    expect(await get(joined)).toEqual(HIT);
    const body = JSON.stringify({ lookups: [{ ...SAMPLE, embed: ['coupons'] }, { api: 'v1.1', ...SAMPLE_V1 }, {}] });
    const batch = await fetch(`${service.url}/lookups`, { method: 'POST', body });

    expect(await batch.json()).toMatchObject({
      results: [
        { kind: 'found', customer: { coupons: expect.any(Array) }, cache: { status: 'hit' } },
        { kind: 'found', customer: { coupons: { coupon: expect.any(Array) } }, cache: { status: 'miss' } },
        { kind: 'error', code: 'missing_parameter' },
      ],
    });
    expect(service.simulator?.counters).toMatchObject({ v2Lookups: 1, v1Gets: 2 });
  });

  test('shares its entries between HTTP and direct invocation', async () => {
    const service = await start();
    const lambda = new LambdaClient({
      endpoint: service.url,
      region: 'local',
      credentials: { accessKeyId: 'made-up', secretAccessKey: 'made-up' },
    });
    const query = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '1234512345' };

    await lookUp(service);
    const outcome = await createLookaside({ lambda }).lookup(query);
    lambda.destroy();

    expect(outcome).toMatchObject({ kind: 'found', cache: { status: 'hit' } });
  });

  test('answers /health, and 404 for an unknown path', async () => {
    const { url } = await start();

    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok' });
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    expect((await fetch(url)).status).toBe(404);
  });

  test('refuses a parameter that is given twice', async () => {
    const { url } = await start();
    const query = 'source=INSTORE&identifierName=mobile&identifierValue=1&identifierValue=2';

    const response = await fetch(`${url}/v2/customers/lookup/customerDetails?${query}`);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'duplicate_parameter' });
  });

  test('needs a key for look-ups, except for preflights and health, if LOCAL_API_KEYS names some', async () => {
    const service = await start({ LOCAL_API_KEYS: 'till-key,kiosk-key', CORS_ORIGINS: 'https://kiosk.example' });
    const headers = { Origin: 'https://kiosk.example' };

    const refused = await lookUp(service, undefined, { headers });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    expect((await lookUp(service, undefined, { headers: { 'x-api-key': 'kiosk-key' } })).status).toBe(200);
    const preflight = await lookUp(service, undefined, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://kiosk.example');
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
  });

  test.each(LOOKUP_PATHS)('needs a key for %s, except for preflights, for every method', async (path) => {
    const { url } = await start({ LOCAL_API_KEYS: 'till-key,kiosk-key' });
    const [query, init] = LOOKUPS[path];
    const statusOf = async (given: RequestInit) => (await fetch(`${url}${path}${query}`, given)).status;

    expect(await statusOf(init)).toBe(403);
    expect(await statusOf({ ...init, headers: { 'x-api-key': 'another-key' } })).toBe(403);
    expect(await statusOf({ method: 'DELETE' })).toBe(403);
    expect(await statusOf({ ...init, headers: { 'x-api-key': 'till-key' } })).toBe(200);
    expect(await statusOf({ method: 'DELETE', headers: { 'x-api-key': 'till-key' } })).toBe(405);
    expect(await statusOf({ method: 'OPTIONS' })).toBe(204);
  });

  test.each([
    ['GET', '/lookups', 405, 'method_not_allowed', 'POST, OPTIONS'],
    ['DELETE', '/lookups', 405, 'method_not_allowed', 'POST, OPTIONS'],
    ['POST', '/v1.1/customer/get', 405, 'method_not_allowed', 'GET, HEAD, OPTIONS'],
    ['GET', '/v1.1/customer', 404, 'not_found', null],
    ['GET', '/v1.1/customer/get/7000000002', 404, 'not_found', null],
    ['GET', '/v1/customer/get', 404, 'not_found', null],
    ['POST', '/lookups/7000000002', 404, 'not_found', null],
  ])('refuses %s %s with %d %s', async (method, path, status, code, allowed) => {
    const { url } = await start();

    const refusal = await fetch(`${url}${path}`, { method });

    expect(refusal.status).toBe(status);
    expect(refusal.headers.get('allow')).toBe(allowed);
    expect(await refusal.json()).toMatchObject({ status, code });
  });

  test.each<[string, number, string, NonNullable<RequestInit['body']>]>([
    ['above the limit of the gateway', 413, 'too_large', `{"lookups":[]${' '.repeat(10 * 1024 * 1024)}}`],
    [
      'of more look-ups than are allowed',
      400,
      'too_many_lookups',
      JSON.stringify({ lookups: Array(101).fill(SAMPLE) }),
    ],
    ['that is not text', 400, 'invalid_parameter', Buffer.from([0xff, 0xfe, 0x00])],
  ])('refuses a batch %s: %d %s', async (_, status, code, body) => {
    const { url } = await start();

    const refusal = await fetch(`${url}/lookups`, { method: 'POST', body });

    expect(refusal.status).toBe(status);
    expect(await refusal.json()).toMatchObject({ status, code });
  });

  test('with CACHE_MODE=bypass, look-ups use no store, and purges and events act on it, as in a deployment', async () => {
    const one = await start();
    expect(await cacheStatusOf(one)).toBe(MISS);
    const off = await start({ CACHE_MODE: 'bypass', AWS_ENDPOINT_URL_DYNAMODB: one.store.url });
    expect(await cacheStatusOf(off)).toBe(BYPASS);

    const purge = await fetch(`${off.url}/cache/customers/566881933`, { method: 'DELETE' });
    const event = await fetch(`${off.url}/events/capillary`, {
      method: 'POST',
      headers: { authorization: 'local-webhook-secret' },
      body: '{"eventName":"customerUpdated","data":{"customerIdentifiers":{"customerId":566881933}}}',
    });

    expect([purge.status, await purge.json(), event.status]).toEqual([200, { purged: 1 }, 200]);
    expect(await cacheStatusOf(one)).not.toEqual(HIT);
  });

  test('gives the simulator the credentials and the primary identifier of the settings', async () => {
    const oauth = await start({ UPSTREAM_CREDENTIALS: '{"key":"mine","secret":"made-up"}' });
    const basic = await start({ UPSTREAM_CREDENTIALS: '{"username":"mine","password":"made-up"}' });
    const dual = await start({ PRIMARY_IDENTIFIER: 'mobile' });

    expect(await cacheStatusOf(oauth)).toBe(MISS);
    expect(await cacheStatusOf(basic)).toBe(MISS);
    expect(await (await lookUp(dual, '919200000002')).json()).toMatchObject({ profiles: [{ firstName: 'Home 2' }] });
  });

  test('asks a given upstream with given credentials', async () => {
    const upstream = await start();
    const service = await start({
      UPSTREAM_BASE_URL: upstream.simulator?.url,
      UPSTREAM_CREDENTIALS: JSON.stringify(DEFAULT_OAUTH_CREDENTIALS),
    });

    expect(service.simulator).toBeUndefined();
    expect(await cacheStatusOf(service)).toBe(MISS);
    expect(upstream.simulator?.counters).toMatchObject({ v2Lookups: 1 });
  });
});

describe('wrong settings', () => {
  test.each<[string, Environment]>([
    ['an upstream without credentials', { UPSTREAM_BASE_URL: 'https://upstream.example' }],
    ['a setting of the functions', { FRESH_SECONDS: 'soon' }],
    ['a local setting', { LOCAL_API_KEYS: ',' }],
  ])('stop the start: %s', async (_, environment) => {
    await expect(start(environment)).rejects.toThrow(SettingsError);
  });

  test('a folder that is not a folder stops the start', async () => {
    await expect(start({ DATA_DIR: import.meta.filename })).rejects.toThrow(StartError);
  });

  test('a table of another program stops the start: every look-up would go past it', async () => {
    const url = (await start()).store.url;
    await makeTableOfOtherKeys(url, 'orders');

    const wrong = 'The table orders has the keys id HASH S; it must have pk HASH S, sk RANGE S.';
    await expect(start({ AWS_ENDPOINT_URL_DYNAMODB: url, CACHE_TABLE: 'orders' })).rejects.toThrow(
      new StartError(`${wrong} Set CACHE_TABLE to another name.`),
    );
  });
});

describe('the store', () => {
  test('is shared by services on one DynamoDB', async () => {
    const one = await start();
    const other = await start({ AWS_ENDPOINT_URL_DYNAMODB: one.store.url });

    expect(await cacheStatusOf(one)).toBe(MISS);
    expect(await cacheStatusOf(other)).toEqual(HIT);
    expect(other.simulator?.counters).toMatchObject({ v2Lookups: 0 });
  });

  test('is otherwise separate for each service, even if many start at once', async () => {
    const services = await Promise.all([start(), start(), start()]);

    for (const service of services) expect(await cacheStatusOf(service)).toBe(MISS);
    for (const service of services) expect(await cacheStatusOf(service)).toEqual(HIT);
  });

  test('can have another table', async () => {
    const one = await start();
    const other = await start({ AWS_ENDPOINT_URL_DYNAMODB: one.store.url, CACHE_TABLE: 'another' });

    expect(await cacheStatusOf(one)).toBe(MISS);
    expect(await cacheStatusOf(other)).toBe(MISS);
  });

  test('keeps its entries in DATA_DIR, which one process uses at a time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lookaside-'));
    closers.push(() => rm(folder, { recursive: true }));
    const DATA_DIR = join(folder, 'made', 'when-missing');
    const first = await startLocal({ ...SETTINGS, DATA_DIR }, { log, simulator: { latencyMs: 0 } });
    expect(await cacheStatusOf(first)).toBe(MISS);
    await expect(start({ DATA_DIR })).rejects.toThrow('another process uses it');
    await first.close();

    const second = await start({ DATA_DIR });

    expect(await cacheStatusOf(second)).toEqual(HIT);
  });

  test('does not have to answer for the service to start, and is used as soon as it does', async () => {
    const port = await freePort();
    const service = await start({ AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` });
    expect(service.store.isReady).toBe(false);
    expect(await cacheStatusOf(service)).toBe(BYPASS);

    const store = await startEmbeddedDynamoDb(undefined, port);
    closers.push(store.close);

    let status: string | null = null;
    for (let tries = 0; status !== MISS && tries < 50; tries += 1) {
      await sleep(100);
      status = await cacheStatusOf(service);
    }
    expect(status).toBe(MISS);
    expect(await cacheStatusOf(service)).toEqual(HIT);
  });
});
