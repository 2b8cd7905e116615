import { expect, test } from '@jest/globals';
import { INDEX_LIFETIME_MS, lastRetryMs, leaseMs, lookupDeadlineMs } from '../../../functions/lookup/fleet.ts';

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

test("a customer's index outlives every entry of the customer: the windows together are 30 days at most", () => {
  expect(INDEX_LIFETIME_MS).toBe(31 * DAY_MS);
});
