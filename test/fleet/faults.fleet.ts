import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { lookUp, repeat, SAMPLE, somebodyNew } from './asker.ts';
import { type FaultProxy, PROXY_FAULTS, type ProxyFault } from './fault-proxy.ts';
import { percentile, print } from './figures.ts';
import { type Fleet, type Instance, startFaultyStore, startFleet } from './running-fleet.ts';
import type { Reply } from './send.ts';

const CACHE_TIMEOUT_MS = 300;
const UPSTREAM_TIMEOUT_MS = 1000;
const UPSTREAM_LATENCY_MS = 50;
/** The time that a process may need besides its waits, on two shared cores. */
const MARGIN_MS = 400;

let fleet: Fleet<FaultProxy>;
let instance: Instance;
beforeAll(async () => {
  const settings = {
    CACHE_TIMEOUT_MS: `${CACHE_TIMEOUT_MS}`,
    UPSTREAM_TIMEOUT_MS: `${UPSTREAM_TIMEOUT_MS}`,
    NOT_FOUND_FRESH_SECONDS: '300',
  };
  fleet = await startFleet({ size: 1, settings, latencyMs: UPSTREAM_LATENCY_MS, store: startFaultyStore });
  const [only] = fleet.instances;
  if (only === undefined) throw new Error('no instance');
  instance = only;
  for (let n = 0; n < 20; n += 1) await miss();
});
afterAll(() => fleet.close());
afterEach(async () => {
  fleet.store.fault = undefined;
  fleet.upstream.fault = undefined;
  await recovered();
});

/** A look-up of a key that no caller has asked for. */
const miss = () => lookUp(instance, somebodyNew());

const hit = () => lookUp(instance, SAMPLE);

/** Waits until a miss is stored again: the breaker is closed, the connections are open. */
async function recovered(): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const { cacheStatus } = await miss();
    if (cacheStatus.endsWith('stored')) return performance.now() - startedAt;
    if (performance.now() - startedAt > 20_000) throw new Error(`it did not recover: ${cacheStatus}`);
  }
}

const codeOf = ({ body }: Reply) => (JSON.parse(body) as { code?: string }).code ?? 'the word of the upstream';

describe('an upstream in trouble', () => {
  const expected: Readonly<Record<ProxyFault, readonly [number, string]>> = {
    latency: [200, 'the word of the upstream'],
    hang: [504, 'upstream_timeout'],
    reset: [503, 'upstream_unavailable'],
    trickle: [504, 'upstream_timeout'],
    cut: [503, 'upstream_unavailable'],
    'wrong-length': [502, 'upstream_invalid'],
    html: [502, 'upstream_invalid'],
    'another-customer': [200, 'the word of the upstream'],
    'gzip-bomb': [502, 'upstream_invalid'],
    redirect: [502, 'upstream_invalid'],
  };

  test.each(PROXY_FAULTS)('%s has its status, and no look-up takes longer than its time', async (fault) => {
    fleet.upstream.latencyMs = 300;
    fleet.upstream.fault = fault;
    const reply = await miss();
    print(`upstream: ${fault}`, { status: reply.status, code: codeOf(reply), 'took ms': reply.tookMs });
    expect([reply.status, codeOf(reply)]).toEqual(expected[fault]);
    expect(reply.tookMs).toBeLessThan(UPSTREAM_TIMEOUT_MS + MARGIN_MS);
  });
});

describe('a store in trouble', () => {
  test.each(PROXY_FAULTS.filter((fault) => fault !== 'latency' && fault !== 'another-customer'))(
    '%s changes no answer, and costs CACHE_TIMEOUT_MS at most',
    async (fault) => {
      fleet.store.fault = fault;
      const replies = await repeat(5, miss);
      const tookMs = replies.map((reply) => reply.tookMs);
      print(`store: ${fault}`, { 'p50 ms': percentile(tookMs, 0.5), 'slowest ms': Math.max(...tookMs) });
      expect(replies.map(({ status, cacheStatus }) => [status, cacheStatus])).toEqual(
        replies.map(() => [200, 'lookaside; fwd=bypass; fwd-status=200']),
      );
      expect(Math.max(...tookMs)).toBeLessThan(CACHE_TIMEOUT_MS + UPSTREAM_LATENCY_MS + MARGIN_MS);
    },
  );

  test('that hangs and comes back is used again by itself', async () => {
    fleet.store.fault = 'hang';
    const hung = await repeat(10, hit);
    fleet.store.fault = undefined;
    const recoveredAfterMs = await recovered();
    await hit();
    const again = await hit();

    const tookMs = hung.map((reply) => reply.tookMs);
    print('store hung', {
      'p50 ms': percentile(tookMs, 0.5),
      'slowest ms': Math.max(...tookMs),
      'stored again after ms': recoveredAfterMs,
    });
    expect(hung.map(({ status }) => status)).toEqual(hung.map(() => 200));
    expect(Math.max(...tookMs)).toBeLessThan(CACHE_TIMEOUT_MS + UPSTREAM_LATENCY_MS + MARGIN_MS);
    expect(again.cacheStatus).toMatch(/^lookaside; hit; ttl=\d+$/);
    expect(recoveredAfterMs).toBeLessThan(2000);
  });
});
