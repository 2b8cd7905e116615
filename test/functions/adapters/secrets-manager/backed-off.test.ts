import { describe, expect, test } from '@jest/globals';
import { backedOff } from '../../../../functions/adapters/secrets-manager/backed-off.ts';
import type { Credentials } from '../../../../functions/credentials.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const BASIC: Credentials = { kind: 'basic', username: 'till', password: 'p' };

/** Credentials with counted reads, which take as long, and fail as long, as the test says. */
function start() {
  const clock = new ManualClock();
  const world = { clock, reads: 0, isDown: true, isAnswered: false, takesMs: 0, afterRead: () => {} };
  const read = backedOff(
    async () => {
      world.reads += 1;
      clock.advance(world.takesMs);
      const { isDown, reads } = world;
      world.afterRead();
      if (isDown) throw new Error(`failure ${reads}`);
      return BASIC;
    },
    () => clock.monotonicNow(),
    () => world.isAnswered,
  );
  return Object.assign(world, { read });
}

describe('credentials that cannot be read', () => {
  test('fail at once while the failure is remembered: they are not read for each look-up', async () => {
    const world = start();
    await expect(world.read()).rejects.toThrow('failure 1');
    for (let time = 0; time < 20; time += 1) await expect(world.read()).rejects.toThrow('failure 1');
    expect(world.reads).toBe(1);
  });

  test('are read again after a second, and each time that they fail again after twice as long, half a minute at most', async () => {
    const world = start();
    await expect(world.read()).rejects.toThrow();
    for (const rememberedMs of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      const { reads } = world;
      world.clock.advance(rememberedMs - 1);
      await expect(world.read()).rejects.toThrow();
      expect(world.reads).toBe(reads);
      world.clock.advance(1);
      await expect(world.read()).rejects.toThrow();
      expect(world.reads).toBe(reads + 1);
    }
  });

  test('because of the secret itself are read by each look-up: once the secret is filled, they work at once', async () => {
    const world = start();
    world.isAnswered = true;
    for (let time = 1; time <= 3; time += 1) await expect(world.read()).rejects.toThrow(`failure ${time}`);
    world.isDown = false;
    expect(await world.read()).toEqual(BASIC);
  });

  test('are remembered from the end of the read, however long that took', async () => {
    const world = start();
    world.takesMs = 2000;
    await expect(world.read()).rejects.toThrow();
    world.clock.advance(999);
    await expect(world.read()).rejects.toThrow();
    expect(world.reads).toBe(1);
  });

  test.each([1, 2, 3])(
    'because the instance was frozen during the read, %i times, are read again at once',
    async (freezes) => {
      const world = start();
      world.afterRead = () => {
        if (world.reads < freezes) return;
        world.takesMs = 0;
        world.isDown = false;
      };
      // Longer than the read may take in a process that is awake.
      world.takesMs = 3200;
      expect(await world.read()).toEqual(BASIC);
      expect(world.reads).toBe(freezes + 1);
    },
  );

  test('after a freeze because Secrets Manager is down are remembered', async () => {
    const world = start();
    world.takesMs = 60_000;
    world.afterRead = () => {
      world.takesMs = 2000;
    };
    await expect(world.read()).rejects.toThrow('failure 2');
    await expect(world.read()).rejects.toThrow('failure 2');
    expect(world.reads).toBe(2);
  });

  test('and that can be read later reset the waiting time', async () => {
    const world = start();
    await expect(world.read()).rejects.toThrow();
    world.clock.advance(1000);
    await expect(world.read()).rejects.toThrow();
    world.clock.advance(2000);
    world.isDown = false;
    expect([await world.read(), await world.read()]).toEqual([BASIC, BASIC]);
    expect(world.reads).toBe(4);
    world.isDown = true;
    await expect(world.read()).rejects.toThrow('failure 5');
    world.clock.advance(1000);
    await expect(world.read()).rejects.toThrow('failure 6');
  });
});
