import { describe, expect, test } from '@jest/globals';
import { AuthorizationError } from '../../../../functions/adapters/capillary/authorization.ts';
import { CapillaryUpstream } from '../../../../functions/adapters/capillary/capillary-upstream.ts';
import { InvalidReplyError } from '../../../../functions/adapters/capillary/http-exchange.ts';
import type { Credentials } from '../../../../functions/credentials.ts';
import type { CanonicalRequest } from '../../../../functions/customer/request/canonical-request.ts';
import { readV1Request } from '../../../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import type { FetchOptions } from '../../../../functions/lookup/upstream.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';
import { type Answer, answering, scriptedHttp } from '../../../support/scripted-http.ts';

// How often and when the service asks, whatever the upstream does. capillary-upstream.system.test.ts asks a real server.

const BASIC: Credentials = { kind: 'basic', username: 'till', password: 'made up' };
const OAUTH: Credentials = { kind: 'oauth', key: 'key', secret: 'made up' };
const CUSTOMER = '{"id":1,"warnings":[],"errors":[]}';
const V1_CUSTOMER = '{"customers":{"customer":{"user_id":1}}}';

const FOUND = answering(200, CUSTOMER);
const FAILING = answering(500, '');
const RESET: Answer = () => Promise.reject(Object.assign(new Error('made up'), { code: 'ECONNRESET' }));
const NO_HTTP: Answer = () => Promise.reject(new InvalidReplyError('made up'));
const SILENT: Answer = () => new Promise(() => {});

/** A clock on which every wait is over at once, and still counts its time. Its time of day can be set. */
class HurriedClock extends ManualClock {
  /** How long each wait was. Milliseconds. */
  readonly waits: number[] = [];
  offByMs = 0;
  whileWaiting = () => {};

  override async sleep(ms: number): Promise<void> {
    this.waits.push(ms);
    this.whileWaiting();
    this.advance(ms);
  }

  override now(): number {
    return super.now() + this.offByMs;
  }
}

async function byExternalId(value: string): Promise<CanonicalRequest> {
  const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: value };
  return (await readV2Request(Object.entries(parameters), DEFAULT_READING)).request;
}

const sample = await byExternalId('a');
const { request: sampleGet } = await readV1Request([['external_id', 'a']], undefined, DEFAULT_READING);

/** An upstream that answers like this until `answerWith`, and what is asked of it. */
function start(
  answer: Answer,
  credentials: Credentials | (() => Promise<Credentials>) = BASIC,
  random = 0,
  timeoutMs = 5000,
) {
  const clock = new HurriedClock();
  const world = { answer, reads: 0 };
  const { http, requests } = scriptedHttp((...args) => world.answer(...args));
  const readCredentials = async () => {
    world.reads += 1;
    return typeof credentials === 'function' ? await credentials() : credentials;
  };
  const baseUrl = 'https://upstream.invalid';
  const upstream = new CapillaryUpstream({
    http,
    baseUrl,
    timeoutMs,
    clock,
    random: () => random,
    readCredentials,
  });
  /** The outcome of a look-up in short, and how the call went. */
  const ask = async (request = sample, options: FetchOptions = {}) => {
    const { outcome, call } = await upstream.fetch(request, options);
    return { ...outcome, says: outcome.kind === 'failed' ? outcome.failure : outcome.kind, call };
  };
  return Object.assign(world, { clock, upstream, requests, ask });
}

/** Answers one request after the other, and the rest like the last. */
const inTurn =
  (...answers: readonly Answer[]): Answer =>
  (request, index) =>
    (answers[Math.min(index, answers.length - 1)] ?? FOUND)(request, index);

/** An upstream that gives tokens, and refuses a look-up that has another than the last. */
function startWithTokens() {
  const issued = { count: 0, isRevoked: false };
  const world = start(({ method, url, headers }) => {
    if (method === 'POST') {
      issued.count += 1;
      issued.isRevoked = false;
      return { body: `{"data":{"accessToken":"token-${issued.count}","ttlSeconds":60}}` };
    }
    const isValid = !issued.isRevoked && headers['X-CAP-API-OAUTH-TOKEN'] === `token-${issued.count}`;
    return { status: isValid ? 200 : 401, body: url.includes('/v2/') ? CUSTOMER : V1_CUSTOMER };
  }, OAUTH);
  return Object.assign(world, { issued });
}

// The first test: a timer that another one left behind would hide its own.
test('a fetch, its credentials and its token leave no timer behind', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const { upstream, ask } = start(inTurn(answering(200, '{"data":{"accessToken":"a","ttlSeconds":60}}'), FOUND), OAUTH);
  await upstream.prepare();
  expect(timers()).toBeLessThanOrEqual(before);
  expect((await ask()).says).toBe('found');
  expect(timers()).toBeLessThanOrEqual(before);
});

describe('an answer', () => {
  test('is told with how the call went', async () => {
    const { ask, clock } = start(answering(200, CUSTOMER, { 'x-cap-requestid': 'r-1' }));
    expect((await ask()).call).toEqual({
      askedAt: clock.now(),
      begunAt: clock.now(),
      durationMs: 0,
      attempts: 1,
      status: 200,
      requestId: 'r-1',
    });
  });

  test.each<[string, Answer, string]>([
    ['a refusal', answering(400, '{"errors":[{"code":8003}]}'), 'refused'],
    ['not found', answering(404, '{"errors":[{"code":8015}]}'), 'not-found'],
    ['erased', answering(500, 'Customer is deleted after PII delete request'), 'erased'],
    ['a 404 that says nothing', answering(404, ''), 'invalid'],
    ['a 429', answering(429, ''), 'throttled'],
    ['HTML', answering(200, '<html>'), 'invalid'],
    ['a redirect', answering(302, '', { location: '/elsewhere' }), 'invalid'],
    ['what is not HTTP', NO_HTTP, 'invalid'],
  ])('that is %s is asked for once', async (_title, answer, says) => {
    const { ask, requests } = start(answer);
    expect(await ask()).toMatchObject({ says, call: { attempts: 1 } });
    expect(requests).toHaveLength(1);
  });
});

describe('a retry', () => {
  test.each<[string, Answer]>([
    ['a broken connection', RESET],
    ['a body cut short', () => ({ body: '{"id"', after: 'break' })],
    ['500', FAILING],
    ['503', answering(503, '')],
    ['busy', answering(400, '{"errors":[{"code":521}]}')],
  ])('follows %s, and gives the answer', async (_title, failure) => {
    const { ask, requests, clock } = start(inTurn(failure, FOUND));
    const { says, call } = await ask();
    expect([says, call.attempts, requests.length, clock.waits]).toEqual(['found', 2, 2, [25]]);
    expect(call).not.toHaveProperty('error');
  });

  test('happens once: a second failure is the answer', async () => {
    const { ask, requests } = start(inTurn(answering(503, ''), RESET));
    const { says, call } = await ask();
    expect([says, call.attempts, call.status, call.error]).toEqual(['connection', 2, undefined, 'ECONNRESET']);
    expect(requests).toHaveLength(2);
  });

  test('waits up to twice as long, by chance', async () => {
    const { ask, clock } = start(FAILING, BASIC, 0.5);
    await ask();
    expect(clock.waits).toEqual([37.5]);
  });

  test('happens once, even if other look-ups have filled the budget again meanwhile', async () => {
    const isFilled = Promise.withResolvers<void>();
    const world = start(async ({ url }, index) => {
      if (url.endsWith('=b')) return FOUND({ url } as never, index);
      if (index > 0) await isFilled.promise;
      return { status: 500 };
    });
    const failing = world.ask();
    while (world.requests.length < 2) await new Promise(setImmediate);
    const other = await byExternalId('b');
    for (let count = 0; count < 20; count += 1) await world.ask(other);
    isFilled.resolve();
    expect((await failing).call.attempts).toBe(2);
    expect(world.requests.filter(({ url }) => url.endsWith('=a'))).toHaveLength(2);
  });

  test('uses a budget: a hundred look-ups at a failing upstream make 110 calls, by either API', async () => {
    const { ask, requests, clock } = start(FAILING);
    for (let count = 2; count <= 100; count += 2) {
      // The breakers let one look-up through each time that they have been open long enough.
      clock.advance(5000);
      await ask();
      await ask(sampleGet);
      expect(requests.length).toBeLessThanOrEqual(Math.ceil(count * 1.1));
    }
    expect(requests).toHaveLength(110);
    await Promise.all(Array.from({ length: 100 }, () => ask()));
    expect(requests.length).toBeLessThanOrEqual(220);
  });

  test.each([
    ['1', 'found', [1000]],
    ['4.999', 'found', [25]],
    ['4', 'found', [4000]],
    ['5', 'server-error', []],
  ])('waits as long as the upstream says, %s s, if the deadline is later', async (header, says, waits) => {
    const world = start(inTurn(answering(503, '', { 'retry-after': header }), FOUND));
    expect((await world.ask()).says).toBe(says);
    expect(world.clock.waits).toEqual(waits);
    // What is not used is left for the next look-up.
    world.answer = FAILING;
    expect((await world.ask()).call.attempts).toBe(says === 'found' ? 1 : 2);
  });

  test('counts the time of the first attempt', async () => {
    const { ask, clock } = start((...args) => {
      clock.advance(1500);
      return answering(503, '', { 'retry-after': '4' })(...args);
    });
    expect((await ask()).call.attempts).toBe(1);
  });

  test('gives its own times: asked when the attempt began that gave the bytes', async () => {
    const { ask, clock } = start((...args) => {
      clock.advance(1000);
      return inTurn(FAILING, FOUND)(...args);
    });
    clock.advance(500);
    const startedAt = clock.now();
    expect((await ask()).call).toMatchObject({
      askedAt: startedAt + 1025,
      begunAt: startedAt,
      durationMs: 2025,
      attempts: 2,
      status: 200,
    });
  });
});

describe('a look-up that may not repeat its request, because a pause has begun,', () => {
  test.each<[string, Answer, string]>([
    ['fails', FAILING, 'server-error'],
    ['refuses our credentials', answering(401, ''), 'credentials-refused'],
  ])('asks once where the upstream %s', async (_title, answer, says) => {
    const world = start(answer);
    expect(await world.ask(sample, { mayRepeat: () => false })).toMatchObject({ says, call: { attempts: 1 } });
    expect([world.requests.length, world.reads, world.clock.waits]).toEqual([1, 1, []]);
  });

  test('asks once where the pause begins while it waits for its retry', async () => {
    const { ask, requests, clock } = start(FAILING);
    let mayRepeat = true;
    clock.whileWaiting = () => {
      mayRepeat = false;
    };
    expect(await ask(sample, { mayRepeat: () => mayRepeat })).toMatchObject({ says: 'server-error' });
    expect(requests).toHaveLength(1);
  });

  test('still sends its first request, which is no repetition', async () => {
    expect(await start(FOUND).ask(sample, { mayRepeat: () => false })).toMatchObject({ says: 'found' });
  });
});

describe('the right to one more request', () => {
  test.each([
    ['a retry', 500, 'server-error'],
    ['a repetition with credentials read again', 401, 'credentials-refused'],
  ])(
    'is taken just before %s is sent; if it is refused, the answer is the first failure',
    async (_title, status, says) => {
      for (const isGiven of [true, false]) {
        const { ask, requests } = start(answering(status, ''));
        const sentBefore: number[] = [];
        const takeRepetition = async () => {
          sentBefore.push(requests.length);
          return isGiven;
        };
        const attempts = isGiven ? 2 : 1;
        expect(await ask(sample, { takeRepetition })).toMatchObject({ says, call: { attempts } });
        expect([sentBefore, requests.length]).toEqual([[1], attempts]);
      }
    },
  );

  test('is not requested by a look-up that sends one request', async () => {
    const takeRepetition = () => Promise.reject(new Error('must not be asked'));
    expect(await start(FOUND).ask(sample, { takeRepetition })).toMatchObject({ says: 'found' });
  });
});

describe('a fetch that no caller waits for any longer', () => {
  test.each<[string, Answer]>([
    ['is not answered', SILENT],
    ['fails', RESET],
    ['waits for its retry', FAILING],
  ])('ends as a timeout if it %s; it is not repeated', async (_title, answer) => {
    const abandoned = new AbortController();
    const { ask, requests, clock } = start((...args) => {
      setImmediate(() => abandoned.abort());
      return answer(...args);
    });
    clock.whileWaiting = () => abandoned.abort();
    let rights = 0;
    const takeRepetition = async () => {
      rights += 1;
      return true;
    };
    const { says, call } = await ask(sample, { signal: abandoned.signal, takeRepetition });
    expect([says, call.attempts, requests.length, rights]).toEqual(['timeout', 1, 1, 0]);
  });

  test('ends as a timeout if it waits for the right to one more request', async () => {
    const abandoned = new AbortController();
    const { ask, requests } = start(FAILING);
    const takeRepetition = async () => {
      abandoned.abort();
      return true;
    };
    const { says, call } = await ask(sample, { signal: abandoned.signal, takeRepetition });
    expect([says, call.attempts, requests.length]).toEqual(['timeout', 1, 1]);
  });

  test('does not ask the upstream if it was abandoned before it began', async () => {
    const { ask, requests, clock } = start(FOUND);
    const { says, call } = await ask(sample, { signal: AbortSignal.abort() });
    expect([says, call.attempts, call.askedAt, requests.length]).toEqual(['timeout', 0, clock.now(), 0]);
  });

  test('tells the breaker nothing', async () => {
    const world = start(FAILING);
    for (let time = 0; time < 4; time += 1) await world.ask();
    for (const answer of [SILENT, FOUND]) {
      const abandoned = new AbortController();
      world.answer = (...args) => {
        abandoned.abort();
        return answer(...args);
      };
      await world.ask(sample, { signal: abandoned.signal });
    }
    world.answer = FAILING;
    expect((await world.ask()).says).toBe('server-error');
    expect((await world.ask()).says).toBe('breaker-open');
  });
});

describe('the deadline', () => {
  test.each<[string, () => Promise<Credentials>, number]>([
    ['for an answer', async () => BASIC, 1],
    ['for credentials', () => new Promise(() => {}), 0],
  ])('ends a fetch that waits %s; the breaker counts it', async (_title, readCredentials, attempts) => {
    const { ask } = start(SILENT, readCredentials, 0, 1);
    const asked = await Promise.all(Array.from({ length: 5 }, () => ask()));
    expect(asked.map(({ says, call }) => [says, call.attempts])).toEqual(Array(5).fill(['timeout', attempts]));
    expect((await ask()).says).toBe('breaker-open');
  });
});

describe('credentials', () => {
  test.each([401, 403])('%i: the service asks once more, with credentials that it reads again', async (status) => {
    const world = start(inTurn(answering(status, ''), FOUND));
    expect(await world.ask()).toMatchObject({ says: 'found', call: { attempts: 2 } });
    expect(world.reads).toBe(2);
  });

  test('refused again are a failure, and are not read again within a second', async () => {
    const world = start(answering(401, ''));
    expect(await world.ask()).toMatchObject({ says: 'credentials-refused', call: { attempts: 2, status: 401 } });
    world.clock.advance(999);
    expect([(await world.ask()).call.attempts, world.reads]).toEqual([1, 2]);
    world.clock.advance(1);
    expect([(await world.ask()).call.attempts, world.reads]).toEqual([2, 3]);
  });

  test('are read again once, even if a second passes until they are refused again', async () => {
    const world = start((...args) => {
      world.clock.advance(1000);
      return answering(401, '')(...args);
    });
    expect(await world.ask()).toMatchObject({ says: 'credentials-refused', call: { attempts: 2 } });
    expect(world.reads).toBe(2);
  });

  test('are repeated without use of the retry, which is left for another failure', async () => {
    const { ask } = start(inTurn(answering(401, ''), answering(503, ''), FOUND));
    expect(await ask()).toMatchObject({ says: 'found', call: { attempts: 3 } });
  });

  test.each([
    ['for good: one of the look-ups asks again', 0, 'credentials-refused', 21],
    ['until they are read again: each look-up asks again', 1, 'found', 40],
  ])('are refused to twenty look-ups at once, %s', async (_title, replacement, says, sent) => {
    let password = 0;
    const world = start(
      ({ headers }) => ({ status: headers.Authorization === good ? 200 : 401, body: CUSTOMER }),
      async () => ({ kind: 'basic', username: 'till', password: String(password) }),
    );
    const good = `Basic ${Buffer.from('till:c4ca4238a0b923820dcc509a6f75849b').toString('base64')}`;
    await world.upstream.prepare();
    password = replacement;
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.ask()));
    expect(answers.map((each) => each.says)).toEqual(Array(20).fill(says));
    expect(world.requests).toHaveLength(sent);
  });

  test('are refused to two look-ups; if the first may not ask again, the second does', async () => {
    const bothAreSent = Promise.withResolvers<void>();
    const firstHasCredentials = Promise.withResolvers<void>();
    const secondIsRefused = Promise.withResolvers<void>();
    const { ask, requests } = start(async (_request, index) => {
      // The first look-up is refused when both hold the old credentials, and the second when the first has new ones.
      if (index === 1) bothAreSent.resolve();
      await (index === 0 ? bothAreSent.promise : firstHasCredentials.promise);
      return index < 2 ? { status: 401 } : { body: CUSTOMER };
    });
    const first = ask(sample, {
      takeRepetition: async () => {
        firstHasCredentials.resolve();
        await secondIsRefused.promise;
        return false;
      },
    });
    const mayRepeat = () => {
      secondIsRefused.resolve();
      return true;
    };
    expect((await ask(sample, { mayRepeat })).says).toBe('found');
    expect((await first).says).toBe('credentials-refused');
    expect(requests).toHaveLength(3);
  });

  test('that cannot be read are a failure: the upstream is not asked', async () => {
    const cause = Object.assign(new Error('made up'), { name: 'AccessDeniedException' });
    const { ask, requests } = start(FOUND, () =>
      Promise.reject(new AuthorizationError('credentials-unreadable', 'No secret.', { cause })),
    );
    expect(await ask()).toMatchObject({
      says: 'credentials-unreadable',
      call: { attempts: 0, error: 'AccessDeniedException' },
    });
    expect(requests).toEqual([]);
  });

  test('that are a fault of the service are an error', async () => {
    const { ask } = start(FOUND, () => Promise.reject(new TypeError('a bug')));
    await expect(ask()).rejects.toThrow('a bug');
  });

  test('are read before a fetch, and after a failure only by the fetch', async () => {
    const world = start(FOUND, () => Promise.reject(new AuthorizationError('server-error', 'made up')));
    for (const reads of [2, 3]) {
      await world.upstream.prepare();
      expect((await world.ask()).says).toBe('server-error');
      expect(world.reads).toBe(reads);
    }
  });
});

describe('a token', () => {
  test('serves many look-ups, and is replaced once for all that hold it if it is revoked', async () => {
    const { ask, issued } = startWithTokens();
    await ask();
    issued.isRevoked = true;
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask()));
    expect(answers.map(({ says }) => says)).toEqual(Array(5).fill('found'));
    expect(issued.count).toBe(2);
  });

  test.each<[Answer, string]>([
    [FAILING, 'server-error'],
    [answering(401, ''), 'credentials-refused'],
    [RESET, 'connection'],
    [answering(307, ''), 'invalid'],
  ])('that does not come is the failure of the look-up, which is not sent', async (answer, says) => {
    const { ask, requests } = start(answer, OAUTH);
    expect(await ask()).toMatchObject({ says, call: { attempts: 0 } });
    expect(requests.map(({ method }) => method)).toEqual(['POST']);
  });

  test.each([
    ['7', 7000],
    ['0', 2000],
    [new Date(new ManualClock().now() + 7000).toUTCString(), 7000],
  ])('that is throttled, with Retry-After %s, is not asked for before that time is over', async (header, pauseMs) => {
    const world = start(answering(429, '', { 'retry-after': header }), OAUTH);
    expect((await world.ask()).says).toBe('throttled');
    world.answer = ({ method }) => ({
      body: method === 'POST' ? '{"data":{"accessToken":"a","ttlSeconds":60}}' : CUSTOMER,
    });
    world.clock.advance(pauseMs - 1);
    for (let time = 0; time < 8; time += 1) {
      expect(await world.ask()).toMatchObject({ says: 'throttled', retryAfterMs: 1 });
    }
    expect(world.requests).toHaveLength(1);
    world.clock.advance(1);
    // It has not opened the breaker either: no 4xx counts.
    expect((await world.ask()).says).toBe('found');
  });
});

test('both APIs share one authorization: credentials are read once, and once again for both', async () => {
  const { ask, issued, upstream } = startWithTokens();
  await Promise.all([upstream.prepare(), ask(), ask(sampleGet)]);
  expect(issued.count).toBe(1);
  issued.isRevoked = true;
  const answers = await Promise.all([ask(), ask(sampleGet)]);
  expect(answers.map(({ says, call }) => [says, call.attempts])).toEqual([
    ['found', 2],
    ['found', 2],
  ]);
  expect(issued.count).toBe(2);
});

describe('the breaker', () => {
  /** An upstream after some look-ups of one customer. */
  async function startBroken(answer: Answer = FAILING, times = 5) {
    const world = start(answer);
    for (let time = 0; time < times; time += 1) await world.ask();
    world.requests.length = 0;
    return world;
  }

  test.each<[string, Answer]>([
    ['5xx', FAILING],
    ['its answer that it is busy', answering(200, '{"errors":[{"code":521,"message":"busy"}]}')],
    ['broken connections', RESET],
  ])('opens after five look-ups in a row that failed by %s, and then asks no upstream', async (_title, answer) => {
    const { ask, requests } = await startBroken(answer);
    expect(await ask()).toMatchObject({
      says: 'breaker-open',
      retryAfterMs: 1000,
      call: { attempts: 0, status: undefined },
    });
    expect(requests).toEqual([]);
  });

  test.each<[string, Answer]>([
    ['"not found" with 404', answering(404, '{"errors":[{"code":8015}]}')],
    ['"not found" with 200', answering(200, '{"errors":[{"code":8015}]}')],
    ['a refusal', answering(400, '{"errors":[{"code":8003}]}')],
    ['a blank 400', answering(400, '')],
    ['a 400 with a message', answering(400, '{"message":"Bad request"}')],
    ['a 404 with a page', answering(404, '<html>')],
    ['a 409 that says nothing', answering(409, '{}')],
    ['a 4xx that says that it is busy', answering(461, '{"errors":[{"code":461}]}')],
    ['a 429', answering(429, '')],
    ['our credentials', answering(401, '')],
    ['HTML, for one customer', answering(200, '<html>')],
    ['a redirect, for one customer', answering(302, '')],
    ['what is not HTTP, for one customer', NO_HTTP],
  ])('R7, B6: stays closed, however often the answer is %s', async (_title, answer) => {
    const world = await startBroken(answer, 12);
    world.answer = FOUND;
    expect((await world.ask(await byExternalId('another'))).says).toBe('found');
    expect(world.requests).toHaveLength(1);
  });

  test('counts a look-up that gets no other token after a refusal: what failed counts, and not the refusal', async () => {
    const { ask } = start(({ method }, index) => {
      if (method === 'GET') return { status: 401 };
      return index === 0 ? { body: '{"data":{"accessToken":"a","ttlSeconds":60}}' } : { status: 500 };
    }, OAUTH);
    for (let time = 0; time < 5; time += 1) {
      expect(await ask()).toMatchObject({ says: 'server-error', call: { attempts: time === 0 ? 1 : 0 } });
    }
    expect((await ask()).says).toBe('breaker-open');
  });

  test.each<[string, Answer]>([
    ['HTML', answering(200, '<html>')],
    ['what is not HTTP', NO_HTTP],
  ])('opens when five customers in a row get %s', async (_title, answer) => {
    const { ask } = await startBroken(answer, 12);
    for (const value of ['b', 'c', 'd', 'e']) expect((await ask(await byExternalId(value))).says).toBe('invalid');
    expect((await ask(await byExternalId('f'))).says).toBe('breaker-open');
  });

  test('lets one look-up through after a second, refuses the others at once, and closes if that one succeeds', async () => {
    const world = await startBroken();
    world.clock.advance(1000);
    world.answer = FOUND;
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.ask()));
    expect(answers.filter(({ says }) => says === 'found')).toHaveLength(1);
    expect(world.requests).toHaveLength(1);
    expect((await world.ask()).says).toBe('found');
  });

  test('stays open twice as long each time that a probe fails, five seconds at most', async () => {
    const { ask, clock } = await startBroken();
    let openMs = 1000;
    for (const next of [2000, 4000, 5000, 5000]) {
      clock.advance(openMs);
      expect((await ask()).says).toBe('server-error');
      expect(await ask()).toMatchObject({ says: 'breaker-open', retryAfterMs: next });
      openMs = next;
    }
  });

  test('B6: half open, one customer whose reply is invalid does not keep it open for the others', async () => {
    const bad = await byExternalId('bad');
    const world = await startBroken();
    world.answer = ({ url }) => ({ body: url.endsWith('=bad') ? '<html>' : CUSTOMER });
    world.clock.advance(1000);
    // The first look-up tells the breaker something; then this customer's till repeats the request as often as it may.
    expect((await world.ask(bad)).says).toBe('invalid');
    world.clock.advance(2000);
    for (let time = 0; time < 5; time += 1) expect((await world.ask(bad)).says).toBe('invalid');
    expect((await world.ask()).says).toBe('found');
  });

  test.each([
    ['v1.1', sampleGet, sample],
    ['v2', sample, sampleGet],
  ] as const)('of %s leaves the other API alone', async (api, failing, other) => {
    const { ask } = start(({ url }) => {
      const isV2 = url.includes('/v2/');
      if ((api === 'v2') === isV2) return { status: 500 };
      return { body: isV2 ? CUSTOMER : V1_CUSTOMER };
    });
    for (let time = 0; time < 5; time += 1) await ask(failing);
    expect((await ask(failing)).says).toBe('breaker-open');
    expect((await ask(other)).says).toBe('found');
    // The other's success does not close it either.
    expect((await ask(failing)).says).toBe('breaker-open');
  });
});

describe.each([-60_000, 60_000])('B12: when the time of day is set by %i ms', (offByMs) => {
  test('the breaker stays open as long as it should', async () => {
    const world = start(FAILING);
    for (let time = 0; time < 5; time += 1) await world.ask();
    world.answer = FOUND;
    world.clock.offByMs = offByMs;
    expect(await world.ask()).toMatchObject({ says: 'breaker-open', retryAfterMs: 1000 });
    world.clock.advance(1000);
    expect((await world.ask()).says).toBe('found');
  });

  test('a token is used until it is about to end, and refused credentials are read again after a second', async () => {
    const { ask, clock, issued } = startWithTokens();
    await ask();
    clock.offByMs = offByMs;
    await ask();
    expect(issued.count).toBe(1);
    for (const [advanceMs, count] of [
      [0, 2],
      [999, 2],
      [1, 3],
    ] as const) {
      clock.advance(advanceMs);
      issued.isRevoked = true;
      await ask();
      expect(issued.count).toBe(count);
    }
  });

  test('the report says how long a call really took', async () => {
    const world = start((...args) => {
      world.clock.advance(300);
      world.clock.offByMs = offByMs;
      return FOUND(...args);
    });
    expect((await world.ask()).call.durationMs).toBe(300);
  });
});
