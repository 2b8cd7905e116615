import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM, type StoredItem } from '../../../../functions/lookup/entry.ts';
import { LeaseWatch } from '../../../../functions/lookup/forward/lease-watch.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const LEASE_MS = 2650;
/** What a look-up may wait in all and still fetch by itself. */
const LATEST_MS = LEASE_MS + 500;
/** The last read of a wait may take so long. */
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

  test('not for longer than it lasts since it was first seen, whatever its holder’s clock says', () => {
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

  test('counts for those that saw it alive, and for no other look-up', () => {
    const { watch, leased } = start();
    expect(watch.endedAs({ ...EMPTY_ITEM, outcome })).toBeUndefined();
    watch.observe(leased('b'));
    expect(watch.endedAs({ ...EMPTY_ITEM, outcome })).toBeUndefined();
    watch.observe(leased('a'));
    expect(watch.endedAs({ ...EMPTY_ITEM, outcome })).toBe(outcome);
  });

  test.each<readonly [string, Partial<StoredItem>, hasVanished: boolean, wasUnmet: boolean]>([
    ['without a word', {}, true, false],
    ['with an outcome', { outcome }, false, false],
    ['with an entry', { version: 'a' }, false, true],
    ['with the outcome of another', { outcome: { ...outcome, token: 'b' } }, true, false],
    ['with the entry of another', { version: 'b' }, true, false],
  ])('%s', (_title, after, hasVanished, wasUnmet) => {
    const { watch, leased } = start();
    watch.observe(leased('a'));
    expect(watch.hasVanished).toBe(false);
    watch.observe({ ...EMPTY_ITEM, ...after });
    expect(watch.hasVanished).toBe(hasVanished);
    expect(watch.wasUnmet).toBe(wasUnmet);
  });

  test('a lease that lapsed before it was seen was never waited for', () => {
    const { clock, watch, leased } = start();
    const item = leased('a', {}, 100);
    clock.advance(LEASE_MS);
    watch.observe(item);
    expect(watch.hasSeenLease).toBe(true);
    expect(watch.hasWaited).toBe(false);
    watch.observe(EMPTY_ITEM);
    expect(watch.hasVanished).toBe(false);
  });
});

describe('patience', () => {
  test('is one lease from when the first lease was seen', () => {
    const { clock, watch, leased, patienceMs } = start();
    expect(patienceMs()).toBe(LEASE_MS);
    clock.advance(200);
    watch.observe(leased('a'));
    clock.advance(100);
    expect(patienceMs()).toBe(LEASE_MS - 100);
  });

  test('ends while there is time for a fetch of one’s own', () => {
    const { clock, watch, leased, patienceMs } = start();
    clock.advance(1000);
    watch.observe(leased('a'));
    expect(patienceMs()).toBe(LATEST_MS - LAST_READ_MS - 1000);
  });

  test('is two leases if a holder vanished', () => {
    const { clock, watch, leased, patienceMs } = start();
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

  test('N64: with a usable stale entry it is what is left of the soft timeout, counted from the start of the look-up', () => {
    const { clock, watch, leased, patienceMs } = start();
    clock.advance(500);
    watch.observe(leased('a'));
    expect(patienceMs({ softMsLeft: 100 })).toBe(100);
    expect(patienceMs({ softMsLeft: 9000 })).toBe(LEASE_MS - 500);
  });

  test('it is too late to fetch one lease and the margin after the start, for those that waited', () => {
    const { clock, watch, leased } = start();
    clock.advance(LATEST_MS + 1);
    expect(watch.isTooLateToFetch(0)).toBe(false);
    watch.observe(leased('a'));
    expect(watch.isTooLateToFetch(0)).toBe(true);
    expect(watch.isTooLateToFetch(1)).toBe(false);
  });
});
