import { execFile as execFileWithCallback } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { AuthorizationError } from '../../../../functions/adapters/capillary/authorization.ts';
import { CapillaryUpstream } from '../../../../functions/adapters/capillary/capillary-upstream.ts';
import type { Credentials } from '../../../../functions/credentials.ts';
import { writeJson } from '../../../../functions/customer/json/json.ts';
import type { CanonicalRequest } from '../../../../functions/customer/request/canonical-request.ts';
import { readV1Request } from '../../../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import {
  basicAuthorization,
  DEFAULT_BASIC_CREDENTIALS,
  DEFAULT_OAUTH_CREDENTIALS,
} from '../../../../simulator/credentials.ts';
import type { SimulatorOptions } from '../../../../simulator/options.ts';
import { type Simulator, startSimulator } from '../../../../simulator/simulator.ts';
import { cpuMs, fastestOf } from '../../../support/fastest.ts';
import { timed } from '../../../support/free-time.ts';
import { closedAddress, type Respond, startHttpServer } from '../../../support/loopback-server.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const execFile = promisify(execFileWithCallback);

const BASIC: Credentials = { kind: 'basic', ...DEFAULT_BASIC_CREDENTIALS };
const OAUTH: Credentials = { kind: 'oauth', ...DEFAULT_OAUTH_CREDENTIALS };

/** The budget of a fetch that should run out; and how much later the fetch may notice it, in free time. */
const SHORT_MS = 600;
const SLACK_MS = 1400;

const simulators: Simulator[] = [];

afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.close()));
});

async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ latencyMs: 0, ...options });
  simulators.push(simulator);
  return simulator;
}

/** A clock on which every wait is over at once, and still counts its time. */
class HurriedClock extends ManualClock {
  override async sleep(ms: number): Promise<void> {
    this.advance(ms);
  }
}

interface Options {
  readonly clock?: ManualClock;
  readonly timeoutMs?: number;
  readonly readCredentials?: () => Promise<Credentials>;
}

function upstreamAt(baseUrl: string, options: Options = {}) {
  const { clock = new HurriedClock(), timeoutMs = 60_000, readCredentials = async () => BASIC } = options;
  const upstream = new CapillaryUpstream({ baseUrl, timeoutMs, clock, random: () => 0, readCredentials });
  return { clock, upstream };
}

async function byExternalId(value: string): Promise<CanonicalRequest> {
  const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: value };
  return (await readV2Request(Object.entries(parameters), DEFAULT_READING)).request;
}

/** A look-up by v1.1. */
async function get(parameters: Readonly<Record<string, string>>, language?: string): Promise<CanonicalRequest> {
  return (await readV1Request(Object.entries(parameters), language, DEFAULT_READING)).request;
}

/** The documented sample customer. */
const sample = await byExternalId('12341234');

/** The same customer, by v1.1. */
const sampleGet = await get({ external_id: '12341234' });

const CUSTOMER = '{"id":1,"warnings":[],"errors":[]}';

function answering(status: number, body: string, headers: Record<string, string> = {}): Respond {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
}

/** An outcome, after how long, and how much of that time this process was free. */
async function timedFetch<T>(fetch: () => Promise<T>) {
  const { result, tookMs, freeMs } = await timed(fetch);
  return { ...result, tookMs, freeMs };
}

describe('the request', () => {
  test('has the documented path, every parameter percent-encoded, and nothing else', async () => {
    const simulator = await simulate();
    const value = 'a b+c&d=e/f?g#h%i"é😀';
    await upstreamAt(simulator.url).upstream.fetch(await byExternalId(value));
    const [request] = simulator.requests;
    expect(request?.method).toBe('GET');
    expect(request?.url).toBe(
      `/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=externalId&identifierValue=${encodeURIComponent(value)}`,
    );
  });

  test('keeps a path of the base address', async () => {
    const server = await startHttpServer(answering(200, CUSTOMER));
    await upstreamAt(`${server.url}/prefix`).upstream.fetch(sample);
    expect(server.requests[0]?.url).toMatch(/^\/prefix\/v2\/customers\/lookup\/customerDetails\?source=/);
  });

  test('has only our own headers, and those that HTTP itself needs', async () => {
    const simulator = await simulate();
    await upstreamAt(simulator.url).upstream.fetch(sample);
    const { host: _, ...headers } = simulator.requests[0]?.headers ?? {};
    expect(headers).toEqual({
      accept: 'application/json',
      'accept-encoding': expect.stringContaining('gzip'),
      authorization: basicAuthorization(DEFAULT_BASIC_CREDENTIALS),
      connection: 'keep-alive',
      'user-agent': 'lookaside',
    });
  });

  test('has the token in its own header with OAuth, and no Authorization; many look-ups use one token', async () => {
    const simulator = await simulate();
    const { upstream } = upstreamAt(simulator.url, { readCredentials: async () => OAUTH });
    await Promise.all([upstream.fetch(sample), upstream.fetch(sample), upstream.fetch(sample)]);
    const { outcome } = await upstream.fetch(sample);
    expect(outcome.kind).toBe('found');
    expect(simulator.counters).toMatchObject({ tokenRequests: 1, v2Lookups: 4 });
    const { headers } = simulator.requests.at(-1) ?? {};
    expect(headers?.['x-cap-api-oauth-token']).toMatch(/^simulated-/);
    expect(headers?.authorization).toBeUndefined();
  });
});

describe('the answer', () => {
  test('is a customer, with every digit, and how the call went', async () => {
    const simulator = await simulate();
    const { upstream, clock } = upstreamAt(simulator.url);
    const { outcome, call } = await upstream.fetch(sample);
    expect(outcome).toMatchObject({ kind: 'found', status: 200, isComplete: true });
    expect(outcome.kind === 'found' && writeJson(outcome.reply)).toContain('"lifetimePurchases":221350.000');
    expect(call).toEqual({ askedAt: clock.now(), durationMs: 0, attempts: 1, status: 200, requestId: 'simulated-1' });
  });

  test.each([
    ['ERR-8015', 'not-found'],
    ['ERR-8003', 'refused'],
    ['ERR-618', 'refused'],
    ['ERASED', 'erased'],
    ['MERGED', 'found'],
    ['nobody', 'not-found'],
  ])('%s is %s, and is asked for once', async (externalId, kind) => {
    const simulator = await simulate();
    const { outcome, call } = await upstreamAt(simulator.url).upstream.fetch(await byExternalId(externalId));
    expect([outcome.kind, call.attempts, simulator.counters.requests]).toEqual([kind, 1, 1]);
  });

  test('a partial reply is not complete', async () => {
    const simulator = await simulate();
    const { outcome } = await upstreamAt(simulator.url).upstream.fetch(await byExternalId('WARN-8062'));
    expect(outcome).toMatchObject({ kind: 'found', isComplete: false });
  });

  test.each([
    ['a1-B2_c3.d4:e5', 'a1-B2_c3.d4:e5'],
    ['x'.repeat(128), 'x'.repeat(128)],
    ['x'.repeat(129), undefined],
    ['two words', undefined],
    ['9876543210@example.com', undefined],
    ['caf\u00e9', undefined],
    ['', undefined],
  ])("the upstream's id of the request, %j, is kept as %j", async (header, requestId) => {
    const server = await startHttpServer(answering(200, CUSTOMER, { 'x-cap-requestid': header }));
    expect((await upstreamAt(server.url).upstream.fetch(sample)).call.requestId).toBe(requestId);
  });
});

describe('a retry', () => {
  test.each([
    ['a reset', { kind: 'reset' }],
    ['a body cut short', { kind: 'cut' }],
    ['500', { kind: 'status', status: 500 }],
    ['503', { kind: 'status', status: 503 }],
    ['busy (461)', { kind: 'error', code: 461 }],
    ['busy (521)', { kind: 'error', code: 521, status: 400 }],
  ] as const)('follows %s, and gives the answer', async (_title, fault) => {
    const simulator = await simulate();
    simulator.control({ fault: { ...fault, times: 1 } });
    const { outcome, call } = await upstreamAt(simulator.url).upstream.fetch(sample);
    expect([outcome.kind, call.attempts, simulator.counters.requests]).toEqual(['found', 2, 2]);
    expect(call).not.toHaveProperty('error');
  });

  test('happens once: a second failure is the answer', async () => {
    const simulator = await simulate();
    simulator.control({ fault: { kind: 'status', status: 503 } });
    const { outcome, call } = await upstreamAt(simulator.url).upstream.fetch(sample);
    expect(outcome).toEqual({ kind: 'failed', failure: 'server-error' });
    expect([call.attempts, call.status, simulator.counters.requests]).toEqual([2, 503, 2]);
  });

  test('follows a refused connection', async () => {
    const { outcome, call } = await upstreamAt(await closedAddress()).upstream.fetch(sample);
    expect(outcome).toEqual({ kind: 'failed', failure: 'connection' });
    expect([call.attempts, call.status, call.requestId, call.error]).toEqual([2, undefined, undefined, 'ECONNREFUSED']);
  });

  test.each([
    ['a refusal', { kind: 'error', code: 8003, status: 400 }, 'refused'],
    ['an unknown error', { kind: 'error', code: 424_242 }, 'refused'],
    ['not found', { kind: 'error', code: 8015, status: 404 }, 'not-found'],
    ['a 404 that says nothing', { kind: 'status', status: 404 }, 'invalid'],
    ['429', { kind: 'throttle' }, 'throttled'],
    ['HTML', { kind: 'html' }, 'invalid'],
    ['broken JSON', { kind: 'broken-json' }, 'invalid'],
    ['an empty body', { kind: 'empty' }, 'invalid'],
    ['a wrong length', { kind: 'wrong-length' }, 'invalid'],
    ['a redirect', { kind: 'redirect' }, 'invalid'],
    ['a body over 512 KiB', { kind: 'oversize', sizeBytes: 512 * 1024 }, 'invalid'],
  ] as const)('does not follow %s', async (_title, fault, expected) => {
    const simulator = await simulate();
    simulator.control({ fault: { ...fault, times: 1 } });
    const { outcome, call } = await upstreamAt(simulator.url).upstream.fetch(sample);
    expect(outcome.kind === 'failed' ? outcome.failure : outcome.kind).toBe(expected);
    expect([call.attempts, simulator.counters.requests]).toEqual([1, 1]);
  });

  test('uses a budget: a hundred look-ups at a failing upstream make 110 calls, at once or in turn', async () => {
    const simulator = await simulate();
    simulator.control({ fault: { kind: 'status', status: 500 } });
    const { upstream, clock } = upstreamAt(simulator.url);
    for (let count = 1; count <= 100; count += 1) {
      // The breaker lets one look-up through each time that it has been open long enough.
      clock.advance(5000);
      await upstream.fetch(sample);
      expect(simulator.counters.requests).toBeLessThanOrEqual(Math.ceil(count * 1.1));
    }
    expect(simulator.counters.requests).toBe(110);
    await Promise.all(Array.from({ length: 100 }, () => upstream.fetch(sample)));
    expect(simulator.counters.requests).toBeLessThanOrEqual(220);
  });

  test('happens once, even if other look-ups have filled the budget again meanwhile', async () => {
    const other = await byExternalId('other');
    const { promise: isFilled, resolve } = Promise.withResolvers<void>();
    let failures = 0;
    const server = await startHttpServer(async (response, request, index) => {
      if (request.url.endsWith('=other')) return answering(200, CUSTOMER)(response, request, index);
      failures += 1;
      if (failures === 2) await isFilled;
      return answering(500, '')(response, request, index);
    });
    const { upstream } = upstreamAt(server.url);
    const failing = upstream.fetch(sample);
    while (failures < 2) await sleep(5);
    for (let count = 0; count < 20; count += 1) await upstream.fetch(other);
    resolve();
    expect((await failing).call.attempts).toBe(2);
    expect(failures).toBe(2);
  });

  test('waits as long as the upstream says', async () => {
    const server = await startHttpServer((response, request, index) =>
      index === 0
        ? answering(503, '', { 'retry-after': '1' })(response, request, index)
        : answering(200, CUSTOMER)(response, request, index),
    );
    const { outcome, call } = await upstreamAt(server.url).upstream.fetch(sample);
    expect([outcome.kind, call.durationMs]).toEqual(['found', 1000]);
  });

  test('does not happen if the upstream says to come back after the deadline', async () => {
    const server = await startHttpServer(answering(503, '', { 'retry-after': '6' }));
    const { outcome, freeMs } = await timedFetch(() =>
      upstreamAt(server.url, { timeoutMs: 5000 }).upstream.fetch(sample),
    );
    expect(outcome).toEqual({ kind: 'failed', failure: 'server-error', retryAfterMs: 6000 });
    expect(server.requests).toHaveLength(1);
    expect(freeMs).toBeLessThan(5000);
  });

  test('gives its own times: asked when the attempt began that gave the bytes', async () => {
    const clock = new HurriedClock();
    const startedAt = clock.now();
    const server = await startHttpServer((response, request, index) => {
      clock.advance(1000);
      return (index === 0 ? answering(500, '') : answering(200, CUSTOMER))(response, request, index);
    });
    const { call } = await upstreamAt(server.url, { clock }).upstream.fetch(sample);
    // The wait before the retry took 25 ms.
    expect(call).toMatchObject({ askedAt: startedAt + 1025, durationMs: 2025, attempts: 2, status: 200 });
  });
});

describe('the connection', () => {
  /** Answers the first request of each connection and resets the connection at its second, as a frozen instance sees it. */
  function forgetting(respond: Respond): Respond {
    const used = new WeakSet<object>();
    return (response, request, index) => {
      const { socket } = response;
      if (socket === null || used.has(socket)) return void socket?.resetAndDestroy();
      used.add(socket);
      return respond(response, request, index);
    };
  }

  test('R15, B9: that is dropped at every second request: each look-up gets its answer, and the retry budget stays whole', async () => {
    let isFailing = false;
    const forget = forgetting(answering(200, CUSTOMER));
    const server = await startHttpServer((...args) => (isFailing ? answering(503, '') : forget)(...args));
    const { upstream } = upstreamAt(server.url);
    for (let asked = 0; asked < 20; asked += 1) {
      const { outcome, call } = await upstream.fetch(sample);
      expect([outcome.kind, call.attempts]).toEqual(['found', 1]);
    }
    expect(server.requests).toHaveLength(39);
    isFailing = true;
    expect((await upstream.fetch(sample)).call.attempts).toBe(2);
  });

  test('B9: that was dropped: a request for a token is sent once more too', async () => {
    const token = answering(200, '{"data":{"accessToken":"a","ttlSeconds":1}}');
    const server = await startHttpServer(
      forgetting((...args) => (args[1].method === 'POST' ? token : answering(200, CUSTOMER))(...args)),
    );
    const { clock, upstream } = upstreamAt(server.url, { readCredentials: async () => OAUTH });
    for (let asked = 0; asked < 6; asked += 1) {
      expect((await upstream.fetch(sample)).outcome.kind).toBe('found');
      clock.advance(1000);
    }
    expect(server.requests).toHaveLength(23);
  });

  test('R9: that says 100 Continue or 103 first gives the answer that follows', async () => {
    const server = await startHttpServer((response, request, index) => {
      if (index === 0) response.writeContinue();
      else response.writeEarlyHints({ link: '</a>; rel=preload' });
      return answering(200, CUSTOMER)(response, request, index);
    });
    const { upstream } = upstreamAt(server.url);
    for (let asked = 0; asked < 2; asked += 1) {
      const { outcome, call } = await upstream.fetch(sample);
      expect([outcome.kind, call.attempts]).toEqual(['found', 1]);
    }
    expect(server.requests).toHaveLength(2);
  });

  test('R8: that brings a body which is not what its Content-Encoding says is asked once: the reply is invalid', async () => {
    const server = await startHttpServer(answering(200, CUSTOMER, { 'content-encoding': 'gzip' }));
    const { outcome, call } = await upstreamAt(server.url).upstream.fetch(sample);
    expect(outcome).toEqual({ kind: 'failed', failure: 'invalid' });
    expect([call.attempts, server.requests.length]).toEqual([1, 1]);
  });

  test.each(['gzip', 'deflate', 'br'] as const)('may bring a body in %s', async (coding) => {
    const code = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }[coding];
    const server = await startHttpServer((response) => {
      response.writeHead(200, { 'content-encoding': coding }).end(code(CUSTOMER));
    });
    expect((await upstreamAt(server.url).upstream.fetch(sample)).outcome.kind).toBe('found');
  });
});

describe('a look-up that may not repeat its request, because a pause has begun,', () => {
  test.each([
    ['fails', answering(500, ''), 'server-error'],
    ['refuses our credentials', answering(401, ''), 'credentials-refused'],
  ])('asks once where the upstream %s', async (_title, respond, failure) => {
    const server = await startHttpServer(respond);
    let reads = 0;
    const readCredentials = async () => {
      reads += 1;
      return BASIC;
    };
    const { outcome, call } = await upstreamAt(server.url, { readCredentials }).upstream.fetch(sample, {
      mayRepeat: () => false,
    });
    expect(outcome).toEqual({ kind: 'failed', failure });
    expect([call.attempts, server.requests.length, reads]).toEqual([1, 1, 1]);
  });

  test('asks once where the pause begins while it waits for its retry', async () => {
    let mayRepeat = true;
    class PausingClock extends HurriedClock {
      override async sleep(ms: number): Promise<void> {
        mayRepeat = false;
        await super.sleep(ms);
      }
    }
    const server = await startHttpServer(answering(500, ''));
    const { upstream } = upstreamAt(server.url, { clock: new PausingClock() });
    const { outcome } = await upstream.fetch(sample, { mayRepeat: () => mayRepeat });
    expect(outcome).toEqual({ kind: 'failed', failure: 'server-error' });
    expect(server.requests).toHaveLength(1);
  });

  test('still sends its first request, which is no repetition', async () => {
    const server = await startHttpServer(answering(200, CUSTOMER));
    const { outcome } = await upstreamAt(server.url).upstream.fetch(sample, { mayRepeat: () => false });
    expect(outcome.kind).toBe('found');
  });
});

describe('the right to one more request', () => {
  test.each([
    ['a retry', 500, ''],
    ['a repetition with credentials read again', 401, ''],
  ])('is taken just before %s is sent', async (_title, status, body) => {
    const server = await startHttpServer(answering(status, body));
    const sentBefore: number[] = [];
    const { call } = await upstreamAt(server.url).upstream.fetch(sample, {
      takeRepetition: async () => {
        sentBefore.push(server.requests.length);
        return true;
      },
    });
    expect(sentBefore).toEqual([1]);
    expect([call.attempts, server.requests.length]).toEqual([2, 2]);
  });

  test.each([
    ['retry', 500, 'server-error'],
    ['repetition with credentials read again', 401, 'credentials-refused'],
  ])('is refused: no %s is sent, and the answer is the first failure', async (_title, status, failure) => {
    const server = await startHttpServer(answering(status, ''));
    const { outcome, call } = await upstreamAt(server.url).upstream.fetch(sample, {
      takeRepetition: async () => false,
    });
    expect(outcome).toEqual({ kind: 'failed', failure });
    expect([call.attempts, server.requests.length]).toEqual([1, 1]);
  });

  test('is not requested by a look-up that sends one request', async () => {
    const server = await startHttpServer(answering(200, CUSTOMER));
    let asked = 0;
    const takeRepetition = async () => {
      asked += 1;
      return false;
    };
    expect((await upstreamAt(server.url).upstream.fetch(sample, { takeRepetition })).outcome.kind).toBe('found');
    expect(asked).toBe(0);
  });
});

describe('an upstream that throttles', () => {
  test.each([
    ['seconds', () => '7'],
    ['a date', (now: number) => new Date(now + 7000).toUTCString()],
  ])('is reported with its Retry-After, given as %s, and is asked once', async (_title, retryAfter) => {
    const clock = new HurriedClock();
    const server = await startHttpServer((...args) =>
      answering(429, '', { 'retry-after': retryAfter(clock.now()) })(...args),
    );
    const { outcome, call } = await upstreamAt(server.url, { clock }).upstream.fetch(sample);
    expect(outcome).toEqual({ kind: 'failed', failure: 'throttled', retryAfterMs: 7000 });
    expect(call).toMatchObject({ attempts: 1, status: 429 });
    expect(server.requests).toHaveLength(1);
  });

  test.each([undefined, 0])(
    'B7: with Retry-After %j is reported without a time to wait: the look-up makes its own pause',
    async (seconds) => {
      const simulator = await simulate();
      simulator.control({ fault: { kind: 'throttle', times: 1, ...(seconds === 0 && { retryAfterSeconds: 0 }) } });
      const { upstream } = upstreamAt(simulator.url);
      expect((await upstream.fetch(sample)).outcome).toEqual({ kind: 'failed', failure: 'throttled' });
    },
  );

  test.each([
    ['7', 7000],
    ['0', 2000],
  ])('the token request, with Retry-After %s, gets no other one before that time is over', async (header, pauseMs) => {
    let isThrottling = true;
    const server = await startHttpServer((...args) => {
      if (args[1].method !== 'POST') return answering(200, CUSTOMER)(...args);
      if (isThrottling) return answering(429, '', { 'retry-after': header })(...args);
      return answering(200, '{"data":{"accessToken":"a","ttlSeconds":60}}')(...args);
    });
    const { clock, upstream } = upstreamAt(server.url, { readCredentials: async () => OAUTH });
    expect((await upstream.fetch(sample)).outcome).toMatchObject({ failure: 'throttled' });
    isThrottling = false;
    clock.advance(pauseMs - 1);
    for (let time = 0; time < 8; time += 1) {
      expect((await upstream.fetch(sample)).outcome).toEqual({ kind: 'failed', failure: 'throttled', retryAfterMs: 1 });
    }
    expect(server.requests).toHaveLength(1);
    clock.advance(1);
    // It has not opened the breaker either: no 4xx counts.
    expect((await upstream.fetch(sample)).outcome.kind).toBe('found');
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i is not followed: the other host sees nothing of it', async (status) => {
    const other = await startHttpServer(answering(200, CUSTOMER));
    const server = await startHttpServer(answering(status, '', { location: `${other.url}/elsewhere` }));
    const { outcome, call } = await upstreamAt(server.url).upstream.fetch(sample);
    expect(outcome).toEqual({ kind: 'failed', failure: 'invalid' });
    expect([call.status, server.requests.length, other.requests.length]).toEqual([status, 1, 0]);
  });

  test('is not followed with key and secret either', async () => {
    const other = await startHttpServer(answering(200, '{"data":{"accessToken":"a","ttlSeconds":60}}'));
    const server = await startHttpServer(answering(307, '', { location: `${other.url}/elsewhere` }));
    const { upstream } = upstreamAt(server.url, { readCredentials: async () => OAUTH });
    const { outcome, call } = await upstream.fetch(sample);
    expect(outcome).toEqual({ kind: 'failed', failure: 'invalid' });
    expect([call.attempts, other.requests.length]).toEqual([0, 0]);
  });
});

describe('a reply that is too big', () => {
  test('512 KiB are read', async () => {
    const body = `{"id":1,"padding":"${' '.repeat(512 * 1024 - 21)}"}`;
    const server = await startHttpServer(answering(200, body));
    expect(body).toHaveLength(512 * 1024);
    expect((await upstreamAt(server.url).upstream.fetch(sample)).outcome.kind).toBe('found');
  });

  test('an endless reply is cut off', async () => {
    let sent = 0;
    const piece = Buffer.alloc(64 * 1024, ' ');
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const server = await startHttpServer(async (response) => {
      response.on('close', resolve);
      response.writeHead(200, { 'content-type': 'application/json' });
      while (!response.destroyed) {
        sent += piece.length;
        if (!response.write(piece)) await Promise.race([once(response, 'drain'), closed]);
      }
    });
    const { outcome } = await upstreamAt(server.url).upstream.fetch(sample);
    expect(outcome).toEqual({ kind: 'failed', failure: 'invalid' });
    await closed;
    // The bytes in the buffers of the loopback interface are sent too.
    expect(sent).toBeLessThan(24 * 1024 * 1024);
  });

  test('a gzip bomb is neither unpacked nor transferred to its end', async () => {
    const piece = gzipSync(Buffer.alloc(1024 * 1024, ' '));
    let sentMiB = 0;
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const server = await startHttpServer(async (response) => {
      response.on('close', resolve);
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      // gzip members may be strung together (RFC 1952 §2.2); each MiB is a thousandth of that on the wire.
      while (!response.destroyed && sentMiB < 2000) {
        sentMiB += 1;
        response.write(piece);
        await sleep(0);
      }
    });
    const before = process.memoryUsage().arrayBuffers;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers);
    }, 1);
    const { outcome } = await upstreamAt(server.url).upstream.fetch(sample);
    await closed;
    clearInterval(watch);
    expect(outcome).toEqual({ kind: 'failed', failure: 'invalid' });
    // The transfer may be as large as a reply, plus the content of buffers.
    expect(sentMiB).toBeLessThan(900);
    expect((peak - before) / 1024 / 1024).toBeLessThan(64);
  });

  test("a gzip bomb that comes at once takes no more memory than a reply may: the simulator's of 1 GiB", async () => {
    const simulator = await simulate();
    simulator.control({ fault: { kind: 'gzip-bomb', sizeBytes: 1024 ** 3 } });
    const before = process.memoryUsage().arrayBuffers;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers);
    }, 1);
    const { upstream } = upstreamAt(simulator.url);
    const { outcome } = await upstream.fetch(sample);
    expect(outcome).toEqual({ kind: 'failed', failure: 'invalid' });
    expect(await fastestOf(1500, () => cpuMs(() => upstream.fetch(sample)))).toBeLessThan(1500);
    clearInterval(watch);
    expect((peak - before) / 1024 / 1024).toBeLessThan(64);
  });
});

describe('the deadline', () => {
  test.each([
    ['no reply', { kind: 'hang' }],
    ['a slow reply', { kind: 'slow', latencyMs: 5000 }],
    ['a reply that trickles', { kind: 'trickle', intervalMs: 10 }],
  ] as const)('%s: the call fails at the deadline, and is not repeated', async (_title, fault) => {
    const simulator = await simulate();
    simulator.control({ fault });
    const { upstream } = upstreamAt(simulator.url, { timeoutMs: SHORT_MS });
    const { outcome, call, tookMs, freeMs } = await timedFetch(() => upstream.fetch(sample));
    expect(outcome).toEqual({ kind: 'failed', failure: 'timeout' });
    expect([call.attempts, simulator.counters.requests]).toEqual([1, 1]);
    expect(tookMs).toBeGreaterThan(SHORT_MS - 10);
    expect(freeMs).toBeLessThan(SHORT_MS + SLACK_MS);
  });

  test('covers the retry too', async () => {
    const simulator = await simulate();
    simulator.control({ fault: { kind: 'reset', times: 1 } });
    simulator.control({ fault: { kind: 'hang' } });
    const { upstream } = upstreamAt(simulator.url, { timeoutMs: SHORT_MS });
    const { outcome, call, freeMs } = await timedFetch(() => upstream.fetch(sample));
    expect([outcome, call.attempts]).toEqual([{ kind: 'failed', failure: 'timeout' }, 2]);
    expect(freeMs).toBeLessThan(SHORT_MS + SLACK_MS);
  });

  test('covers the token request too', async () => {
    const simulator = await simulate();
    simulator.control({ fault: { kind: 'hang', api: 'token' } });
    const { upstream } = upstreamAt(simulator.url, { timeoutMs: SHORT_MS, readCredentials: async () => OAUTH });
    const { outcome, call, freeMs } = await timedFetch(() => upstream.fetch(sample));
    expect([outcome, call.attempts]).toEqual([{ kind: 'failed', failure: 'timeout' }, 0]);
    expect(freeMs).toBeLessThan(SHORT_MS + SLACK_MS);
  });

  test('covers the reading of the credentials too', async () => {
    const simulator = await simulate();
    const readCredentials = () => new Promise<never>(() => {});
    const { upstream } = upstreamAt(simulator.url, { timeoutMs: SHORT_MS, readCredentials });
    const { outcome, freeMs } = await timedFetch(() => upstream.fetch(sample));
    expect(outcome).toEqual({ kind: 'failed', failure: 'timeout' });
    expect(freeMs).toBeLessThan(SHORT_MS + SLACK_MS);
    expect(simulator.counters.requests).toBe(0);
  });
});

describe('credentials', () => {
  test.each([401, 403])('%i: the service asks once more, with credentials that it reads again', async (status) => {
    const simulator = await simulate();
    simulator.control({ fault: { kind: 'unauthorized', status, times: 1 } });
    let reads = 0;
    const readCredentials = async () => {
      reads += 1;
      return BASIC;
    };
    const { outcome, call } = await upstreamAt(simulator.url, { readCredentials }).upstream.fetch(sample);
    expect([outcome.kind, call.attempts, reads]).toEqual(['found', 2, 2]);
  });

  test('that were changed are noticed by the look-up that gets the refusal', async () => {
    const simulator = await simulate();
    let credentials = BASIC;
    const { upstream } = upstreamAt(simulator.url, { readCredentials: async () => credentials });
    await upstream.fetch(sample);
    const changed = { username: 'till.demo', password: 'changed' };
    simulator.control({ credentials: { basic: changed } });
    credentials = { kind: 'basic', ...changed };
    expect((await upstream.fetch(sample)).outcome.kind).toBe('found');
  });

  test('a token that was revoked is replaced once for all look-ups that hold it', async () => {
    const simulator = await simulate();
    const { upstream } = upstreamAt(simulator.url, { readCredentials: async () => OAUTH });
    await upstream.fetch(sample);
    simulator.control({ revokeTokens: true });
    const answers = await Promise.all(Array.from({ length: 5 }, () => upstream.fetch(sample)));
    expect(answers.map(({ outcome }) => outcome.kind)).toEqual(Array(5).fill('found'));
    expect(simulator.counters.tokenRequests).toBe(2);
  });

  test('refused again are a failure, and are not read again within a second', async () => {
    const simulator = await simulate();
    simulator.control({ fault: { kind: 'unauthorized' } });
    let reads = 0;
    const readCredentials = async () => {
      reads += 1;
      return BASIC;
    };
    const { clock, upstream } = upstreamAt(simulator.url, { readCredentials });
    const first = await upstream.fetch(sample);
    expect(first.outcome).toEqual({ kind: 'failed', failure: 'credentials-refused' });
    expect([first.call.attempts, first.call.status, reads]).toEqual([2, 401, 2]);
    clock.advance(999);
    expect([(await upstream.fetch(sample)).call.attempts, reads]).toEqual([1, 2]);
    clock.advance(1);
    expect([(await upstream.fetch(sample)).call.attempts, reads]).toEqual([2, 3]);
  });

  test.each([
    ['for good: one of the look-ups asks again', false, 'failed', 21],
    ['until they are read again: each look-up asks again', true, 'found', 40],
  ])('are refused to twenty look-ups at once, %s', async (_title, areReplaced, kind, requests) => {
    const simulator = await simulate();
    const changed = { username: 'till.demo', password: 'changed' };
    let credentials = BASIC;
    const { upstream } = upstreamAt(simulator.url, { readCredentials: async () => credentials });
    await upstream.prepare();
    simulator.control({ credentials: { basic: changed } });
    if (areReplaced) credentials = { kind: 'basic', ...changed };
    const answers = await Promise.all(Array.from({ length: 20 }, () => upstream.fetch(sample)));
    expect(answers.map(({ outcome }) => outcome.kind)).toEqual(Array(20).fill(kind));
    expect(simulator.counters.requests).toBe(requests);
  });

  test('are refused to two look-ups; if the first may not ask again, the second does', async () => {
    const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const firstHasCredentials = Promise.withResolvers<void>();
    const secondIsRefused = Promise.withResolvers<void>();
    const server = await startHttpServer(async (response, request, index) => {
      arrived[index]?.resolve();
      // The first look-up is refused when both hold the old credentials, and the second when the first has new ones.
      if (index === 0) await arrived[1]?.promise;
      if (index === 1) await firstHasCredentials.promise;
      const answer = index < 2 ? answering(401, '') : answering(200, CUSTOMER);
      await answer(response, request, index);
    });
    const { upstream } = upstreamAt(server.url);
    const first = upstream.fetch(sample, {
      takeRepetition: async () => {
        firstHasCredentials.resolve();
        await secondIsRefused.promise;
        return false;
      },
    });
    await arrived[0]?.promise;
    const mayRepeat = () => {
      secondIsRefused.resolve();
      return true;
    };
    expect((await upstream.fetch(sample, { mayRepeat })).outcome.kind).toBe('found');
    expect((await first).outcome).toEqual({ kind: 'failed', failure: 'credentials-refused' });
    expect(server.requests).toHaveLength(3);
  });

  test('are repeated without use of the retry, which is left for another failure', async () => {
    const simulator = await simulate();
    simulator.control({ fault: { kind: 'unauthorized', times: 1 } });
    simulator.control({ fault: { kind: 'status', status: 503, times: 1 } });
    const { outcome, call } = await upstreamAt(simulator.url).upstream.fetch(sample);
    expect([outcome.kind, call.attempts]).toEqual(['found', 3]);
  });

  test('that fail after the deadline has passed do not end the process', async () => {
    const script = path.join(import.meta.dirname, 'ask-with-late-credentials.ts');
    const { stdout } = await execFile(process.execPath, [script]);
    expect(stdout.trim().split('\n')).toEqual(['timeout', 'timeout', 'timeout', 'alive after 3 reads']);
  });

  test('that cannot be read are a failure: the upstream is not asked', async () => {
    const simulator = await simulate();
    const readCredentials = async () => {
      const cause = Object.assign(new Error('made up'), { name: 'AccessDeniedException' });
      throw new AuthorizationError('credentials-unreadable', 'No secret.', { cause });
    };
    const { outcome, call } = await upstreamAt(simulator.url, { readCredentials }).upstream.fetch(sample);
    expect(outcome).toEqual({ kind: 'failed', failure: 'credentials-unreadable' });
    expect([call.attempts, simulator.counters.requests, call.error]).toEqual([0, 0, 'AccessDeniedException']);
  });

  test('cannot be asked for: the call says why', async () => {
    const { upstream } = upstreamAt(await closedAddress(), { readCredentials: async () => OAUTH });
    const { outcome, call } = await upstream.fetch(sample);
    expect([outcome, call.error]).toEqual([{ kind: 'failed', failure: 'connection' }, 'ECONNREFUSED']);
  });

  test.each([
    [{ kind: 'status', status: 500 }, 'server-error'],
    [{ kind: 'unauthorized' }, 'credentials-refused'],
    [{ kind: 'html' }, 'invalid'],
    [{ kind: 'reset' }, 'connection'],
  ] as const)('no token (%j): %s, and the look-up is not sent', async (fault, failure) => {
    const simulator = await simulate();
    simulator.control({ fault: { ...fault, api: 'token' } });
    const { upstream } = upstreamAt(simulator.url, { readCredentials: async () => OAUTH });
    expect((await upstream.fetch(sample)).outcome).toEqual({ kind: 'failed', failure });
    expect(simulator.counters).toMatchObject({ tokenRequests: 1, v2Lookups: 0 });
  });
});

describe('the breaker', () => {
  const failing = answering(500, '');

  /** An upstream that fails each look-up, and one that has failed five times. */
  async function startBroken(respond: Respond = failing, times = 5) {
    let answer = respond;
    const server = await startHttpServer((response, request, index) => answer(response, request, index));
    const { upstream, clock } = upstreamAt(server.url, { timeoutMs: 1000 });
    for (let time = 0; time < times; time += 1) await upstream.fetch(sample);
    const sent = server.requests.length;
    return {
      upstream,
      clock,
      /** Requests since it was broken. */
      requests: () => server.requests.length - sent,
      answerWith: (other: Respond) => {
        answer = other;
      },
    };
  }

  test.each<[string, Respond]>([
    ['5xx', failing],
    ['its answer that it is busy', answering(200, '{"errors":[{"code":521,"message":"busy"}]}')],
    ['broken connections', (response) => void response.socket?.resetAndDestroy()],
  ])('opens after five look-ups in a row that failed by %s, and then asks no upstream', async (_title, respond) => {
    const { upstream, requests } = await startBroken(respond);
    const { outcome, call, freeMs } = await timedFetch(() => upstream.fetch(sample));
    expect(outcome).toEqual({ kind: 'failed', failure: 'breaker-open', retryAfterMs: 1000 });
    expect(call).toMatchObject({ attempts: 0, status: undefined });
    expect(requests()).toBe(0);
    expect(freeMs).toBeLessThan(SLACK_MS);
  });

  test.each<[string, Respond]>([
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
  ])('R7, B6: stays closed, however often the answer is %s', async (_title, respond) => {
    const { upstream, requests, answerWith } = await startBroken(respond, 12);
    answerWith(answering(200, CUSTOMER));
    expect((await upstream.fetch(await byExternalId('another'))).outcome.kind).toBe('found');
    expect(requests()).toBe(1);
  });

  const invalid: readonly (readonly [string, Respond])[] = [
    ['HTML', answering(200, '<html>')],
    ['a reply over 512 KiB', answering(200, `{"id":1,"padding":"${' '.repeat(512 * 1024)}"}`)],
    ['a redirect', answering(302, '', { location: '/elsewhere' })],
    ['a body that is not in its coding', answering(200, CUSTOMER, { 'content-encoding': 'gzip' })],
    ['headers that are too large', answering(200, CUSTOMER, { 'x-large': 'a'.repeat(20_000) })],
    ['a reply that is not HTTP', (response) => void response.socket?.write('GARBAGE\r\n\r\n')],
  ];

  test.each(invalid)('B6: stays closed for the others, however often one customer gets %s', async (_title, respond) => {
    const { upstream, answerWith } = await startBroken(respond, 12);
    answerWith(answering(200, CUSTOMER));
    expect((await upstream.fetch(await byExternalId('another'))).outcome.kind).toBe('found');
  });

  test.each(invalid)('opens when five customers in a row get %s', async (_title, respond) => {
    const { upstream } = await startBroken(respond, 12);
    for (const value of ['b', 'c', 'd', 'e']) {
      expect((await upstream.fetch(await byExternalId(value))).outcome).toMatchObject({ failure: 'invalid' });
    }
    expect((await upstream.fetch(await byExternalId('f'))).outcome).toMatchObject({ failure: 'breaker-open' });
  });

  test('B6: half open, one customer whose reply is invalid does not keep it open for the others', async () => {
    const bad = await byExternalId('bad');
    const { upstream, clock, answerWith } = await startBroken();
    answerWith((response, request, index) =>
      (request.url.endsWith('=bad') ? answering(200, '<html>') : answering(200, CUSTOMER))(response, request, index),
    );
    clock.advance(1000);
    // The first look-up tells the breaker something; then this customer's till repeats the request as often as it may.
    expect((await upstream.fetch(bad)).outcome).toMatchObject({ failure: 'invalid' });
    clock.advance(2000);
    for (let time = 0; time < 5; time += 1) {
      expect((await upstream.fetch(bad)).outcome).toMatchObject({ failure: 'invalid' });
    }
    expect((await upstream.fetch(sample)).outcome.kind).toBe('found');
  });

  test('lets one look-up through after a second, refuses the others at once, and closes if that one succeeds', async () => {
    const { upstream, clock, requests, answerWith } = await startBroken();
    clock.advance(1000);
    answerWith(answering(200, CUSTOMER));
    const outcomes = (await Promise.all(Array.from({ length: 10 }, () => upstream.fetch(sample)))).map(
      ({ outcome }) => outcome.kind,
    );
    expect(outcomes.filter((kind) => kind === 'found')).toHaveLength(1);
    expect(requests()).toBe(1);
    expect((await upstream.fetch(sample)).outcome.kind).toBe('found');
  });

  test('stays open twice as long each time that a probe fails, five seconds at most', async () => {
    const { upstream, clock } = await startBroken();
    let openMs = 1000;
    for (const next of [2000, 4000, 5000, 5000]) {
      clock.advance(openMs);
      expect((await upstream.fetch(sample)).outcome).toMatchObject({ failure: 'server-error' });
      expect((await upstream.fetch(sample)).outcome).toMatchObject({ failure: 'breaker-open', retryAfterMs: next });
      openMs = next;
    }
  });

  test('learns nothing from fetches that were abandoned', async () => {
    const { upstream, requests, answerWith } = await startBroken(failing, 4);
    answerWith(() => {});
    for (let time = 0; time < 3; time += 1) {
      const abandoned = new AbortController();
      const fetching = upstream.fetch(sample, { signal: abandoned.signal });
      while (requests() <= time) await sleep(5);
      abandoned.abort();
      expect((await fetching).outcome).toEqual({ kind: 'failed', failure: 'timeout' });
    }
    answerWith(failing);
    await upstream.fetch(sample);
    expect(requests()).toBeGreaterThanOrEqual(4);
    expect((await upstream.fetch(sample)).outcome).toMatchObject({ failure: 'breaker-open' });
  });
});

/** A clock with a time of day that can be set, as a machine's is when it is corrected. */
class CorrectedClock extends HurriedClock {
  offByMs = 0;

  override now(): number {
    return super.now() + this.offByMs;
  }
}

describe.each([-60_000, 60_000])('B12: when the time of day is set by %i ms', (offByMs) => {
  test('the breaker stays open as long as it should', async () => {
    const clock = new CorrectedClock();
    let isWell = false;
    const server = await startHttpServer((...args) => answering(isWell ? 200 : 500, CUSTOMER)(...args));
    const { upstream } = upstreamAt(server.url, { clock });
    for (let time = 0; time < 5; time += 1) await upstream.fetch(sample);
    isWell = true;
    clock.offByMs = offByMs;
    expect((await upstream.fetch(sample)).outcome).toMatchObject({ failure: 'breaker-open', retryAfterMs: 1000 });
    clock.advance(1000);
    expect((await upstream.fetch(sample)).outcome.kind).toBe('found');
  });

  test('a token is used until it is about to end, and refused credentials are read again after a second', async () => {
    const clock = new CorrectedClock();
    const simulator = await simulate();
    const { upstream } = upstreamAt(simulator.url, { clock, readCredentials: async () => OAUTH });
    await upstream.fetch(sample);
    clock.offByMs = offByMs;
    await upstream.fetch(sample);
    expect(simulator.counters.tokenRequests).toBe(1);
    for (const [advanceMs, tokenRequests] of [
      [0, 2],
      [999, 2],
      [1, 3],
    ] as const) {
      clock.advance(advanceMs);
      simulator.control({ revokeTokens: true });
      await upstream.fetch(sample);
      expect(simulator.counters.tokenRequests).toBe(tokenRequests);
    }
  });

  test('the report says how long a call really took', async () => {
    const clock = new CorrectedClock();
    const server = await startHttpServer((...args) => {
      clock.advance(300);
      clock.offByMs = offByMs;
      return answering(200, CUSTOMER)(...args);
    });
    expect((await upstreamAt(server.url, { clock }).upstream.fetch(sample)).call.durationMs).toBe(300);
  });
});

describe('a fetch that no caller waits for any longer', () => {
  test('ends at once, and closes the connection', async () => {
    let isClosed = false;
    const server = await startHttpServer((response) => {
      response.on('close', () => {
        isClosed = true;
      });
    });
    const abandoned = new AbortController();
    const fetching = timedFetch(() => upstreamAt(server.url).upstream.fetch(sample, { signal: abandoned.signal }));
    while (server.requests.length === 0) await sleep(5);
    abandoned.abort();
    const { outcome, freeMs } = await fetching;
    expect(outcome).toEqual({ kind: 'failed', failure: 'timeout' });
    expect(freeMs).toBeLessThan(2000);
    while (!isClosed) await sleep(5);
    expect(server.requests).toHaveLength(1);
  });

  test('is not retried', async () => {
    const abandoned = new AbortController();
    const server = await startHttpServer((response, request, index) => {
      abandoned.abort();
      return answering(500, '')(response, request, index);
    });
    expect((await upstreamAt(server.url).upstream.fetch(sample, { signal: abandoned.signal })).outcome.kind).toBe(
      'failed',
    );
    expect(server.requests).toHaveLength(1);
  });

  test('does not ask the upstream if it was abandoned before it began', async () => {
    const server = await startHttpServer(answering(200, CUSTOMER));
    const { outcome } = await upstreamAt(server.url).upstream.fetch(sample, { signal: AbortSignal.abort() });
    expect(outcome).toEqual({ kind: 'failed', failure: 'timeout' });
    expect(server.requests).toEqual([]);
  });
});

describe('v1.1', () => {
  const FOUND = '{"response":{"customers":{"customer":[{"user_id":1,"item_status":{"success":"true","code":1000}}]}}}';

  test.each<[Record<string, string>, string]>([
    [{ external_id: '12341234' }, 'external_id=12341234'],
    [{ mobile: '9876543210', format: 'json', user_id: 'false', fields: 'firstname' }, 'mobile=919876543210'],
    [{ id: '1', slab_history: 'true', basic: 'false' }, 'id=1&basic=false&slab_history=true'],
    [
      { external_id: 'a b+c&d=e/f?g#h%i"é😀', store_code: 'S&user_id=false', till_code: '#' },
      `external_id=${encodeURIComponent('a b+c&d=e/f?g#h%i"é😀')}&store_code=S%26user_id%3Dfalse&till_code=%23`,
    ],
  ])('%j goes to its own path, always for JSON and the customer’s id', async (parameters, query) => {
    const server = await startHttpServer(answering(200, FOUND));
    await upstreamAt(`${server.url}/prefix`).upstream.fetch(await get(parameters));
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.method).toBe('GET');
    expect(server.requests[0]?.url).toBe(`/prefix/v1.1/customer/get?${query}&format=json&user_id=true`);
  });

  test('sends only our own headers, and the language only if it was requested', async () => {
    const server = await startHttpServer(answering(200, FOUND));
    const { upstream } = upstreamAt(server.url);
    await upstream.fetch(sampleGet);
    await upstream.fetch(await get({ id: '1' }, 'ZH-hans'));
    await upstream.fetch(sample);
    const [plain, inChinese, v2] = server.requests.map(({ headers: { host: _, ...headers } }) => headers);
    expect(plain).toEqual({
      accept: 'application/json',
      'accept-encoding': expect.stringContaining('gzip'),
      authorization: basicAuthorization(DEFAULT_BASIC_CREDENTIALS),
      connection: 'keep-alive',
      'user-agent': 'lookaside',
    });
    expect(inChinese).toEqual({ ...plain, language: 'zh-Hans' });
    expect(v2).toEqual(plain);
  });

  test('answers with a customer, and with the facts of its statuses', async () => {
    const simulator = await simulate();
    const { upstream } = upstreamAt(simulator.url);
    const found = await upstream.fetch(sampleGet);
    expect(found.outcome).toMatchObject({ kind: 'found', status: 200, customerId: '566881933', isComplete: true });
    expect(found.call).toMatchObject({ attempts: 1, status: 200, requestId: 'simulated-1' });
    for (const [externalId, kind] of [
      ['ERR-618', 'refused'],
      ['ERASED', 'erased'],
      ['nobody', 'not-found'],
      ['ERR-8015', 'not-found'],
    ]) {
      expect((await upstream.fetch(await get({ external_id: externalId ?? '' }))).outcome.kind).toBe(kind);
    }
    expect((await upstream.fetch(await get({ external_id: 'MERGED' }))).outcome).toMatchObject({ isMerged: true });
    expect((await upstream.fetch(await get({ external_id: 'WARN-8062' }))).outcome).toMatchObject({
      isComplete: false,
    });
  });

  test('accepts its own shape only: a reply of the other API is invalid', async () => {
    const server = await startHttpServer((response, request, index) =>
      answering(200, request.url.startsWith('/v2') ? FOUND : CUSTOMER)(response, request, index),
    );
    const { upstream } = upstreamAt(server.url);
    expect((await upstream.fetch(sampleGet)).outcome).toEqual({ kind: 'failed', failure: 'invalid' });
    expect((await upstream.fetch(sample)).outcome).toEqual({ kind: 'failed', failure: 'invalid' });
  });

  test('XML is invalid, and the service does not ask again', async () => {
    const server = await startHttpServer(answering(200, '<?xml version="1.0"?><response/>'));
    const { outcome, call } = await upstreamAt(server.url).upstream.fetch(sampleGet);
    expect([outcome, call.attempts]).toEqual([{ kind: 'failed', failure: 'invalid' }, 1]);
  });

  /** One API answers like this, the other works. */
  const onlyFailing = (failing: 'v2' | 'v1.1', respond: Respond) =>
    startHttpServer((response, request, index) => {
      const isV2 = request.url.startsWith('/v2');
      const answer = (failing === 'v2') === isV2 ? respond : answering(200, isV2 ? CUSTOMER : FOUND);
      return answer(response, request, index);
    });

  test.each([
    ['v1.1', sampleGet, sample],
    ['v2', sample, sampleGet],
  ] as const)('the breaker of %s leaves the other API alone', async (api, failing, other) => {
    const server = await onlyFailing(api, answering(500, ''));
    const { upstream } = upstreamAt(server.url);
    for (let time = 0; time < 5; time += 1) await upstream.fetch(failing);
    expect((await upstream.fetch(failing)).outcome).toMatchObject({ failure: 'breaker-open' });
    expect((await upstream.fetch(other)).outcome.kind).toBe('found');
    // The other's success does not close it either.
    expect((await upstream.fetch(failing)).outcome).toMatchObject({ failure: 'breaker-open' });
  });

  test('both APIs share one retry budget: a hundred look-ups make 110 calls, by either API', async () => {
    const server = await startHttpServer(answering(500, ''));
    const { upstream, clock } = upstreamAt(server.url);
    for (let count = 1; count <= 50; count += 1) {
      // The breakers let one look-up through each time that they have been open long enough.
      clock.advance(5000);
      await upstream.fetch(sample);
      await upstream.fetch(sampleGet);
      expect(server.requests.length).toBeLessThanOrEqual(Math.ceil(2 * count * 1.1));
    }
    expect(server.requests).toHaveLength(110);
  });

  test('both APIs share one authorization: credentials are read once, and once again for both', async () => {
    const simulator = await simulate();
    let reads = 0;
    const readCredentials = async () => {
      reads += 1;
      return OAUTH;
    };
    const { upstream } = upstreamAt(simulator.url, { readCredentials });
    await Promise.all([upstream.fetch(sample), upstream.fetch(sampleGet)]);
    expect([reads, simulator.counters.tokenRequests]).toEqual([1, 1]);
    simulator.control({ revokeTokens: true });
    const answers = await Promise.all([upstream.fetch(sample), upstream.fetch(sampleGet)]);
    expect(answers.map(({ outcome }) => outcome.kind)).toEqual(['found', 'found']);
    expect([reads, simulator.counters.tokenRequests]).toEqual([2, 2]);
    const { headers } = simulator.requests.at(-1) ?? {};
    expect(headers?.['x-cap-api-oauth-token']).toMatch(/^simulated-/);
  });
});
