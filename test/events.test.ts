import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Environment } from '../functions/settings.ts';
import { type RunningFunctions, startFunctions } from '../local/functions.ts';
import { type EventFolder, runEvent } from '../local/run-event.ts';
import { DEFAULT_BASIC_CREDENTIALS } from '../local/simulator/credentials.ts';

const EVENTS = new URL('../events/', import.meta.url);

/** What comes of each event, by its file; the cache is empty at first. */
interface Row {
  /** Settings that the case is about. */
  readonly environment?: Environment;
  /** `found`; the upstream's own code; the code of our own error; `nothing` where there is no body. */
  readonly outcome: string | number;
}

interface HttpRow extends Row {
  readonly status: number;
  readonly cacheStatus?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

const STORED = 'lookaside; fwd=miss; fwd-status=200; stored';
const NOT_STORED = 'lookaside; fwd=miss; fwd-status=200';
const DUAL = { PRIMARY_IDENTIFIER: 'mobile' };
const KIOSK = { CORS_ORIGINS: 'https://kiosk.example' };
const IMPATIENT = { UPSTREAM_TIMEOUT_MS: '300' };

const found = (row: Partial<HttpRow> = {}): HttpRow => ({
  status: 200,
  outcome: 'found',
  cacheStatus: STORED,
  headers: { ETag: expect.stringMatching(/^"[^"]+"$/) as unknown as string, Age: '0' },
  ...row,
});
const refused = (code: string, row: Partial<HttpRow> = {}): HttpRow => ({
  status: 400,
  outcome: code,
  cacheStatus: `lookaside; detail=${code}`,
  ...row,
});

const HTTP: Readonly<Record<string, HttpRow>> = {
  'found-mobile': found(),
  'found-mobile-with-plus': found(),
  'found-mobile-with-double-zero': found(),
  'found-mobile-with-trunk-zero': found(),
  'found-mobile-with-hyphens': found(),
  'found-mobile-with-parentheses': found(),
  'found-mobile-within-spaces': found(),
  'found-email': found(),
  'found-email-in-capitals': found(),
  'found-cardnumber': found(),
  'found-cardnumber-with-spaces': found(),
  'found-card-external-id': found(),
  'found-id': found(),
  'found-id-of-64-bits': found(),
  'found-external-id': found(),
  'found-external-id-in-the-documents-spelling': found(),
  'found-wechat-with-account': found(),
  'found-in-any-source': found(),
  'found-with-embed-points-and-mlp': found(),
  'found-with-embed-in-any-case-and-twice': found(),
  'found-with-every-embed': found(),
  'found-with-gaps': found(),
  'found-with-flags': found(),
  'found-with-fields': found(),
  'found-with-empty-pairs': found(),
  'found-with-authorization-of-the-upstream': found(),
  'found-partial': found({ cacheStatus: NOT_STORED }),
  // The survivor's data hold none of the identifiers asked for: served, not kept.
  'found-merged': found({ cacheStatus: NOT_STORED }),
  'found-for-a-kiosk': found({
    environment: KIOSK,
    headers: { 'Access-Control-Allow-Origin': 'https://kiosk.example', Vary: 'Origin' },
  }),
  'found-for-another-origin': found({
    environment: KIOSK,
    headers: { 'Access-Control-Allow-Origin': undefined, Vary: 'Origin' },
  }),
  'not-found': { status: 200, outcome: 8015, cacheStatus: STORED },
  'not-enrolled': { status: 200, outcome: 1013, cacheStatus: STORED },
  erased: { status: 200, outcome: 8015, cacheStatus: NOT_STORED },

  'if-none-match-any': { status: 304, outcome: 'nothing', cacheStatus: STORED },
  'if-none-match-of-another-reply': found(),
  'cache-control-no-cache': found({ cacheStatus: 'lookaside; fwd=request; fwd-status=200; stored' }),
  'cache-control-no-store': found({ cacheStatus: NOT_STORED }),
  'cache-control-max-age': found(),
  'cache-control-min-fresh': found(),
  'cache-control-max-stale': found(),
  'cache-control-stale-if-error': found(),
  'cache-control-only-if-cached': { status: 504, outcome: 'not_cached' },
  'cache-control-unknown': found(),

  'dual-primary-alone': found({ environment: DUAL }),
  'dual-primary-with-others': found({ environment: DUAL }),
  'dual-without-the-primary': { environment: DUAL, status: 200, outcome: 8015, cacheStatus: NOT_STORED },
  'dual-refused-name-twice': refused('duplicate_parameter', { environment: DUAL }),
  'dual-refused-unequal-counts': refused('invalid_parameter', { environment: DUAL }),

  'refused-several-identifiers': refused('invalid_parameter'),
  'refused-comma-in-value': refused('invalid_identifier'),
  'refused-unknown-parameter': refused('unknown_parameter'),
  'refused-prototype-as-parameter': refused('unknown_parameter'),
  'refused-duplicate-parameter': refused('duplicate_parameter'),
  'refused-source-missing': refused('missing_parameter'),
  'refused-identifier-name-missing': refused('missing_parameter'),
  'refused-identifier-value-missing': refused('missing_parameter'),
  'refused-account-missing': refused('missing_parameter'),
  'refused-no-query': refused('missing_parameter'),
  'refused-source': refused('invalid_parameter'),
  'refused-identifier-name': refused('invalid_parameter'),
  'refused-mobile-within-text': refused('invalid_identifier'),
  'refused-mobile-with-extension': refused('invalid_identifier'),
  'refused-mobile-in-arabic-digits': refused('invalid_identifier'),
  'refused-mobile-too-short': refused('invalid_identifier'),
  'refused-email-with-two-at': refused('invalid_identifier'),
  'refused-email-not-ascii': refused('invalid_identifier'),
  'refused-id-with-letters': refused('invalid_identifier'),
  'refused-identifier-of-spaces': refused('invalid_identifier'),
  'refused-identifier-too-long': refused('invalid_identifier'),
  'refused-identifier-with-control-character': refused('invalid_identifier'),
  'refused-identifier-with-format-character': refused('invalid_identifier'),
  'refused-embed': refused('invalid_parameter'),
  'refused-gaps-without-mlp': refused('invalid_parameter'),
  'refused-gap-negative': refused('invalid_parameter'),
  'refused-flag': refused('invalid_parameter'),
  'refused-user-group2-id': refused('invalid_parameter'),
  'refused-fields': refused('invalid_parameter'),
  'refused-for-a-kiosk': refused('unknown_parameter', {
    environment: KIOSK,
    headers: { 'Access-Control-Allow-Origin': 'https://kiosk.example' },
  }),
  'refused-by-upstream': { status: 200, outcome: 8003, cacheStatus: NOT_STORED },
  'refused-by-upstream-fraud': { status: 200, outcome: 618, cacheStatus: NOT_STORED },
  'refused-post': refused('method_not_allowed', { status: 405, headers: { Allow: 'GET, OPTIONS' } }),
  'refused-delete': refused('method_not_allowed', { status: 405 }),
  'refused-head': refused('method_not_allowed', { status: 405 }),
  'unknown-path': refused('not_found', { status: 404 }),
  'unknown-root': refused('not_found', { status: 404 }),
  health: { status: 200, outcome: 'ok' },

  'upstream-failing': { status: 503, outcome: 'upstream_unavailable', headers: { 'Retry-After': '5' } },
  'upstream-busy': { status: 503, outcome: 'upstream_unavailable', headers: { 'Retry-After': '5' } },
  'upstream-throttling': { status: 503, outcome: 'upstream_unavailable' },
  'upstream-html': { status: 502, outcome: 'upstream_invalid' },
  'upstream-hanging': { environment: IMPATIENT, status: 504, outcome: 'upstream_timeout' },

  'preflight-of-a-kiosk': {
    environment: KIOSK,
    status: 204,
    outcome: 'nothing',
    headers: {
      'Access-Control-Allow-Origin': 'https://kiosk.example',
      'Access-Control-Allow-Headers': 'x-api-key, cache-control, if-none-match',
      Vary: 'Origin',
    },
  },
  'preflight-of-another-origin': {
    environment: KIOSK,
    status: 204,
    outcome: 'nothing',
    headers: { 'Access-Control-Allow-Origin': undefined, 'Access-Control-Allow-Headers': undefined, Vary: 'Origin' },
  },
};

const INVOKE: Readonly<Record<string, Row>> = {
  'found-mobile': { outcome: 'found' },
  'found-email': { outcome: 'found' },
  'found-wechat-with-account': { outcome: 'found' },
  'found-id-of-64-bits': { outcome: 'found' },
  'found-with-embed': { outcome: 'found' },
  'found-with-flags': { outcome: 'found' },
  'found-with-fields': { outcome: 'found' },
  'found-with-cache-control': { outcome: 'found' },
  'found-with-api': { outcome: 'found' },
  'not-found': { outcome: 8015 },
  erased: { outcome: 8015 },
  'only-if-cached': { outcome: 'not_cached' },
  'upstream-refusing': { outcome: 8003 },
  'upstream-failing': { outcome: 'upstream_unavailable' },
  'upstream-html': { outcome: 'upstream_invalid' },
  'upstream-hanging': { outcome: 'upstream_timeout', environment: IMPATIENT },
  'refused-unknown-field': { outcome: 'unknown_parameter' },
  'refused-missing-field': { outcome: 'missing_parameter' },
  'refused-account-missing': { outcome: 'missing_parameter' },
  'refused-identifier': { outcome: 'invalid_identifier' },
  'refused-gaps-without-mlp': { outcome: 'invalid_parameter' },
  'refused-wrong-type': { outcome: 'invalid_parameter' },
  'refused-unknown-api': { outcome: 'invalid_parameter' },
  'refused-cache-control': { outcome: 'invalid_parameter' },
  'refused-no-object': { outcome: 'invalid_parameter' },
  batch: { outcome: 'found, 8015, invalid_identifier, found, 8003' },
  'batch-of-none': { outcome: '' },
  'batch-refused-too-many': { outcome: 'too_many_lookups' },
  'batch-refused-no-list': { outcome: 'invalid_parameter' },
  'batch-refused-beside-a-lookup': { outcome: 'unknown_parameter' },
  'batch-with-an-element-of-no-object': { outcome: 'found, invalid_parameter' },
};

interface InvalidateRow extends HttpRow {
  /** What the next look-up of `found-mobile` is, of the customer whom most events are about: it was a hit before. */
  readonly next?: 'hit' | 'gone' | 'asked-afresh';
}

/** Found by the customer and by an identifier, a marked entry counts twice; a deleted one is gone by then. */
const actedUpon = (invalidated: number, next: InvalidateRow['next'] = 'gone'): InvalidateRow => ({
  status: 200,
  outcome: `{"invalidated":${invalidated}}`,
  next,
});
const NO_STORE = { CACHE_MODE: 'bypass' };

const INVALIDATE: Readonly<Record<string, InvalidateRow>> = {
  'purge-entries': { status: 204, outcome: 'nothing', next: 'gone' },
  'purge-entries-of-an-account': { status: 204, outcome: 'nothing', next: 'hit' },
  'purge-entries-refused-account-missing': refused('missing_parameter'),
  'purge-entries-refused-identifier': refused('invalid_identifier'),
  'purge-entries-refused-no-query': refused('missing_parameter'),
  'purge-entries-refused-unknown-parameter': refused('unknown_parameter'),
  'purge-entries-refused-get': refused('method_not_allowed', { status: 405, headers: { Allow: 'DELETE, OPTIONS' } }),
  'purge-customer': { status: 200, outcome: '{"purged":1}', next: 'gone' },
  'purge-customer-never-seen': { status: 200, outcome: '{"purged":0}', next: 'hit' },
  'purge-customer-refused-id': refused('invalid_parameter'),
  'purge-customer-refused-post': refused('method_not_allowed', { status: 405, headers: { Allow: 'DELETE, OPTIONS' } }),
  'purge-customer-without-a-store': refused('store_unavailable', { status: 503, environment: NO_STORE }),

  'event-in-its-own-envelope': actedUpon(1),
  'event-in-attributes': actedUpon(1),
  'event-in-body': actedUpon(1),
  'event-in-data': actedUpon(1),
  'event-in-base64': actedUpon(1),
  'event-of-a-numbered-type': actedUpon(2, 'asked-afresh'),
  'event-points-issued': actedUpon(1, 'asked-afresh'),
  'event-tier-upgraded': actedUpon(1, 'asked-afresh'),
  'event-transaction-added': actedUpon(2, 'asked-afresh'),
  'event-of-identifiers-alone': actedUpon(1),
  'event-of-an-account': actedUpon(0, 'hit'),
  'event-of-a-changed-number': actedUpon(1),
  'event-of-a-merge': actedUpon(1),
  'event-of-an-erasure': actedUpon(1),
  'event-of-an-unknown-name': actedUpon(1),
  'event-of-nobody': actedUpon(0, 'hit'),
  'event-without-a-store': refused('too_many_requests', {
    status: 429,
    environment: NO_STORE,
    headers: { 'Retry-After': '5' },
  }),
  'event-refused-secret': refused('unauthorized', { status: 401 }),
  'event-refused-no-secret': refused('unauthorized', { status: 401 }),
  'event-refused-no-json': refused('invalid_parameter'),
  'event-refused-no-object': refused('invalid_parameter'),
  'event-refused-get': refused('method_not_allowed', { status: 405, headers: { Allow: 'POST, OPTIONS' } }),
};

/** All that was logged, whichever event it was about. */
const logged: string[] = [];
const log = {
  info: (...line: unknown[]) => void logged.push(JSON.stringify(line)),
  error: (...line: unknown[]) => void logged.push(JSON.stringify(line)),
};

/** Has the store and the simulator that the others use, which is faster than one for each. */
let base: RunningFunctions;

beforeAll(async () => {
  base = await startFunctions({}, { log, simulator: { latencyMs: 0 } });
});
afterAll(() => base.close());

/** Functions whose cache is empty: entries of one key secret are nothing to another. */
function start(environment: Environment = {}): Promise<RunningFunctions> {
  const shared = {
    AWS_ENDPOINT_URL_DYNAMODB: base.store?.url,
    UPSTREAM_BASE_URL: base.simulator?.url,
    UPSTREAM_CREDENTIALS: JSON.stringify(DEFAULT_BASIC_CREDENTIALS),
    CACHE_KEY_SECRET: randomUUID(),
    // The machine that runs the tests may be slow.
    CACHE_TIMEOUT_MS: '2000',
  };
  // A simulator has dual eligibility, or it has not.
  const own = environment.PRIMARY_IDENTIFIER === undefined ? {} : { UPSTREAM_BASE_URL: '' };
  return startFunctions({ ...shared, ...environment, ...own }, { log, simulator: { latencyMs: 0 } });
}

function filesOf(folder: EventFolder): string[] {
  return readdirSync(new URL(folder, EVENTS)).map((file) => file.replace(/\.json$/, ''));
}

function read(folder: EventFolder, name: string): string {
  return readFileSync(new URL(`${folder}/${name}.json`, EVENTS), 'utf8');
}

async function request(functions: RunningFunctions, name: string, folder: EventFolder = 'http') {
  const outcome = await runEvent(functions, folder, read(folder, name));
  if (outcome.kind !== 'reply') throw new Error(`${name} made the function throw`);
  const { status, headers, body } = outcome.reply;
  return { status, body: String(body), header: (header: string) => [headers[header] ?? []].flat()[0] };
}

interface Body {
  readonly id?: number;
  readonly status?: unknown;
  readonly code?: string;
  readonly kind?: string;
  readonly upstream?: { readonly code: number };
  readonly errors?: readonly { readonly code: string | number }[];
  readonly results?: readonly Body[];
}

function httpOutcome(body: string): string | number | undefined {
  if (body === '') return 'nothing';
  const { id, status, code, errors } = JSON.parse(body) as Body;
  return id === undefined ? (code ?? errors?.[0]?.code ?? String(status)) : 'found';
}

function invokeOutcome({ kind, code, upstream, results }: Body): string | number | undefined {
  if (results !== undefined) return results.map(invokeOutcome).join(', ');
  return kind === 'found' ? 'found' : (upstream?.code ?? code);
}

test('each event file has a row here, and each row its file', () => {
  expect(filesOf('http').sort()).toEqual(Object.keys(HTTP).sort());
  expect(filesOf('invoke').sort()).toEqual(Object.keys(INVOKE).sort());
  expect(filesOf('invalidate').sort()).toEqual(Object.keys(INVALIDATE).sort());
});

describe('events/http', () => {
  test.each(Object.entries(HTTP))('%s', async (name, { environment, status, outcome, cacheStatus, headers = {} }) => {
    const functions = await start(environment);
    try {
      const reply = await request(functions, name);

      expect({ status: reply.status, outcome: httpOutcome(reply.body) }).toEqual({ status, outcome });
      if (cacheStatus !== undefined) expect(reply.header('Cache-Status')).toBe(cacheStatus);
      expect(reply.header('Cache-Control')).toBe('no-store');
      expect(reply.header('X-Content-Type-Options')).toBe('nosniff');
      for (const [header, value] of Object.entries(headers)) expect(reply.header(header)).toEqual(value);
      if (outcome === 'found') expect(reply.body).not.toContain('attribution');
    } finally {
      await functions.close();
    }
  });
});

describe('events/http, one after the other', () => {
  let functions: RunningFunctions;
  beforeAll(async () => {
    functions = await start();
  });
  afterAll(() => functions.close());

  test.each([
    ['mobile', filesOf('http').filter((name) => name.startsWith('found-mobile'))],
    ['email', ['found-email', 'found-email-in-capitals']],
    ['card number', ['found-cardnumber', 'found-cardnumber-with-spaces']],
    ['embed', ['found-with-embed-points-and-mlp', 'found-with-embed-in-any-case-and-twice']],
  ])('every spelling of a %s is one entry', async (_, [first = '', ...others]) => {
    const miss = await request(functions, first);
    expect(miss.header('Cache-Status')).toBe(STORED);

    for (const name of others) {
      const hit = await request(functions, name);
      expect([name, hit.header('Cache-Status')]).toEqual([
        name,
        expect.stringMatching(/^lookaside; hit; ttl=\d+$/) as unknown,
      ]);
      expect(hit.body).toBe(miss.body);
    }
    expect(others.length).toBeGreaterThan(0);
  });
});

describe('events/invoke', () => {
  test.each(Object.entries(INVOKE))('%s', async (name, { environment, outcome }) => {
    const functions = await start(environment);
    try {
      const result = await runEvent(functions, 'invoke', read('invoke', name));

      if (result.kind !== 'invocation') throw new Error('not an invocation');
      expect(result.invocation.isError).toBe(false);
      expect(invokeOutcome(JSON.parse(result.invocation.json) as Body)).toBe(outcome);
    } finally {
      await functions.close();
    }
  });
});

const NEXT = {
  hit: expect.stringMatching(/^lookaside; hit; ttl=\d+$/) as unknown as string,
  // For half a second after a purge or a mark, as far as clocks may differ, nothing of that customer is stored.
  gone: expect.stringMatching(/^lookaside; fwd=miss; fwd-status=200(; stored)?$/) as unknown as string,
  'asked-afresh': expect.stringMatching(/^lookaside; fwd=stale; fwd-status=200(; stored)?$/) as unknown as string,
};

describe('events/invalidate', () => {
  test.each(Object.entries(INVALIDATE))('%s', async (name, row) => {
    const { environment, status, outcome, cacheStatus = 'lookaside; detail=invalidation', headers = {}, next } = row;
    const functions = await start(environment);
    try {
      await request(functions, 'found-mobile');

      const reply = await request(functions, name, 'invalidate');

      const isProblem = reply.header('Content-Type') === 'application/problem+json';
      expect({
        status: reply.status,
        outcome: isProblem || reply.body === '' ? httpOutcome(reply.body) : reply.body,
        cacheStatus: reply.header('Cache-Status'),
      }).toEqual({ status, outcome, cacheStatus });
      expect(reply.header('Cache-Control')).toBe('no-store');
      for (const [header, value] of Object.entries(headers)) expect(reply.header(header)).toEqual(value);
      if (environment !== NO_STORE) {
        expect((await request(functions, 'found-mobile')).header('Cache-Status')).toEqual(NEXT[next ?? 'hit']);
      }
    } finally {
      await functions.close();
    }
  });
});

test('no event leaves an identifier, a name or a key in the log', () => {
  expect(logged.length).toBeGreaterThan(Object.keys(HTTP).length);
  const personal = ['9000000002', '7000000002', '99000000', 'customer-2', 'CUST-', 'wechat-openid', 'home@', 'उदाहरण'];
  const secrets = ['made-up-key', 'local-webhook-secret', 'AKIDMADEUP'];
  expect([...personal, ...secrets].filter((text) => logged.some((line) => line.includes(text)))).toEqual([]);
});
