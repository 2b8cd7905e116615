import { describe, expect, test } from '@jest/globals';
import type { Clock } from '../../../../../functions/lookup/ports.ts';
import type { ManualClock } from '../../../../support/manual-clock.ts';
import { startPauses, throttled, UNREACHABLE, WELL } from './pauses.ts';

// Tests an instance's knowledge of a pause, and the store's: the newer one counts.

/** A clock with a time of day that is wrong by this much. */
function skewed(clock: ManualClock, byMs: () => number): Clock {
  return {
    now: () => clock.now() + byMs(),
    monotonicNow: () => clock.monotonicNow(),
    sleep: (ms) => clock.sleep(ms),
    sleepFree: (ms) => clock.sleep(ms),
  };
}

describe('a read with a late answer', () => {
  test('does not bring back the older pause that the instance knew when it began', async () => {
    const { clock, pauses, ask, instance } = startPauses();
    await instance().ask(throttled(1000));
    expect(await ask(WELL)).toBe(1000);
    clock.advance(2000);
    const release = pauses.hold();
    const slow = ask(WELL);
    pauses.held = Promise.resolve();
    pauses.items.set('v2', { since: clock.now(), until: clock.now() + 5000, turns: 0, probedAt: clock.now() });
    expect(await ask(WELL)).toBe(5000);
    release();
    expect(await slow).toBe(5000);
  });

  test('counts if its pause is longer than the one that the instance learnt meanwhile', async () => {
    const { clock, pauses, ask, begin } = startPauses();
    const answer = await begin();
    clock.advance(2000);
    pauses.items.set('v2', { since: clock.now(), until: clock.now() + 30_000, turns: 0, probedAt: clock.now() });
    const release = pauses.hold();
    const slow = ask(WELL);
    await answer(throttled(5000));
    release();
    expect(await slow).toBe(30_000);
  });

  test('forgets no pause that the instance learnt meanwhile, if the store had none', async () => {
    const { pauses, clock, ask, begin } = startPauses();
    const answer = await begin();
    clock.advance(2000);
    const release = pauses.hold();
    const slow = ask(WELL);
    await answer(throttled(5000));
    release();
    expect(await slow).toBe(5000);
  });
});

describe('a pause that another instance met', () => {
  test.each([
    [false, 'asked'],
    [true, 4000],
  ])('is known at once if this instance hears of it (%s), and otherwise within a second', async (hears, expected) => {
    const { clock, ask, instance, gate } = startPauses();
    expect(await ask(WELL)).toBe('asked');
    clock.advance(1);
    await instance().ask(throttled(4000));
    if (hears) gate.hear('v2');
    expect(await ask(WELL)).toBe(expected);
  });
});

describe('a pause that the store did not get', () => {
  test.each([
    ['longer than a minute', 90_000, 100],
    ['a minute', 60_000, 100],
    ['a minute, at this moment', 60_000, 0],
  ])('gives way to a pause that a probe has ended since, after %s', async (_how, lastedMs, endedAgoMs) => {
    const { clock, pauses, ask } = startPauses();
    pauses.isDown = true;
    await ask(throttled(30_000));
    pauses.isDown = false;
    clock.advance(1000);
    const until = clock.now() - endedAgoMs;
    pauses.items.set('v2', { since: until - lastedMs, until, turns: 0, probedAt: until });
    expect(await ask(WELL)).toBe('asked');
  });

  test('is written later, even if a later pause there has come and gone without a probe', async () => {
    const { clock, pauses, ask, instance } = startPauses();
    pauses.isDown = true;
    await ask(throttled(30_000));
    pauses.isDown = false;
    clock.advance(1000);
    await instance().ask(throttled(500));
    clock.advance(1000);
    expect(await ask(WELL)).toBe(28_000);
    expect(await instance().ask(WELL)).toBe(28_000);
  });

  test('is written later, even if a pause of a minute is there, which no call probes', async () => {
    const { clock, pauses, ask, instance } = startPauses();
    const other = instance();
    await other.ask(WELL);
    pauses.isDown = true;
    await ask(throttled(120_000));
    pauses.isDown = false;
    await other.ask(throttled(60_000));
    clock.advance(1000);
    expect(await ask(WELL)).toBe(119_000);
    expect(await instance().ask(WELL)).toBe(119_000);
  });
});

describe('an instance that knew the pause before', () => {
  test('learns of the probe of another instance: it probes a minute after that, and not before', async () => {
    const { clock, pauses, ask, instance } = startPauses();
    await ask(throttled(3_600_000));
    clock.advance(60_000);
    expect(await instance().ask(UNREACHABLE)).toBe('asked');
    clock.advance(30_000);
    pauses.calls.length = 0;
    expect(await ask(WELL)).toBe(3_510_000);
    expect(pauses.calls).not.toContain('takeProbe');
    clock.advance(30_000);
    expect(await ask(UNREACHABLE)).toBe('asked');
  });

  test('does not end a newer pause by the answer to the probe of the older one', async () => {
    const { clock, ask, begin } = startPauses();
    const [first, second] = [await begin(), await begin()];
    await first(throttled(120_000));
    clock.advance(60_000);
    const probe = await begin();
    await second(throttled(300_000));
    await probe(WELL);
    expect(await ask(WELL)).toBe(300_000);
  });

  test('begins with a few calls after each pause, even if the upstream worked before it', async () => {
    const { clock, pauses, ask } = startPauses();
    pauses.isDown = true;
    for (let pause = 0; pause < 2; pause += 1) {
      await ask(throttled(10_000));
      clock.advance(10_000);
      const answers = await Promise.all(Array.from({ length: 5 }, () => ask(UNREACHABLE)));
      expect(answers.filter((answer) => answer === 'asked')).toHaveLength(3);
      clock.advance(1000);
      expect(await ask(WELL)).toBe('asked');
    }
  });

  test('counts its own calls at the end of the pause, if the store cannot be asked any more', async () => {
    const { clock, pauses, ask } = startPauses();
    await ask(throttled(10_000));
    clock.advance(10_000);
    pauses.isDown = true;
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(UNREACHABLE)));
    expect(answers.filter((answer) => answer === 'asked')).toHaveLength(3);
  });
});

describe('the cost of a pause', () => {
  test('a look-up that gets no turn at the end of a pause has read the pause once', async () => {
    const { clock, pauses, ask, instance } = startPauses();
    await ask(throttled(10_000));
    clock.advance(10_000);
    pauses.calls.length = 0;
    const answers = await Promise.all(Array.from({ length: 10 }, () => instance().ask(WELL)));
    expect(answers.filter((answer) => answer === 1000)).toHaveLength(7);
    expect(pauses.calls.filter((call) => call === 'readPause')).toHaveLength(10);
  });
});

describe('B12: a time of day that is wrong', () => {
  test('is wrong by a little: it makes no pause longer', async () => {
    const { clock, ask, instance } = startPauses();
    await ask(throttled(5000));
    expect(await instance(skewed(clock, () => -500)).ask(WELL)).toBe(5000);
    expect(await instance(skewed(clock, () => 500)).ask(WELL)).toBe(4500);
  });

  test('is wrong by an hour: it lets no call probe a pause of a minute', async () => {
    const { clock, pauses, instance } = startPauses();
    let aheadMs = 0;
    const { ask } = instance(skewed(clock, () => aheadMs));
    await ask(throttled(60_000));
    aheadMs = 3_600_000;
    clock.advance(500);
    expect(await ask(WELL)).toBe(59_500);
    expect(pauses.calls).not.toContain('takeProbe');
  });
});

test('a pause is a failure of the upstream for a look-up, which says when to try again', async () => {
  const { ask, gate, store } = startPauses();
  await ask(throttled(5000));
  expect(await gate.enter('v2', store())).toEqual({ kind: 'failed', failure: 'throttled', retryAfterMs: 5000 });
});
