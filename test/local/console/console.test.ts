import { request } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type LocalService, startLocal } from '../../../local/service.ts';
import { PATIENT } from '../../support/patience.ts';

const log = { info: () => undefined, error: () => undefined };
let services: LocalService[] = [];

afterEach(async () => {
  for (const service of services) await service.close();
  services = [];
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<LocalService> {
  const service = await startLocal(
    { ...PATIENT, PORT: '0', ...environment },
    { log, simulator: { latencyMs: 0, jitterMs: 0 } },
  );
  services.push(service);
  return service;
}

/** A request in raw form: fetch would choose Host and Sec-Fetch-Site by itself. */
function send(
  { url }: LocalService,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
  body = '',
) {
  const { hostname, port } = new URL(url);
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const JSON_BODY = { 'content-type': 'application/json' };
const LOOKUP = '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=1234512345';

async function ask(service: LocalService, name: string) {
  const { status, body } = await send(service, `/__console/api/${name}`);
  expect(status).toBe(200);
  return JSON.parse(body);
}

describe('the page at /', () => {
  test('is for browsers: it runs only its own files and its import map, and no cache stores it', async () => {
    const { status, headers, body } = await send(await start(), '/', BROWSER);

    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self' 'sha256-[\w+/]{43}='; style-src 'self'; connect-src 'self';/,
    );
    expect(body).toContain('<title>Lookaside console</title>');
    expect(body).not.toMatch(/https?:\/\//);
  });

  test.each([
    ['a client that accepts anything', 'GET', { accept: '*/*' }],
    ['a client without Accept', 'GET', {}],
    ['another method', 'POST', BROWSER],
  ])('does not exist for %s: the service answers as it does deployed', async (_, method, headers) => {
    const { status, body } = await send(await start(), '/', headers, method);
    expect(status).toBe(404);
    expect(JSON.parse(body)).toMatchObject({ code: 'not_found' });
  });

  test.each([
    '/nothing',
    '/__console/nothing',
    '/__console/nothing.js',
    '/__console/../package.json',
    '/__console',
    '/__console/app.js/nothing.js',
  ])('leaves %s to the service: 404, as a problem', async (path) => {
    const { status, headers } = await send(await start(), path, BROWSER);
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json');
  });

  test.each([
    '/__console/vendor/lit-html/../../package.json',
    '/__console/..%2fpackage.json',
    '/__console/tsconfig.json',
  ])('gives no file away: %s', async (path) => {
    expect((await send(await start(), path)).status).toBe(404);
  });

  test('is open even if look-ups need a key, and everything else still needs one', async () => {
    const service = await start({ LOCAL_API_KEYS: 'till-key' });
    expect((await send(service, '/', BROWSER)).status).toBe(200);
    expect((await send(service, '/')).status).toBe(403);
    expect((await send(service, LOOKUP)).status).toBe(403);
    expect((await ask(service, 'state')).service).toMatchObject({ needsKey: true });
  });

  test('loads its library from node_modules, and each file that it names exists', async () => {
    const service = await start();
    const { body } = await send(service, '/', BROWSER);
    const named = [...body.matchAll(/(?:href|src)="(\/__console\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(5);
    for (const path of [...named, '/__console/vendor/lit-html/lit-html.js']) {
      expect([path, (await send(service, path)).status]).toEqual([path, 200]);
    }
  });
});

describe('a request of the page', () => {
  test.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }],
    ['a name that leads here from another site', { host: 'attacker.example' }],
  ])('is refused to %s', async (_, headers) => {
    const service = await start();
    for (const path of ['/__console/api/state', '/__console/app.js']) {
      expect((await send(service, path, headers)).status).toBe(403);
    }
  });

  test('shows the last requests, the entries and the upstream: never the customer', async () => {
    const service = await start();
    for (const path of [LOOKUP, LOOKUP, '/v1.1/customer/get?email=bubalus@example.com']) await send(service, path);
    const invoke = '/2015-03-31/functions/lookaside-invoke/invocations';
    const payload = '{"source":"INSTORE","identifierName":"externalId","identifierValue":"12341234"}';
    await send(service, invoke, {}, 'POST', payload);
    await send(service, '/cache/customers/7000000002', {}, 'DELETE');

    const state = await ask(service, 'state');
    expect(
      state.requests.map(({ outcome, identifierName }: Record<string, string>) => [outcome, identifierName]),
    ).toEqual([
      ['miss', 'mobile'],
      ['hit', 'mobile'],
      ['miss', 'email'],
      ['miss', 'externalId'],
      ['purge', undefined],
    ]);
    expect(state.upstream).toMatchObject({ faults: [], counters: { v2Lookups: 2, v1Gets: 1 } });
    expect((await ask(service, `state?after=${state.requests[3].number}`)).requests).toHaveLength(1);

    const { entries, isComplete } = await ask(service, 'entries');
    expect(isComplete).toBe(true);
    expect(
      entries.map(({ source, identifierName }: Record<string, string>) => `${source} ${identifierName}`).sort(),
    ).toEqual(['INSTORE email', 'INSTORE externalId', 'INSTORE mobile']);
    expect(JSON.stringify([state, entries])).not.toMatch(
      /1234512345|bubalus|Bubalus|12341234|566881933|7000000002|secret/,
    );
  });

  test('purges and marks every entry of a partition', async () => {
    const service = await start();
    await send(service, LOOKUP);
    const [{ partition }] = (await ask(service, 'entries')).entries;
    const act = async (name: string) => {
      const body = JSON.stringify({ partition, act: name });
      return JSON.parse((await send(service, '/__console/api/entries', JSON_BODY, 'POST', body)).body);
    };

    expect(await act('mark-stale')).toEqual({ count: 1 });
    expect((await ask(service, 'entries')).entries).toEqual([
      expect.objectContaining({ markedAt: expect.any(Number) }),
    ]);
    expect((await send(service, LOOKUP)).headers['cache-status']).toMatch(/fwd=stale/);
    expect(await act('purge')).toEqual({ count: 1 });
    expect((await ask(service, 'entries')).entries).toEqual([]);
    expect((await send(service, LOOKUP)).headers['cache-status']).toMatch(/fwd=miss/);
  });

  test.each([
    ['text, which any page may send', { 'content-type': 'text/plain' }, '{}', 415],
    ['no JSON', JSON_BODY, '{', 400],
    ['an unknown act', JSON_BODY, '{"partition":"x","act":"constructor"}', 400],
    ['null', JSON_BODY, 'null', 400],
    ['a long body', JSON_BODY, `"${'x'.repeat(70_000)}"`, 413],
  ])('refuses %s', async (_, headers, body, status) => {
    expect((await send(await start(), '/__console/api/entries', headers, 'POST', body)).status).toBe(status);
  });

  test.each([
    ['DELETE', 'entries'],
    ['DELETE', 'upstream/counters'],
    ['DELETE', ''],
    ['PUT', 'upstream'],
    ['POST', 'state'],
  ])('%s of %j does not exist', async (method, name) => {
    const service = await start();
    await send(service, LOOKUP);
    const body = method === 'DELETE' ? '' : '{}';
    expect((await send(service, `/__console/api/${name}`, JSON_BODY, method, body)).status).toBe(404);
    expect((await ask(service, 'entries')).entries).toHaveLength(1);
  });

  test('controls the simulated upstream, lists its customers, and sends an event to this service', async () => {
    const service = await start();
    await send(service, LOOKUP);
    const post = async (name: string, command: object) => {
      const { status, body } = await send(
        service,
        `/__console/api/${name}`,
        JSON_BODY,
        'POST',
        JSON.stringify(command),
      );
      return { status, body: JSON.parse(body) };
    };

    expect(await post('upstream', { fault: { kind: 'status' } })).toMatchObject({ status: 200 });
    expect((await ask(service, 'state')).upstream.faults).toEqual([{ kind: 'status' }]);
    expect(await post('upstream', { fault: { kind: 'nonsense' } })).toMatchObject({ status: 400 });
    await send(service, '/__console/api/upstream/faults', {}, 'DELETE');
    expect((await ask(service, 'state')).upstream.faults).toEqual([]);

    const { customers } = await ask(service, 'upstream/customers?q=bubalus');
    expect(customers).toEqual([expect.objectContaining({ id: '566881933', name: 'Bubalus bubalis' })]);
    expect(await post('events', { id: '566881933', name: 'customerUpdated' })).toMatchObject({
      body: { status: 200, body: '{"invalidated":1}' },
    });
    expect((await ask(service, 'entries')).entries).toEqual([]);
  });

  test('says that there is nothing to control if the upstream is a real one, and no entry if the cache is off', async () => {
    const simulated = await start();
    const service = await start({
      UPSTREAM_BASE_URL: simulated.simulator?.url ?? '',
      UPSTREAM_CREDENTIALS: '{"username":"till.demo","password":"demo"}',
      CACHE_MODE: 'bypass',
    });
    const state = await ask(service, 'state');
    expect(state.upstream).toBeUndefined();
    expect(state.service).toMatchObject({ isSimulated: false, cacheMode: 'bypass' });
    for (const name of ['entries', 'upstream/customers']) {
      expect((await send(service, `/__console/api/${name}`)).status).toBe(409);
    }
  });
});
