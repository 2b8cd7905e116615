import { describe, expect, test } from '@jest/globals';
import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import { type Crowd, Crowds } from '../../../functions/lookup/crowd.ts';
import { EMPTY_ITEM, type Lease, type StoredItem } from '../../../functions/lookup/entry.ts';
import { StoreUnavailableError } from '../../../functions/lookup/ports.ts';
import { startFleet } from '../../support/fleet.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { found } from '../../support/scripted-upstream.ts';

const KEY: CacheKey = { partition: 'p', variant: 'v' };
const lease = (token: string): Lease => ({ token, until: 1, durationMs: 1 });

/** A crowd whose reads take so long, and show their number. */
function start(takesMs = 10) {
  const clock = new ManualClock();
  const crowd = new Crowds(clock).enter(KEY);
  const begun: number[] = [];
  const read = async (): Promise<StoredItem> => {
    begun.push(clock.monotonicNow());
    const version = `${begun.length}`;
    await clock.sleep(takesMs);
    return { ...EMPTY_ITEM, version };
  };
  /** What a read shows, and when it has ended. */
  const shown = async (reading: ReturnType<Crowd['readAnew']>) => {
    const { item, beganAt } = await reading;
    return { version: item.version, beganAt, endedAt: clock.monotonicNow() };
  };
  return { clock, crowd, begun, read, shown };
}

describe('a read that has not begun yet', () => {
  test('is made at once if none is under way', async () => {
    const { clock, crowd, begun, read, shown } = start();
    const first = shown(crowd.readAnew(read));
    await clock.run(10);
    const second = shown(crowd.readAnew(read));
    await clock.run(10);
    expect([await first, await second]).toEqual([
      { version: '1', beganAt: 0, endedAt: 10 },
      { version: '2', beganAt: 10, endedAt: 20 },
    ]);
    expect(begun).toEqual([0, 10]);
  });

  test('begins when the one under way has ended, once for everybody', async () => {
    const { clock, crowd, begun, read, shown } = start();
    const first = shown(crowd.readAnew(read));
    await clock.run(4);
    const others = Array.from({ length: 50 }, () => shown(crowd.readAnew(read)));
    await clock.run(100);
    expect(await first).toEqual({ version: '1', beganAt: 0, endedAt: 10 });
    for (const other of await Promise.all(others)) expect(other).toEqual({ version: '2', beganAt: 10, endedAt: 20 });
    expect(begun).toEqual([0, 10]);
  });

  test('does not wait for a slow one for longer than 25 ms', async () => {
    const { clock, crowd, begun, read, shown } = start(150);
    const first = shown(crowd.readAnew(read));
    await clock.run(20);
    const second = shown(crowd.readAnew(read));
    await clock.run(40);
    const third = shown(crowd.readAnew(read));
    await clock.run(1000);
    expect(begun).toEqual([0, 25, 60]);
    expect(await first).toMatchObject({ version: '1', endedAt: 150 });
    expect(await second).toMatchObject({ version: '2', endedAt: 175 });
    expect(await third).toMatchObject({ version: '3', endedAt: 210 });
  });

  test('begins after one that failed, and fails for those alone who share it', async () => {
    const { clock, crowd, read, shown } = start();
    const failing = async () => {
      await clock.sleep(10);
      throw new StoreUnavailableError('TimeoutError');
    };
    const first = crowd.readAnew(failing);
    first.catch(() => undefined);
    await clock.run(5);
    const second = shown(crowd.readAnew(read));
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
    const { clock, crowd, read, shown } = start();
    void crowd.readAnew(read);
    await clock.run(waitMs);
    const reading = shown(crowd.readSince(after, read));
    await clock.run(100);
    expect(await reading).toMatchObject({ version });
  });

  test('is the one before, if the last failed', async () => {
    const { clock, crowd, read, shown } = start();
    void crowd.readAnew(read);
    await clock.run(20);
    const failed = crowd.readAnew(async () => {
      throw new StoreUnavailableError('TimeoutError');
    });
    await expect(failed).rejects.toThrow();
    expect(await shown(crowd.readSince(-1, read))).toMatchObject({ version: '1', beganAt: 0 });
    const later = shown(crowd.readSince(0, read));
    await clock.run(10);
    expect(await later).toMatchObject({ version: '2', beganAt: 20 });
  });

  test('is the newest one, also if an older one ends later', async () => {
    const { clock, crowd, shown } = start();
    const reading = (version: string, ms: number) => async (): Promise<StoredItem> => {
      await clock.sleep(ms);
      return { ...EMPTY_ITEM, version };
    };
    const slow = shown(crowd.readAnew(reading('slow', 100)));
    const quick = shown(crowd.readAnew(reading('quick', 10)));
    await clock.run(200);
    expect([await slow, await quick]).toMatchObject([{ version: 'slow' }, { version: 'quick', beganAt: 25 }]);
    expect(await shown(crowd.readSince(-1, reading('none', 0)))).toMatchObject({ version: 'quick' });
  });

  test('is a new one if the only one failed', async () => {
    const { clock, crowd, read, shown } = start();
    const failed = crowd.readAnew(async () => {
      throw new StoreUnavailableError('TimeoutError');
    });
    await expect(failed).rejects.toThrow();
    const reading = shown(crowd.readSince(-1, read));
    await clock.run(10);
    expect(await reading).toMatchObject({ version: '1' });
  });

  test('is a new one if a try for the lease has ended since', async () => {
    const { clock, crowd, read, shown } = start();
    void crowd.readAnew(read);
    await clock.run(20);
    await crowd.tryForLease(lease('a'), async () => true);
    const reading = shown(crowd.readSince(-1, read));
    await clock.run(10);
    expect(await reading).toMatchObject({ version: '2', beganAt: 20 });
  });
});

describe('a try for the lease', () => {
  test.each([true, false])('is made once at a time, and all who wait are told the lease: taken %s', async (isTaken) => {
    const { clock, crowd } = start();
    const taken = isTaken ? lease('a') : undefined;
    let tries = 0;
    const take = async () => {
      tries += 1;
      await clock.sleep(10);
      return isTaken;
    };
    const ours = crowd.tryForLease(lease('a'), take);
    const others = ['b', 'c'].map((token) => crowd.tryForLease(lease(token), take));
    await clock.run(10);
    expect(await ours).toEqual({ isOurs: true, taken });
    expect(await Promise.all(others)).toEqual([
      { isOurs: false, taken },
      { isOurs: false, taken },
    ]);
    expect(tries).toBe(1);
    const later = crowd.tryForLease(lease('d'), take);
    await clock.run(10);
    expect(await later).toMatchObject({ isOurs: true });
    expect(tries).toBe(2);
  });

  test('that fails, fails for all who wait for it, and the next is made', async () => {
    const { clock, crowd } = start();
    const take = async () => {
      await clock.sleep(10);
      throw new StoreUnavailableError('ThrottlingException', { trouble: 'throttled' });
    };
    const tries = ['a', 'b'].map((token) => crowd.tryForLease(lease(token), take));
    for (const each of tries) each.catch(() => undefined);
    await clock.run(10);
    for (const each of tries) await expect(each).rejects.toThrow(StoreUnavailableError);
    expect(await crowd.tryForLease(lease('c'), async () => true)).toEqual({ isOurs: true, taken: lease('c') });
  });
});

describe('the crowds of an instance', () => {
  test('are one for each key, and gone when the last look-up has left', () => {
    const crowds = new Crowds(new ManualClock());
    const first = crowds.enter(KEY);
    const second = crowds.enter({ ...KEY });
    const other = crowds.enter({ ...KEY, variant: 'w' });
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    expect(crowds.size).toBe(2);
    first.leave();
    expect(crowds.enter(KEY)).toBe(first);
    first.leave();
    first.leave();
    other.leave();
    expect(crowds.size).toBe(0);
    expect(crowds.enter(KEY)).not.toBe(first);
  });

  test('a look-up that is not stored is a crowd of its own', () => {
    const crowds = new Crowds(new ManualClock());
    const first = crowds.enter(undefined);
    expect(crowds.enter(undefined)).not.toBe(first);
    first.leave();
    expect(crowds.size).toBe(0);
  });
});

describe('250 look-ups of one key on one instance', () => {
  const BODY = '{"id":1,"profiles":[{"firstName":"Asha"}]}';

  test('of a cold key: a few reads, one try for the lease, one upstream call', async () => {
    const { clock, store, upstream, ask } = startFleet({ random: Math.random });
    upstream.outcome = found(BODY);
    upstream.takesMs = 300;
    const all = Array.from({ length: 250 }, () => ask());
    await clock.run(1000);
    for (const { answer } of await Promise.all(all)) expect(answer).toMatchObject({ body: BODY });
    expect(upstream.requests).toHaveLength(1);
    expect(store.calls.filter((name) => name === 'takeLease')).toHaveLength(1);
    // A first one, one for those who came meanwhile, and one each 50 ms.
    expect(store.calls.filter((name) => name === 'read').length).toBeLessThan(15);
  });

  test('whose upstream fails at once: one call, and all fail as the holder did', async () => {
    const { clock, upstream, ask } = startFleet({ random: Math.random });
    upstream.outcome = { kind: 'failed', failure: 'server-error' };
    const all = Array.from({ length: 250 }, () => ask());
    await clock.run(1000);
    for (const { answer } of await Promise.all(all)) expect(answer).toMatchObject({ failure: 'server-error' });
    expect(upstream.requests).toHaveLength(1);
  });

  test('never see bytes that a purge has taken before they asked, though a read was under way', async () => {
    const { clock, store, upstream, ask } = startFleet();
    upstream.outcome = found(BODY);
    await ask();
    const before = store.hold('read', 'after');
    const early = ask();
    await before.reached;
    store.items.clear();
    upstream.outcome = found(BODY.replace('Asha', 'Bina'));
    const late = [ask(), ask()];
    await clock.run(10);
    await before.release();
    await clock.run(1000);
    expect(await early).toMatchObject({ answer: { body: BODY } });
    for (const { answer } of await Promise.all(late))
      expect(answer).toMatchObject({ body: expect.stringMatching('Bina') });
  });
});
