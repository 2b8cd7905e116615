import { describe, expect, test } from '@jest/globals';
import { LeaseEnds } from '../../../../../functions/lookup/forward/polls/lease-ends.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

function start() {
  const clock = new ManualClock();
  const ends = new LeaseEnds(clock);
  /** When each sleep ended, and what it was told. */
  const woken: (readonly [name: string, at: number, readAfter: number | undefined])[] = [];
  const sleep = async (name: string, ms: number, token: string | undefined) => {
    const readAfter = await ends.sleep(ms, token);
    woken.push([name, clock.monotonicNow(), readAfter]);
  };
  return { clock, ends, woken, sleep };
}

describe('a look-up that waits for a lease', () => {
  test('sleeps for as long as it wants, if the lease is not said to have ended', async () => {
    const { clock, ends, woken, sleep } = start();
    void sleep('a', 100, 'lease');
    ends.tell('another', 7);
    await clock.run(100);
    expect(woken).toEqual([['a', 100, undefined]]);
  });

  test('wakes with all others of its instance when the lease is said to have ended', async () => {
    const { clock, ends, woken, sleep } = start();
    void sleep('a', 100, 'lease');
    void sleep('b', 200, 'lease');
    void sleep('c', 90, 'another');
    await clock.run(50);
    ends.tell('lease', 42);
    await clock.run(100);
    expect(woken).toEqual([
      ['a', 50, 42],
      ['b', 50, 42],
      ['c', 90, undefined],
    ]);
  });

  test('without a lease sleeps for as long as it wants', async () => {
    const { clock, ends, woken, sleep } = start();
    void sleep('a', 100, undefined);
    // No lease can wake it, so the instance does not remember it.
    expect(ends.size).toBe(0);
    ends.tell('lease', 42);
    await clock.run(100);
    expect([woken, ends.size]).toEqual([[['a', 100, undefined]], 0]);
  });

  test('sleeps again, if it sees the lease once more', async () => {
    const { clock, ends, woken, sleep } = start();
    void sleep('a', 100, 'lease');
    await clock.run(0);
    ends.tell('lease', 42);
    await clock.run(0);
    void sleep('a', 100, 'lease');
    await clock.run(100);
    expect(woken).toEqual([
      ['a', 0, 42],
      ['a', 100, undefined],
    ]);
  });
});

describe('what is remembered of a lease', () => {
  test('is gone with the last look-up that waits for it, or when it has ended', async () => {
    const { clock, ends, sleep } = start();
    const sizes: number[] = [];
    const note = () => sizes.push(ends.size);
    note();
    void sleep('a', 50, 'lease');
    void sleep('b', 100, 'lease');
    void sleep('c', 200, 'another');
    note();
    await clock.run(50);
    note();
    await clock.run(50);
    note();
    ends.tell('another', 0);
    note();
    expect(sizes).toEqual([0, 2, 2, 1, 0]);
  });

  test('of those that wait anew is not gone with those that were told', async () => {
    const { clock, ends, woken, sleep } = start();
    void sleep('told', 100, 'lease');
    ends.tell('lease', 1);
    void sleep('new', 100, 'lease');
    await clock.run(10);
    expect(ends.size).toBe(1);
    ends.tell('lease', 2);
    await clock.run(0);
    expect(woken).toEqual([
      ['told', 0, 1],
      ['new', 10, 2],
    ]);
  });
});
