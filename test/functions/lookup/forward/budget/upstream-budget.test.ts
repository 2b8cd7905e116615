import { describe, expect, test } from '@jest/globals';
import type { Api } from '../../../../../functions/customer/request/canonical-request.ts';
import { UpstreamBudget } from '../../../../../functions/lookup/forward/budget/upstream-budget.ts';
import type { UpstreamCallCounters } from '../../../../../functions/lookup/ports.ts';
import { StoreAccess } from '../../../../../functions/lookup/store-access.ts';
import { StoreUnavailableError } from '../../../../../functions/lookup/store-unavailable-error.ts';
import { StoreVitality } from '../../../../../functions/lookup/store-vitality.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

/** Counters that answer after a while, and the requests to them. */
class Counters implements UpstreamCallCounters {
  readonly taken = new Map<string, number>();
  /** How many were taken at once, by the order of the calls. */
  readonly batches: number[] = [];
  takesMs = 5;
  isDown = false;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async takeCalls(api: Api, minute: number, count: number, below: number): Promise<number | undefined> {
    this.batches.push(count);
    await this.#clock.sleep(this.takesMs);
    if (this.isDown) throw new StoreUnavailableError('TimeoutError', { trouble: 'late' });
    const name = `${api} ${minute}`;
    const taken = this.taken.get(name) ?? 0;
    if (taken >= below) return undefined;
    this.taken.set(name, taken + count);
    return taken + count;
  }
}

function start(limit: number) {
  const clock = new ManualClock();
  clock.advance(10_000);
  const counters = new Counters(clock);
  const random = () => 0;
  const caller = () => ({
    request: { api: 'v2' } as const,
    purpose: 'answer' as const,
    store: new StoreAccess<UpstreamCallCounters>({ store: counters, clock, random, vitality: new StoreVitality() }),
  });
  const budget = new UpstreamBudget(clock, { v2: limit });
  /** Makes this number of look-ups at once. @returns how many may call */
  const enterMany = async (count: number) => {
    const entering = Promise.all(Array.from({ length: count }, () => budget.enter(caller())));
    await clock.run(1000);
    return (await entering).filter(({ kind }) => kind === 'call-right').length;
  };
  return { clock, counters, caller, budget, enterMany };
}

describe('the calls of one instance', () => {
  test('are taken for all waiting look-ups together', async () => {
    const { counters, enterMany } = start(600);
    expect(await enterMany(60)).toBe(60);
    expect(counters.batches).toEqual([1, 59]);
  });

  test('are requested at most once more when they are used up', async () => {
    const { counters, enterMany } = start(50);
    expect(await enterMany(60)).toBe(50);
    expect(await enterMany(60)).toBe(0);
    expect(counters.batches.length).toBeLessThanOrEqual(3);
  });

  test('come in batches that grow with the demand and shrink with the calls left', async () => {
    const { counters, budget, caller, clock } = start(200);
    let used = 0;
    for (let turn = 0; turn < 250; turn += 1) {
      const entering = budget.enter(caller());
      await clock.run(25);
      if ((await entering).kind === 'call-right') used += 1;
    }
    expect(used).toBe(200);
    expect(counters.batches.slice(0, 4)).toEqual([1, 2, 4, 8]);
    expect(Math.max(...counters.batches)).toBeGreaterThan(8);
    expect(counters.batches.slice(-10)).toEqual(Array(10).fill(1));
    expect(counters.batches.length).toBeLessThan(100);
  });

  test('of one minute are not used in the next', async () => {
    const { clock, counters, enterMany, budget, caller } = start(600);
    for (let turn = 0; turn < 20; turn += 1) {
      const entering = budget.enter(caller());
      await clock.run(10);
      await entering;
    }
    const before = counters.batches.length;
    clock.advance(60_000);
    expect(await enterMany(1)).toBe(1);
    expect(counters.batches.length).toBe(before + 1);
    expect(counters.taken.size).toBe(2);
  });

  test('are not used if the store gave them too late for their minute', async () => {
    const { clock, counters, budget, caller } = start(1);
    clock.advance(49_400);
    counters.takesMs = 200;
    const entering = budget.enter(caller());
    await clock.run(1000);
    expect((await entering).kind).toBe('call-right');
    // One call of each minute was taken, and that of the past minute was not used.
    expect([...counters.taken.values()]).toEqual([1, 1]);
  });

  test('are given back by a look-up that made no call', async () => {
    const { counters, budget, caller, clock } = start(1);
    const entering = budget.enter(caller());
    await clock.run(10);
    const right = await entering;
    if (right.kind !== 'call-right') throw new Error('There is a call.');
    right.settle(0);
    expect((await budget.enter(caller())).kind).toBe('call-right');
    expect(await budget.enter(caller())).toMatchObject({ failure: 'over-budget' });
    expect(counters.batches).toEqual([1]);
  });

  test.each([
    [0, 2],
    [1, 1],
    [2, 0],
  ])('are given back by a look-up that may repeat its call and makes %i: %i are left', async (made, left) => {
    const { budget, caller, clock, enterMany } = start(2);
    const entering = budget.enter(caller());
    await clock.run(10);
    const right = await entering;
    if (right.kind !== 'call-right') throw new Error('There is a call.');
    const extending = [right.extend(), right.extend()];
    await clock.run(1000);
    expect(await Promise.all(extending)).toEqual([true, false]);
    right.settle(made);
    expect(await enterMany(5)).toBe(left);
  });

  test('are not given back if they were made while there was no budget', async () => {
    const { counters, budget, caller, clock, enterMany } = start(5);
    counters.isDown = true;
    const entering = budget.enter(caller());
    await clock.run(10);
    const right = await entering;
    if (right.kind !== 'call-right') throw new Error('There is no budget.');
    counters.isDown = false;
    await clock.run(1000);
    right.settle(0);
    expect(await enterMany(10)).toBe(5);
  });
});
