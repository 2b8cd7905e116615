import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM, type Lease } from '../../../../../functions/lookup/entry.ts';
import { LeaseEnds } from '../../../../../functions/lookup/forward/polls/lease-ends.ts';
import { Polls } from '../../../../../functions/lookup/forward/polls/polls.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const LEASE: Lease = { token: 'lease', until: 0, durationMs: 1 };
const HELD = { ...EMPTY_ITEM, lease: LEASE };
const ENDED = { ...EMPTY_ITEM, version: 'lease' };

function start() {
  const clock = new ManualClock();
  const ends = new LeaseEnds(clock);
  const polls = () => new Polls({ clock, random: () => 0 }, ends);
  const slept = async (sleeping: Promise<void>) => {
    const from = clock.monotonicNow();
    let ms: number | undefined;
    void sleeping.then(() => {
      ms = clock.monotonicNow() - from;
    });
    await clock.run(1000);
    return ms;
  };
  return { clock, ends, polls, slept };
}

describe('a look-up that waits sleeps', () => {
  test.each<[string, untilEndMs: number, atMostMs: number, ms: number]>([
    ['by its pace', 0, 1000, 25],
    ['until the fetch should end', 300, 1000, 300],
    ['no longer than it may', 300, 100, 100],
  ])('%s', async (_title, untilEndMs, atMostMs, ms) => {
    const { polls, slept } = start();
    expect(await slept(polls().sleep(LEASE, { untilEndMs, atMostMs }))).toBe(ms);
  });

  test('by its pace if the item has no lease', async () => {
    const { polls, slept } = start();
    expect(await slept(polls().sleep(undefined, { untilEndMs: 0, atMostMs: 1000 }))).toBe(25);
  });

  test('until another look-up of its instance reads that the lease has ended', async () => {
    const { clock, polls, slept } = start();
    const sleeping = slept(polls().sleep(LEASE, { untilEndMs: 300, atMostMs: 1000 }));
    void clock.sleep(50).then(() => polls().noteRead({ value: HELD, beganAt: 45 }, 45, LEASE));
    void clock.sleep(80).then(() => polls().noteRead({ value: ENDED, beganAt: 75 }, 75, LEASE));
    expect(await sleeping).toBe(80);
  });

  test('on, if a read shows the end of another lease, or if the other look-up knew of none', async () => {
    const { clock, polls, slept } = start();
    const sleeping = slept(polls().sleep(LEASE, { untilEndMs: 300, atMostMs: 1000 }));
    void clock.sleep(50).then(() => {
      polls().noteRead({ value: HELD, beganAt: 45 }, 45, { ...LEASE, token: 'former' });
      polls().noteRead({ value: ENDED, beganAt: 45 }, 45, undefined);
    });
    expect(await sleeping).toBe(300);
  });
});

describe('the read of another look-up that a poll takes', () => {
  test.each<[string, untilEndMs: number, readAt: number, after: number]>([
    ['began in the last 50 ms', 0, -60, -25],
    ['began later than the last read that the look-up has seen', 0, -10, -10],
    ['began in the last 20 ms, if the end is near', 30, -60, 10],
  ])('%s', async (_title, untilEndMs, readAt, after) => {
    const { polls, slept, clock } = start();
    const own = polls();
    let takes: number | undefined;
    const sleeping = own.sleep(LEASE, { untilEndMs, atMostMs: 1000 }).then(() => {
      takes = own.takesAfter(readAt);
    });
    await slept(sleeping);
    expect([takes, clock.monotonicNow()]).toEqual([after, 1000]);
  });

  test('is any that it has not seen, if a read has shown that the lease has ended', async () => {
    const { clock, polls, slept } = start();
    const own = polls();
    const sleeping = slept(own.sleep(LEASE, { untilEndMs: 300, atMostMs: 1000 }));
    void clock.sleep(200).then(() => polls().noteRead({ value: ENDED, beganAt: 100 }, 100, LEASE));
    await sleeping;
    expect(own.takesAfter(90)).toBe(90);
  });

  test('began after the end, if its holder runs on this instance: an earlier one may show the lease', async () => {
    const { clock, ends, polls, slept } = start();
    const own = polls();
    const sleeping = slept(own.sleep(LEASE, { untilEndMs: 300, atMostMs: 1000 }));
    void clock.sleep(200).then(() => ends.tell('lease', 200));
    await sleeping;
    expect(own.takesAfter(90)).toBe(200);
    // The next poll takes what any other takes.
    expect(own.takesAfter(90)).toBe(980);
  });
});

test('the next interval counts from the beginning of the read', async () => {
  const { polls, slept } = start();
  const own = polls();
  own.noteRead({ value: HELD, beganAt: -10 }, 0, undefined);
  expect(await slept(own.sleep(LEASE, { untilEndMs: 0, atMostMs: 1000 }))).toBe(15);
});
