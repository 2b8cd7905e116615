import { expect, test } from '@jest/globals';
import { healthOf, SLOW_MS } from '../../console/upstream-health.js';

test.each([
  [[], 300, { isSlow: false, fault: undefined, isNormal: true }],
  [[], SLOW_MS - 1, { isSlow: false, fault: undefined, isNormal: true }],
  [[], SLOW_MS, { isSlow: true, fault: undefined, isNormal: false }],
  [[{ kind: 'status' }], 300, { isSlow: false, fault: 'status', isNormal: false }],
  [[{ kind: 'blank' }, { kind: 'html' }], SLOW_MS, { isSlow: true, fault: 'blank', isNormal: false }],
])('with the faults %j and a latency of %d ms the upstream is %j', (faults, latencyMs, health) => {
  expect(healthOf({ faults, latencyMs })).toEqual(health);
});
