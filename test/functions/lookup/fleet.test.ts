import { expect, test } from '@jest/globals';
import {
  holderOverrunMs,
  INDEX_LIFETIME_MS,
  lastRetryMs,
  lastVoidingMs,
  leaseMs,
  lookupDeadlineMs,
} from '../../../functions/lookup/fleet.ts';

const DAY_MS = 86_400_000;
const LIMITS = { upstreamTimeoutMs: 2500, storeTimeoutMs: 150 };

test("a lease lasts for the upstream's whole budget and the store's", () => {
  expect(leaseMs(LIMITS)).toBe(2650);
});

test("a look-up ends within another look-up's lease, a lease of its own and a second", () => {
  expect(lookupDeadlineMs(LIMITS)).toBe(6300);
});

test('a throttled write is repeated early enough that it and the release of the lease end by the deadline', () => {
  const { storeTimeoutMs } = LIMITS;
  const latestMs = lastRetryMs({ leaseMs: leaseMs(LIMITS), storeTimeoutMs });
  expect(latestMs + 2 * storeTimeoutMs).toBe(lookupDeadlineMs(LIMITS));
});

test.each([
  [150, 0, 50],
  [150, 20, 30],
  [150, 120, 0],
  [50, 0, 0],
  [1000, 100, 800],
])(
  'with %i ms for the store, the fetch of a holder for %i ms may take %i ms too long: it ends before the lease',
  (storeTimeoutMs, heldForMs, overrunMs) => {
    const limits = { ...LIMITS, storeTimeoutMs };
    expect(holderOverrunMs(heldForMs, { leaseMs: leaseMs(limits), storeTimeoutMs })).toBe(overrunMs);
    if (overrunMs > 0) expect(heldForMs + limits.upstreamTimeoutMs + overrunMs).toBe(leaseMs(limits) - 100);
  },
);

test.each([
  ['at once: one lease later', 0, 2650],
  ['after one lease: two leases after the start of the look-up', 2650, 5300],
  ['shortly before two leases are over: half a second later', 5200, 5700],
  ['after another look-up’s lease and a fetch: so that it ends by the deadline', 5900, 6150],
  ['after the deadline: not at all', 6400, 6150],
])(
  'the last operation that voids a customer’s entries begins, if the answer comes %s',
  (_title, elapsedMs, latestMs) => {
    expect(lastVoidingMs(elapsedMs, { leaseMs: leaseMs(LIMITS), storeTimeoutMs: LIMITS.storeTimeoutMs })).toBe(
      latestMs,
    );
  },
);

test("a customer's index outlives every entry of the customer: the windows together are 30 days at most", () => {
  expect(INDEX_LIFETIME_MS).toBe(31 * DAY_MS);
});
