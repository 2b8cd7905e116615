import { describe, expect, test } from '@jest/globals';
import type { Api } from '../../../../functions/customer/request/canonical-request.ts';
import { UpstreamPauseGate } from '../../../../functions/lookup/forward/upstream-pause-gate.ts';
import { StoreUnavailableError, type UpstreamPause, type UpstreamPauses } from '../../../../functions/lookup/ports.ts';
import { StoreAccess, StoreVitality } from '../../../../functions/lookup/store-access.ts';
import type { UpstreamOutcome } from '../../../../functions/lookup/upstream.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { found } from '../../../support/scripted-upstream.ts';

const WELL = found('{"id":1}');
const throttled = (retryAfterMs?: number): UpstreamOutcome => ({
  kind: 'failed',
  failure: 'throttled',
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

const UNREACHABLE: UpstreamOutcome = { kind: 'failed', failure: 'connection' };

/** The pauses of a table, and what was called. */
class Pauses implements UpstreamPauses {
  readonly items = new Map<Api, UpstreamPause>();
  readonly calls: string[] = [];
  isDown = false;
  /** Until then the answers of reads are on their way. */
  held = Promise.resolve();

  async readPause(api: Api) {
    this.#call('readPause');
    const pause = this.items.get(api);
    await this.held;
    return pause;
  }

  async writePause(api: Api, pause: Pick<UpstreamPause, 'until' | 'since'>) {
    this.#call('writePause');
    if ((this.items.get(api)?.until ?? 0) < pause.until) this.items.set(api, { turns: 0, probedAt: 0, ...pause });
  }

  async takeTurn(api: Api, until: number, atMost: number) {
    this.#call('takeTurn');
    const pause = this.items.get(api);
    if (pause?.until !== until || pause.turns >= atMost) return false;
    this.items.set(api, { ...pause, turns: pause.turns + 1 });
    return true;
  }

  async takeProbe(api: Api, until: number, probedAt: number, now: number) {
    this.#call('takeProbe');
    const pause = this.items.get(api);
    if (pause?.until !== until || pause.probedAt !== probedAt) return false;
    this.items.set(api, { ...pause, probedAt: now });
    return true;
  }

  async endPause(api: Api, until: number, now: number) {
    this.#call('endPause');
    const pause = this.items.get(api);
    if (pause?.until === until) this.items.set(api, { ...pause, until: now });
  }

  #call(name: string) {
    this.calls.push(name);
    if (this.isDown) throw new StoreUnavailableError('TimeoutError');
  }
}

function start(random = () => 0) {
  const clock = new ManualClock();
  const pauses = new Pauses();
  const access = () => new StoreAccess({ store: pauses, clock, random, vitality: new StoreVitality() });
  const call = (attempts: number) => ({
    askedAt: clock.now(),
    durationMs: 0,
    attempts,
    status: undefined,
    requestId: undefined,
  });
  const instance = () => {
    const gate = new UpstreamPauseGate(clock, random);
    /** One look-up: asks, if it may; says whether it did, or for how long it should not. */
    const ask = async (outcome: UpstreamOutcome, api: Api = 'v2') => {
      const store = access();
      const permit = await gate.enter(api, store);
      if (permit.kind === 'failed') return permit.retryAfterMs;
      await gate.leave(permit, store, outcome, call(1));
      return 'asked';
    };
    /** A look-up that has the right to ask, and whose answer the test tells later. */
    const begin = async () => {
      const store = access();
      const permit = await gate.enter('v2', store);
      if (permit.kind === 'failed') throw new Error('The gate gives no right to ask.');
      return (outcome: UpstreamOutcome, attempts = 1) => gate.leave(permit, store, outcome, call(attempts));
    };
    return { gate, ask, begin };
  };
  return { clock, pauses, instance, ...instance() };
}

describe('a pause', () => {
  test('holds the whole fleet, for as long as the upstream said', async () => {
    const { clock, ask, instance } = start();
    expect(await ask(throttled(5000))).toBe('asked');
    clock.advance(2000);
    expect(await ask(WELL)).toBe(3000);
    expect(await instance().ask(WELL)).toBe(3000);
    clock.advance(3000);
    expect(await instance().ask(WELL)).toBe('asked');
  });

  test('of one API does not hold the other', async () => {
    const { ask } = start();
    await ask(throttled(5000));
    expect(await ask(WELL, 'v1.1')).toBe('asked');
  });

  test('is read once a second, and not by every miss', async () => {
    const { clock, pauses, ask } = start();
    for (let miss = 0; miss < 10; miss += 1) await ask(WELL);
    expect(pauses.calls).toEqual(['readPause']);
    clock.advance(1000);
    await ask(WELL);
    expect(pauses.calls).toEqual(['readPause', 'readPause']);
  });

  test('is not read again within a second of the last read, at whichever time that was', async () => {
    const { clock, pauses, ask } = start();
    clock.advance(5000);
    for (let miss = 0; miss < 10; miss += 1) {
      await ask(WELL);
      clock.advance(99);
    }
    expect(pauses.calls).toEqual(['readPause']);
  });

  test.each([
    ['no call was made', throttled(5000), 0],
    ['the upstream could not be reached', UNREACHABLE, 1],
    ['the upstream asked for a pause of no length', throttled(0), 1],
  ])('does not begin if %s', async (_when, outcome, attempts) => {
    const { pauses, gate, begin } = start();
    const answer = await begin();
    await answer(outcome, attempts);
    expect(gate.isPaused('v2')).toBe(false);
    expect(pauses.calls).toEqual(['readPause']);
  });

  test.each([
    ['a shorter one', 1000],
    ['one that ends at the same time', 30_000],
  ])('stands if an earlier call brings %s, and the store is told once', async (_which, otherMs) => {
    const { pauses, ask, begin } = start();
    const answers = [await begin(), await begin()];
    await answers[0]?.(throttled(30_000));
    await answers[1]?.(throttled(otherMs));
    expect(await ask(WELL)).toBe(30_000);
    expect(pauses.calls).toEqual(['readPause', 'writePause']);
  });

  test('that the store did not take gives way to one that ends later', async () => {
    const { clock, pauses, ask } = start();
    pauses.isDown = true;
    await ask(throttled(5000));
    pauses.isDown = false;
    clock.advance(1000);
    pauses.items.set('v2', { since: clock.now(), until: clock.now() + 10_000, turns: 0, probedAt: clock.now() });
    expect(await ask(WELL)).toBe(10_000);
    expect(pauses.calls.filter((call) => call === 'writePause')).toHaveLength(1);
  });

  test('that the store did not take gives way to one that a probe ended since', async () => {
    const { clock, pauses, ask } = start();
    pauses.isDown = true;
    await ask(throttled(30_000));
    pauses.isDown = false;
    clock.advance(1000);
    const ended = { since: clock.now() - 90_000, until: clock.now() - 100, turns: 0, probedAt: clock.now() - 100 };
    pauses.items.set('v2', ended);
    expect(await ask(WELL)).toBe('asked');
    expect(pauses.items.get('v2')).toEqual({ ...ended, turns: 1 });
  });

  test('that another instance learnt of counts a second later', async () => {
    const { clock, ask, instance } = start();
    await ask(WELL);
    await instance().ask(throttled(60_000));
    clock.advance(1000);
    expect(await ask(WELL)).toBe(59_000);
  });

  test('that is longer stands', async () => {
    const { clock, pauses, ask, instance } = start();
    await instance().ask(WELL);
    const other = instance();
    await other.ask(WELL);
    await ask(throttled(30_000));
    await other.ask(throttled(1000));
    expect(pauses.items.get('v2')?.until).toBe(clock.now() + 30_000);
  });

  test('that the store did not take is told to it when it answers again', async () => {
    const { clock, pauses, ask, instance } = start();
    pauses.isDown = true;
    await ask(throttled(60_000));
    pauses.isDown = false;
    clock.advance(1000);
    expect(await ask(WELL)).toBe(59_000);
    expect(pauses.items.get('v2')?.until).toBe(clock.now() + 59_000);
    expect(await instance().ask(WELL)).toBe(59_000);
  });

  test('that was learnt while another look-up read is not forgotten for an older one', async () => {
    const { clock, pauses, ask, gate, instance } = start();
    await instance().ask(throttled(1000));
    clock.advance(2000);
    const { promise, resolve } = Promise.withResolvers<void>();
    pauses.held = promise;
    const slow = ask(WELL);
    pauses.held = Promise.resolve();
    pauses.items.set('v2', { since: clock.now(), until: clock.now() + 5000, turns: 0, probedAt: clock.now() });
    expect(await ask(WELL)).toBe(5000);
    resolve();
    expect(await slow).toBe(5000);
    expect(gate.isPaused('v2')).toBe(true);
  });

  test('that was told to the store while another look-up read is not forgotten for an older one', async () => {
    const { clock, pauses, ask, gate, instance } = start();
    await instance().ask(throttled(1000));
    clock.advance(10_000);
    pauses.isDown = true;
    await ask(throttled(30_000));
    pauses.isDown = false;
    clock.advance(2000);
    const { promise, resolve } = Promise.withResolvers<void>();
    pauses.held = promise;
    const slow = ask(WELL);
    pauses.held = Promise.resolve();
    clock.advance(1);
    // This look-up tells the store.
    expect(await ask(WELL)).toBe(27_999);
    expect(pauses.items.get('v2')?.until).toBe(clock.now() + 27_999);
    resolve();
    expect(await slow).toBe(27_999);
    expect(gate.isPaused('v2')).toBe(true);
  });

  test('that the store did not take gives way to a long one that the fleet probes', async () => {
    const { clock, pauses, ask, instance } = start();
    await instance().ask(throttled(90_000));
    pauses.isDown = true;
    await ask(throttled(120_000));
    pauses.isDown = false;
    clock.advance(1000);
    expect(await ask(WELL)).toBe(89_000);
    expect(pauses.items.get('v2')?.until).toBe(clock.now() + 89_000);
  });

  test('that the store did not take is told to it, though an older pause there is over', async () => {
    const { clock, pauses, ask, instance } = start();
    await instance().ask(throttled(1000));
    clock.advance(500);
    pauses.isDown = true;
    await ask(throttled(30_000));
    pauses.isDown = false;
    clock.advance(1000);
    expect(await ask(WELL)).toBe(29_000);
    expect(await instance().ask(WELL)).toBe(29_000);
  });

  test('B3: a store that cannot be asked means no pause, and is no failure of the store', async () => {
    const { pauses, ask, clock } = start();
    pauses.isDown = true;
    const store = new StoreAccess({ store: pauses, clock, random: () => 0, vitality: new StoreVitality() });
    expect(await new UpstreamPauseGate(clock, () => 0).enter('v2', store)).toMatchObject({ kind: 'permit' });
    expect(store.failure).toBeUndefined();
    expect(await ask(throttled(5000))).toBe('asked');
    // The instance itself remembers.
    expect(await ask(WELL)).toBe(5000);
  });

  test('B12: is measured by the monotonic clock: a clock that is set back makes it no longer', async () => {
    const { clock, pauses } = start();
    let setBackMs = 0;
    const skewed = {
      now: () => clock.now() - setBackMs,
      monotonicNow: () => clock.monotonicNow(),
      sleep: (ms: number) => clock.sleep(ms),
      sleepFree: (ms: number) => clock.sleep(ms),
    };
    const gate = new UpstreamPauseGate(skewed, () => 0);
    const store = new StoreAccess({ store: pauses, clock, random: () => 0, vitality: new StoreVitality() });
    pauses.items.set('v2', { since: clock.now(), until: clock.now() + 5000, turns: 0, probedAt: 0 });
    expect(await gate.enter('v2', store)).toMatchObject({ retryAfterMs: 5000 });
    setBackMs = 60_000;
    clock.advance(4000);
    expect(await gate.enter('v2', store)).toMatchObject({ retryAfterMs: 1000 });
    clock.advance(1000);
    expect(await gate.enter('v2', store)).toMatchObject({ kind: 'permit' });
  });
});

describe('B7: a 429 without a usable Retry-After', () => {
  test('pauses the fleet for 2 s, doubling to 30', async () => {
    const { clock, ask, instance } = start();
    for (const pauseMs of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      expect(await ask(throttled())).toBe('asked');
      expect(await instance().ask(WELL)).toBe(pauseMs);
      clock.advance(pauseMs - 1);
      expect(await ask(WELL)).toBe(1);
      clock.advance(1);
    }
  });

  test('is jittered, never shorter than 2 s and never longer than 30', async () => {
    const { clock, ask } = start(() => 0.999_999);
    await ask(throttled());
    expect(await ask(WELL)).toBeCloseTo(2500, 0);
    for (let again = 0; again < 6; again += 1) {
      clock.advance(30_000);
      await ask(throttled());
    }
    expect(await ask(WELL)).toBe(30_000);
  });

  test('begins with 2 s again once the upstream has answered well', async () => {
    const { clock, ask } = start();
    for (const outcome of [throttled(), throttled(), WELL, throttled()]) {
      expect(await ask(outcome)).toBe('asked');
      clock.advance(5000);
    }
    clock.advance(-5000 + 1);
    expect(await ask(WELL)).toBe(1999);
  });
});

describe('B7: the length of a pause without a usable Retry-After', () => {
  test('does not double for the answer to an earlier call', async () => {
    const { ask, begin } = start();
    const answers = [await begin(), await begin()];
    for (const answer of answers) await answer(throttled());
    expect(await ask(WELL)).toBe(2000);
  });

  test.each([
    [59_999, 4000],
    [60_000, 2000],
  ])('%i ms after the last pause is %i ms', async (sinceEndMs, pauseMs) => {
    const { clock, ask } = start();
    await ask(throttled());
    clock.advance(2000 + sinceEndMs);
    expect(await ask(throttled())).toBe('asked');
    expect(await ask(WELL)).toBe(pauseMs);
  });

  test('doubles if only an earlier call was answered well, inside the pause', async () => {
    const { clock, ask, begin } = start();
    const answer = await begin();
    await ask(throttled());
    await answer(WELL);
    clock.advance(2000);
    expect(await ask(throttled())).toBe('asked');
    expect(await ask(WELL)).toBe(4000);
  });
});

describe('the end of a pause', () => {
  test('counts no call any more after five seconds', async () => {
    const { clock, pauses, ask } = start();
    await ask(throttled(10_000));
    clock.advance(14_999);
    expect(await ask(UNREACHABLE)).toBe('asked');
    expect(pauses.items.get('v2')?.turns).toBe(1);
    clock.advance(1);
    expect(await ask(UNREACHABLE)).toBe('asked');
    expect(pauses.items.get('v2')?.turns).toBe(1);
  });

  test('lets one instance ask a few times at one moment too, if the store cannot be asked', async () => {
    const { clock, pauses, ask } = start();
    pauses.isDown = true;
    await ask(throttled(10_000));
    clock.advance(10_000);
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(UNREACHABLE)));
    expect(answers).toEqual(['asked', 'asked', 'asked', 1000, 1000]);
  });

  test('lets the fleet begin with a few calls, and twice as many in each next second', async () => {
    const { clock, ask, instance } = start();
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

  test('lets one instance ask a few times too, if the store cannot be asked', async () => {
    const { clock, pauses, ask } = start();
    pauses.isDown = true;
    await ask(throttled(10_000));
    clock.advance(10_000);
    const answers: unknown[] = [];
    for (let call = 0; call < 5; call += 1) answers.push(await ask({ kind: 'failed', failure: 'connection' }));
    expect(answers).toEqual(['asked', 'asked', 'asked', 1000, 1000]);
  });
});

describe('an instance whose call was answered well after a pause', () => {
  test('takes no more turns: one look-up after the other is asked for', async () => {
    const { clock, ask, instance } = start();
    await ask(throttled(10_000));
    clock.advance(10_000);
    const other = instance();
    for (let call = 0; call < 20; call += 1) {
      expect(await ask(WELL)).toBe('asked');
      expect(await other.ask(WELL)).toBe('asked');
    }
  });

  test('waits again when the next pause begins, here or elsewhere', async () => {
    const { clock, ask, instance } = start();
    await ask(throttled(10_000));
    clock.advance(10_000);
    await ask(WELL);
    await instance().ask(throttled(2000));
    clock.advance(1000);
    expect(await ask(WELL)).toBe(1000);
  });
});

describe('a pause longer than a minute', () => {
  test('is probed once a minute by one call of the fleet', async () => {
    const { clock, ask, instance } = start();
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
    const { clock, ask, instance } = start();
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
    const { clock, pauses, ask } = start();
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
    const { clock, pauses, ask } = start();
    pauses.isDown = isDownBefore;
    await ask(throttled(3_600_000));
    pauses.isDown = true;
    clock.advance(60_000);
    expect(await ask(UNREACHABLE)).toBe('asked');
    expect(await ask(UNREACHABLE)).toBe(3_540_000);
  });

  test('ends at once for the instance whose probe is answered', async () => {
    const { clock, ask, gate } = start();
    await ask(throttled(3_600_000));
    clock.advance(60_000);
    expect(await ask(WELL)).toBe('asked');
    expect(gate.isPaused('v2')).toBe(false);
    expect(await ask(WELL)).toBe('asked');
  });

  test('ends if the probe is answered, for the whole fleet', async () => {
    const { clock, ask, instance } = start();
    await ask(throttled(3_600_000));
    clock.advance(60_000);
    expect(await instance().ask(WELL)).toBe('asked');
    clock.advance(1000);
    expect(await instance().ask(WELL)).toBe('asked');
    expect(await ask(WELL)).toBe('asked');
  });

  test('of a minute or less is not probed', async () => {
    const { clock, pauses, ask } = start();
    await ask(throttled(60_000));
    clock.advance(59_999);
    expect(await ask(WELL)).toBe(1);
    expect(pauses.calls).not.toContain('takeProbe');
  });
});
