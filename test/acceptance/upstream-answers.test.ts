import { describe, expect, test } from '@jest/globals';
import type { FaultKind } from '../../simulator/faults/faults.ts';
import { turnClock } from '../support/turned-clock.ts';
import { by, STORED, start } from './running-service.ts';

const MESSAGE = 'Customer is deleted after PII delete request';
const SAMPLE = by('mobile', '1234512345');
const PROBLEM = 'application/problem+json';

/** A service that keeps entries fresh for a second, and can serve them for a day if the upstream fails. */
const SOON_STALE = { FRESH_SECONDS: '1', STALE_WHILE_REVALIDATE_SECONDS: '0' };

async function startStale() {
  const service = await start(SOON_STALE);
  await service.lookup(SAMPLE);
  turnClock(1100);
  return service;
}

describe('R6: an erased customer', () => {
  test.each([
    ...(['message', 'status', 'response-status', 'errors', 'errors-object', 'warnings', 'status-beside'] as const),
    'text' as const,
  ])('is erased if the message stands in %s, even if there is a stale entry', async (place) => {
    const { lookup, upstream } = await startStale();
    upstream.control({ fault: { kind: 'erased', place, status: 404 } });
    const erased = await lookup(SAMPLE);
    expect(erased).toMatchObject({ status: 404, cacheStatus: 'lookaside; fwd=stale; fwd-status=404' });
    expect(erased.text).toContain(MESSAGE);
    expect(erased.text).not.toContain('Bubalus');
    // No entry of the customer is left.
    upstream.reset('faults');
    upstream.control({ fault: { kind: 'status', status: 500 } });
    expect((await lookup(SAMPLE)).status).toBe(503);
  });

  test.each([200, 401, 403, 429, 500, 503])('is erased with status %i too', async (status) => {
    const { lookup, upstream } = await start();
    upstream.control({ fault: { kind: 'erased', status } });
    const reply = await lookup(SAMPLE);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(MESSAGE);
    expect(upstream.counters.v2Lookups).toBe(1);
  });
});

describe('a refusal without a readable error', () => {
  test('is 400 upstream_refused, is not stored, and a stale entry does not hide it', async () => {
    const { lookup, upstream } = await startStale();
    upstream.control({ fault: { kind: 'blank' } });
    const asked = upstream.counters.v2Lookups;
    for (let time = 1; time <= 2; time += 1) {
      const reply = await lookup(SAMPLE);
      expect(reply.status).toBe(400);
      expect(reply.headers.get('content-type')).toBe(PROBLEM);
      expect(JSON.parse(reply.text)).toMatchObject({ code: 'upstream_refused' });
      expect(upstream.counters.v2Lookups - asked).toBe(time);
    }
  });

  test.each<[FaultKind, number]>([
    ['html', 404],
    ['blank', 404],
    ['blank', 409],
  ])(
    'with another 4xx (%s, %i) is 502 upstream_invalid, and a stale entry may stand in for it',
    async (kind, status) => {
      const stale = await startStale();
      stale.upstream.control({ fault: { kind, status } });
      expect((await stale.lookup(SAMPLE)).cacheStatus).toMatch(/detail=stale-if-error$/);
      const { lookup, upstream } = await start();
      upstream.control({ fault: { kind, status } });
      const reply = await lookup(SAMPLE);
      expect([reply.status, JSON.parse(reply.text).code]).toEqual([502, 'upstream_invalid']);
    },
  );
});

describe('the code 429 in a reply with status 200', () => {
  test('pauses the fleet, and a stale entry may stand in', async () => {
    const { lookup, upstream } = await startStale();
    expect(await lookup(by('externalId', 'ERR-429'))).toMatchObject({
      status: 503,
      cacheStatus: 'lookaside; fwd=miss; fwd-status=200',
    });
    const asked = upstream.counters.v2Lookups;
    expect((await lookup(by('externalId', 'E'))).status).toBe(503);
    expect((await lookup(SAMPLE)).cacheStatus).toMatch(/detail=stale-if-error$/);
    expect(upstream.counters.v2Lookups).toBe(asked);
  });
});

describe('R7, B6: the breaker', () => {
  test.each<[FaultKind, number | undefined]>([
    ['status', 400],
    ['status', 404],
    ['status', 409],
    ['blank', undefined],
    ['html', 404],
  ])(
    'does not open for %s with status %j, however often: the service still asks for the next customer',
    async (kind, status) => {
      const { lookup, upstream } = await start();
      upstream.control({ fault: { kind, ...(status !== undefined && { status }), urlIncludes: 'externalId' } });
      for (let customer = 0; customer < 7; customer += 1) await lookup(by('externalId', `E${customer}`));
      expect(await lookup(SAMPLE)).toMatchObject({ status: 200, cacheStatus: STORED });
    },
  );

  test('does not open for invalid replies about one customer, however often', async () => {
    const { lookup, upstream } = await start();
    upstream.control({ fault: { kind: 'oversize', sizeBytes: 600_000, urlIncludes: 'externalId' } });
    for (let time = 0; time < 12; time += 1) expect((await lookup(by('externalId', 'E'))).status).toBe(502);
    expect((await lookup(SAMPLE)).status).toBe(200);
  });
});

describe('the upstream’s connection', () => {
  test.each<[string, FaultKind]>([
    ['R9: says 100 Continue first', 'continue'],
    ['R9: says 103 Early Hints first', 'early-hints'],
    ['R15: is reset at its second request', 'reset-reused'],
  ])('%s: twenty look-ups are answered', async (_title, kind) => {
    const { lookup, upstream } = await start({ FRESH_SECONDS: '0' });
    upstream.control({ fault: { kind } });
    for (let time = 0; time < 20; time += 1) expect((await lookup(SAMPLE)).status).toBe(200);
    // Nearly every look-up met a connection that had been used once.
    if (kind === 'reset-reused') expect(upstream.counters.v2Lookups).toBeGreaterThan(30);
    else expect(upstream.counters.v2Lookups).toBe(20);
  });

  test.each(['gzip', 'br', 'deflate', 'zstd'])(
    'R8: brings a body that is not in %s, though it says so: the answer is 502, and the service asks once',
    async (encoding) => {
      const { lookup, upstream } = await start();
      upstream.control({ fault: { kind: 'wrong-encoding', encoding } });
      const reply = await lookup(SAMPLE);
      expect([reply.status, JSON.parse(reply.text).code]).toEqual([502, 'upstream_invalid']);
      expect(upstream.counters.v2Lookups).toBe(1);
    },
  );
});

test.each([
  [206, 'a customer', SAMPLE],
  [226, 'a customer', SAMPLE],
  [206, '"not found"', by('externalId', 'NOBODY')],
] as const)('R10, B15: a reply with status %i is served and never stored: %s', async (status, _title, query) => {
  const { lookup, upstream } = await start();
  upstream.control({ fault: { kind: 'partial-content', status } });
  for (let time = 1; time <= 2; time += 1) {
    expect(await lookup(query)).toMatchObject({ status, cacheStatus: `lookaside; fwd=miss; fwd-status=${status}` });
    expect(upstream.counters.v2Lookups).toBe(time);
  }
});

test.each(['numbers', 'decimals', 'objects', 'members'] as const)(
  'B14: a reply of 512 KiB of %s is answered',
  async (filling) => {
    const { lookup, upstream } = await start({ PROFILE_FIELDS: 'id' });
    upstream.control({ fault: { kind: 'oversize', sizeBytes: 512 * 1024, filling } });
    const reply = await lookup(by('externalId', 'E'));
    expect([reply.status, reply.text]).toEqual([200, '{"id":1}']);
  },
);
