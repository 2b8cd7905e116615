import { expect, test } from '@jest/globals';
import { SlowUpstream } from '../../../../functions/lookup/forward/slow-upstream.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

function start(givenUp = 0) {
  const clock = new ManualClock();
  const slow = new SlowUpstream(clock);
  const giveUp = (count: number) => {
    for (let each = 0; each < count; each += 1) slow.gaveUp('v2');
  };
  giveUp(givenUp);
  return { clock, slow, giveUp };
}

test.each([
  [0, true],
  [2, true],
  [3, false],
  [9, false],
])('after %d give-ups in a row a usable stale entry waits: %s', (givenUp, waits) => {
  expect(start(givenUp).slow.admits('v2')).toBe(waits);
});

test('one look-up waits after a second, and no other until the next second', () => {
  const { clock, slow } = start(3);
  clock.advance(999);
  expect(slow.admits('v2')).toBe(false);
  clock.advance(1);
  expect([slow.admits('v2'), slow.admits('v2')]).toEqual([true, false]);
  clock.advance(1000);
  expect(slow.admits('v2')).toBe(true);
});

test('the time doubles to five seconds while the probes are given up', () => {
  const { clock, slow, giveUp } = start(3);
  for (const ms of [2000, 4000, 5000, 5000]) {
    clock.advance(10_000);
    expect(slow.admits('v2')).toBe(true);
    giveUp(1);
    clock.advance(ms - 1);
    expect(slow.admits('v2')).toBe(false);
    clock.advance(1);
    expect(slow.admits('v2')).toBe(true);
  }
});

test('an answer ends it, and the count begins anew', () => {
  const { slow, giveUp } = start(3);
  slow.answered('v2');
  expect(slow.admits('v2')).toBe(true);
  giveUp(2);
  expect(slow.admits('v2')).toBe(true);
});

test('each API is slow by itself', () => {
  expect(start(3).slow.admits('v1.1')).toBe(true);
});
