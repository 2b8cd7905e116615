import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { by, STORED, start } from './running-service.ts';

/** Fresh for a second at most, then stale for as long as the test says. */
const SHORT = { FRESH_SECONDS: '1', STALE_WHILE_REVALIDATE_SECONDS: '0', STALE_IF_ERROR_SECONDS: '60' };
const STALE_AFTER_MS = 1050;
const SAMPLE = by('mobile', '1234512345');
const SAMPLE_ID = '566881933';
const NEVER_MS = 20_000;

describe('a stale answer', () => {
  test('is served while a separate invocation fetches a newer one, once for all', async () => {
    const { lookup, upstream } = await start({ ...SHORT, STALE_WHILE_REVALIDATE_SECONDS: '60' });
    expect((await lookup(SAMPLE)).cacheStatus).toBe(STORED);
    upstream.control({ change: { id: SAMPLE_ID, firstName: 'Renewed' } });
    await sleep(STALE_AFTER_MS);

    const stale = await Promise.all(Array.from({ length: 5 }, () => lookup(SAMPLE)));
    for (const { cacheStatus, age, text } of stale) {
      expect(cacheStatus).toMatch(/^lookaside; hit; ttl=-\d+; detail=stale-while-revalidate$/);
      expect(age).toBeGreaterThanOrEqual(1);
      expect(text).not.toContain('Renewed');
    }

    const giveUpAt = Date.now() + NEVER_MS;
    let newer = await lookup(SAMPLE);
    while (!newer.text.includes('Renewed') && Date.now() < giveUpAt) {
      await sleep(50);
      newer = await lookup(SAMPLE);
    }
    expect(newer.cacheStatus).toMatch(/^lookaside; hit; ttl=\d+$/);
    expect(newer.age).toBe(0);
    expect(newer.text).toContain('Renewed');
    expect(upstream.counters.v2Lookups).toBe(2);
  }, 60_000);

  test('stands in for an upstream that fails, and never for its word', async () => {
    const { lookup, upstream } = await start(SHORT);
    await lookup(SAMPLE);
    await sleep(STALE_AFTER_MS);

    upstream.control({ fault: { kind: 'status', status: 503 } });
    expect(await lookup(SAMPLE)).toMatchObject({
      status: 200,
      cacheStatus: expect.stringMatching(/^lookaside; hit; ttl=-\d+; detail=stale-if-error$/),
    });
    expect((await lookup(SAMPLE, { 'cache-control': 'no-cache' })).status).toBe(503);
    expect((await lookup(SAMPLE, { 'cache-control': 'no-store' })).status).toBe(503);
    expect((await lookup(SAMPLE, { 'cache-control': 'stale-if-error=0' })).status).toBe(503);

    upstream.reset('faults');
    upstream.control({ erase: SAMPLE_ID });
    const erased = await lookup(SAMPLE);
    expect(erased.cacheStatus).toBe('lookaside; fwd=stale; fwd-status=200');
    expect(erased.text).toContain('Customer is deleted after PII delete request');
    // Gone at once, not merely unused: nothing is left to stand in.
    upstream.control({ fault: { kind: 'status', status: 503 } });
    expect((await lookup(SAMPLE)).status).toBe(503);
  });

  test('waits no longer than STALE_SOFT_TIMEOUT_MS for an upstream that is slow', async () => {
    const { lookup, upstream } = await start({ ...SHORT, STALE_SOFT_TIMEOUT_MS: '100' });
    await lookup(SAMPLE);
    await sleep(STALE_AFTER_MS);
    upstream.control({ fault: { kind: 'slow', latencyMs: 2200 } });

    const startedAt = performance.now();
    const { cacheStatus } = await lookup(SAMPLE);
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect(cacheStatus).toMatch(/^lookaside; hit; ttl=-\d+; detail=stale-if-error$/);
    expect(upstream.counters.abandoned).toBe(1);
  });

  test('is served to who says max-stale, without asking the upstream', async () => {
    const { lookup, upstream } = await start(SHORT);
    await lookup(SAMPLE);
    await sleep(STALE_AFTER_MS);

    expect((await lookup(SAMPLE, { 'cache-control': 'max-stale=30' })).cacheStatus).toMatch(
      /^lookaside; hit; ttl=-\d+; detail=max-stale$/,
    );
    expect(upstream.counters.v2Lookups).toBe(1);
    expect((await lookup(SAMPLE)).cacheStatus).toBe('lookaside; fwd=stale; fwd-status=200; stored');
    expect(upstream.counters.v2Lookups).toBe(2);
  });
});

describe('many at once who ask for a key that nobody asked for', () => {
  test('are answered by one call of the upstream', async () => {
    const { lookup, upstream } = await start({}, { latencyMs: 300 });
    const replies = await Promise.all(Array.from({ length: 30 }, () => lookup(SAMPLE)));
    const kinds = Map.groupBy(replies, ({ cacheStatus }) => cacheStatus.replace(/ttl=\d+/, 'ttl=N'));

    expect(upstream.counters.v2Lookups).toBe(1);
    expect(kinds.get(STORED)).toHaveLength(1);
    expect(kinds.get('lookaside; fwd=miss; collapsed')?.length).toBeGreaterThan(0);
    const known = [STORED, 'lookaside; fwd=miss; collapsed', 'lookaside; hit; ttl=N'];
    expect([...kinds.keys()].filter((kind) => !known.includes(kind))).toEqual([]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  });

  test('fail as the one did who asked, without a turn each', async () => {
    const { lookup, upstream } = await start({}, { latencyMs: 300 });
    upstream.control({ fault: { kind: 'html' } });
    const replies = await Promise.all(Array.from({ length: 30 }, () => lookup(SAMPLE)));

    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 502));
    expect(upstream.counters.v2Lookups).toBe(1);
  });
});
