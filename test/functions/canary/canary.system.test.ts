import { describe, expect, test } from '@jest/globals';
import { type Canary, CanaryFailure, createCanary } from '../../../functions/canary/handler.ts';
import { parseCanarySettings } from '../../../functions/settings/canary-settings.ts';
import { SettingsError } from '../../../functions/settings/settings-error.ts';
import { start } from '../../acceptance/running-service.ts';
import { RecordingLog } from '../../support/lookup-service.ts';
import { startHttpServer } from '../../support/loopback-server.ts';

const KEY = 'made-up-key-of-the-canary';

/** A canary before a service that runs. */
async function startCanary(
  environment: Readonly<Record<string, string>> = {},
  key = KEY,
  ofService: Readonly<Record<string, string>> = {},
) {
  // Not at once: a caller that does not wait gets no answer.
  const service = await start({ LOCAL_API_KEYS: KEY, ...ofService }, { latencyMs: 30 });
  const settings = parseCanarySettings({ CANARY_URL: service.url, CANARY_KEY: key, ...environment });
  const log = new RecordingLog();
  return { ...service, log, canary: createCanary(settings, log) };
}

/** An upstream that finds the same customer, whatever it is asked for. */
async function oneCustomerForEveryLookUp() {
  const { url } = await startHttpServer((response, { url: path }) => {
    const customer = { user_id: 7, firstname: 'A', item_status: { success: true, code: 1000, message: 'Found' } };
    const status = { success: true, code: 200, message: 'SUCCESS' };
    const isV2 = path.startsWith('/v2/');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isV2 ? { id: 7 } : { response: { status, customers: { customer: [customer] } } }));
  });
  return { UPSTREAM_BASE_URL: url };
}

/** The canary's report. */
const linesOf = (log: RecordingLog) => log.lines[0]?.facts.lines;

const failureOf = (canary: Canary) =>
  canary().then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the canary', () => {
  test('finds nothing wrong with a service that runs, and says what it saw: no identifier, no key', async () => {
    const { canary, log } = await startCanary();
    await canary();
    expect(log.lines).toMatchObject([{ level: 'info', message: 'canary', facts: { lines: expect.any(Array) } }]);
    expect(linesOf(log)).toEqual([
      expect.stringMatching(/^v2 200 in \d+ ms: lookaside; fwd=request;/),
      expect.stringMatching(/^v2 200 in \d+ ms: lookaside; hit;/),
      expect.stringMatching(/^v1\.1 200 in \d+ ms: lookaside; fwd=request;/),
      expect.stringMatching(/^v1\.1 200 in \d+ ms: lookaside; hit;/),
    ]);
    expect(JSON.stringify(log.lines)).not.toMatch(/made-up-key|lookaside-smoke/);
  });

  test('finds nothing wrong when the gateway has forgotten its connections: it is frozen between its runs', async () => {
    const service = await start({ LOCAL_API_KEYS: KEY });
    const answered = new WeakSet<object>();
    const gateway = await startHttpServer(async (response, { url, headers: { 'x-api-key': key, ...headers } }) => {
      const { socket } = response;
      if (socket === null || answered.has(socket)) return void socket?.resetAndDestroy();
      answered.add(socket);
      const asked = { 'x-api-key': String(key), 'cache-control': headers['cache-control'] ?? '' };
      const reply = await fetch(`${service.url}${url}`, { headers: asked });
      const body = Buffer.from(await reply.arrayBuffer());
      const ofConnection = ['connection', 'keep-alive', 'transfer-encoding', 'content-encoding', 'content-length'];
      const sent = [...reply.headers].filter(([name]) => !ofConnection.includes(name));
      response.writeHead(reply.status, Object.fromEntries(sent)).end(body);
    });
    const canary = createCanary(parseCanarySettings({ CANARY_URL: gateway.url, CANARY_KEY: KEY }), new RecordingLog());
    for (const _run of ['first', 'after a freeze']) expect(await failureOf(canary)).toBeUndefined();
  });

  test('asks the configured APIs', async () => {
    const { canary, log } = await startCanary({ CANARY_APIS: 'v1.1' });
    await canary();
    expect(linesOf(log)).toEqual([expect.stringMatching(/^v1\.1 /), expect.stringMatching(/^v1\.1 /)]);
  });

  test.each(['externalId', 'email', 'mobile'])(
    'asks by the primary identifier, %s, if dual eligibility is on',
    async (primary) => {
      const { canary, log } = await startCanary({ CANARY_IDENTIFIER: primary }, KEY, { PRIMARY_IDENTIFIER: primary });
      await canary();
      expect(log.lines).toMatchObject([{ level: 'info', message: 'canary' }]);
      expect(linesOf(log)).toHaveLength(4);
    },
  );

  test.each<[string, Readonly<Record<string, string>>]>([
    ['no freshness of customers', { FRESH_SECONDS: '0' }],
    ['sections in every look-up', { EMBED_ALWAYS: 'points,mlp' }],
    ['a class that does not wait', { CALLERS: '{"tills":{"isDefault":true,"waitMs":1}}' }],
    ['a class with other directives', { CALLERS: '{"tills":{"isDefault":true,"cacheControl":"max-stale=60"}}' }],
    ['the guard', { GUARD_NOT_FOUND_LIMIT: '20', GUARD_NOT_FOUND_SHARE: '0' }],
  ])('finds nothing wrong with a deployment that has %s', async (_case, ofService) => {
    const { canary, log } = await startCanary({}, KEY, ofService);
    await canary();
    expect(log.lines).toMatchObject([{ level: 'info', message: 'canary' }]);
  });

  test('reads only: it asks for a customer that does not exist, another one at each run', async () => {
    const { canary, upstream } = await startCanary();
    await canary();
    await canary();
    // Of the four look-ups of a run, the two with no-cache.
    expect(upstream.requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET']);
  });

  test('fails when the upstream does: Lambda counts the error, and the line says why', async () => {
    const { canary, log, upstream } = await startCanary();
    upstream.control({ fault: { kind: 'status', status: 503 } });
    const failure = await failureOf(canary);
    expect(failure).toBeInstanceOf(CanaryFailure);
    expect(String(failure)).toMatch(/fails or is unreachable from the function/);
    expect(log.lines).toMatchObject([
      {
        level: 'error',
        message: 'canary',
        facts: { problems: [expect.stringMatching(/^v2: /), expect.stringMatching(/^v1\.1: /)] },
      },
    ]);
  });

  test('asks both APIs, even if the first one has a problem: the line says which one is well', async () => {
    const { canary, log, upstream } = await startCanary();
    upstream.control({ fault: { kind: 'status', status: 503, api: 'v2' } });
    expect(String(await failureOf(canary))).toMatch(/v2: .*fails or is unreachable/);
    expect(log.lines[0]?.facts.problems).toEqual([expect.stringMatching(/^v2: /)]);
    expect(linesOf(log)).toEqual([
      expect.stringMatching(/^v2 503 in /),
      expect.stringMatching(/^v1\.1 200 in \d+ ms: lookaside; fwd=request;/),
      expect.stringMatching(/^v1\.1 200 in \d+ ms: lookaside; hit;/),
    ]);
  });

  test.each(['externalId', 'email', 'mobile'])(
    'fails when the upstream gives one customer for every %s: the canary asks for nobody',
    async (CANARY_IDENTIFIER) => {
      const { canary, log } = await startCanary({ CANARY_IDENTIFIER }, KEY, await oneCustomerForEveryLookUp());
      expect(await failureOf(canary)).toBeInstanceOf(CanaryFailure);
      expect(log.lines[0]?.facts.problems).toEqual([
        expect.stringMatching(/^v2: The answer has a customer, but the identifier is made up/),
        expect.stringMatching(/^v1\.1: The answer has a customer, but the identifier is made up/),
      ]);
    },
  );

  test('fails while the cache is off', async () => {
    const { canary } = await startCanary({}, KEY, { CACHE_MODE: 'bypass' });
    expect(String(await failureOf(canary))).toMatch(/went past the cache: its table does not answer, or CACHE_MODE is/);
  });

  test('fails when the gateway refuses its key, and does not say the key', async () => {
    const { canary, log } = await startCanary({}, 'another-made-up-key');
    const failure = await failureOf(canary);
    expect(failure).toBeInstanceOf(CanaryFailure);
    expect(`${failure}${JSON.stringify(log.lines)}`).not.toContain('another-made-up-key');
  });
});

describe('its settings', () => {
  const GIVEN = { CANARY_URL: 'https://api.example/live/', CANARY_KEY: KEY, METRICS_ENVIRONMENT: 'production' };

  test('are an address, a key, the APIs and the environment', () => {
    expect(parseCanarySettings(GIVEN)).toEqual({
      url: 'https://api.example/live',
      key: KEY,
      apis: ['v2', 'v1.1'],
      identifier: 'externalId',
      environment: 'production',
    });
    expect(parseCanarySettings({ ...GIVEN, CANARY_KEY: '', CANARY_APIS: 'v2' })).toMatchObject({
      key: undefined,
      apis: ['v2'],
    });
  });

  test.each<[string, readonly string[]]>([
    ['v2', ['v2']],
    ['v1.1', ['v1.1']],
    ['v2,v1.1', ['v2', 'v1.1']],
    ['v1.1,v2', ['v1.1', 'v2']],
  ])('are the APIs in any order: %s', (text, apis) => {
    expect(parseCanarySettings({ ...GIVEN, CANARY_APIS: text }).apis).toEqual(apis);
  });

  test.each([
    [{ CANARY_URL: undefined }, 'CANARY_URL is ""; allowed is an https address.'],
    [{ CANARY_URL: 'http://api.example' }, 'CANARY_URL is "http://api.example"; allowed is an https address.'],
    [{ CANARY_APIS: 'v3' }, 'CANARY_APIS is "v3"; allowed is v2, v1.1, or both with a comma.'],
    [{ CANARY_APIS: 'v2,v2' }, 'CANARY_APIS is "v2,v2"; allowed'],
    [{ CANARY_APIS: '' }, 'CANARY_APIS is ""; allowed'],
    [{ CANARY_IDENTIFIER: 'id' }, 'CANARY_IDENTIFIER is "id"; allowed is mobile, email, externalId.'],
    [
      { CANARY_KEY: 'has a space' },
      'CANARY_KEY is wrong (its value is a secret); allowed are printable ASCII characters.',
    ],
    [
      { CANARY_URL: 'api.example', CANARY_APIS: 'v3' },
      'CANARY_URL is "api.example"; allowed is an https address. CANARY_APIS',
    ],
  ])('stop it where they are wrong: %j', (changes, message) => {
    expect(() => parseCanarySettings({ ...GIVEN, ...changes })).toThrow(SettingsError);
    expect(() => parseCanarySettings({ ...GIVEN, ...changes })).toThrow(message);
  });
});
