import { describe, expect, test } from '@jest/globals';
import { FetchDeadline, MAX_OVERRUN_MS } from '../../../../functions/adapters/capillary/fetch-deadline.ts';
import { FreeTime } from '../../../../functions/adapters/free-time-deadline.ts';
import { ManualLoop } from '../../../support/manual-loop.ts';

describe('the deadline of a fetch', () => {
  function start(ms: number, maxOverrunMs = MAX_OVERRUN_MS) {
    const loop = new ManualLoop();
    const givenUp = new AbortController();
    const deadline = new FetchDeadline(ms, givenUp.signal, maxOverrunMs, new FreeTime(loop));
    return { loop, givenUp, deadline };
  }

  test('passes after its time in a process that is free', () => {
    const { loop, deadline } = start(2500);
    loop.idle(2499);
    expect(deadline.signal.aborted).toBe(false);
    loop.idle(3);
    expect(deadline.signal.aborted).toBe(true);
  });

  test('passes half a second after its time at the latest, however busy the process is', () => {
    const { loop, deadline } = start(2500);
    for (let busyMs = 0; busyMs < 2900; busyMs += 100) {
      loop.block(100);
      loop.turn();
    }
    expect(deadline.signal.aborted).toBe(false);
    loop.idle(102);
    expect(deadline.signal.aborted).toBe(true);
  });

  test.each([
    [0, 0],
    [40, 40],
    [MAX_OVERRUN_MS + 400, MAX_OVERRUN_MS],
  ])('with an overrun of %i ms, passes %i ms after its time at the latest', (maxOverrunMs, latestMs) => {
    const { loop, deadline } = start(2500, maxOverrunMs);
    for (let busyMs = 0; busyMs < 2400 + latestMs; busyMs += 100) {
      loop.block(100);
      loop.turn();
    }
    expect(deadline.signal.aborted).toBe(false);
    loop.idle(102);
    expect(deadline.signal.aborted).toBe(true);
  });

  // A process that was stopped, or whose CPU share was used up, has the answer in its socket when it goes on.
  test.each([3000, 60_000])('lets the process read what has arrived while it stood still for %d ms', (ms) => {
    const { loop, deadline } = start(2500);
    loop.idle(300);
    loop.block(ms);
    const isAborted: boolean[] = [];
    const poll = () => void isAborted.push(deadline.signal.aborted);
    loop.turn(poll);
    loop.turn(poll);
    expect(isAborted).toEqual([false, false]);
    loop.idle(1);
    expect(deadline.signal.aborted).toBe(true);
  });

  test('passes at once when the caller gives up', () => {
    const { givenUp, deadline } = start(2500);
    givenUp.abort();
    expect(deadline.signal.aborted).toBe(true);
  });

  test('does not pass after the fetch has ended', () => {
    const { loop, deadline } = start(2500);
    deadline.clear();
    loop.idle(5000);
    expect([deadline.signal.aborted, loop.isIdle]).toEqual([false, true]);
  });
});
