import { describe, expect, test } from '@jest/globals';
import { createCapillaryUpstream } from '../../../../functions/adapters/capillary/capillary-upstream-over-http.ts';
import type { CanonicalRequest } from '../../../../functions/customer/request/canonical-request.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { type Respond, startHttpServer } from '../../../support/loopback-server.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

/** A clock on which every wait is over at once. */
class HurriedClock extends ManualClock {
  override async sleep(ms: number): Promise<void> {
    this.advance(ms);
  }
}

function upstreamAt(baseUrl: string, timeoutMs = 60_000) {
  const readCredentials = async () => ({ kind: 'basic', username: 'till', password: 'secret' }) as const;
  return createCapillaryUpstream({ baseUrl, timeoutMs, clock: new HurriedClock(), random: () => 0, readCredentials });
}

async function byExternalId(value: string): Promise<CanonicalRequest> {
  const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: value };
  return (await readV2Request(Object.entries(parameters), DEFAULT_READING)).request;
}

/** A reply whose body ends too early: the connection is closed. */
function closing(status: number): Respond {
  return (response) => {
    response.writeHead(status, { 'content-length': '900', 'retry-after': '7' });
    response.write('{"errors":[', () => response.socket?.end());
  };
}

/** The same, without a length: the last chunk is missing. */
function closingBetweenChunks(status: number): Respond {
  return (response) => {
    response.writeHead(status, { 'retry-after': '7' });
    response.write('{"errors":[', () => response.socket?.end());
  };
}

/** The same, with a body that lasts until the connection is closed: it is reset. */
function resetting(status: number): Respond {
  return (response) => {
    response.useChunkedEncodingByDefault = false;
    response.writeHead(status, { connection: 'close', 'retry-after': '7' });
    response.write('{"errors":[', () => response.socket?.resetAndDestroy());
  };
}

describe.each([
  ['its length', closing],
  ['its last chunk', closingBetweenChunks],
  ['the end of its connection', resetting],
])('a reply that ends before %s', (_title, ending) => {
  test.each<[number, object, number]>([
    [302, { kind: 'failed', failure: 'invalid', retryAfterMs: 7000 }, 1],
    [400, { kind: 'refused', status: 400, errors: undefined }, 1],
    [401, { kind: 'failed', failure: 'credentials-refused', retryAfterMs: 7000 }, 2],
    [404, { kind: 'failed', failure: 'invalid', retryAfterMs: 7000 }, 1],
    [409, { kind: 'failed', failure: 'invalid', retryAfterMs: 7000 }, 1],
    [429, { kind: 'failed', failure: 'throttled', retryAfterMs: 7000 }, 1],
    [200, { kind: 'failed', failure: 'connection' }, 2],
    [500, { kind: 'failed', failure: 'connection' }, 2],
  ])('B7: with status %i, whose status counts if it is a 3xx or 4xx', async (status, outcome, attempts) => {
    const server = await startHttpServer(ending(status));
    const { outcome: seen, call } = await upstreamAt(server.url).fetch(await byExternalId('MP1'));
    expect(seen).toEqual(outcome);
    expect([call.attempts, server.requests.length]).toEqual([attempts, attempts]);
  });

  test.each([400, 404, 409])('B6: with status %i never opens the breaker', async (status) => {
    const server = await startHttpServer(ending(status));
    const upstream = upstreamAt(server.url);
    for (let asked = 0; asked < 8; asked += 1) await upstream.fetch(await byExternalId(`MP${asked}`));
    expect(server.requests).toHaveLength(8);
  });
});

test('B7: a 429 whose body does not come in time is a 429', async () => {
  const server = await startHttpServer((response) => {
    response.writeHead(429, { 'content-length': '900', 'retry-after': '7' });
    response.write('{');
  });
  const { outcome, call } = await upstreamAt(server.url, 600).fetch(await byExternalId('MP1'));
  expect(outcome).toEqual({ kind: 'failed', failure: 'throttled', retryAfterMs: 7000 });
  expect(call).toMatchObject({ attempts: 1, status: 429 });
});

test.each([200, 400, 404, 500])(
  'a %i without a length whose connection stays open has not come in time',
  async (status) => {
    const server = await startHttpServer((response) => {
      response.useChunkedEncodingByDefault = false;
      response.writeHead(status, { connection: 'close' }).write('{"id":1,"warnings":[],"errors":[]}');
    });
    const { outcome, call } = await upstreamAt(server.url, 300).fetch(await byExternalId('MP1'));
    expect(outcome).toEqual({ kind: 'failed', failure: 'timeout' });
    expect(call).toMatchObject({ attempts: 1, status });
  },
);

test.each([400, 403, 404])('B6: a %i whose body does not come in time never opens the breaker', async (status) => {
  const server = await startHttpServer((response) => {
    response.writeHead(status, { 'content-length': '900' });
    response.write('{');
  });
  const upstream = upstreamAt(server.url, 300);
  const ask = async (id: number) => upstream.fetch(await byExternalId(`MP${id}`));
  for (const { outcome, call } of [...(await Promise.all([1, 2, 3, 4, 5].map(ask))), await ask(6)]) {
    expect(outcome).toEqual({ kind: 'failed', failure: 'timeout' });
    expect(call).toMatchObject({ attempts: 1, status });
  }
  expect(server.requests).toHaveLength(6);
});
