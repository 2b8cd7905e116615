import { describe, expect, test } from '@jest/globals';
import { UpstreamPauseGate } from '../../../../../functions/lookup/forward/pause/upstream-pause-gate.ts';
import { StoreAccess } from '../../../../../functions/lookup/store-access.ts';
import { StoreVitality } from '../../../../../functions/lookup/store-vitality.ts';
import { settle } from '../../../../support/manual-clock.ts';
import { startPauses, throttled, UNREACHABLE, WELL } from './pauses.ts';

describe('a pause', () => {
  test('holds back the whole fleet, for as long as the upstream said', async () => {
    const { clock, ask, instance } = startPauses();
    expect(await ask(throttled(5000))).toBe('asked');
    clock.advance(2000);
    expect(await ask(WELL)).toBe(3000);
    expect(await instance().ask(WELL)).toBe(3000);
    clock.advance(3000);
    expect(await instance().ask(WELL)).toBe('asked');
  });

  test('of one API does not hold back the other', async () => {
    const { ask } = startPauses();
    await ask(throttled(5000));
    expect(await ask(WELL, 'v1.1')).toBe('asked');
  });

  test('is read once a second, and not by every miss', async () => {
    const { clock, pauses, ask } = startPauses();
    for (let miss = 0; miss < 10; miss += 1) await ask(WELL);
    expect(pauses.calls).toEqual(['readPause']);
    clock.advance(1000);
    await ask(WELL);
    expect(pauses.calls).toEqual(['readPause', 'readPause']);
  });

  test('is not read again within a second of the last read, whenever that was', async () => {
    const { clock, pauses, ask } = startPauses();
    clock.advance(5000);
    for (let miss = 0; miss < 10; miss += 1) {
      await ask(WELL);
      clock.advance(99);
    }
    expect(pauses.calls).toEqual(['readPause']);
  });

  test('is read while the look-up makes a write: they begin at once, and the look-up waits for both', async () => {
    const { clock, pauses, gate, store } = startPauses();
    const asked = { request: { api: 'v2' }, store: store() } as const;
    pauses.items.set('v2', { since: clock.now(), until: clock.now() + 5000, turns: 0, probedAt: 0 });
    const letArrive = pauses.hold();
    const events: string[] = [];
    const write = async () => {
      events.push(`begun after ${pauses.calls.length} reads`);
      await clock.sleep(6);
      return 'written';
    };
    void gate.beside(asked, write).then((written) => events.push(written));
    await settle();
    expect([events, pauses.calls]).toEqual([['begun after 0 reads'], ['readPause']]);
    await clock.run(6);
    expect(events).toHaveLength(1);
    letArrive();
    await settle();
    expect(events).toEqual(['begun after 0 reads', 'written']);
    expect(await gate.enter('v2', asked.store)).toMatchObject({ retryAfterMs: 4994 });
    expect(await gate.beside(asked, async () => 'again')).toBe('again');
    expect(pauses.calls).toEqual(['readPause']);
  });

  test.each([
    ['no call was made', throttled(5000), 0],
    ['the upstream could not be reached', UNREACHABLE, 1],
    ['the upstream asked for a pause of no length', throttled(0), 1],
  ])('does not begin if %s', async (_when, outcome, attempts) => {
    const { pauses, gate, begin } = startPauses();
    const answer = await begin();
    await answer(outcome, attempts);
    expect(gate.isPaused('v2')).toBe(false);
    expect(pauses.calls).toEqual(['readPause']);
  });

  test.each([
    ['a shorter one', 1000],
    ['one that ends at the same time', 30_000],
  ])('stays if an earlier call brings %s, and the store is told once', async (_which, otherMs) => {
    const { pauses, ask, begin } = startPauses();
    const answers = [await begin(), await begin()];
    await answers[0]?.(throttled(30_000));
    await answers[1]?.(throttled(otherMs));
    expect(await ask(WELL)).toBe(30_000);
    expect(pauses.calls).toEqual(['readPause', 'writePause']);
  });

  test('B12: is measured by the monotonic clock: a clock that is set back does not make it longer', async () => {
    const { clock, pauses } = startPauses();
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
