import { expect, test } from '@jest/globals';
import { PARTITION_RATES, PartitionThrottle } from './partition-throttle.ts';

/** How many of this number of calls, spread evenly over some time, are served. */
function served(calls: number, overMs: number, kind: 'read' | 'write', partitions = 1): number {
  let now = 0;
  const throttle = new PartitionThrottle(() => now);
  let count = 0;
  for (let call = 0; call < calls; call += 1) {
    now = (call * overMs) / calls;
    if (throttle.take(`partition ${call % partitions}`, kind)) count += 1;
  }
  return count;
}

test.each([
  ['read', 300],
  ['write', 100],
] as const)('at once a partition gives a tenth of a second’s worth: %s', (kind, expected) => {
  expect(served(5000, 0, kind)).toBe(expected);
});

test.each(['read', 'write'] as const)('over ten seconds it gives its rate: %s', (kind) => {
  const expected = 10.1 * PARTITION_RATES[kind];
  expect(Math.abs(served(100_000, 10_000, kind) - expected)).toBeLessThan(expected / 100);
});

test('below its rate nothing is throttled', () => {
  expect(served(9000, 10_000, 'write')).toBe(9000);
});

test('each partition has a bucket of its own, and each kind', () => {
  expect(served(5000, 0, 'write', 10)).toBe(1000);
  const throttle = new PartitionThrottle(() => 0, { read: 10, write: 10 });
  expect(throttle.take('a', 'read')).toBe(true);
  expect(throttle.take('a', 'read')).toBe(false);
  expect(throttle.take('a', 'write')).toBe(true);
});

test('a call takes as many units as it is large; one that is too large takes none', () => {
  const throttle = new PartitionThrottle(() => 0, { read: 30, write: 30 });
  expect(throttle.take('a', 'write', 2)).toBe(true);
  expect(throttle.take('a', 'write', 2)).toBe(false);
  expect(throttle.take('a', 'write', 1)).toBe(true);
});
