import { describe, expect, test } from '@jest/globals';
import { SlowUpstream, SoftWait } from '../../../../functions/lookup/forward/slow-upstream.ts';
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
  // To ask is not to wait: such a look-up may answer at once.
  expect([slow.admits('v2'), slow.admits('v2')]).toEqual([true, true]);
  slow.waits('v2');
  expect(slow.admits('v2')).toBe(false);
  clock.advance(1000);
  expect(slow.admits('v2')).toBe(true);
});

test('a look-up that waits for a fast upstream is no probe', () => {
  const { slow } = start(2);
  slow.waits('v2');
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

test('an answer ends the slow state, and the count begins again', () => {
  const { slow, giveUp } = start(3);
  slow.answered('v2');
  expect(slow.admits('v2')).toBe(true);
  giveUp(2);
  expect(slow.admits('v2')).toBe(true);
});

test('each API has its own slow state', () => {
  expect(start(3).slow.admits('v1.1')).toBe(true);
});

describe('the wait of one usable stale entry', () => {
  const softWait = (...admissions: boolean[]) => {
    const asked: string[] = [];
    const admits = (api: string) => {
      asked.push(api);
      return admissions.shift() ?? true;
    };
    const waiting: string[] = [];
    const waits = (api: string) => void waiting.push(api);
    return { wait: new SoftWait({ admits, waits }, 'v2'), asked, waiting };
  };
  const FRESH = { staleFrom: undefined };
  const MARKED = { staleFrom: 1 };

  test.each<[string, boolean, number | undefined, { staleFrom: number | undefined } | undefined, number | undefined]>([
    ['there is none', false, undefined, FRESH, undefined],
    ['there is no entry', true, 600, undefined, 600],
    ['a fast upstream', true, 600, FRESH, 600],
    ['a fast upstream, and no time is left', true, -5, FRESH, -5],
    ['a slow upstream', false, 600, FRESH, 0],
    ['a slow upstream, and no time is left', false, -5, FRESH, -5],
    ['a slow upstream, and an event has marked the entry', false, 600, MARKED, 600],
  ])('%s', (_title, isAdmitted, softMs, entry, expected) => {
    expect(softWait(isAdmitted).wait.limit(softMs, entry)).toBe(expected);
  });

  test('is decided once: the probe stays the probe', () => {
    const { wait, asked } = softWait(true, false);
    expect([wait.limit(600, FRESH), wait.limit(500, FRESH)]).toEqual([600, 500]);
    expect(asked).toEqual(['v2']);
  });

  test.each<[string, boolean, number | undefined, { staleFrom: number | undefined }, readonly string[]]>([
    ['an admitted look-up, once', true, 600, FRESH, ['v2']],
    ['not a look-up that is not admitted', false, 600, FRESH, []],
    ['not one without a usable stale entry', true, undefined, FRESH, []],
    ['not one with a marked entry', true, 600, MARKED, []],
  ])('begins: %s', (_title, isAdmitted, softMs, entry, expected) => {
    const { wait, waiting } = softWait(isAdmitted);
    wait.limit(softMs, entry);
    expect(waiting).toEqual([]);
    wait.begin();
    wait.begin();
    expect(waiting).toEqual(expected);
  });

  test('does not count while there is no usable stale entry, or a marked one', () => {
    const { wait, asked } = softWait(false);
    wait.limit(undefined, FRESH);
    wait.limit(600, MARKED);
    expect(asked).toEqual([]);
  });
});
