import { describe, expect, test } from '@jest/globals';
import type { Api } from '../../../../../functions/customer/request/canonical-request.ts';
import { UpstreamBudget } from '../../../../../functions/lookup/forward/budget/upstream-budget.ts';
import type { LookupPurpose } from '../../../../../functions/lookup/lookup-policy.ts';
import type { UpstreamCallCounters } from '../../../../../functions/lookup/ports.ts';
import { StoreAccess } from '../../../../../functions/lookup/store-access.ts';
import { StoreUnavailableError } from '../../../../../functions/lookup/store-unavailable-error.ts';
import { StoreVitality } from '../../../../../functions/lookup/store-vitality.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const COUNTER_MS = 5;

interface Caller {
  readonly purpose?: LookupPurpose;
  readonly api?: Api;
  /** Whether the store has failed this look-up before. */
  readonly isBypassed?: boolean;
}

/** One instance with a budget for v2. The counter answers after 5 ms. */
function start(limit: number, counterMs = COUNTER_MS) {
  const clock = new ManualClock();
  clock.advance(10_000);
  const batches: number[] = [];
  const counter = { taken: 0, isDown: false };
  const counters: UpstreamCallCounters = {
    takeCalls: async (_api, _minute, count, below) => {
      batches.push(count);
      await clock.sleep(counterMs);
      if (counter.isDown) throw new StoreUnavailableError('TimeoutError', { trouble: 'late' });
      if (counter.taken >= below) return undefined;
      counter.taken += count;
      return counter.taken;
    },
  };
  const budget = new UpstreamBudget(clock, { v2: limit });
  const callerOf = async ({ purpose = 'answer', api = 'v2', isBypassed = false }: Caller) => {
    const vitality = new StoreVitality();
    const store = new StoreAccess<UpstreamCallCounters>({ store: counters, clock, random: () => 0, vitality });
    const fail = async () => {
      throw new StoreUnavailableError('Down');
    };
    if (isBypassed) await store.use(fail);
    return { request: { api }, purpose, store };
  };
  /** Makes a write that takes this long. @returns its result, and when it came */
  const write = async (caller: Caller = {}, takesMs = 0) => {
    const startedAt = clock.now();
    const result = await budget.beside(await callerOf(caller), async () => {
      await clock.sleep(takesMs);
      return 'written';
    });
    return [result, clock.now() - startedAt];
  };
  const enter = async (caller: Caller = {}) => budget.enter(await callerOf(caller));
  const during = async <T>(work: Promise<T>, ms = 500): Promise<T> => {
    await clock.run(ms);
    return work;
  };
  return { clock, counter, batches, budget, callerOf, write, enter, during };
}

describe('a write, and the calls that the instance takes at the same time', () => {
  test.each([
    ['the write takes longer', 20, COUNTER_MS, 20],
    ['the counter takes longer: no work goes on after the answer', 1, 50, 50],
  ])('%s', async (_title, writeMs, counterMs, endsAfterMs) => {
    const { batches, write, enter, during } = start(100, counterMs);
    expect(await during(write({}, writeMs))).toEqual(['written', endsAfterMs]);
    expect((await enter()).kind).toBe('call-right');
    expect(batches).toEqual([1]);
  });

  test('waits for the counter too if the write throws', async () => {
    const { clock, budget, callerOf, enter, batches, during } = start(100);
    const startedAt = clock.now();
    const bug = async () => {
      throw new TypeError('a bug');
    };
    const failing = budget.beside(await callerOf({}), bug).catch((error) => [String(error), clock.now() - startedAt]);
    expect(await during(failing)).toEqual(['TypeError: a bug', COUNTER_MS]);
    expect([(await enter()).kind, batches]).toEqual(['call-right', [1]]);
  });

  test.each<[string, Caller]>([
    ['the instance has a call', {}],
    ['the API has no limit', { api: 'v1.1' }],
    ['the store has failed this look-up', { isBypassed: true }],
  ])('no call is taken: %s', async (title, caller) => {
    const { batches, write, during } = start(100);
    if (title === 'the instance has a call') await during(write());
    const before = batches.length;
    expect(await during(write(caller, 1))).toEqual(['written', 1]);
    expect(batches).toHaveLength(before);
  });

  test.each<[LookupPurpose, string]>([
    ['answer', 'refused'],
    ['prefetch', 'written'],
    ['revalidate', 'written'],
    ['audit', 'written'],
  ])('if the instance knows that no call is left, %s is %s, and takes none', async (purpose, expected) => {
    const { batches, write, enter, during } = start(1);
    await during(enter());
    expect((await during(write({ purpose })))[0]).toBe(expected);
    expect(batches).toEqual([1]);
  });
});

describe('the size of a batch', () => {
  test('counts a look-up whose write goes on: it needs a call soon', async () => {
    const { clock, batches, write, enter, during } = start(20);
    const writing = write({}, 100);
    await clock.run(COUNTER_MS);
    await enter();
    await during(enter(), COUNTER_MS);
    await during(writing);
    expect(batches).toEqual([1, 2]);
  });

  test('does not count look-ups whose writes are over', async () => {
    const { batches, write, enter, during } = start(100);
    await during(Promise.all([write(), write(), write()]), 3000);
    await enter();
    await during(enter());
    expect(batches).toEqual([1, 1]);
  });

  test('does not count look-ups that got a call', async () => {
    const { batches, enter, during } = start(600);
    await during(Promise.all(Array.from({ length: 5 }, () => enter())), 30_000);
    await during(enter());
    expect(batches).toEqual([1, 4, 1]);
  });
});

describe('a call', () => {
  test('of an API without a limit is free, and so is the next one', async () => {
    const { batches, enter } = start(1);
    const right = await enter({ api: 'v1.1' });
    if (right.kind !== 'call-right') throw new Error('There is no limit.');
    expect(await right.extend()).toBe(true);
    right.settle(0);
    expect(batches).toEqual([]);
  });

  test('that is refused says when there are calls again', async () => {
    const { clock, enter, during } = start(1);
    await during(enter());
    const refillsInMs = 60_000 - (clock.now() % 60_000);
    expect(await enter()).toEqual({ kind: 'failed', failure: 'over-budget', retryAfterMs: refillsInMs });
  });

  test('is refused without another request to the counter if other instances have used all', async () => {
    const { counter, batches, enter, during } = start(1);
    counter.taken = 1;
    expect([(await during(enter())).kind, (await during(enter())).kind, batches]).toEqual(['failed', 'failed', [1]]);
  });

  test('is one of the calls that the instance has, even if the store has failed the look-up', async () => {
    const { batches, write, enter, during } = start(1);
    await during(write());
    expect((await enter({ isBypassed: true })).kind).toBe('call-right');
    expect((await enter({ isBypassed: true })).kind).toBe('failed');
    expect(batches).toEqual([1]);
  });

  test('is free for a look-up that the store has failed, if the instance has none', async () => {
    const { batches, enter } = start(1);
    expect((await enter({ isBypassed: true })).kind).toBe('call-right');
    expect(batches).toEqual([]);
  });

  test('is free for a second after the counter did not answer', async () => {
    const { clock, counter, batches, enter, during } = start(1);
    counter.isDown = true;
    expect((await during(enter(), COUNTER_MS)).kind).toBe('call-right');
    counter.isDown = false;
    await clock.run(999);
    expect([(await enter()).kind, batches]).toEqual(['call-right', [1]]);
    await clock.run(1);
    expect([(await during(enter())).kind, batches]).toEqual(['call-right', [1, 1]]);
    expect((await enter()).kind).toBe('failed');
  });

  test('stays free, if a minute begins in that second', async () => {
    const { clock, counter, batches, enter, during } = start(1);
    clock.advance(49_300);
    counter.isDown = true;
    await during(enter(), COUNTER_MS);
    await clock.run(500);
    expect([(await during(enter())).kind, batches]).toEqual(['call-right', [1]]);
  });
});
