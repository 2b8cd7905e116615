import { execFile as execFileWithCallback } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createCapillaryUpstream } from '../../../../functions/adapters/capillary/capillary-upstream-over-http.ts';
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
  const upstream = createCapillaryUpstream({ baseUrl, timeoutMs, clock, random: () => 0, readCredentials });
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
    const at = clock.now();
    expect(call).toEqual({
      askedAt: at,
      begunAt: at,
      durationMs: 0,
      attempts: 1,
      status: 200,
      requestId: 'simulated-1',
    });
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

  test('that fail after the deadline has passed do not end the process', async () => {
    const script = path.join(import.meta.dirname, 'ask-with-late-credentials.ts');
    const { stdout } = await execFile(process.execPath, [script]);
    expect(stdout.trim().split('\n')).toEqual(['timeout', 'timeout', 'timeout', 'alive after 3 reads']);
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
  /** An upstream that has answered twelve look-ups of one customer like this. */
  async function startBroken(respond: Respond) {
    let answer = respond;
    const server = await startHttpServer((response, request, index) => answer(response, request, index));
    const { upstream } = upstreamAt(server.url, { timeoutMs: 1000 });
    for (let time = 0; time < 12; time += 1) await upstream.fetch(sample);
    return {
      upstream,
      answerWith: (other: Respond) => {
        answer = other;
      },
    };
  }

  const invalid: readonly (readonly [string, Respond])[] = [
    ['HTML', answering(200, '<html>')],
    ['a reply over 512 KiB', answering(200, `{"id":1,"padding":"${' '.repeat(512 * 1024)}"}`)],
    ['a redirect', answering(302, '', { location: '/elsewhere' })],
    ['a body that is not in its coding', answering(200, CUSTOMER, { 'content-encoding': 'gzip' })],
    ['headers that are too large', answering(200, CUSTOMER, { 'x-large': 'a'.repeat(20_000) })],
    ['a reply that is not HTTP', (response) => void response.socket?.write('GARBAGE\r\n\r\n')],
  ];

  test.each(invalid)('B6: stays closed for the others, however often one customer gets %s', async (_title, respond) => {
    const { upstream, answerWith } = await startBroken(respond);
    answerWith(answering(200, CUSTOMER));
    expect((await upstream.fetch(await byExternalId('another'))).outcome.kind).toBe('found');
  });

  test.each(invalid)('opens when five customers in a row get %s', async (_title, respond) => {
    const { upstream } = await startBroken(respond);
    for (const value of ['b', 'c', 'd', 'e']) {
      expect((await upstream.fetch(await byExternalId(value))).outcome).toMatchObject({ failure: 'invalid' });
    }
    expect((await upstream.fetch(await byExternalId('f'))).outcome).toMatchObject({ failure: 'breaker-open' });
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
});
