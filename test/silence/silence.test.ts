import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type AttributeValue, DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from '@jest/globals';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import { startSimulator } from '../../local/simulator/simulator.ts';
import { type FaultProxy, startFaultProxy } from '../fleet/fault-proxy.ts';
import { type Program, run } from '../local/program.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { type Canary, findCanaries, type Haystack } from './canaries.ts';

/** A person whom nobody else could be, and every secret of the deployment. */
const CUSTOMER_ID = '7988123450661';
const EMAIL = 'Canary.Person+7F3a@Example.com';
const MOBILES = ['+91 98123 45071', '0091-9812345071', '09812345071', '(+91) 98123.45071', '9812345071'];
const CARD = '9900 4417 2288 1163';
const EXTERNAL_ID = 'EXT-Canary-55821';
// Nine letters: a parser's message repeats ten characters of what it could not read.
const FIRST_NAME = 'Zanzibari';
const LAST_NAME = 'Quillfeather';
const API_KEY = 'canary-api-key-1b2c3d';
const WEBHOOK_SECRET = 'canary-webhook-secret-4e5f';
const KEY_SECRET = 'canary-key-secret-6a7b8c';
const OAUTH = { key: 'canary-oauth-key-9d0e', secret: 'canary-oauth-secret-1f2a' };
const BASIC = { username: 'canary.till.3b4c', password: 'canary-password-5d6e' };
const CALLERS_OWN = 'canary-header-of-the-caller-7f8a';

const CANARIES: readonly Canary[] = [
  { name: 'customer id', texts: [CUSTOMER_ID] },
  { name: 'e-mail', texts: [EMAIL] },
  { name: 'mobile', texts: [...MOBILES, '919812345071', '+919812345071'] },
  { name: 'card number', texts: [CARD, CARD.replaceAll(' ', '')] },
  { name: 'externalId', texts: [EXTERNAL_ID] },
  { name: 'first name', texts: [FIRST_NAME] },
  { name: 'last name', texts: [LAST_NAME] },
  { name: 'API key', texts: [API_KEY] },
  { name: "the webhook's secret", texts: [WEBHOOK_SECRET] },
  { name: "the keys' secret", texts: [KEY_SECRET] },
  { name: "the upstream's key and secret", texts: Object.values(OAUTH) },
  {
    name: "the upstream's name and password",
    texts: [...Object.values(BASIC), createHash('md5').update(BASIC.password).digest('hex')],
  },
  { name: "a caller's own header", texts: [CALLERS_OWN] },
];

const SETTINGS = {
  PORT: '0',
  LOG_LEVEL: 'DEBUG',
  LOCAL_API_KEYS: API_KEY,
  WEBHOOK_SECRET,
  CACHE_KEY_SECRET: KEY_SECRET,
  CACHE_TIMEOUT_MS: '500',
  UPSTREAM_TIMEOUT_MS: '400',
  STALE_SOFT_TIMEOUT_MS: '100',
  FRESH_SECONDS: '1',
  STALE_WHILE_REVALIDATE_SECONDS: '2',
  CORS_ORIGINS: 'https://kiosk.example',
};
const STALE_AFTER_MS = 1050;
const STALE_BEYOND_REVALIDATION_MS = 3050;

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** The service as a process of its own, with everything that it writes, sends and stores at hand. */
async function start(credentials: object) {
  const dynamoDb = await startEmbeddedDynamoDb(undefined);
  stops.push(() => dynamoDb.close());
  const recording = await startRecordingProxy(dynamoDb.url);
  const store = await startFaultProxy(recording.url);
  stops.push(() => store.close());
  const simulator = await startSimulator({ latencyMs: 0, basic: BASIC, oauth: OAUTH });
  stops.push(() => simulator.close());
  simulator.control({
    add: {
      ...{ id: CUSTOMER_ID, firstName: FIRST_NAME, lastName: LAST_NAME },
      identifiers: {
        mobile: '919812345071',
        email: EMAIL.toLowerCase(),
        externalId: EXTERNAL_ID,
        cardnumber: CARD.replaceAll(' ', ''),
      },
    },
  });
  const upstream = await startFaultProxy(simulator.url);
  stops.push(() => upstream.close());
  const program = run('local/main.ts', [], {
    ...SETTINGS,
    AWS_ENDPOINT_URL_DYNAMODB: store.url,
    UPSTREAM_BASE_URL: upstream.url,
    UPSTREAM_CREDENTIALS: JSON.stringify(credentials),
  });
  stops.push(async () => {
    program.kill('SIGKILL');
    await program.exit;
  });
  const [, url = ''] = await program.waitFor(/answers on (http:\/\/[\d.:]+)/);
  const table = new DynamoDBClient({
    endpoint: dynamoDb.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  stops.push(() => table.destroy());
  return { url, program, recording, store, upstream, simulator, table };
}

/** Sends requests, and keeps what of their answers must be silent: headers, and the bodies that hold no customer. */
class Caller {
  readonly heard: Haystack[] = [];
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async send(path: string, { headers, ...init }: RequestInit & { headers?: Record<string, string> } = {}) {
    const reply = await fetch(`${this.#url}${path}`, {
      ...init,
      headers: { 'x-api-key': API_KEY, authorization: CALLERS_OWN, cookie: `a=${CALLERS_OWN}`, ...headers },
    });
    const text = await reply.text();
    const where = `${init.method ?? 'GET'} ${path.split('?')[0]?.replace(CUSTOMER_ID, '…')} → ${reply.status}`;
    this.heard.push({ where: `headers of ${where}`, text: JSON.stringify([...reply.headers]) });
    const holdsCustomer = reply.ok && (text.includes('"profiles"') || text.includes('"customer":'));
    if (!holdsCustomer) this.heard.push({ where: `body of ${where}`, text });
    return { status: reply.status, cacheStatus: reply.headers.get('cache-status') ?? '', text };
  }

  lookUp(identifierName: string, identifierValue: string, headers: Record<string, string> = {}, more = '') {
    const query = new URLSearchParams({ source: 'INSTORE', identifierName, identifierValue });
    return this.send(`/v2/customers/lookup/customerDetails?${query}${more}`, { headers });
  }

  invoke(payload: unknown, type = 'RequestResponse', name = 'lookaside-invoke') {
    return this.send(`/2015-03-31/functions/${name}/invocations`, {
      method: 'POST',
      headers: { 'x-amz-invocation-type': type },
      body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
  }

  notify(body: unknown, authorization = WEBHOOK_SECRET) {
    return this.send('/events/capillary', {
      method: 'POST',
      headers: { authorization },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }
}

const payload = (identifierName: string, identifierValue: string) => ({
  source: 'INSTORE',
  identifierName,
  identifierValue,
});

const event = (eventName: string) => ({
  eventName,
  eventId: 'e-1',
  data: {
    firstName: FIRST_NAME,
    customerIdentifiers: {
      customerId: CUSTOMER_ID,
      instore: { mobile: '919812345071', email: EMAIL, externalId: EXTERNAL_ID, cardNumbers: [CARD] },
    },
  },
});

/** Every identifier in every spelling. */
async function everySpelling(caller: Caller): Promise<void> {
  for (const mobile of MOBILES) await caller.lookUp('mobile', mobile);
  for (const email of [EMAIL, EMAIL.toLowerCase(), EMAIL.toUpperCase()]) await caller.lookUp('email', email);
  for (const card of [CARD, CARD.replaceAll(' ', '')]) await caller.lookUp('cardnumber', card);
  await caller.lookUp('externalId', EXTERNAL_ID, {}, '&embed=points,mlp&gapToRenew=3');
  await caller.lookUp('id', CUSTOMER_ID, { 'cache-control': 'no-store' }, '&fields=id,profiles(firstName)');
  await caller.lookUp('id', CUSTOMER_ID, { 'if-none-match': '*', origin: 'https://kiosk.example' });
}

/** What is refused, by the gateway or by a function. */
async function refusals(caller: Caller): Promise<void> {
  await caller.lookUp('mobile', `${MOBILES[0]} ext. 5`);
  await caller.lookUp('email', `${EMAIL} ${EMAIL}`);
  await caller.lookUp(`${FIRST_NAME} ${LAST_NAME}`, EMAIL);
  await caller.lookUp('externalId', `${EXTERNAL_ID},${EMAIL}`);
  await caller.lookUp('externalId', EXTERNAL_ID, {}, `&unknown=${encodeURIComponent(EMAIL)}`);
  await caller.lookUp('externalId', EXTERNAL_ID, {}, `&${encodeURIComponent(EMAIL)}=1`);
  await caller.lookUp('externalId', EXTERNAL_ID, {}, `&embed=${FIRST_NAME}&identifierValue=${CUSTOMER_ID}`);
  await caller.lookUp('externalId', EXTERNAL_ID, {}, `&fields=${FIRST_NAME}(`);
  await caller.lookUp('externalId', EXTERNAL_ID, { 'x-api-key': `${API_KEY}-${CALLERS_OWN}` });
  await caller.lookUp('externalId', EXTERNAL_ID, { 'cache-control': 'only-if-cached, max-age=0' });
  await caller.send(`/v2/customers/lookup/customerDetails?identifierValue=%ff${EXTERNAL_ID}`);
  await caller.send(`/customers/${CUSTOMER_ID}/${FIRST_NAME}`);
  await caller.send(`/cache/customers/${FIRST_NAME}`, { method: 'DELETE' });
  await caller.send(`/cache/customers/${CUSTOMER_ID}`, { method: 'PUT', body: EMAIL });
  await caller.send(`/cache/entries?source=${LAST_NAME}&identifierName=email&identifierValue=${EMAIL}`, {
    method: 'DELETE',
  });
  await caller.notify(event('customerUpdated'), CALLERS_OWN);
  await caller.notify(`{"customerId": ${CUSTOMER_ID}, ${FIRST_NAME}`);
}

/** Direct invocations: good, refused, unreadable, of every function. */
async function invocations(caller: Caller): Promise<void> {
  await caller.invoke(payload('email', EMAIL));
  await caller.invoke({ lookups: [payload('mobile', MOBILES[0] ?? ''), payload('email', `${EMAIL} `), EMAIL, {}] });
  await caller.invoke({ ...payload('email', EMAIL), [EMAIL]: FIRST_NAME, api: LAST_NAME });
  await caller.invoke(payload('email', `${EMAIL}@`));
  await caller.invoke(`{"identifierValue": "${EMAIL}`);
  await caller.invoke(payload('mobile', MOBILES[1] ?? ''), 'Event');
  await caller.invoke(`{"identifierValue": ${EMAIL}`, 'Event');
  await caller.invoke(payload('email', EMAIL), 'Event', `of-${FIRST_NAME}`.replace(FIRST_NAME, 'nobody'));
  await caller.invoke({ ...payload('email', EMAIL), cacheControl: 'min-fresh=0' }, 'Event', 'lookaside-revalidate');
  await caller.invoke(payload('email', EMAIL), 'RequestResponse', 'lookaside-http');
  await caller.invoke(payload('email', EMAIL), 'RequestResponse', 'lookaside-invalidate');
}

/**
 * Makes the stored replies unreadable in a way that only who parses them finds out, and has them read: the parser's
 * message then holds a name.
 */
async function faultsOfOurOwn(caller: Caller, table: DynamoDBClient): Promise<void> {
  await caller.lookUp('externalId', EXTERNAL_ID, { 'cache-control': 'no-cache' });
  const broken = gzipSync(`{"firstName":${FIRST_NAME}`);
  const { Items = [] } = await table.send(new ScanCommand({ TableName: 'lookaside', ConsistentRead: true }));
  for (const { pk, sk, body } of Items) {
    if (pk === undefined || sk === undefined || body === undefined) continue;
    const change = {
      ExpressionAttributeNames: { '#body': 'body' },
      ExpressionAttributeValues: { ':body': { B: broken } },
    };
    await table.send(
      new UpdateItemCommand({
        TableName: 'lookaside',
        Key: { pk, sk },
        UpdateExpression: 'SET #body = :body',
        ...change,
      }),
    );
  }
  const reply = await caller.lookUp('externalId', EXTERNAL_ID, {}, '&fields=id');
  expect(reply.status).toBe(500);
  const answer = await caller.invoke(payload('externalId', EXTERNAL_ID));
  expect(answer.text).toContain('LookasideFault');
  await caller.invoke(payload('externalId', EXTERNAL_ID), 'Event');
}

/** Waits until the upstream is asked again: refused credentials are read once a second, an open breaker waits. */
async function well(caller: Caller): Promise<void> {
  for (;;) {
    const { status } = await caller.lookUp('id', CUSTOMER_ID, { 'cache-control': 'no-store' });
    if (status === 200) return;
    await sleep(100);
  }
}

/** Each thing that goes wrong, at the upstream and then at the store, for look-ups, purges and events. */
async function troubles(caller: Caller, upstream: FaultProxy, store: FaultProxy): Promise<void> {
  for (const fault of ['hang', 'reset', 'cut', 'wrong-length', 'html', 'gzip-bomb', 'redirect'] as const) {
    upstream.fault = fault;
    await caller.lookUp('email', EMAIL, { 'cache-control': 'no-cache' });
    upstream.fault = undefined;
    await well(caller);
  }
  upstream.fault = 'reset';
  for (let failure = 0; failure < 6; failure += 1) await caller.lookUp('email', EMAIL, { 'cache-control': 'no-store' });
  await caller.invoke({ lookups: [{ ...payload('mobile', MOBILES[0] ?? ''), cacheControl: 'no-store' }] });
  upstream.fault = undefined;
  for (const fault of ['hang', 'reset', 'html', 'cut'] as const) {
    store.fault = fault;
    await caller.lookUp('mobile', MOBILES[0] ?? '');
    await caller.invoke(payload('cardnumber', CARD));
    if (fault === 'hang') continue;
    await caller.send(`/cache/customers/${CUSTOMER_ID}`, { method: 'DELETE' });
    await caller.notify(event('customerUpdated'));
  }
  store.fault = undefined;
}

/** What is said of DynamoDB's items and requests, the replies' bodies aside. */
function withoutBodies(recording: RecordingProxy, items: readonly Record<string, AttributeValue>[]): Haystack[] {
  const hidden = (name: string, value: unknown) => (name === 'body' ? '(the reply)' : value);
  return [
    ...recording.operations.map(({ name, input }) => ({
      where: `DynamoDB ${name}`,
      text: JSON.stringify(input, hidden),
    })),
    ...items.map((item) => ({ where: 'DynamoDB item', text: JSON.stringify(item, hidden) })),
  ];
}

function written({ stdout, stderr }: Program): Haystack[] {
  return [...stdout.split('\n'), ...stderr.split('\n')].map((text) => ({ where: 'log', text }));
}

test('no identifier, name, card, key or token is in a log, a metric, a key, a header or an error', async () => {
  const { url, program, recording, store, upstream, simulator, table } = await start(OAUTH);
  const caller = new Caller(url);
  const { control } = simulator;

  await everySpelling(caller);
  await refusals(caller);
  await invocations(caller);

  // Stale: revalidated, marked, standing in for an upstream that fails or is slow, asked for.
  await sleep(STALE_AFTER_MS);
  expect((await caller.lookUp('email', EMAIL)).cacheStatus).toContain('stale-while-revalidate');
  await caller.notify(event('pointsIssued'));
  control({ fault: { kind: 'status', status: 503 } });
  expect((await caller.lookUp('email', EMAIL)).cacheStatus).toContain('stale-if-error');
  simulator.reset('faults');
  control({ fault: { kind: 'slow', latencyMs: 2000 } });
  expect((await caller.lookUp('email', EMAIL)).cacheStatus).toContain('stale-if-error');
  simulator.reset('faults');

  for (const kind of ['throttle', 'unauthorized', 'error', 'broken-json', 'empty', 'oversize', 'status'] as const) {
    control({ fault: { kind, times: 2 } });
    await caller.lookUp('mobile', MOBILES[0] ?? '', { 'cache-control': 'no-store' });
    simulator.reset('faults');
    await well(caller);
  }
  for (const special of ['ERR-8003', 'ERR-618', 'ERASED', 'MERGED', 'WARN-8062']) {
    await caller.lookUp('externalId', special);
  }
  control({ fault: { kind: 'unauthorized', api: 'token' }, revokeTokens: true });
  await caller.lookUp('mobile', MOBILES[2] ?? '', { 'cache-control': 'no-cache' });
  simulator.reset('faults');
  await troubles(caller, upstream, store);
  await sleep(STALE_BEYOND_REVALIDATION_MS);
  await well(caller);
  await caller.lookUp('email', EMAIL, { 'cache-control': 'max-stale=60' });
  await faultsOfOurOwn(caller, table);

  // Another person gets the number, and the customer is erased: seen by a look-up, purged, told by an event.
  control({ reassign: { name: 'mobile', value: '919812345071', to: '566881933' } });
  await caller.lookUp('mobile', MOBILES[4] ?? '', { 'cache-control': 'no-cache' });
  const query = new URLSearchParams(payload('email', EMAIL));
  expect((await caller.send(`/cache/entries?${query}`, { method: 'DELETE' })).status).toBe(204);
  expect((await caller.send(`/cache/customers/${CUSTOMER_ID}`, { method: 'DELETE' })).status).toBe(200);
  expect((await caller.notify({ attributes: event('customerUpdated') })).status).toBe(200);
  await everySpelling(caller);
  control({ erase: CUSTOMER_ID });
  await caller.lookUp('email', EMAIL, { 'cache-control': 'no-cache' });
  const { Items = [] } = await table.send(new ScanCommand({ TableName: 'lookaside', ConsistentRead: true }));

  program.kill('SIGTERM');
  expect(await program.exit).toBe(0);

  const tokens = simulator.requests
    .map(({ headers }) => String(headers['x-cap-api-oauth-token'] ?? ''))
    .filter(Boolean);
  expect(new Set(tokens).size).toBeGreaterThan(0);
  const canaries = [...CANARIES, { name: "the upstream's token", texts: [...new Set(tokens)] }];
  const haystacks = [...written(program), ...caller.heard, ...withoutBodies(recording, Items)];

  // Silence is worth something only where there was something to keep silent about.
  const log = program.stdout + program.stderr;
  for (const fact of [
    ...['"cache":"hit"', '"cache":"miss"', '"cache":"stale"', '"cache":"request"', '"cache":"bypass"'],
    ...['"detail":"stale-while-revalidate"', '"detail":"stale-if-error"', '"isRevalidationAsked":true'],
    ...['"upstreamFailure":"timeout"', '"upstreamFailure":"connection"', '"upstreamFailure":"invalid"'],
    ...['"upstreamFailure":"server-error"', '"upstreamFailure":"credentials-refused"', '"upstreamFailure":"throttled"'],
    '"upstreamFailure":"breaker-open"',
    ...['"storeFailure"', '"isIdentityMismatch":true', '"code":"internal_error"', '"error":"SyntaxError"'],
    ...['"purged"', '"markedStale"', '"event":"customerUpdated"', 'event invocation failed', '"lookups"', '"_aws"'],
  ]) {
    expect([fact, log.includes(fact)]).toEqual([fact, true]);
  }
  const names = new Set(recording.operations.map(({ name }) => name));
  expect([...names]).toEqual(expect.arrayContaining(['GetItem', 'PutItem', 'UpdateItem', 'Query', 'DeleteItem']));
  expect(Items.length).toBeGreaterThan(5);
  expect(simulator.requests.some(({ url: asked }) => asked.includes('919812345071'))).toBe(true);

  expect(findCanaries(canaries, haystacks)).toEqual([]);
}, 60_000);

test('nor a name and password that the upstream refuses', async () => {
  const { url, program, recording, simulator } = await start(BASIC);
  const caller = new Caller(url);
  expect((await caller.lookUp('email', EMAIL)).status).toBe(200);
  simulator.control({ credentials: { basic: { username: 'another', password: 'another' } } });
  expect((await caller.lookUp('mobile', MOBILES[0] ?? '')).status).toBe(502);
  expect((await caller.invoke(payload('cardnumber', CARD))).text).toContain('upstream_invalid');
  program.kill('SIGTERM');
  await program.exit;

  const authorizations = simulator.requests.map(({ headers }) => String(headers.authorization ?? ''));
  expect(authorizations.filter(Boolean).length).toBeGreaterThan(0);
  const canaries = [...CANARIES, { name: 'Authorization', texts: [...new Set(authorizations)].filter(Boolean) }];
  const haystacks = [...written(program), ...caller.heard, ...withoutBodies(recording, [])];
  expect(program.stdout).toContain('"upstreamFailure":"credentials-refused"');
  expect(findCanaries(canaries, haystacks)).toEqual([]);
}, 60_000);
