import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type AttributeValue, DynamoDBClient, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, test } from '@jest/globals';
import { FORMS } from '../../functions/adapters/dynamodb/stored-body.ts';
import { startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';
import type { ControlCommand } from '../../simulator/control/command.ts';
import { startSimulator } from '../../simulator/simulator.ts';
import { type FaultProxy, startFaultProxy } from '../fleet/fault-proxy.ts';
import { type Program, run } from '../local/program.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.ts';
import { type Canary, findCanaries, type Haystack } from './canaries.ts';

/** A person with names and numbers that no other person has, and every secret of the deployment. */
const CUSTOMER_ID = '7988123450661';
const EMAIL = 'Canary.Person+7F3a@Example.com';
const MOBILES = ['+91 98123 45071', '0091-9812345071', '09812345071', '(+91) 98123.45071', '9812345071'];
const CARD = '9900 4417 2288 1163';
const EXTERNAL_ID = 'EXT-Canary-55821';
// Nine letters: a parser's message repeats ten characters of an unreadable text.
const FIRST_NAME = 'Zanzibari';
const LAST_NAME = 'Quillfeather';
const API_KEY = 'canary-api-key-1b2c3d';
const WEBHOOK_SECRET = 'canary-webhook-secret-4e5f';
const KEY_SECRET = 'canary-key-secret-6a7b8c';
const OAUTH = { key: 'canary-oauth-key-9d0e', secret: 'canary-oauth-secret-1f2a' };
const BASIC = { username: 'canary.till.3b4c', password: 'canary-password-5d6e' };
const CALLERS_OWN = 'canary-header-of-the-caller-7f8a';
/** The filters of a v1.1 look-up, in the caller's own words. */
const FILTERS = {
  number: 'BILL-Canary-90412',
  store_code: 'Store.Canary.7731',
  till_code: 'Till.Canary.6620',
  amount: '90817263.55',
  coupon_org_entity_type: 'CanaryEntity4417',
  coupon_org_entity_value: 'Entity.Canary.8852',
  coupon_status: 'CanaryStatus3391',
};
const LANGUAGE = 'zu-Latn-ZA';
const NO_LANGUAGE = 'canary-language-of-nobody';

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
  { name: 'filter', texts: Object.values(FILTERS) },
  { name: 'language', texts: [NO_LANGUAGE] },
];

const SETTINGS = {
  PORT: '0',
  LOG_LEVEL: 'DEBUG',
  LOCAL_API_KEYS: API_KEY,
  WEBHOOK_SECRET,
  CACHE_KEY_SECRET: KEY_SECRET,
  // Long enough on a busy machine, although the test waits for it several times.
  CACHE_TIMEOUT_MS: '1500',
  UPSTREAM_TIMEOUT_MS: '2000',
  STALE_SOFT_TIMEOUT_MS: '100',
  FRESH_SECONDS: '300',
  STALE_WHILE_REVALIDATE_SECONDS: '300',
  CORS_ORIGINS: 'https://kiosk.example',
};
const STALE_AFTER_MS = 301_000;
const STALE_BEYOND_REVALIDATION_MS = 601_000;
/** Less than the time that an open breaker waits. A test turns the clock by it until the upstream is asked again. */
const RECOVERY_STEP_MS = 500;

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** The service as a process of its own, with all its output, its requests and its stored items at hand. */
async function start(credentials: object, settings: Readonly<Record<string, string>> = {}) {
  const dynamoDb = await startEmbeddedDynamoDb(undefined);
  stops.push(() => dynamoDb.close());
  const recording = await startRecordingProxy(dynamoDb.url);
  const store = await startFaultProxy(recording.url);
  stops.push(() => store.close());
  const simulator = await startSimulator({ latencyMs: 0, basic: BASIC, oauth: OAUTH });
  stops.push(() => simulator.close());
  simulator.control({
    add: {
      id: CUSTOMER_ID,
      firstName: FIRST_NAME,
      lastName: LAST_NAME,
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
    ...settings,
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

/**
 * Sends requests, and keeps the parts of the answers that must be silent: headers, and the bodies without a customer.
 */
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
    // v2's, joined sections alone, v1.1's and a direct invocation's.
    const holdsCustomer =
      reply.ok && ['"profiles"', '"coupons"', '"firstname"', '"customer":{'].some((mark) => text.includes(mark));
    if (!holdsCustomer) this.heard.push({ where: `body of ${where}`, text });
    return { status: reply.status, cacheStatus: reply.headers.get('cache-status') ?? '', text };
  }

  lookUp(identifierName: string, identifierValue: string, headers: Record<string, string> = {}, more = '') {
    const query = new URLSearchParams({ source: 'INSTORE', identifierName, identifierValue });
    return this.send(`/v2/customers/lookup/customerDetails?${query}${more}`, { headers });
  }

  /** Looks up by v1.1. */
  get(parameters: Record<string, string>, headers: Record<string, string> = {}, more = '') {
    return this.send(`/v1.1/customer/get?${new URLSearchParams(parameters)}${more}`, { headers });
  }

  /** Looks many up; JSON as text is sent unchanged. */
  lookUpAll(body: unknown, headers: Record<string, string> = {}, method = 'POST') {
    return this.send('/lookups', {
      method,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
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

/** v1.1, by every identifier, with the filters of its sections; and requests that it refuses. */
async function secondApi(caller: Caller): Promise<void> {
  for (const mobile of MOBILES) await caller.get({ mobile });
  for (const email of [EMAIL, EMAIL.toUpperCase()]) await caller.get({ email }, { language: LANGUAGE });
  await caller.get({ card_number: CARD, ...FILTERS, date: '2025-10-28' }, { language: LANGUAGE.toUpperCase() });
  await caller.get({ card_external_id: EXTERNAL_ID });
  await caller.get({ external_id: EXTERNAL_ID, mlp: 'true', gap_to_renew_for: '3' }, { 'if-none-match': '*' });
  await caller.get({ id: CUSTOMER_ID, fields: 'firstname,lastname' }, { origin: 'https://kiosk.example' });
  for (const special of ['ERR-1042', 'ERR-618', 'ERASED', 'MERGED', 'WARN-8062', EXTERNAL_ID.toLowerCase()]) {
    await caller.get({ external_id: special });
  }

  await caller.get({ mobile: MOBILES[0] ?? '' }, { language: NO_LANGUAGE });
  await caller.get({ mobile: `${MOBILES[0]} ext. 5` });
  await caller.get({ email: `${EMAIL},${EMAIL}` });
  await caller.get({ email: EMAIL, external_id: EXTERNAL_ID });
  await caller.get({ external_id: EXTERNAL_ID, [EMAIL]: FIRST_NAME });
  await caller.get({ external_id: EXTERNAL_ID }, {}, `&external_id=${CUSTOMER_ID}`);
  await caller.get({ external_id: EXTERNAL_ID, store_code: `${FILTERS.store_code}\n` });
  await caller.get({ external_id: EXTERNAL_ID, amount: FILTERS.store_code, date: FILTERS.number });
  await caller.get({ external_id: EXTERNAL_ID, date: FILTERS.number });
  await caller.get({ external_id: EXTERNAL_ID, type: FILTERS.coupon_status, coupon_order_by: LAST_NAME });
  await caller.get({ external_id: EXTERNAL_ID, coupon_limit: CUSTOMER_ID, program_id: EMAIL, fields: `${LAST_NAME}(` });
  await caller.get({ external_id: EXTERNAL_ID, format: FIRST_NAME, slab_history: LAST_NAME });
  await caller.get({ external_id: EXTERNAL_ID }, { 'x-api-key': CALLERS_OWN });
  await caller.get({ external_id: EXTERNAL_ID }, { 'cache-control': 'only-if-cached, max-age=0' });
}

/** Sections of v1.1 that join a v2 look-up; and sections that may not. */
async function joinedLookups(caller: Caller): Promise<void> {
  await caller.lookUp('email', EMAIL, {}, '&embed=coupons,points');
  await caller.lookUp('email', EMAIL.toUpperCase(), {}, '&embed=points,COUPONS');
  await caller.lookUp('id', CUSTOMER_ID, {}, '&embed=registeredStore,slabHistory&fields=id,profiles(firstName)');
  await caller.lookUp('wechat', EXTERNAL_ID, {}, '&embed=coupons');
  await caller.lookUp('externalId', EXTERNAL_ID, {}, `&embed=coupons,${FIRST_NAME}`);
  for (const special of ['ERASED', 'MERGED', 'WARN-8062'])
    await caller.lookUp('externalId', special, {}, '&embed=coupons');
}

/** Batches: valid, mixed, refused as a whole, unreadable. */
async function batches(caller: Caller): Promise<void> {
  await caller.lookUpAll({
    lookups: [
      payload('email', EMAIL),
      { ...payload('mobile', MOBILES[3] ?? ''), embed: ['coupons'] },
      { api: 'v1.1', card_number: CARD, ...FILTERS, language: LANGUAGE },
    ],
  });
  const refused = [
    { ...payload('email', `${EMAIL}@`) },
    { api: 'v1.1', email: EMAIL, external_id: EXTERNAL_ID },
    { api: 'v1.1', email: EMAIL, language: NO_LANGUAGE },
    { api: 'v1.1', email: EMAIL, language: [LANGUAGE] },
    { api: 'v1.1', id: Number(CUSTOMER_ID), amount: FILTERS.coupon_status },
    { api: LAST_NAME, email: EMAIL, cacheControl: CUSTOMER_ID },
    { [EMAIL]: FIRST_NAME },
    EMAIL,
  ];
  await caller.lookUpAll({ lookups: refused });
  await caller.invoke({ lookups: refused });
  await caller.invoke({ api: 'v1.1', mobile: MOBILES[0], ...FILTERS, language: LANGUAGE });
  await caller.lookUpAll({ lookups: [payload('externalId', EXTERNAL_ID)], [EMAIL]: CUSTOMER_ID });
  await caller.lookUpAll({ lookups: { [EMAIL]: CUSTOMER_ID } });
  await caller.lookUpAll({ lookups: Array.from({ length: 101 }, () => payload('email', EMAIL)) });
  await caller.lookUpAll(payload('email', EMAIL));
  await caller.lookUpAll(`{"lookups":[{"email": ${FIRST_NAME}`);
  await caller.lookUpAll(JSON.stringify(EMAIL));
  await caller.lookUpAll({ lookups: [payload('email', EMAIL)] }, { 'x-api-key': CALLERS_OWN });
  await caller.lookUpAll({ lookups: [payload('email', EMAIL)] }, {}, 'PUT');
  await caller.send(`/lookups?${new URLSearchParams(payload('email', EMAIL))}`);
}

/** One half of a joined look-up fails, then the other: each is asked for the first time, so that no entry stands in. */
async function halves(caller: Caller, control: (command: ControlCommand) => unknown, reset: () => void): Promise<void> {
  control({ fault: { kind: 'status', status: 503, api: 'v1.1' } });
  expect((await caller.lookUp('externalId', EXTERNAL_ID, {}, '&embed=ndncStatus')).status).toBe(200);
  reset();
  control({ fault: { kind: 'status', status: 503, api: 'v2' } });
  const alone = await caller.lookUp('externalId', EXTERNAL_ID, {}, '&embed=expiredPoints,coupons');
  expect([alone.status, alone.text.includes('missing_profile')]).toEqual([200, true]);
  reset();
  for (const kind of ['throttle', 'unauthorized', 'broken-json', 'error', 'reset'] as const) {
    control({ fault: { kind, api: 'v1.1', times: 2 } });
    await caller.get({ email: EMAIL }, { 'cache-control': 'no-cache', language: LANGUAGE });
    await caller.lookUp('email', EMAIL, { 'cache-control': 'no-cache' }, '&embed=coupons');
    reset();
  }
}

/** Refused requests, by the gateway or by a function. */
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

/** Direct invocations: valid, refused, unreadable, of every function. */
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
 * Makes the stored replies unreadable in a way that only a parser finds, and has them read: the parser's message then
 * holds a name.
 */
async function faultsOfOurOwn(caller: Caller, table: DynamoDBClient): Promise<void> {
  await caller.lookUp('externalId', EXTERNAL_ID, { 'cache-control': 'no-cache' });
  await caller.lookUp('externalId', EXTERNAL_ID, {}, '&embed=coupons');
  await caller.get({ external_id: EXTERNAL_ID });
  const broken = gzipSync(`{"firstName":${FIRST_NAME}`);
  const { Items = [] } = await table.send(new ScanCommand({ TableName: 'lookaside', ConsistentRead: true }));
  for (const { pk, sk, body } of Items) {
    if (pk === undefined || sk === undefined || body === undefined) continue;
    // A short reply is packed otherwise, and has a form of its own.
    const change = {
      ExpressionAttributeNames: { '#body': 'body', '#form': 'form' },
      ExpressionAttributeValues: { ':body': { B: broken }, ':form': { N: FORMS.gzip } },
    };
    await table.send(
      new UpdateItemCommand({
        TableName: 'lookaside',
        Key: { pk, sk },
        UpdateExpression: 'SET #body = :body, #form = :form',
        ...change,
      }),
    );
  }
  const reply = await caller.lookUp('externalId', EXTERNAL_ID, {}, '&fields=id');
  expect(reply.status).toBe(500);
  expect((await caller.get({ external_id: EXTERNAL_ID }, {}, '&fields=firstname')).status).toBe(500);
  expect((await caller.lookUp('externalId', EXTERNAL_ID, {}, '&embed=coupons')).status).toBe(500);
  const lookups = [
    { ...payload('externalId', EXTERNAL_ID), fields: 'id' },
    { api: 'v1.1', external_id: EXTERNAL_ID, fields: 'firstname' },
  ];
  expect((await caller.lookUpAll({ lookups })).text.match(/internal_error/g)).toHaveLength(lookups.length);
  const answer = await caller.invoke(payload('externalId', EXTERNAL_ID));
  expect(answer.text).toContain('LookasideFault');
  await caller.invoke(payload('externalId', EXTERNAL_ID), 'Event');
}

/**
 * Lets time pass until both APIs of the upstream are asked again: the service reads refused credentials once a second,
 * and the open breaker of each API waits.
 */
async function well(caller: Caller, program: Program): Promise<void> {
  const uncached = { 'cache-control': 'no-store' };
  for (;;) {
    const v2 = await caller.lookUp('id', CUSTOMER_ID, uncached);
    const v1 = await caller.get({ external_id: EXTERNAL_ID }, uncached);
    if (v2.status === 200 && v1.status === 200) return;
    await program.turnClock(RECOVERY_STEP_MS);
  }
}

/** Each fault, at the upstream and then at the store, for look-ups, purges and events. */
async function troubles(caller: Caller, program: Program, upstream: FaultProxy, store: FaultProxy): Promise<void> {
  for (const fault of ['hang', 'reset', 'cut', 'wrong-length', 'html', 'gzip-bomb', 'redirect'] as const) {
    upstream.fault = fault;
    await caller.lookUp('email', EMAIL, { 'cache-control': 'no-cache' });
    upstream.fault = undefined;
    await well(caller, program);
  }
  upstream.fault = 'another-customer';
  await caller.lookUp('externalId', EXTERNAL_ID, { 'cache-control': 'no-cache' });
  upstream.fault = 'reset';
  // On a slow machine an entry may still be fresh: only no-cache asks the upstream in any case.
  for (let failure = 0; failure < 6; failure += 1) await caller.lookUp('email', EMAIL, { 'cache-control': 'no-cache' });
  await caller.invoke({ lookups: [{ ...payload('mobile', MOBILES[0] ?? ''), cacheControl: 'no-cache' }] });
  // On a slow machine the breaker may let one look-up through by now. It refuses the other ones.
  const crowd = [payload('mobile', MOBILES[0] ?? ''), payload('email', EMAIL), payload('cardnumber', CARD)];
  await caller.lookUpAll({ lookups: crowd.map((each) => ({ ...each, cacheControl: 'no-cache' })) });
  upstream.fault = undefined;
  for (const fault of ['hang', 'reset', 'html', 'cut'] as const) {
    store.fault = fault;
    await caller.lookUp('mobile', MOBILES[0] ?? '');
    await caller.invoke(payload('cardnumber', CARD));
    await caller.lookUp('email', EMAIL, {}, '&embed=coupons');
    await caller.lookUpAll({ lookups: [payload('email', EMAIL), { api: 'v1.1', email: EMAIL, ...FILTERS }] });
    if (fault === 'hang') continue;
    await caller.send(`/cache/customers/${CUSTOMER_ID}`, { method: 'DELETE' });
    await caller.notify(event('customerUpdated'));
  }
  store.fault = undefined;
}

/** The facts about DynamoDB's items and requests, without the replies' bodies. */
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

test('no log, metric, key, header or error holds an identifier, a name, a card, a key or a token', async () => {
  const { url, program, recording, store, upstream, simulator, table } = await start(OAUTH);
  const caller = new Caller(url);
  const { control } = simulator;

  await secondApi(caller);
  await joinedLookups(caller);
  await batches(caller);
  await halves(caller, control, () => simulator.reset('faults'));
  await well(caller, program);
  await everySpelling(caller);
  await refusals(caller);
  await invocations(caller);

  // Stale entries: revalidated, marked, as a stand-in for an upstream that fails or is slow, requested.
  await program.turnClock(STALE_AFTER_MS);
  expect((await caller.lookUp('email', EMAIL)).cacheStatus).toContain('stale-while-revalidate');
  await caller.notify(event('pointsIssued'));
  control({ fault: { kind: 'status', status: 503 } });
  expect((await caller.lookUp('email', EMAIL)).cacheStatus).toContain('stale-if-error');
  simulator.reset('faults');
  control({ fault: { kind: 'slow', latencyMs: 1500 } });
  expect((await caller.lookUp('email', EMAIL)).cacheStatus).toContain('stale-if-error');
  simulator.reset('faults');

  for (const kind of ['throttle', 'unauthorized', 'error', 'broken-json', 'empty', 'oversize', 'status'] as const) {
    control({ fault: { kind, times: 2 } });
    await caller.lookUp('mobile', MOBILES[0] ?? '', { 'cache-control': 'no-store' });
    simulator.reset('faults');
    await well(caller, program);
  }
  for (const special of ['ERR-8003', 'ERR-618', 'ERASED', 'MERGED', 'WARN-8062']) {
    await caller.lookUp('externalId', special);
  }
  control({ fault: { kind: 'unauthorized', api: 'token' }, revokeTokens: true });
  await caller.lookUp('mobile', MOBILES[2] ?? '', { 'cache-control': 'no-cache' });
  simulator.reset('faults');
  await well(caller, program);
  await troubles(caller, program, upstream, store);
  await program.turnClock(STALE_BEYOND_REVALIDATION_MS);
  await well(caller, program);
  await caller.lookUp('email', EMAIL, { 'cache-control': 'max-stale=60' });
  await faultsOfOurOwn(caller, table);

  // Another person gets the number, and the customer is erased: a look-up sees it, a purge acts, an event tells it.
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

  // A silent log means something only if there was something to hide.
  const log = program.stdout + program.stderr;
  for (const fact of [
    '"cache":"hit"',
    '"cache":"miss"',
    '"cache":"stale"',
    '"cache":"request"',
    '"cache":"bypass"',
    '"detail":"stale-while-revalidate"',
    '"detail":"stale-if-error"',
    '"isRevalidationAsked":true',
    '"upstreamFailure":"timeout"',
    '"upstreamFailure":"connection"',
    '"upstreamFailure":"invalid"',
    '"upstreamFailure":"server-error"',
    '"upstreamFailure":"credentials-refused"',
    '"upstreamFailure":"throttled"',
    '"upstreamFailure":"breaker-open"',
    '"storeFailure"',
    '"isIdentityMismatch":true',
    '"code":"internal_error"',
    '"error":"SyntaxError"',
    '"purged"',
    '"markedStale"',
    '"event":"customerUpdated"',
    'event invocation failed',
    '"lookups"',
    '"_aws"',
    '"joined":"joined"',
    '"joined":"v1.1-missing"',
    '"joined":"v2-missing"',
    '"resource":"/v1.1/customer/get"',
    '"resource":"/lookups"',
  ]) {
    expect([fact, log.includes(fact)]).toEqual([fact, true]);
  }
  const names = new Set(recording.operations.map(({ name }) => name));
  expect([...names]).toEqual(
    expect.arrayContaining(['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'Query', 'BatchWriteItem']),
  );
  expect(Items.length).toBeGreaterThan(5);
  expect(simulator.requests.some(({ url: asked }) => asked.includes('919812345071'))).toBe(true);
  const bySecondApi = simulator.requests.filter(({ url: asked }) => asked.startsWith('/v1.1/'));
  expect(bySecondApi.some(({ url: asked }) => asked.includes(FILTERS.coupon_status))).toBe(true);
  expect(bySecondApi.some(({ headers }) => headers.language === LANGUAGE)).toBe(true);

  expect(findCanaries(canaries, haystacks)).toEqual([]);
  // It is a readable part of the key (docs/design.md), and stands nowhere else.
  const spoken = { name: 'language', texts: [LANGUAGE] };
  expect(findCanaries([spoken], [...written(program), ...caller.heard])).toEqual([]);
});

test('none of them holds a name and password that the upstream refuses', async () => {
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
});

test('neither do the lines of a terminal, nor the console’s own requests', async () => {
  const { url, program, simulator, table } = await start(OAUTH, { LOG_FORMAT: 'line' });
  const caller = new Caller(url);
  await secondApi(caller);
  await joinedLookups(caller);
  await batches(caller);
  await halves(caller, simulator.control, () => simulator.reset('faults'));
  await well(caller, program);
  await everySpelling(caller);
  await refusals(caller);
  await invocations(caller);
  for (const name of ['state', 'entries']) {
    expect((await caller.send(`/__console/api/${name}`)).status).toBe(200);
  }
  await faultsOfOurOwn(caller, table);
  await caller.notify(event('pointsIssued'));
  await caller.send('/__console/api/state');
  await caller.send('/__console/api/entries', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ partition: EMAIL, act: CUSTOMER_ID }),
  });
  await caller.send(`/__console/api/${EMAIL}`);
  program.kill('SIGTERM');
  await program.exit;

  const log = program.stdout + program.stderr;
  for (const word of [
    'HIT',
    'MISS',
    'BATCH',
    'REFUSED',
    'EVENT',
    'ERROR',
    'v1.1 email',
    'pointsIssued',
    'SyntaxError',
  ]) {
    expect([word, log.includes(word)]).toEqual([word, true]);
  }
  const state = caller.heard.find(({ where }) => where.startsWith('body of GET /__console/api/state'));
  expect(state?.text).toContain('"identifierName":"mobile"');
  expect(findCanaries(CANARIES, [...written(program), ...caller.heard])).toEqual([]);
});
