import { describe, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { StoreWork } from '../../../functions/lookup/store-work.ts';
import { ManualClock, settle } from '../../support/manual-clock.ts';

const throttled = () => new StoreUnavailableError('ThrottlingException', { trouble: 'throttled' });
const down = () => new StoreUnavailableError('ECONNRESET');

/** Operations that end when the test says so. */
function startOperations() {
  const begun: PromiseWithResolvers<string>[] = [];
  const operation = () => {
    const ending = Promise.withResolvers<string>();
    begun.push(ending);
    return ending.promise;
  };
  return { begun, operation };
}

describe('work with many operations of the store', () => {
  test('B8: runs 24 at a time, and begins the next when one has ended', async () => {
    const work = new StoreWork(new ManualClock(), undefined);
    const { begun, operation } = startOperations();
    const all = work.all(Array.from({ length: 100 }), () => work.do(operation));
    for (let ended = 0; ended < 100; ended += 1) {
      await settle();
      expect(begun).toHaveLength(Math.min(24 + ended, 100));
      begun[ended]?.resolve(`${ended}`);
    }
    expect(await all).toEqual(Array.from({ length: 100 }, (_, index) => `${index}`));
  });

  test('begins nothing after a failure, and waits for the operations in progress', async () => {
    const work = new StoreWork(new ManualClock(), 60_000);
    const { begun, operation } = startOperations();
    let hasEnded = false;
    const all = work.all(Array.from({ length: 100 }), () => work.do(operation));
    const outcome = all.catch((error: unknown) => error).finally(() => (hasEnded = true));
    await settle();
    const failure = down();
    begun[3]?.reject(failure);
    for (const one of begun.slice(4)) one.resolve('done');
    await settle();
    expect(begun).toHaveLength(24);
    expect(hasEnded).toBe(false);
    for (const one of begun) one.resolve('done');
    expect(await outcome).toBe(failure);
    await expect(work.do(operation)).rejects.toBe(failure);
    expect(begun).toHaveLength(24);
  });

  test('B8: begins nothing when its time has ended, and says so', async () => {
    const clock = new ManualClock();
    const work = new StoreWork(clock, 1000);
    let begun = 0;
    const all = work.all(Array.from({ length: 1000 }), () =>
      work.do(async () => {
        begun += 1;
        await clock.sleep(100);
      }),
    );
    all.catch(() => undefined);
    await clock.run(3000);
    await expect(all).rejects.toMatchObject({ reason: 'TimeLimit', trouble: 'late' });
    expect(begun).toBe(10 * 24);
  });

  test.each([
    ['none', 0],
    ['a negative one, which no work can keep,', -5],
  ])('begins nothing with %s as its time', async (_title, withinMs) => {
    const work = new StoreWork(new ManualClock(), withinMs);
    const { begun, operation } = startOperations();
    await expect(work.do(operation)).rejects.toMatchObject({ trouble: 'late' });
    expect(begun).toHaveLength(0);
  });

  test('B8: tries throttled operations again, with longer and longer waits, as long as there is time', async () => {
    const clock = new ManualClock();
    const triedAt: number[] = [];
    const doing = new StoreWork(clock, 5000).do(async () => {
      triedAt.push(clock.monotonicNow());
      if (triedAt.length < 8) throw throttled();
      return 'done';
    });
    await clock.run(5000);
    expect(await doing).toBe('done');
    const waitedMs = triedAt.slice(1).map((at, index) => at - (triedAt[index] ?? 0));
    expect(waitedMs.every((ms, index) => ms >= (waitedMs[index - 1] ?? 0))).toBe(true);
    expect(waitedMs[0]).toBeGreaterThanOrEqual(12);
    expect(waitedMs.at(-1)).toBeLessThanOrEqual(400);
  });

  test('does not repeat throttled operations all at the same time', async () => {
    const clock = new ManualClock();
    const work = new StoreWork(clock, 5000);
    const triedAt: number[] = [];
    const all = work.all(Array.from({ length: 24 }), () => {
      let tries = 0;
      return work.do(async () => {
        tries += 1;
        if (tries === 1) throw throttled();
        triedAt.push(clock.monotonicNow());
      });
    });
    await clock.run(1000);
    await all;
    expect(new Set(triedAt).size).toBe(24);
  });

  test('does not wait for a throttled lane: the operations of another lane are done meanwhile', async () => {
    const clock = new ManualClock();
    const work = new StoreWork(clock, 5000);
    const [hot, other] = [work.lane(), work.lane()];
    let isThrottling = true;
    let tries = 0;
    const throttledAll = work.all(Array.from({ length: 100 }), () =>
      work.do(async () => {
        tries += 1;
        if (isThrottling) throw throttled();
      }, hot),
    );
    let done = 0;
    const otherAll = work.all(Array.from({ length: 100 }), () =>
      work.do(async () => {
        await clock.sleep(5);
        done += 1;
      }, other),
    );
    await clock.run(100);
    await otherAll;
    expect(done).toBe(100);

    // The store is not asked more often for it: 24 operations at most wait to be repeated.
    await clock.run(900);
    expect(tries).toBeLessThan(24 * 10);
    isThrottling = false;
    await clock.run(1000);
    expect(await throttledAll).toHaveLength(100);
  });

  test('runs 24 at a time, also in several lanes', async () => {
    const work = new StoreWork(new ManualClock(), undefined);
    const { begun, operation } = startOperations();
    const lanes = [work.lane(), work.lane()];
    const all = lanes.map((lane) => work.all(Array.from({ length: 30 }), () => work.do(operation, lane)));
    for (let ended = 0; ended < 60; ended += 1) {
      await settle();
      expect(begun.length).toBe(Math.min(24 + ended, 60));
      begun[ended]?.resolve('done');
    }
    await Promise.all(all);
  });

  test('gives up throttled operations when its time has ended', async () => {
    const clock = new ManualClock();
    let endedAt = 0;
    const doing = new StoreWork(clock, 1000).do(async () => {
      throw throttled();
    });
    doing.catch(() => {
      endedAt = clock.monotonicNow();
    });
    await clock.run(2000);
    await expect(doing).rejects.toMatchObject({ reason: 'ThrottlingException', trouble: 'throttled' });
    expect(endedAt).toBe(1000);
  });

  test.each([
    ['without a time limit, a throttled operation is a failure', undefined, throttled()],
    ['a failure of another kind is tried once', 5000, down()],
    ['a late operation is tried once', 5000, new StoreUnavailableError('TimeoutError', { trouble: 'late' })],
    ['a fault of the service is tried once', 5000, new TypeError('a fault')],
  ])('%s', async (_title, withinMs, failure) => {
    let tries = 0;
    const doing = new StoreWork(new ManualClock(), withinMs).do(async () => {
      tries += 1;
      throw failure;
    });
    await expect(doing).rejects.toBe(failure);
    expect(tries).toBe(1);
  });
});
