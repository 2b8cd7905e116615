import { describe, expect, test } from '@jest/globals';
import { startPauses, throttled, UNREACHABLE, WELL } from './pauses.ts';

describe('the end of a pause', () => {
  test('counts no call after five seconds', async () => {
    const { clock, pauses, ask } = startPauses();
    await ask(throttled(10_000));
    clock.advance(14_999);
    expect(await ask(UNREACHABLE)).toBe('asked');
    expect(pauses.items.get('v2')?.turns).toBe(1);
    clock.advance(1);
    expect(await ask(UNREACHABLE)).toBe('asked');
    expect(pauses.items.get('v2')?.turns).toBe(1);
  });

  test('lets one instance ask a few times at one moment, even if the store cannot be asked', async () => {
    const { clock, pauses, ask } = startPauses();
    pauses.isDown = true;
    await ask(throttled(10_000));
    clock.advance(10_000);
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(UNREACHABLE)));
    expect(answers).toEqual(['asked', 'asked', 'asked', 1000, 1000]);
  });

  test('lets the fleet begin with a few calls: their sum doubles each second', async () => {
    const { clock, ask, instance } = startPauses();
    await ask(throttled(10_000));
    clock.advance(10_000);
    for (const calls of [3, 3, 6, 12, 24]) {
      const answers = await Promise.all(Array.from({ length: 40 }, () => instance().ask(WELL)));
      expect(answers.filter((answer) => answer === 'asked')).toHaveLength(calls);
      expect(answers.filter((answer) => answer === 1000)).toHaveLength(40 - calls);
      clock.advance(1000);
    }
    const answers = await Promise.all(Array.from({ length: 40 }, () => instance().ask(WELL)));
    expect(answers).toEqual(Array(40).fill('asked'));
  });

  test('lets one instance ask a few times, even if the store cannot be asked', async () => {
    const { clock, pauses, ask } = startPauses();
    pauses.isDown = true;
    await ask(throttled(10_000));
    clock.advance(10_000);
    const answers: unknown[] = [];
    for (let call = 0; call < 5; call += 1) answers.push(await ask({ kind: 'failed', failure: 'connection' }));
    expect(answers).toEqual(['asked', 'asked', 'asked', 1000, 1000]);
  });
});

describe('an instance with a successful call after a pause', () => {
  test('takes no more turns: it lets one look-up after the other ask', async () => {
    const { clock, ask, instance } = startPauses();
    await ask(throttled(10_000));
    clock.advance(10_000);
    const other = instance();
    for (let call = 0; call < 20; call += 1) {
      expect(await ask(WELL)).toBe('asked');
      expect(await other.ask(WELL)).toBe('asked');
    }
  });

  test('waits again when the next pause begins, here or elsewhere', async () => {
    const { clock, ask, instance } = startPauses();
    await ask(throttled(10_000));
    clock.advance(10_000);
    await ask(WELL);
    await instance().ask(throttled(2000));
    clock.advance(1000);
    expect(await ask(WELL)).toBe(1000);
  });
});
