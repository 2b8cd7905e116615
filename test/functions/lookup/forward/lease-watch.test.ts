import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM, type StoredItem } from '../../../../functions/lookup/entry.ts';
import { LeaseWatch } from '../../../../functions/lookup/forward/lease-watch.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const LEASE_MS = 2650;
/** How long a look-up may wait in all and still fetch by itself. */
const LATEST_MS = LEASE_MS + 500;
/** How long the last read of a wait may take. */
const LAST_READ_MS = 250;

function start() {
  const clock = new ManualClock();
  const watch = new LeaseWatch(clock, LEASE_MS);
  const leased = (token: string, changes: Partial<StoredItem> = {}, durationMs = LEASE_MS): StoredItem => ({
    ...EMPTY_ITEM,
    lease: { token, until: clock.now() + durationMs, durationMs },
    ...changes,
  });
  const patienceMs = (limits: Partial<Parameters<LeaseWatch['patienceMs']>[0]> = {}) =>
    watch.patienceMs({ startedAt: 0, softMsLeft: undefined, hasStoreTrouble: false, ...limits });
  return { clock, watch, leased, patienceMs };
}

describe('whether a lease is live', () => {
  test('until its end, and as long after it as two clocks may differ', () => {
    const { clock, watch, leased } = start();
    const item = leased('a', {}, 1000);
    expect(watch.isLive(item)).toBe(true);
    clock.advance(1500);
    expect(watch.isLive(item)).toBe(true);
    clock.advance(1);
    expect(watch.isLive(item)).toBe(false);
  });

  test('not for longer than it lasts since the look-up first saw it, whatever its holder’s clock says', () => {
    const { clock, watch, leased } = start();
    const ahead = { ...EMPTY_ITEM, lease: { token: 'a', until: clock.now() + 999_999, durationMs: 1000 } };
    watch.observe(ahead);
    clock.advance(999);
    watch.observe(ahead);
    expect(watch.isLive(ahead)).toBe(true);
    clock.advance(1);
    expect(watch.isLive(ahead)).toBe(false);
    expect(watch.isLive(leased('b'))).toBe(true);
  });

  test('asking changes nothing', () => {
    const { clock, watch, leased } = start();
    const item = leased('a');
    watch.isLive(item);
    clock.advance(1000);
    expect(watch.hasSeenLease).toBe(false);
    expect(watch.hasWaited).toBe(false);
    expect(watch.isLive({ ...item, lease: { token: 'a', until: clock.now(), durationMs: 500 } })).toBe(true);
  });

  test('an item without a lease has none', () => {
    expect(start().watch.isLive(EMPTY_ITEM)).toBe(false);
  });
});

describe('how a lease ended', () => {
  const outcome = { kind: 'not-stored', token: 'a' } as const;

  test('counts for look-ups that saw it live, and for no other look-up', () => {
    const { watch, leased } = start();
    expect(watch.endedAs({ ...EMPTY_ITEM, outcome })).toBeUndefined();
    watch.observe(leased('b'));
    expect(watch.endedAs({ ...EMPTY_ITEM, outcome })).toBeUndefined();
    watch.observe({ ...EMPTY_ITEM, outcome });
    expect(watch.endedAs({ ...EMPTY_ITEM, outcome })).toBeUndefined();
    watch.observe(leased('a'));
    expect(watch.endedAs({ ...EMPTY_ITEM, outcome })).toBe(outcome);
  });

  test.each<readonly [string, Partial<StoredItem>, mayHolderBeDead: boolean, wasUnmet: boolean]>([
    ['without an outcome', {}, true, false],
    ['with an outcome', { outcome }, false, false],
    ['with an entry', { version: 'a' }, false, true],
    ['with the outcome of another', { outcome: { ...outcome, token: 'b' } }, true, false],
    ['with the entry of another', { version: 'b' }, true, false],
  ])('%s', (_title, after, mayHolderBeDead, wasUnmet) => {
    const { watch, leased } = start();
    watch.observe(leased('a'));
    expect(watch.mayHolderBeDead).toBe(false);
    watch.observe({ ...EMPTY_ITEM, ...after });
    expect(watch.mayHolderBeDead).toBe(mayHolderBeDead);
    expect(watch.wasUnmet).toBe(wasUnmet);
  });

  test('a lease that lapsed before the look-up saw it was never waited for', () => {
    const { clock, watch, leased } = start();
    const item = leased('a', {}, 100);
    clock.advance(LEASE_MS);
    watch.observe(item);
    expect(watch.hasSeenLease).toBe(true);
    expect(watch.hasWaited).toBe(false);
    watch.observe(EMPTY_ITEM);
    expect(watch.mayHolderBeDead).toBe(false);
  });
});

describe('a fetch that a look-up asked for', () => {
  const outcome = { kind: 'not-stored', token: 'a' } as const;
  const earlier = { kind: 'not-stored', token: 'earlier' } as const;

  test('counts, even if its lease came and went between two reads', () => {
    const { watch } = start();
    watch.observe(EMPTY_ITEM, true);
    watch.observe({ ...EMPTY_ITEM, outcome });
    expect([watch.endedAs({ ...EMPTY_ITEM, outcome }), watch.hasSeenLease, watch.hasWaited]).toEqual([
      outcome,
      true,
      false,
    ]);
  });

  test.each<[string, Partial<StoredItem>, Partial<StoredItem>]>([
    ['nothing was there, and nothing is', {}, {}],
    ['the outcome was there before', { outcome: earlier }, { outcome: earlier }],
    ['the outcome is gone', { outcome: earlier }, {}],
  ])('has not ended: %s', (_title, before, after) => {
    const { watch } = start();
    watch.observe({ ...EMPTY_ITEM, ...before }, true);
    watch.observe({ ...EMPTY_ITEM, ...after });
    expect([watch.endedAs({ ...EMPTY_ITEM, ...after }), watch.hasSeenLease]).toEqual([undefined, false]);
  });

  test('is compared with the item before the first request, if the look-up asks twice', () => {
    const { watch } = start();
    watch.observe({ ...EMPTY_ITEM, outcome: earlier }, true);
    watch.observe({ ...EMPTY_ITEM, outcome }, true);
    watch.observe({ ...EMPTY_ITEM, outcome });
    expect(watch.endedAs({ ...EMPTY_ITEM, outcome })).toBe(outcome);
  });

  test('is first seen when its outcome is: patience counts from then on', () => {
    const { clock, watch, patienceMs } = start();
    watch.observe(EMPTY_ITEM, true);
    clock.advance(100);
    watch.observe({ ...EMPTY_ITEM, outcome });
    clock.advance(50);
    watch.observe({ ...EMPTY_ITEM, outcome });
    expect(patienceMs()).toBe(LEASE_MS - 50);
  });

  test('keeps the moment when its lease was seen, if that was before its outcome', () => {
    const { clock, watch, leased, patienceMs } = start();
    watch.observe(EMPTY_ITEM, true);
    watch.observe(leased('a'));
    clock.advance(100);
    watch.observe({ ...EMPTY_ITEM, outcome });
    expect(patienceMs()).toBe(LEASE_MS - 100);
  });
});

describe('a lease that the look-up waits for', () => {
  test('has not ended while it is there', () => {
    const { watch, leased } = start();
    watch.observe(leased('a'));
    watch.observe(leased('a', { version: 'b' }));
    expect([watch.mayHolderBeDead, watch.wasUnmet]).toEqual([false, false]);
  });

  test('that ended without an outcome, or unmet, has ended for good', () => {
    const { watch, leased } = start();
    watch.observe(leased('a'));
    watch.observe(leased('b', { version: 'a' }));
    watch.observe(leased('c'));
    watch.observe(leased('d', { outcome: { kind: 'given-up', token: 'c' } }));
    expect([watch.mayHolderBeDead, watch.wasUnmet]).toEqual([true, true]);
  });

  test('is another look-up’s turn if it ended so, and the look-up saw it', () => {
    const { watch, leased } = start();
    watch.observe(leased('a'));
    const ended = (kind: 'ceded' | 'given-up', token: string) => ({ ...EMPTY_ITEM, outcome: { kind, token } });
    expect(watch.wasCeded(ended('ceded', 'a'))).toBe(true);
    expect(watch.wasCeded(ended('ceded', 'b'))).toBe(false);
    expect(watch.wasCeded(ended('given-up', 'a'))).toBe(false);
  });

  test('before any lease, an entry without a version meets nothing', () => {
    const { watch } = start();
    watch.observe(EMPTY_ITEM);
    watch.observe({ ...EMPTY_ITEM, version: 'a' });
    expect([watch.mayHolderBeDead, watch.wasUnmet, watch.hasWaited]).toEqual([false, false, false]);
  });
});

describe('the time until the lease should end', () => {
  const expecting = (until: number, expectedMs: number | undefined): StoredItem => ({
    ...EMPTY_ITEM,
    lease: { token: 'a', until, durationMs: LEASE_MS, expectedMs },
  });

  test.each<[string, ago: number, expectedMs: number | undefined, left: number]>([
    ['the holder expects nothing', 0, undefined, 0],
    ['the lease was taken now', 0, 400, 400],
    ['the lease was taken 100 ms ago', 100, 400, 300],
    ['the fetch takes longer than expected', 500, 400, 0],
    ['the holder’s clock is ahead: the look-up sees the lease now', -200, 400, 400],
  ])('%s', (_title, ago, expectedMs, left) => {
    const { clock, watch } = start();
    const item = expecting(clock.now() - ago + LEASE_MS, expectedMs);
    expect(watch.untilExpectedEndMs(item)).toBe(left);
    watch.observe(item);
    expect(watch.untilExpectedEndMs(item)).toBe(left);
  });

  test('counts from what the look-up has seen itself, if the holder’s clock is ahead', () => {
    const { clock, watch } = start();
    clock.advance(50);
    const item = expecting(clock.now() + 200 + LEASE_MS, 400);
    watch.observe(item);
    clock.advance(300);
    expect(watch.untilExpectedEndMs(item)).toBe(100);
  });

  test('does not exist without a lease', () => {
    const { watch } = start();
    expect([watch.untilExpectedEndMs(EMPTY_ITEM), watch.untilExpectedEndMs(EMPTY_ITEM, 300)]).toEqual([0, 0]);
  });

  test.each([
    [undefined, 300, 300],
    [400, 300, 400],
    [0, 300, 0],
  ])(
    'is what the holder expects, or else this instance: the holder expects %s, this instance %d',
    (expectedMs, usualMs, left) => {
      const { clock, watch } = start();
      expect(watch.untilExpectedEndMs(expecting(clock.now() + LEASE_MS, expectedMs), usualMs)).toBe(left);
    },
  );
});

describe('patience', () => {
  test('is one lease from when the look-up saw the first lease', () => {
    const { clock, watch, leased, patienceMs } = start();
    expect(patienceMs()).toBe(LEASE_MS);
    clock.advance(200);
    watch.observe(leased('a'));
    clock.advance(100);
    expect(patienceMs()).toBe(LEASE_MS - 100);
  });

  test('counts the whole wait, from the start of the look-up', () => {
    const { clock, patienceMs } = start();
    clock.advance(1000);
    expect(patienceMs({ startedAt: 700 })).toBe(LATEST_MS - LAST_READ_MS - 300);
    expect(patienceMs({ startedAt: 700, softMsLeft: 9000 })).toBe(LEASE_MS - 300);
    expect(patienceMs({ startedAt: 1000 })).toBe(LEASE_MS);
  });

  test('ends while there is time for a fetch of its own', () => {
    const { clock, watch, leased, patienceMs } = start();
    clock.advance(1000);
    watch.observe(leased('a'));
    expect(patienceMs()).toBe(LATEST_MS - LAST_READ_MS - 1000);
  });

  test('is two leases from when the look-up saw the first lease, if a holder vanished', () => {
    const { clock, watch, leased, patienceMs } = start();
    clock.advance(200);
    watch.observe(leased('a'));
    clock.advance(300);
    watch.observe(leased('b'));
    expect(patienceMs()).toBe(2 * LEASE_MS - 300);
  });

  test('ends while there is time for a fetch, if a holder vanished and the store is in trouble', () => {
    const { clock, watch, leased, patienceMs } = start();
    watch.observe(leased('a'));
    clock.advance(300);
    watch.observe(leased('b'));
    expect(patienceMs({ hasStoreTrouble: true })).toBe(LATEST_MS - LAST_READ_MS - 300);
  });

  test('ends while there is time for a fetch, once three holders vanished: the fetches are voided', () => {
    const { clock, watch, leased, patienceMs } = start();
    for (const token of ['a', 'b', 'c']) {
      watch.observe(leased(token));
      clock.advance(100);
    }
    expect([watch.mayHolderBeDead, patienceMs()]).toEqual([true, 2 * LEASE_MS - 300]);
    watch.observe(leased('d'));
    expect([watch.mayHolderBeDead, patienceMs()]).toEqual([false, LATEST_MS - LAST_READ_MS - 300]);
  });

  test('N64: is the rest of the soft timeout with a usable stale entry, counted from the start of the look-up', () => {
    const { clock, watch, leased, patienceMs } = start();
    clock.advance(500);
    watch.observe(leased('a'));
    expect(patienceMs({ softMsLeft: 100 })).toBe(100);
    expect(patienceMs({ softMsLeft: 9000 })).toBe(LEASE_MS - 500);
  });

  test('a look-up that waited is too late to fetch one lease and the margin after its start', () => {
    const { clock, watch, leased } = start();
    clock.advance(LATEST_MS + 1);
    expect(watch.isTooLateToFetch(0)).toBe(false);
    watch.observe(leased('a'));
    expect(watch.isTooLateToFetch(0)).toBe(true);
    expect(watch.isTooLateToFetch(1)).toBe(false);
  });
});
