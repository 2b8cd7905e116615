import { describe, expect, test } from '@jest/globals';
import { SharedRead } from '../../../functions/lookup/shared-read.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A read that takes this long, and shows its number. */
function start(takesMs = 10) {
  const clock = new ManualClock();
  const shared = new SharedRead<string>(clock);
  const begun: number[] = [];
  const read = async (): Promise<string> => {
    begun.push(clock.monotonicNow());
    const version = `${begun.length}`;
    await clock.sleep(takesMs);
    return version;
  };
  /** The result of a read, and when it ended. */
  const shown = async (reading: ReturnType<typeof shared.readAnew>) => {
    const { value, beganAt } = await reading;
    return { version: value, beganAt, endedAt: clock.monotonicNow() };
  };
  return { clock, shared, begun, read, shown };
}

describe('a read that has not begun yet', () => {
  test('is made at once if no other read is in progress', async () => {
    const { clock, shared, begun, read, shown } = start();
    const first = shown(shared.readAnew(read));
    await clock.run(10);
    const second = shown(shared.readAnew(read));
    await clock.run(10);
    expect([await first, await second]).toEqual([
      { version: '1', beganAt: 0, endedAt: 10 },
      { version: '2', beganAt: 10, endedAt: 20 },
    ]);
    expect(begun).toEqual([0, 10]);
  });

  test('begins when the read in progress has ended, once for all look-ups', async () => {
    const { clock, shared, begun, read, shown } = start();
    const first = shown(shared.readAnew(read));
    await clock.run(4);
    const others = Array.from({ length: 50 }, () => shown(shared.readAnew(read)));
    await clock.run(100);
    expect(await first).toEqual({ version: '1', beganAt: 0, endedAt: 10 });
    for (const other of await Promise.all(others)) expect(other).toEqual({ version: '2', beganAt: 10, endedAt: 20 });
    expect(begun).toEqual([0, 10]);
  });

  test('waits no longer than 25 ms for a slow one', async () => {
    const { clock, shared, begun, read, shown } = start(150);
    const first = shown(shared.readAnew(read));
    await clock.run(20);
    const second = shown(shared.readAnew(read));
    await clock.run(40);
    const third = shown(shared.readAnew(read));
    await clock.run(1000);
    expect(begun).toEqual([0, 25, 60]);
    expect(await first).toMatchObject({ version: '1', endedAt: 150 });
    expect(await second).toMatchObject({ version: '2', endedAt: 175 });
    expect(await third).toMatchObject({ version: '3', endedAt: 210 });
  });

  test('waits no longer than 25 ms for a slow one, even if the process has run for long', async () => {
    const { clock, shared, begun, read } = start(150);
    clock.advance(10_000);
    const both = [shared.readAnew(read), shared.readAnew(read)];
    await clock.run(1000);
    await Promise.all(both);
    expect(begun.slice(0, 2)).toEqual([10_000, 10_025]);
  });

  test.each([
    ['began before the moment that counts', 6],
    ['began at that moment', 5],
  ])('is made if the one in progress %s', async (_when, after) => {
    const { clock, shared, read, shown } = start();
    clock.advance(5);
    const first = shown(shared.readAnew(read));
    await clock.run(2);
    const second = shown(shared.readSince(after, read));
    await clock.run(100);
    expect([(await first).version, (await second).version]).toEqual(['1', '2']);
  });

  test('begins after one that failed, and fails only for the look-ups that share it', async () => {
    const { clock, shared, read, shown } = start();
    const failing = async () => {
      await clock.sleep(10);
      throw new StoreUnavailableError('TimeoutError');
    };
    const first = shared.readAnew(failing);
    first.catch(() => undefined);
    await clock.run(5);
    const second = shown(shared.readAnew(read));
    await clock.run(100);
    await expect(first).rejects.toThrow(StoreUnavailableError);
    expect(await second).toMatchObject({ version: '1', beganAt: 10 });
  });
});

describe('a read that began after a moment', () => {
  test.each<readonly [string, { after: number; waitMs: number }, string]>([
    ['under way, begun later', { after: -1, waitMs: 5 }, '1'],
    ['ended, begun later', { after: -1, waitMs: 40 }, '1'],
    ['begun at that moment', { after: 0, waitMs: 40 }, '2'],
    ['begun earlier', { after: 1, waitMs: 40 }, '2'],
  ])('%s', async (_, { after, waitMs }, version) => {
    const { clock, shared, read, shown } = start();
    void shared.readAnew(read);
    await clock.run(waitMs);
    const reading = shown(shared.readSince(after, read));
    await clock.run(100);
    expect(await reading).toMatchObject({ version });
  });

  test('is the one before if the last failed', async () => {
    const { clock, shared, read, shown } = start();
    void shared.readAnew(read);
    await clock.run(20);
    const failed = shared.readAnew(async () => {
      throw new StoreUnavailableError('TimeoutError');
    });
    await expect(failed).rejects.toThrow();
    expect(await shown(shared.readSince(-1, read))).toMatchObject({ version: '1', beganAt: 0 });
    const later = shown(shared.readSince(0, read));
    await clock.run(10);
    expect(await later).toMatchObject({ version: '2', beganAt: 20 });
  });

  test('is the newest one, and also answers look-ups that wait for an older one', async () => {
    const { clock, shared, shown } = start();
    const reading = (version: string, ms: number) => async (): Promise<string> => {
      await clock.sleep(ms);
      return version;
    };
    const slow = shown(shared.readAnew(reading('slow', 100)));
    const quick = shown(shared.readAnew(reading('quick', 10)));
    await clock.run(200);
    const answer = { version: 'quick', beganAt: 25, endedAt: 35 };
    expect([await slow, await quick]).toEqual([answer, answer]);
    expect(await shown(shared.readSince(-1, reading('none', 0)))).toMatchObject({ version: 'quick' });
  });

  test('is a new one if the only one failed', async () => {
    const { clock, shared, read, shown } = start();
    const failed = shared.readAnew(async () => {
      throw new StoreUnavailableError('TimeoutError');
    });
    await expect(failed).rejects.toThrow();
    const reading = shown(shared.readSince(-1, read));
    await clock.run(10);
    expect(await reading).toMatchObject({ version: '1' });
  });
});

describe('a late read', () => {
  /** Reads that take so long in turn, or fail after so long. */
  function scripted(...script: readonly { readonly ms: number; readonly fails?: boolean }[]) {
    const { clock, shared, shown } = start();
    const begun: number[] = [];
    const read = async (): Promise<string> => {
      const { ms, fails = false } = script[begun.length] ?? { ms: 1000 };
      begun.push(clock.monotonicNow());
      const version = `${begun.length}`;
      await clock.sleep(ms);
      if (fails) throw new StoreUnavailableError('TimeoutError');
      return version;
    };
    return { clock, shared, begun, read, shown };
  }

  test('is sent again every 25 ms if several look-ups wait for it, and the first answer counts for all', async () => {
    const { clock, shared, begun, read, shown } = scripted(
      { ms: 150, fails: true },
      { ms: 150, fails: true },
      { ms: 4 },
    );
    const all = Array.from({ length: 3 }, () => shown(shared.readSince(-1, read)));
    await clock.run(500);
    for (const each of await Promise.all(all)) expect(each).toEqual({ version: '3', beganAt: 50, endedAt: 54 });
    expect(begun).toEqual([0, 25, 50]);
    expect(shared.isIdle).toBe(true);
  });

  test('is sent again 25 ms after a second look-up began to wait for it', async () => {
    const { clock, shared, begun, read } = start(60);
    const first = shared.readAnew(read);
    await clock.run(10);
    const second = shared.readSince(-1, read);
    await clock.run(30);
    expect(begun).toEqual([0, 25]);
    await clock.run(100);
    await Promise.all([first, second]);
  });

  test('is not sent again if only one look-up waits for it', async () => {
    const { clock, shared, begun, read, shown } = scripted({ ms: 140 });
    const one = shown(shared.readAnew(read));
    await clock.run(500);
    expect(await one).toEqual({ version: '1', beganAt: 0, endedAt: 140 });
    expect(begun).toEqual([0]);
  });

  test('is not sent again if it fails, and fails for all that wait for it', async () => {
    const { clock, shared, begun, read } = scripted({ ms: 10, fails: true });
    const all = Promise.allSettled([shared.readSince(-1, read), shared.readSince(-1, read)]);
    await clock.run(500);
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(begun).toEqual([0]);
  });

  test('is sent again within its own time if the store answers nothing, and no longer', async () => {
    const never = { ms: 140, fails: true };
    const { clock, shared, begun, read } = scripted(...Array.from({ length: 20 }, () => never));
    const all = Promise.allSettled([shared.readSince(-1, read), shared.readSince(-1, read)]);
    await clock.run(1000);
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(begun).toEqual([0, 25, 50, 75, 100, 125]);
  });

  test('delays no look-up if it is sent again and fails in the end', async () => {
    const { clock, shared, read, shown } = scripted({ ms: 30 }, { ms: 150, fails: true });
    const all = Array.from({ length: 2 }, () => shown(shared.readSince(-1, read)));
    await clock.run(500);
    for (const each of await Promise.all(all)) expect(each).toEqual({ version: '1', beganAt: 0, endedAt: 30 });
    expect(shared.isIdle).toBe(true);
  });
});

test('the reader is idle if no read is in progress, and none begins soon', async () => {
  const { clock, shared, read } = start();
  expect(shared.isIdle).toBe(true);
  const first = shared.readAnew(read);
  const second = shared.readAnew(read);
  expect(shared.isIdle).toBe(false);
  await clock.run(10);
  await first;
  expect(shared.isIdle).toBe(false);
  await clock.run(10);
  await second;
  expect(shared.isIdle).toBe(true);
});
