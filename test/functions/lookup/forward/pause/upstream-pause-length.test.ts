import { describe, expect, test } from '@jest/globals';
import { startPauses, throttled, WELL } from './pauses.ts';

describe('B7: a 429 without a usable Retry-After', () => {
  test('pauses the fleet for 2 s, doubling to 30', async () => {
    const { clock, ask, instance } = startPauses();
    for (const pauseMs of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      expect(await ask(throttled())).toBe('asked');
      expect(await instance().ask(WELL)).toBe(pauseMs);
      clock.advance(pauseMs - 1);
      expect(await ask(WELL)).toBe(1);
      clock.advance(1);
    }
  });

  test('is jittered, never shorter than 2 s and never longer than 30', async () => {
    const { clock, ask } = startPauses(() => 0.999_999);
    await ask(throttled());
    expect(await ask(WELL)).toBeCloseTo(2500, 0);
    for (let again = 0; again < 6; again += 1) {
      clock.advance(30_000);
      await ask(throttled());
    }
    expect(await ask(WELL)).toBe(30_000);
  });

  test('begins with 2 s again once the upstream has answered without error', async () => {
    const { clock, ask } = startPauses();
    for (const outcome of [throttled(), throttled(), WELL, throttled()]) {
      expect(await ask(outcome)).toBe('asked');
      clock.advance(5000);
    }
    clock.advance(-5000 + 1);
    expect(await ask(WELL)).toBe(1999);
  });
});

describe('B7: the length of a pause without a usable Retry-After', () => {
  test('does not double for the answer to an earlier call', async () => {
    const { ask, begin } = startPauses();
    const answers = [await begin(), await begin()];
    for (const answer of answers) await answer(throttled());
    expect(await ask(WELL)).toBe(2000);
  });

  test.each([
    [59_999, 4000],
    [60_000, 2000],
  ])('%i ms after the last pause is %i ms', async (sinceEndMs, pauseMs) => {
    const { clock, ask } = startPauses();
    await ask(throttled());
    clock.advance(2000 + sinceEndMs);
    expect(await ask(throttled())).toBe('asked');
    expect(await ask(WELL)).toBe(pauseMs);
  });

  test('doubles if only an earlier call succeeded inside the pause', async () => {
    const { clock, ask, begin } = startPauses();
    const answer = await begin();
    await ask(throttled());
    await answer(WELL);
    clock.advance(2000);
    expect(await ask(throttled())).toBe('asked');
    expect(await ask(WELL)).toBe(4000);
  });
});
