import { describe, expect, test } from '@jest/globals';
import { startPauses, throttled, UNREACHABLE, WELL } from './pauses.ts';

describe('a pause longer than a minute', () => {
  test('is probed once a minute by one call of the fleet', async () => {
    const { clock, ask, instance } = startPauses();
    await ask(throttled(3_600_000));
    clock.advance(59_999);
    expect(await instance().ask(WELL)).toBe(3_540_001);
    clock.advance(1);
    const instances = [instance(), instance(), instance()];
    const answers: unknown[] = [];
    for (const { ask: askHere } of instances) answers.push(await askHere(throttled(3_600_000)));
    expect(answers).toEqual(['asked', expect.any(Number), expect.any(Number)]);
    clock.advance(1000);
    expect(await instance().ask(WELL)).toBeGreaterThan(3_500_000);
  });

  test('is not probed by an instance that came a moment later', async () => {
    const { clock, ask, instance } = startPauses();
    await ask(throttled(3_600_000));
    clock.advance(59_999);
    const instances = [instance(), instance(), instance()];
    for (const { ask: askHere } of instances) expect(await askHere(WELL)).toBe(3_540_001);
    clock.advance(1);
    const answers: unknown[] = [];
    for (const { ask: askHere } of instances) answers.push(await askHere(UNREACHABLE));
    expect(answers).toEqual(['asked', 3_540_000, 3_540_000]);
  });

  test('is probed by an instance once a minute', async () => {
    const { clock, pauses, ask } = startPauses();
    await ask(throttled(3_600_000));
    for (const leftMs of [3_540_000, 3_480_000]) {
      clock.advance(60_000);
      expect(await ask(UNREACHABLE)).toBe('asked');
      expect(await ask(UNREACHABLE)).toBe(leftMs);
    }
    expect(pauses.calls.filter((call) => call === 'takeProbe')).toHaveLength(2);
  });

  test.each([
    ['has the pause, but does not answer', false],
    ['does not have the pause', true],
  ])('is probed by each instance alone if the store %s', async (_why, isDownBefore) => {
    const { clock, pauses, ask } = startPauses();
    pauses.isDown = isDownBefore;
    await ask(throttled(3_600_000));
    pauses.isDown = true;
    clock.advance(60_000);
    expect(await ask(UNREACHABLE)).toBe('asked');
    expect(await ask(UNREACHABLE)).toBe(3_540_000);
  });

  test('ends at once for the instance if its probe succeeds', async () => {
    const { clock, ask, gate } = startPauses();
    await ask(throttled(3_600_000));
    clock.advance(60_000);
    expect(await ask(WELL)).toBe('asked');
    expect(gate.isPaused('v2')).toBe(false);
    expect(await ask(WELL)).toBe('asked');
  });

  test('ends for the whole fleet if the probe succeeds', async () => {
    const { clock, ask, instance } = startPauses();
    await ask(throttled(3_600_000));
    clock.advance(60_000);
    expect(await instance().ask(WELL)).toBe('asked');
    clock.advance(1000);
    expect(await instance().ask(WELL)).toBe('asked');
    expect(await ask(WELL)).toBe('asked');
  });

  test('of a minute or less is not probed', async () => {
    const { clock, pauses, ask } = startPauses();
    await ask(throttled(60_000));
    clock.advance(59_999);
    expect(await ask(WELL)).toBe(1);
    expect(pauses.calls).not.toContain('takeProbe');
  });
});
