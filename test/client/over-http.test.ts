import { describe, expect, test } from '@jest/globals';
import { createLookaside, type LookasideOptions } from '../../client/src/index.ts';

const QUERY = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' };
const CACHE = { status: 'hit', ageSeconds: 1, ttlSeconds: 2 };
const FOUND = { kind: 'found', customer: { id: 1 }, cache: CACHE };
const ENDPOINT = 'https://lookaside.example/live';

/** A fetch that answers this, and the requests that it got. */
function fetchAnswering(body: unknown, init: ResponseInit = {}) {
  const requests: { url: string; init: RequestInit }[] = [];
  const fetch = async (url: string | URL | Request, request: RequestInit = {}) => {
    requests.push({ url: String(url), init: request });
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), init);
  };
  return { fetch: fetch as typeof globalThis.fetch, requests };
}

/** A fetch that never answers; it ends when its signal says so. */
function silentFetch() {
  const ended: unknown[] = [];
  const fetch = (_url: unknown, { signal }: RequestInit = {}) =>
    new Promise<Response>((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        ended.push(signal.reason);
        reject(signal.reason);
      });
    });
  return { fetch: fetch as typeof globalThis.fetch, ended };
}

describe('over HTTP the client', () => {
  test.each([ENDPOINT, `${ENDPOINT}/`, `${ENDPOINT}///`, new URL(ENDPOINT)])(
    'asks %s for one look-up as a batch of one',
    async (endpoint) => {
      const { fetch, requests } = fetchAnswering({ results: [FOUND] });
      const query = { ...QUERY, embed: ['points'], cacheControl: 'max-age=60' };
      expect(await createLookaside({ endpoint, apiKey: 'till-key', fetch }).lookup(query)).toEqual(FOUND);
      expect(requests).toEqual([
        {
          url: 'https://lookaside.example/live/lookups',
          init: {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-api-key': 'till-key' },
            body: JSON.stringify({ lookups: [query] }),
            // A redirect would carry the key to another host.
            redirect: 'manual',
            signal: expect.any(AbortSignal),
          },
        },
      ]);
    },
  );

  test('sends no key if none is given', async () => {
    const { fetch, requests } = fetchAnswering({ results: [FOUND] });
    await createLookaside({ endpoint: ENDPOINT, fetch }).lookup(QUERY);
    expect(requests[0]?.init.headers).toEqual({ 'content-type': 'application/json' });
  });

  test('sends extra parameters beside the others, and never in place of one', async () => {
    const { fetch, requests } = fetchAnswering({ results: [FOUND] });
    await createLookaside({ endpoint: ENDPOINT, fetch }).lookup({
      ...QUERY,
      includedNPS: true,
      extra: { tenantKey: 'North', source: 'ALL' },
    });
    expect(JSON.parse(String(requests[0]?.init.body))).toEqual({
      lookups: [{ ...QUERY, includedNPS: true, tenantKey: 'North' }],
    });
  });

  test('gives the outcomes of a batch in its order', async () => {
    const results = [FOUND, { kind: 'error', code: 'not_cached', message: 'x' }];
    const { fetch } = fetchAnswering({ results });
    expect(await createLookaside({ endpoint: ENDPOINT, fetch }).lookupBatch([QUERY, QUERY])).toEqual(results);
  });

  test('keeps the digits of numbers', async () => {
    const { fetch } = fetchAnswering('{"results":[{"kind":"found","customer":{"id":9007199254740993},"cache":{}}]}');
    expect(await createLookaside({ endpoint: ENDPOINT, fetch }).lookup(QUERY)).toMatchObject({
      customer: { id: '9007199254740993' },
    });
  });
});

const problem = (code: string) => ({ type: 'about:blank', title: 'x', status: 1, detail: `Said of ${code}.`, code });

describe('an answer without results is an error outcome', () => {
  test.each<[string, unknown, ResponseInit, object]>([
    ['no key', problem('forbidden'), { status: 403 }, { code: 'forbidden', message: 'Said of forbidden.' }],
    ['a class without permission', problem('not_allowed'), { status: 403 }, { code: 'not_allowed' }],
    ['an HTTP API, of no token', { message: 'Unauthorized' }, { status: 401 }, { code: 'forbidden' }],
    [
      'a firewall',
      '<html>',
      { status: 403 },
      {
        code: 'forbidden',
        message:
          'The caller is refused (HTTP status 403). Check the API key or the token, and the endpoint, with its stage.',
      },
    ],
    ['the rate', problem('too_many_requests'), { status: 429 }, { code: 'too_many_requests' }],
    [
      'the rate, with Retry-After',
      problem('too_many_requests'),
      { status: 429, headers: { 'retry-after': '7' } },
      { code: 'too_many_requests', retryAfterSeconds: 7 },
    ],
    ...['0', '601', 'soon', ''].map((time): [string, unknown, ResponseInit, object] => [
      `the rate, with the Retry-After ${JSON.stringify(time)}, which no answer of Lookaside has`,
      problem('too_many_requests'),
      { status: 429, headers: { 'retry-after': time } },
      { code: 'too_many_requests' },
    ]),
    ['too many', problem('too_many_lookups'), { status: 400 }, { code: 'too_many_lookups' }],
    ['a fault', problem('internal_error'), { status: 500 }, { code: 'internal_error' }],
    ['the gateway’s limit', problem('upstream_timeout'), { status: 504 }, { code: 'upstream_timeout' }],
    [
      'an HTTP API in an outage',
      { message: 'Service Unavailable' },
      { status: 503, headers: { 'retry-after': '7' } },
      {
        code: 'unreachable',
        retryAfterSeconds: 7,
        message:
          'The gateway or a proxy before Lookaside failed (HTTP status 503). Try again. If it stays so, check the endpoint.',
      },
    ],
    ['an HTTP API that fails', { message: 'Internal Server Error' }, { status: 500 }, { code: 'unreachable' }],
    ['a proxy without Lookaside behind it', '<html>', { status: 502 }, { code: 'unreachable' }],
    [
      'a proxy that names an hour',
      '<html>',
      { status: 503, headers: { 'retry-after': '3600' } },
      { code: 'unreachable' },
    ],
    [
      'a redirect',
      '',
      { status: 301, headers: { location: 'https://other.example/' } },
      {
        code: 'invalid_answer',
        message:
          'https://lookaside.example/live/lookups redirects, and the client follows no redirect. Check the endpoint: https, the host, and the stage.',
      },
    ],
    ['a gateway, too large', { message: 'Request Too Long' }, { status: 413 }, { code: 'too_large' }],
    [
      'another path',
      problem('not_found'),
      { status: 404 },
      {
        code: 'invalid_answer',
        message: 'Lookaside answers, but has nothing at this path (HTTP status 404). Check the endpoint.',
      },
    ],
    [
      'another server',
      '<html>',
      { status: 200 },
      { code: 'invalid_answer', message: 'The answer is not from Lookaside (HTTP status 200). Check the endpoint.' },
    ],
    ['broken JSON', '{"results":[', { status: 200 }, { code: 'invalid_answer' }],
    ['too few results', { results: [] }, { status: 200 }, { code: 'invalid_answer' }],
    ['no outcomes', { results: [1] }, { status: 200 }, { code: 'invalid_answer' }],
    [
      'found, without a customer',
      { results: [{ kind: 'found', cache: {} }] },
      { status: 200 },
      { code: 'invalid_answer' },
    ],
    ['found, with null', { results: [{ kind: 'found', customer: null, cache: {} }] }, {}, { code: 'invalid_answer' }],
    ['found, without cache', { results: [{ kind: 'found', customer: {} }] }, {}, { code: 'invalid_answer' }],
    ['not found, without a reason', { results: [{ kind: 'not-found', cache: {} }] }, {}, { code: 'invalid_answer' }],
    ['not found, without cache', { results: [{ kind: 'not-found', upstream: {} }] }, {}, { code: 'invalid_answer' }],
    ['pending, without a time', { results: [{ kind: 'pending' }] }, {}, { code: 'invalid_answer' }],
    ['an error without a code', { results: [{ kind: 'error', message: 'x' }] }, {}, { code: 'invalid_answer' }],
    ['an error without a message', { results: [{ kind: 'error', code: 'too_large' }] }, {}, { code: 'invalid_answer' }],
    ['an unknown kind', { results: [{ kind: 'constructor' }] }, {}, { code: 'invalid_answer' }],
  ])('%s', async (_title, body, init, expected) => {
    const { fetch } = fetchAnswering(body, init);
    const lookaside = createLookaside({ endpoint: ENDPOINT, apiKey: 'till-key', fetch });
    const outcome = await lookaside.lookup(QUERY);
    expect(outcome).toMatchObject({ kind: 'error', ...expected });
    expect('retryAfterSeconds' in outcome).toBe('retryAfterSeconds' in expected);
    // In a batch of more than one it is the outcome of each.
    const { fetch: again } = fetchAnswering(body, init);
    const outcomes = await createLookaside({ endpoint: ENDPOINT, fetch: again }).lookupBatch([QUERY, QUERY]);
    expect(outcomes).toEqual([outcome, outcome]);
  });

  test('a batch with one result that is no outcome has no results', async () => {
    const { fetch } = fetchAnswering({ results: [FOUND, { kind: 'found' }] });
    const outcomes = await createLookaside({ endpoint: ENDPOINT, fetch }).lookupBatch([QUERY, QUERY]);
    expect(outcomes.map((outcome) => outcome.kind === 'error' && outcome.code)).toEqual([
      'invalid_answer',
      'invalid_answer',
    ]);
  });

  test('a redirect in a browser, which hides its status', async () => {
    const hidden = Object.defineProperties(Response.error(), { type: { value: 'opaqueredirect' } });
    const fetch = async () => hidden;
    expect(await createLookaside({ endpoint: ENDPOINT, fetch }).lookup(QUERY)).toMatchObject({
      code: 'invalid_answer',
      message: expect.stringContaining(' redirects, '),
    });
  });

  test('no connection: the outcome carries what was thrown', async () => {
    const cause = new TypeError('fetch failed');
    const fetch = () => Promise.reject(cause);
    expect(await createLookaside({ endpoint: ENDPOINT, fetch }).lookup(QUERY)).toEqual({
      kind: 'error',
      code: 'unreachable',
      message: 'https://lookaside.example/live/lookups could not be asked. Try again.',
      cause,
    });
  });
});

describe('a call that takes too long', () => {
  test('ends at the deadline of the client, and aborts what is in progress', async () => {
    const { fetch, ended } = silentFetch();
    const outcome = await createLookaside({ endpoint: ENDPOINT, fetch, deadlineMs: 5 }).lookup(QUERY);
    expect(outcome).toMatchObject({ kind: 'error', code: 'deadline_exceeded' });
    expect(ended).toHaveLength(1);
  });

  test('ends at the deadline of the call', async () => {
    const { fetch } = silentFetch();
    const outcomes = await createLookaside({ endpoint: ENDPOINT, fetch }).lookupBatch([QUERY], { deadlineMs: 5 });
    expect(outcomes).toEqual([expect.objectContaining({ code: 'deadline_exceeded' })]);
  });

  test('leaves no timer behind, which would keep a process alive', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const { fetch } = fetchAnswering({ results: [FOUND] });
    expect(await createLookaside({ endpoint: ENDPOINT, fetch }).lookup(QUERY)).toEqual(FOUND);
    expect(timers()).toBe(before);
  });

  test('is not sent again if its connection breaks because the caller gives up', async () => {
    const caller = new AbortController();
    let sent = 0;
    const fetch = async (): Promise<Response> => {
      sent += 1;
      caller.abort(new Error('the customer left'));
      // The abort of the call's own signal follows in another turn.
      await new Promise((resolve) => setImmediate(resolve));
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
    };
    const call = createLookaside({ endpoint: ENDPOINT, fetch }).lookup(QUERY, { signal: caller.signal });
    await expect(call).rejects.toThrow('the customer left');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sent).toBe(1);
  });

  test('ends when the caller gives up, with the reason of the signal', async () => {
    const { fetch, ended } = silentFetch();
    const caller = new AbortController();
    const reason = new Error('the customer left');
    const outcome = createLookaside({ endpoint: ENDPOINT, fetch }).lookup(QUERY, { signal: caller.signal });
    caller.abort(reason);
    await expect(outcome).rejects.toBe(reason);
    expect(ended).toHaveLength(1);
  });

  test('does not begin if the caller has already given up', async () => {
    const { fetch, requests } = fetchAnswering({ results: [FOUND] });
    const signal = AbortSignal.abort();
    await expect(createLookaside({ endpoint: ENDPOINT, fetch }).lookup(QUERY, { signal })).rejects.toBe(signal.reason);
    expect(requests).toEqual([]);
  });

  test('that ended in time keeps nothing of a signal that lives on', async () => {
    const { fetch } = fetchAnswering({ results: [FOUND] });
    const caller = new AbortController();
    let listeners = 0;
    const { signal } = caller;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    await createLookaside({ endpoint: ENDPOINT, fetch }).lookup(QUERY, { signal });
    expect(listeners).toBe(0);
  });
});

describe('the client refuses at once', () => {
  test.each([
    '',
    'lookaside.example',
    'ftp://lookaside.example',
    `${ENDPOINT}?x=1`,
    `${ENDPOINT}#x`,
    'https://lookaside.example/live?',
    'https://lookaside.example/live#',
    'https://till:canary@lookaside.example',
    'https://canary@lookaside.example',
  ])('the endpoint %j', (endpoint) => {
    expect(() => createLookaside({ endpoint })).toThrow(TypeError);
    expect(() => createLookaside({ endpoint })).toThrow(/^(?!.*canary)/);
  });

  test.each([{}, { functionName: 'lookaside-invoke' }, { endpoint: undefined, lambda: undefined }])(
    'neither an endpoint nor a lambda: %j',
    (options) => {
      expect(() => createLookaside(options as LookasideOptions)).toThrow(
        new TypeError('endpoint and lambda are both missing; give the address of Lookaside, or your LambdaClient.'),
      );
    },
  );

  test.each(['', 'a b', 'ü', 'a\n'])('the key %j, without repeating it', (apiKey) => {
    expect(() => createLookaside({ endpoint: ENDPOINT, apiKey })).toThrow(
      /^apiKey is not an API key; allowed are [^\n]*\.$/,
    );
  });

  test.each([0, -1, 900_001, Number.NaN, Number.POSITIVE_INFINITY])('the deadline %p', async (deadlineMs) => {
    expect(() => createLookaside({ endpoint: ENDPOINT, deadlineMs })).toThrow(RangeError);
    await expect(createLookaside({ endpoint: ENDPOINT }).lookup(QUERY, { deadlineMs })).rejects.toThrow(RangeError);
  });
});
