import { describe, expect, test } from '@jest/globals';
import { FreeTime, FreeTimeDeadline } from '../../../functions/adapters/free-time-deadline.ts';
import { ManualLoop } from '../../support/manual-loop.ts';

describe('a deadline of free time', () => {
  function start() {
    const loop = new ManualLoop();
    const freeTime = new FreeTime(loop);
    return { loop, deadlineIn: (ms: number, maxBusyMs?: number) => new FreeTimeDeadline(ms, freeTime, maxBusyMs) };
  }

  test.each([1, 5, 12, 150, 600, 2500])('of %i ms passes after that time in a process that is free', (ms) => {
    const { loop, deadlineIn } = start();
    const deadline = deadlineIn(ms);
    loop.idle(ms - 0.5);
    expect(deadline.signal.aborted).toBe(false);
    loop.idle(2);
    expect(deadline.signal.aborted).toBe(true);
    expect(deadline.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(loop.isIdle).toBe(true);
  });

  test.each([0, -12.3])('of %d ms passes after the loop has read what has arrived', (ms) => {
    const { loop, deadlineIn } = start();
    const deadline = deadlineIn(ms);
    let read = 0;
    const poll = () => {
      expect(deadline.signal.aborted).toBe(false);
      read += 1;
    };
    loop.turn(poll);
    loop.turn(poll);
    expect([read, deadline.signal.aborted]).toEqual([2, true]);
    expect(loop.delays).toEqual([0, expect.any(Number)]);
  });

  test('does not count the time in which the loop was busy, except a moment of it each time', () => {
    const { loop, deadlineIn } = start();
    const deadline = deadlineIn(150);
    loop.idle(40);
    loop.block(300);
    loop.idle(20);
    loop.block(200);
    loop.idle(150 - 60 - 2 * 20 - 1);
    expect(deadline.signal.aborted).toBe(false);
    loop.idle(2 * 20 + 3);
    expect(deadline.signal.aborted).toBe(true);
  });

  test('does not count the time before it began, in which the loop was busy', () => {
    const { loop, deadlineIn } = start();
    const first = deadlineIn(150);
    loop.idle(25);
    loop.block(300);
    const deadline = deadlineIn(100);
    loop.idle(99);
    expect(deadline.signal.aborted).toBe(false);
    loop.idle(3);
    expect([deadline.signal.aborted, first.signal.aborted]).toEqual([true, false]);
  });

  test('counts the delay of timers on a loaded machine', () => {
    const { loop, deadlineIn } = start();
    const deadline = deadlineIn(150);
    let passedMs = 0;
    for (; !deadline.signal.aborted; passedMs += 15) {
      loop.block(15);
      loop.turn();
    }
    expect(passedMs).toBeLessThanOrEqual(150 + 2 * 15);
  });

  test('lets the loop read the arrived replies before it passes, even if the loop was busy until then', () => {
    const { loop, deadlineIn } = start();
    const deadline = deadlineIn(150);
    loop.idle(149);
    loop.block(500);
    let read = 0;
    // The reply takes two turns: its head, then the end of its body. The call that it answers clears the deadline.
    const poll = () => {
      read += 1;
      expect(deadline.signal.aborted).toBe(false);
      if (read === 2) deadline.clear();
    };
    loop.turn(poll);
    loop.turn(poll);
    loop.idle(100);
    expect(read).toBe(2);
    expect(deadline.signal.aborted).toBe(false);
  });

  test('passes a second after its time at the latest, however busy the loop is', () => {
    const { loop, deadlineIn } = start();
    const deadline = deadlineIn(500);
    for (let busy = 0; busy < 14; busy += 1) {
      loop.block(100);
      loop.turn();
    }
    expect(deadline.signal.aborted).toBe(false);
    loop.block(100);
    loop.turn();
    loop.turn();
    expect(deadline.signal.aborted).toBe(true);
  });

  test('that may be busy for longer passes later', () => {
    const { loop, deadlineIn } = start();
    const [short, long] = [deadlineIn(500), deadlineIn(500, 2500)];
    for (let busy = 0; busy < 16; busy += 1) {
      loop.block(100);
      loop.turn();
    }
    loop.turn();
    expect([short.signal.aborted, long.signal.aborted]).toEqual([true, false]);
  });

  test.each([0, 3, 60, 149.5])('leaves nothing behind when the call ends after %d ms', (ms) => {
    const { loop, deadlineIn } = start();
    const deadline = deadlineIn(150);
    loop.idle(ms);
    deadline.clear();
    expect(loop.isIdle).toBe(true);
    loop.idle(2000);
    expect(deadline.signal.aborted).toBe(false);
  });

  test('does not pass when the call ends between its time and the end, or after it', () => {
    const { loop, deadlineIn } = start();
    const deadline = deadlineIn(7);
    loop.block(10);
    loop.turn();
    loop.turn(() => {
      expect(loop.immediates.size).toBe(1);
      deadline.clear();
    });
    expect([deadline.signal.aborted, loop.isIdle]).toEqual([false, true]);
    const passed = deadlineIn(7);
    loop.idle(10);
    passed.clear();
    expect([passed.signal.aborted, loop.isIdle]).toEqual([true, true]);
  });

  test('costs one timer where the call ends at once', () => {
    const { loop, deadlineIn } = start();
    const deadline = deadlineIn(150);
    loop.idle(5);
    deadline.clear();
    expect(loop.timersSet).toBe(1);
  });

  test('costs no timer of its own if there are others, and each passes in its time', () => {
    const { loop, deadlineIn } = start();
    const deadlines = Array.from({ length: 1000 }, (_, index) => deadlineIn(100 + index / 10));
    loop.idle(150);
    expect(deadlines.filter(({ signal }) => signal.aborted).length).toBeGreaterThan(480);
    expect(deadlines.findIndex(({ signal }) => !signal.aborted)).toBe(
      deadlines.filter(({ signal }) => signal.aborted).length,
    );
    loop.idle(60);
    expect(deadlines.every(({ signal }) => signal.aborted)).toBe(true);
    expect(loop.isIdle).toBe(true);
    expect(loop.timersSet).toBeLessThan(2 * 200);
  });

  test('goes by Node’s own timers', async () => {
    const startedAt = performance.now();
    const { signal } = new FreeTimeDeadline(50);
    const busyUntil = performance.now() + 200;
    while (performance.now() < busyUntil);
    await new Promise((turned) => setImmediate(turned));
    expect(signal.aborted).toBe(false);
    await new Promise((aborted) => signal.addEventListener('abort', aborted));
    expect(performance.now() - startedAt).toBeGreaterThan(220);
  });
});
