import { describe, expect, test } from '@jest/globals';
import { StoreAccess } from '../../../functions/lookup/store-access.ts';
import { type StoreTrouble, StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { StoreVitality } from '../../../functions/lookup/store-vitality.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const unavailable = (trouble: StoreTrouble) => new StoreUnavailableError(`${trouble}!`, { trouble });

/** A store that gives these outcomes, one a call; the last one is repeated. */
function start(...outcomes: readonly (StoreTrouble | 'answers')[]) {
  const clock = new ManualClock();
  const vitality = new StoreVitality();
  let calls = 0;
  const store = {};
  const access = new StoreAccess({ store, clock, random: () => 0, vitality });
  const operation = async () => {
    const outcome = outcomes[Math.min(calls, outcomes.length - 1)] ?? 'answers';
    calls += 1;
    if (outcome !== 'answers') throw unavailable(outcome);
    return 'done';
  };
  const during = async <T>(work: Promise<T>) => {
    await clock.run(1000);
    return work;
  };
  return { clock, vitality, access, operation, during, calls: () => calls };
}

describe('a call that fails', () => {
  test.each(['attempt', 'use', 'persist'] as const)('is an outage for the look-up: %s', async (how) => {
    const { access, operation, calls } = start('down');
    expect(await access[how](operation)).toBeUndefined();
    expect(access.isBypassed).toBe(true);
    expect(access.failure).toBe('down!');
    expect(await access.attempt(operation)).toBeUndefined();
    expect(calls()).toBe(1);
  });

  test('is not an outage for a poll', async () => {
    const { access, operation } = start('down', 'answers');
    expect(await access.poll(operation)).toBeUndefined();
    expect(access.isBypassed).toBe(false);
    expect(access.hasTrouble).toBe(true);
    expect(await access.attempt(operation)).toBe('done');
  });

  test('says nothing about the item if it is a call aside, but its answer shows that the store is alive', async () => {
    const { clock, access, operation } = start('late', 'throttled', 'answers');
    expect(await access.aside(operation)).toBeUndefined();
    expect([access.hasTrouble, access.lastTrouble, access.isBypassed]).toEqual([false, undefined, false]);
    await access.attempt(operation);
    expect([access.lastTrouble, access.isAlive]).toEqual(['throttled', false]);
    clock.advance(1);
    expect(await access.aside(operation)).toBe('done');
    expect([access.lastTrouble, access.isAlive]).toEqual(['throttled', true]);
  });

  test('late is an outage, if the store answered others only before that call began', async () => {
    const { clock, vitality, access } = start();
    const late = async () => {
      clock.advance(150);
      throw unavailable('late');
    };
    const lateButAlive = async () => {
      clock.advance(75);
      vitality.answered(clock.monotonicNow());
      return late();
    };
    await access.attempt(lateButAlive);
    expect([access.isBypassed, access.isAlive, access.troubleSince]).toEqual([false, true, 0]);
    await access.attempt(late);
    expect([access.isBypassed, access.isAlive, access.troubleSince]).toEqual([true, false, 225]);
  });

  test('is an outage even if the store answered another call meanwhile', async () => {
    const { clock, vitality, access } = start();
    const downButAlive = async () => {
      clock.advance(1);
      vitality.answered(clock.monotonicNow());
      throw unavailable('down');
    };
    expect(await access.attempt(downButAlive)).toBeUndefined();
    expect([access.isAlive, access.isBypassed, access.failure]).toEqual([true, true, 'down!']);
  });

  test('tells its own problem', async () => {
    const { access, operation } = start('throttled', 'answers', 'down');
    const told: (StoreTrouble | undefined)[] = [];
    for (let n = 0; n < 3; n += 1) await access.attempt(operation, (trouble) => told.push(trouble));
    expect(told).toEqual(['throttled', 'down']);
  });

  test('by a fault of the service is thrown', async () => {
    const { access } = start();
    const bug = async () => {
      throw new TypeError('a bug');
    };
    for (const how of ['attempt', 'use', 'poll', 'aside', 'persist', 'release'] as const) {
      await expect(access[how](bug)).rejects.toThrow('a bug');
    }
  });

  test('with the cache off makes no call', async () => {
    const { clock, operation, calls } = start();
    const access = new StoreAccess<object>({ store: undefined, clock, random: () => 0, vitality: new StoreVitality() });
    for (const how of ['attempt', 'use', 'poll', 'aside', 'persist', 'release'] as const) {
      expect(await access[how](operation)).toBeUndefined();
    }
    expect(calls()).toBe(0);
    expect(access.isBypassed).toBe(true);
    expect(access.failure).toBeUndefined();
  });
});

describe('B3: a store that throttles or is late is not down', () => {
  test('a throttled call may be made again', async () => {
    const { access, operation } = start('throttled', 'answers');
    expect(await access.attempt(operation)).toBeUndefined();
    expect(access.isBypassed).toBe(false);
    expect(await access.attempt(operation)).toBe('done');
  });

  test('a late call may be made again if the store has answered another call meanwhile', async () => {
    const { clock, vitality, access } = start();
    const late = async () => {
      clock.advance(100);
      vitality.answered(clock.monotonicNow());
      clock.advance(50);
      throw unavailable('late');
    };
    expect(await access.attempt(late)).toBeUndefined();
    expect(access.isBypassed).toBe(false);
    expect(access.isAlive).toBe(true);
  });

  test('a late call is an outage if the store has answered nothing since', async () => {
    const { clock, vitality, access } = start();
    vitality.answered(clock.monotonicNow());
    const late = async () => {
      clock.advance(150);
      throw unavailable('late');
    };
    expect(await access.attempt(late)).toBeUndefined();
    expect(access.isBypassed).toBe(true);
    expect(access.failure).toBe('late!');
  });

  test('trouble counts from the beginning of the first call that met it', async () => {
    const { clock, access, operation } = start('throttled');
    clock.advance(10);
    const begunAt = clock.monotonicNow();
    await access.attempt(operation);
    clock.advance(70);
    await access.attempt(operation);
    expect(access.troubleSince).toBe(begunAt);
    expect(access.isAlive).toBe(false);
  });

  test('a look-up that gives up a throttled store reports the reason', async () => {
    const { access, operation } = start('throttled');
    await access.attempt(operation);
    access.giveUp();
    expect(access.isBypassed).toBe(true);
    expect(access.failure).toBe('throttled!');
  });

  test.each<readonly [string, (StoreTrouble | 'answers')[], boolean]>([
    ['that throttles', ['throttled'], true],
    ['that was late', ['late'], false],
    ['that failed', ['down'], false],
    ['that throttled, and then was late', ['throttled', 'late'], false],
  ])('a store %s is worth asking again: %j %s', async (_, outcomes, expected) => {
    const { access, operation } = start(...outcomes);
    for (const _outcome of outcomes) await access.poll(operation);
    expect(access.isWorthAsking).toBe(expected);
  });

  test('a store that throttled a look-up until that gave up is not worth asking until it answers', async () => {
    const { clock, vitality, access, operation } = start('throttled');
    await access.attempt(operation);
    access.giveUp();
    const next = new StoreAccess({ store: {}, clock, random: () => 0, vitality });
    await next.attempt(operation);
    expect(next.isWorthAsking).toBe(false);
    clock.advance(1);
    vitality.answered(clock.monotonicNow());
    expect(next.isWorthAsking).toBe(true);
    const last = new StoreAccess({ store: {}, clock, random: () => 0, vitality });
    await last.attempt(operation);
    expect(last.isWorthAsking).toBe(true);
  });

  test('a store that was late for a look-up until that gave up may still serve one that it throttles', async () => {
    const { vitality, access, operation } = start('late');
    await access.poll(operation);
    access.giveUp();
    expect(vitality.maySoonServe).toBe(true);
  });

  test('a store that answered others meanwhile still serves, even if one look-up gave up', async () => {
    const { clock, vitality, access, operation } = start('throttled');
    await access.attempt(operation);
    clock.advance(1);
    vitality.answered(clock.monotonicNow());
    access.giveUp();
    expect(vitality.maySoonServe).toBe(true);
  });
});

describe('the writes of a holder', () => {
  test('are sent again up to four times while the store throttles', async () => {
    const { access, operation, during, calls } = start('throttled', 'throttled', 'throttled', 'answers');
    expect(await during(access.persist(operation))).toBe('done');
    expect(calls()).toBe(4);
    expect(access.isBypassed).toBe(false);
  });

  test('give up the store after that', async () => {
    const { vitality, access, operation, during, calls } = start('throttled');
    expect(await during(access.persist(operation))).toBeUndefined();
    expect(calls()).toBe(4);
    expect(access.failure).toBe('throttled!');
    // Four tries in a row are not long.
    expect(vitality.maySoonServe).toBe(true);
  });

  test('wait longer each time', async () => {
    const { clock, access, operation, calls } = start('throttled');
    const writing = access.persist(operation);
    await clock.run(0);
    expect(calls()).toBe(1);
    await clock.run(19);
    expect(calls()).toBe(1);
    await clock.run(1);
    expect(calls()).toBe(2);
    await clock.run(39);
    expect(calls()).toBe(2);
    await clock.run(1);
    expect(calls()).toBe(3);
    await clock.run(80);
    expect(calls()).toBe(4);
    await writing;
  });

  test('wait up to twice as long, at random, so that not all holders write together', async () => {
    const { clock, vitality, operation, calls } = start('throttled');
    const access = new StoreAccess({ store: {}, clock, random: () => 0.5, vitality });
    const writing = access.persist(operation);
    await clock.run(29);
    expect(calls()).toBe(1);
    await clock.run(1);
    expect(calls()).toBe(2);
    await clock.run(1000);
    await writing;
  });
});

describe('the release of a lease', () => {
  test('is made once if the store takes it', async () => {
    const { access, operation, calls } = start('answers');
    expect(await access.release(operation)).toBe('done');
    expect(calls()).toBe(1);
  });

  test('is tried once more after a failure, and then no more', async () => {
    const { access, operation, calls } = start('down', 'answers');
    await access.use(operation);
    expect(await access.release(operation)).toBe('done');
    expect(await access.release(operation)).toBeUndefined();
    expect(calls()).toBe(2);
  });

  test('is tried once more if it fails itself', async () => {
    const { access, operation, calls } = start('down', 'answers');
    expect(await access.release(operation)).toBe('done');
    expect(calls()).toBe(2);
  });

  test('is given up if it fails twice', async () => {
    const { access, operation, calls } = start('down');
    expect(await access.release(operation)).toBeUndefined();
    expect(calls()).toBe(2);
    expect(access.failure).toBe('down!');
  });

  test.each(['down', 'late'] as const)('is sent once after a failure, if the store is %s again', async (trouble) => {
    const { access, operation, during, calls } = start('down', trouble);
    await access.use(operation);
    expect(await during(access.release(operation))).toBeUndefined();
    expect(calls()).toBe(2);
  });

  test('is sent again while the store throttles, even after a failure', async () => {
    const { access, operation, during, calls } = start('down', 'throttled', 'throttled', 'answers');
    await access.use(operation);
    expect(await during(access.release(operation))).toBe('done');
    expect(calls()).toBe(4);
  });

  test('is sent once more to a store that throttles after four tries', async () => {
    const { access, operation, during, calls } = start('throttled');
    expect(await during(access.release(operation))).toBeUndefined();
    expect(calls()).toBe(5);
  });
});

describe('promise 8: shortly before a look-up has to be answered', () => {
  /** Sends a write that the store throttles. It is sent again 20 ms later, and then 40 ms after that. */
  async function sendUntil(retryUntilMs: number, how: 'persist' | 'release') {
    const { clock, vitality, operation, during, calls } = start('throttled');
    const retryUntil = clock.monotonicNow() + retryUntilMs;
    const access = new StoreAccess({ store: {}, clock, random: () => 0, vitality, retryUntil });
    expect(await during(access[how](operation))).toBeUndefined();
    return calls();
  }

  test.each([
    [19, 1],
    [20, 2],
    [59, 2],
    [60, 3],
  ])('no write is sent again: %d ms before, it is sent %d times', async (retryUntilMs, times) => {
    expect(await sendUntil(retryUntilMs, 'persist')).toBe(times);
  });

  test('the lease is released once more', async () => {
    expect(await sendUntil(0, 'release')).toBe(2);
  });
});
