import { describe, expect, test } from '@jest/globals';
import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import { Crowds } from '../../../functions/lookup/crowd.ts';
import { EMPTY_ITEM, type Lease, type StoredItem } from '../../../functions/lookup/entry.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { found } from '../../support/scripted-upstream.ts';

const KEY: CacheKey = { partition: 'p', variant: 'v' };
/** For a try that ends before the instance would read. */
const NO_READ = { isAnswered: () => Promise.reject(new Error('There is no read.')), everyMs: 25 };
const lease = (token: string): Lease => ({ token, until: 1, durationMs: 1 });

function start() {
  const clock = new ManualClock();
  return { clock, crowd: new Crowds(clock).enter(KEY) };
}

describe('asking another invocation', () => {
  test.each([
    ['succeeds', async () => 'asked', { status: 'fulfilled', value: 'asked' }],
    ['fails', () => Promise.reject(new TypeError('a bug')), { status: 'rejected' }],
  ])(
    'is done by one look-up at a time; the others wait for its end, and are told nothing: it %s',
    async (_how, end, told) => {
      const { clock, crowd } = start();
      let asked = 0;
      const ask = async () => {
        asked += 1;
        await clock.sleep(10);
        return end();
      };
      const [ours, ...others] = await Promise.allSettled([
        crowd.askOnce(ask),
        crowd.askOnce(ask),
        crowd.askOnce(ask),
        clock.run(10),
      ]);
      expect(ours).toMatchObject(told);
      expect(others.map((each) => each.status === 'fulfilled' && each.value)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(asked).toBe(1);
      const later = crowd.askOnce(ask).catch(() => undefined);
      await clock.run(10);
      await later;
      expect(asked).toBe(2);
    },
  );
});

describe('a try for the lease', () => {
  test('makes an earlier read too old to be used', async () => {
    const { clock, crowd } = start();
    const reading = (version: string) => async (): Promise<StoredItem> => ({ ...EMPTY_ITEM, version });
    const shown = async () => (await crowd.readSince(-1, reading('later'))).value.version;
    await crowd.readAnew(reading('first'));
    expect(await shown()).toBe('first');
    clock.advance(20);
    await crowd.tryForLease(lease('a'), async () => true, NO_READ);
    clock.advance(1);
    expect(await shown()).toBe('later');
  });

  test.each([true, false])(
    'is made once at a time, and all look-ups that wait learn the result: taken %s',
    async (isTaken) => {
      const { clock, crowd } = start();
      const taken = isTaken ? lease('a') : undefined;
      let tries = 0;
      const take = async () => {
        tries += 1;
        await clock.sleep(10);
        return isTaken;
      };
      const ours = crowd.tryForLease(lease('a'), take, NO_READ);
      const others = ['b', 'c'].map((token) => crowd.tryForLease(lease(token), take, NO_READ));
      await clock.run(10);
      expect(await ours).toEqual({ isOurs: true, taken });
      expect(await Promise.all(others)).toEqual([
        { isOurs: false, taken },
        { isOurs: false, taken },
      ]);
      expect(tries).toBe(1);
      const later = crowd.tryForLease(lease('d'), take, NO_READ);
      await clock.run(10);
      expect(await later).toMatchObject({ isOurs: true });
      expect(tries).toBe(2);
    },
  );

  test('that fails, fails for all that wait for it, and the next is made', async () => {
    const { clock, crowd } = start();
    const take = async () => {
      await clock.sleep(10);
      throw new StoreUnavailableError('ThrottlingException', { trouble: 'throttled' });
    };
    const tries = ['a', 'b'].map((token) => crowd.tryForLease(lease(token), take, NO_READ));
    for (const each of tries) each.catch(() => undefined);
    await clock.run(10);
    for (const each of tries) await expect(each).rejects.toThrow(StoreUnavailableError);
    expect(await crowd.tryForLease(lease('c'), async () => true, NO_READ)).toEqual({ isOurs: true, taken: lease('c') });
  });
});

describe('a late try for the lease makes the instance read', () => {
  test.each<[string, waiting: number, answersAt: number, readAt: readonly number[]]>([
    ['for a look-up alone too: the store may be late and not down', 0, 50, [25, 50]],
    ['every 25 ms, once for all who wait for it', 3, Number.POSITIVE_INFINITY, [25, 50, 75]],
    ['until the store answers', 3, 50, [25, 50]],
  ])('%s', async (_title, waiting, answersAt, expected) => {
    const { clock, crowd } = start();
    const readAt: number[] = [];
    const isAnswered = async () => {
      readAt.push(clock.monotonicNow());
      return clock.monotonicNow() >= answersAt;
    };
    const take = () => clock.sleep(90).then(() => true);
    const tries = Array.from({ length: 1 + waiting }, () =>
      crowd.tryForLease(lease('a'), take, { isAnswered, everyMs: 25 }),
    );
    await clock.run(500);
    expect((await Promise.all(tries)).map(({ taken }) => taken)).toEqual(Array(1 + waiting).fill(lease('a')));
    expect(readAt).toEqual(expected);
  });

  test('not in the time in which the process is busy: it could read no answer then', async () => {
    const { clock, crowd } = start();
    clock.busyMs = 70;
    const readAt: number[] = [];
    const isAnswered = async () => {
      readAt.push(clock.monotonicNow());
      return true;
    };
    const taking = crowd.tryForLease(lease('a'), () => clock.sleep(100).then(() => true), { isAnswered, everyMs: 25 });
    await clock.run(500);
    expect(await taking).toMatchObject({ isOurs: true });
    expect(readAt).toEqual([95]);
  });

  test('and a fault of a read does not end the try', async () => {
    const { clock, crowd } = start();
    const take = () => clock.sleep(90).then(() => true);
    const tries = [crowd.tryForLease(lease('a'), take, NO_READ), crowd.tryForLease(lease('b'), take, NO_READ)];
    await clock.run(500);
    expect(await Promise.all(tries)).toMatchObject([{ isOurs: true }, { isOurs: false }]);
  });
});

describe('the crowds of an instance', () => {
  test('are one for each key, and end when the last look-up has left', () => {
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

  test('have a separate crowd for a look-up that is not stored', () => {
    const crowds = new Crowds(new ManualClock());
    const first = crowds.enter(undefined);
    expect(crowds.enter(undefined)).not.toBe(first);
    first.leave();
    expect(crowds.size).toBe(0);
  });
});

describe('250 look-ups of one key on one instance', () => {
  const BODY = '{"id":1,"profiles":[{"firstName":"Asha"}]}';

  test('of a cold key make a few reads, one try for the lease, one upstream call', async () => {
    const { clock, store, upstream, ask } = startFleet({ random: Math.random });
    upstream.outcome = found(BODY);
    upstream.takesMs = 300;
    const all = Array.from({ length: 250 }, () => ask());
    await clock.run(1000);
    for (const { answer } of await Promise.all(all)) expect(answer).toMatchObject({ body: BODY });
    expect(upstream.requests).toHaveLength(1);
    expect(store.calls.filter((name) => name === 'takeLease')).toHaveLength(1);
    // A first read, one for the look-ups that came meanwhile, and one each 50 ms.
    expect(store.calls.filter((name) => name === 'read').length).toBeLessThan(15);
  });

  test('with an upstream that fails at once make one call, and all fail as the holder did', async () => {
    const { clock, upstream, ask } = startFleet({ random: Math.random });
    upstream.outcome = { kind: 'failed', failure: 'server-error' };
    const all = Array.from({ length: 250 }, () => ask());
    await clock.run(1000);
    for (const { answer } of await Promise.all(all)) expect(answer).toMatchObject({ failure: 'server-error' });
    expect(upstream.requests).toHaveLength(1);
  });

  test('make one call if the try for the lease is late, and the store is not down', async () => {
    const { clock, store, upstream, ask } = startFleet();
    upstream.outcome = found(BODY);
    const gate = store.hold('takeLease', 'after');
    const all = Array.from({ length: 250 }, () => ask());
    await clock.run(10);
    await gate.reached;
    await clock.run(DEFAULT_POLICY.storeTimeoutMs);
    await gate.timeOut();
    await clock.run(5000);
    for (const { answer } of await Promise.all(all)) expect(answer).toMatchObject({ body: BODY });
    expect(upstream.requests).toHaveLength(1);
  });

  test('never see bytes that a purge removed before they asked, even if a read was in progress', async () => {
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
