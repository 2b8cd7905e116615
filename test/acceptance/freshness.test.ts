import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { untilArrived } from '../support/arrivals.ts';
import { timed } from '../support/free-time.ts';
import { turnClock } from '../support/turned-clock.ts';
import { by, STORED, start, startHeld } from './running-service.ts';

/** Entries are fresh for five minutes, then stale for as long as the test says. */
const STALE = { FRESH_SECONDS: '300', STALE_WHILE_REVALIDATE_SECONDS: '0', STALE_IF_ERROR_SECONDS: '600' };
const STALE_AFTER_MS = 301_000;
const SAMPLE = by('mobile', '1234512345');
const SAMPLE_ID = '566881933';

describe('a stale answer', () => {
  test('is served while a separate invocation fetches a newer one, once for all', async () => {
    const { lookup, upstream, beforeUpstream } = await startHeld({ ...STALE, STALE_WHILE_REVALIDATE_SECONDS: '300' });
    expect((await lookup(SAMPLE)).cacheStatus).toBe(STORED);
    upstream.control({ change: { id: SAMPLE_ID, firstName: 'Renewed' } });
    turnClock(STALE_AFTER_MS);
    beforeUpstream.hold();

    const stale = await Promise.all(Array.from({ length: 5 }, () => lookup(SAMPLE)));
    for (const { cacheStatus, age, text } of stale) {
      expect(cacheStatus).toMatch(/^lookaside; hit; ttl=-\d+; detail=stale-while-revalidate$/);
      expect(age).toBeGreaterThanOrEqual(301);
      expect(text).not.toContain('Renewed');
    }

    await beforeUpstream.untilHeld(1);
    await beforeUpstream.letGo();
    let newer = await lookup(SAMPLE);
    while (!newer.text.includes('Renewed')) {
      await sleep(50);
      newer = await lookup(SAMPLE);
    }
    expect(newer.cacheStatus).toMatch(/^lookaside; hit; ttl=\d+$/);
    expect(newer.age).toBeLessThan(60);
    expect(upstream.counters.v2Lookups).toBe(2);
  });

  test('stands in for an upstream that fails, and never for an answer of the upstream', async () => {
    const { lookup, upstream } = await start(STALE);
    await lookup(SAMPLE);
    turnClock(STALE_AFTER_MS);

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
    // The entry is deleted at once, so no stale entry can stand in.
    upstream.control({ fault: { kind: 'status', status: 503 } });
    expect((await lookup(SAMPLE)).status).toBe(503);
  });

  test('waits no longer than STALE_SOFT_TIMEOUT_MS for an upstream that is slow', async () => {
    const { lookup, upstream } = await start({ ...STALE, STALE_SOFT_TIMEOUT_MS: '100', UPSTREAM_TIMEOUT_MS: '20000' });
    await lookup(SAMPLE);
    turnClock(STALE_AFTER_MS);
    upstream.control({ fault: { kind: 'slow', latencyMs: 15_000 } });

    const { result, freeMs } = await timed(() => lookup(SAMPLE));
    expect(freeMs).toBeLessThan(5000);
    expect(result.cacheStatus).toMatch(/^lookaside; hit; ttl=-\d+; detail=stale-if-error$/);
    // The simulator hears of it a moment later.
    while (upstream.counters.abandoned === 0) await sleep(5);
    expect(upstream.counters.abandoned).toBe(1);
  });

  test('is served to a caller that says max-stale, without asking the upstream', async () => {
    const { lookup, upstream } = await start(STALE);
    await lookup(SAMPLE);
    turnClock(STALE_AFTER_MS);

    expect((await lookup(SAMPLE, { 'cache-control': 'max-stale=60' })).cacheStatus).toMatch(
      /^lookaside; hit; ttl=-\d+; detail=max-stale$/,
    );
    expect(upstream.counters.v2Lookups).toBe(1);
    expect((await lookup(SAMPLE)).cacheStatus).toBe('lookaside; fwd=stale; fwd-status=200; stored');
    expect(upstream.counters.v2Lookups).toBe(2);
  });
});

describe('many callers that ask at once for a key that no caller asked for before', () => {
  /** On a busy machine it takes seconds until all have asked. */
  const UNTIL_ALL_HAVE_ASKED = { UPSTREAM_TIMEOUT_MS: '20000' };

  /** Lets one of 30 callers ask the upstream. The upstream answers when the 29 others wait for it. */
  async function askTogether({ url, lookup, beforeStore, beforeUpstream }: Awaited<ReturnType<typeof startHeld>>) {
    beforeUpstream.hold();
    const first = lookup(SAMPLE);
    await beforeUpstream.untilHeld(1);
    beforeStore.hold();
    const others = await untilArrived(url, 29, () => Array.from({ length: 29 }, () => lookup(SAMPLE)));
    await beforeStore.letGo();
    // Callers at the same time share reads. Each has read when the next shared read has ended.
    await beforeStore.untilAnswered(beforeStore.answered + 2);
    await beforeUpstream.letGo();
    return Promise.all([first, ...others]);
  }

  test('get their answer from one upstream call', async () => {
    const service = await startHeld(UNTIL_ALL_HAVE_ASKED);
    const [first, ...others] = await askTogether(service);

    expect(service.upstream.counters.v2Lookups).toBe(1);
    expect(first?.cacheStatus).toBe(STORED);
    const kinds = Map.groupBy(others, ({ cacheStatus }) => cacheStatus);
    expect(kinds.get('lookaside; fwd=miss; collapsed')).toHaveLength(29);
    expect(new Set(others.map(({ text }) => text))).toEqual(new Set([first?.text]));
  });

  test('fail together with the caller that asked, and do not ask in turn', async () => {
    const service = await startHeld(UNTIL_ALL_HAVE_ASKED);
    service.upstream.control({ fault: { kind: 'html' } });
    const replies = await askTogether(service);

    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 502));
    expect(service.upstream.counters.v2Lookups).toBe(1);
  });
});
