import { describe, expect, test } from '@jest/globals';
import { UpstreamPauseGate } from '../../../../../functions/lookup/forward/pause/upstream-pause-gate.ts';
import { StoreAccess } from '../../../../../functions/lookup/store-access.ts';
import { StoreVitality } from '../../../../../functions/lookup/store-vitality.ts';
import { startPauses, throttled, WELL } from './pauses.ts';

describe('a pause', () => {
  test('that the store did not get gives way to one that ends later', async () => {
    const { clock, pauses, ask } = startPauses();
    pauses.isDown = true;
    await ask(throttled(5000));
    pauses.isDown = false;
    clock.advance(1000);
    pauses.items.set('v2', { since: clock.now(), until: clock.now() + 10_000, turns: 0, probedAt: clock.now() });
    expect(await ask(WELL)).toBe(10_000);
    expect(pauses.calls.filter((call) => call === 'writePause')).toHaveLength(1);
  });

  test('that the store did not get gives way to one that a probe has ended since', async () => {
    const { clock, pauses, ask } = startPauses();
    pauses.isDown = true;
    await ask(throttled(30_000));
    pauses.isDown = false;
    clock.advance(1000);
    const ended = { since: clock.now() - 90_000, until: clock.now() - 100, turns: 0, probedAt: clock.now() - 100 };
    pauses.items.set('v2', ended);
    expect(await ask(WELL)).toBe('asked');
    expect(pauses.items.get('v2')).toEqual({ ...ended, turns: 1 });
  });

  test('of another instance counts a second later', async () => {
    const { clock, ask, instance } = startPauses();
    await ask(WELL);
    await instance().ask(throttled(60_000));
    clock.advance(1000);
    expect(await ask(WELL)).toBe(59_000);
  });

  test('that is longer stays', async () => {
    const { clock, pauses, ask, instance } = startPauses();
    await instance().ask(WELL);
    const other = instance();
    await other.ask(WELL);
    await ask(throttled(30_000));
    await other.ask(throttled(1000));
    expect(pauses.items.get('v2')?.until).toBe(clock.now() + 30_000);
  });

  test('that the store did not get is written when the store answers again', async () => {
    const { clock, pauses, ask, instance } = startPauses();
    pauses.isDown = true;
    await ask(throttled(60_000));
    pauses.isDown = false;
    clock.advance(1000);
    expect(await ask(WELL)).toBe(59_000);
    expect(pauses.items.get('v2')?.until).toBe(clock.now() + 59_000);
    expect(await instance().ask(WELL)).toBe(59_000);
  });

  test('that was learnt during another look-up’s read is not replaced by an older one', async () => {
    const { clock, pauses, ask, gate, instance } = startPauses();
    await instance().ask(throttled(1000));
    clock.advance(2000);
    const release = pauses.hold();
    const slow = ask(WELL);
    pauses.held = Promise.resolve();
    pauses.items.set('v2', { since: clock.now(), until: clock.now() + 5000, turns: 0, probedAt: clock.now() });
    expect(await ask(WELL)).toBe(5000);
    release();
    expect(await slow).toBe(5000);
    expect(gate.isPaused('v2')).toBe(true);
  });

  test('that was written during another look-up’s read is not replaced by an older one', async () => {
    const { clock, pauses, ask, gate, instance } = startPauses();
    await instance().ask(throttled(1000));
    clock.advance(10_000);
    pauses.isDown = true;
    await ask(throttled(30_000));
    pauses.isDown = false;
    clock.advance(2000);
    const release = pauses.hold();
    const slow = ask(WELL);
    pauses.held = Promise.resolve();
    clock.advance(1);
    // This look-up tells the store.
    expect(await ask(WELL)).toBe(27_999);
    expect(pauses.items.get('v2')?.until).toBe(clock.now() + 27_999);
    release();
    expect(await slow).toBe(27_999);
    expect(gate.isPaused('v2')).toBe(true);
  });

  test('that the store did not get gives way to a long one that the fleet probes', async () => {
    const { clock, pauses, ask, instance } = startPauses();
    await instance().ask(throttled(90_000));
    pauses.isDown = true;
    await ask(throttled(120_000));
    pauses.isDown = false;
    clock.advance(1000);
    expect(await ask(WELL)).toBe(89_000);
    expect(pauses.items.get('v2')?.until).toBe(clock.now() + 89_000);
  });

  test('that the store did not get is written later, even if an older pause there has ended', async () => {
    const { clock, pauses, ask, instance } = startPauses();
    await instance().ask(throttled(1000));
    clock.advance(500);
    pauses.isDown = true;
    await ask(throttled(30_000));
    pauses.isDown = false;
    clock.advance(1000);
    expect(await ask(WELL)).toBe(29_000);
    expect(await instance().ask(WELL)).toBe(29_000);
  });

  test('B3: does not exist if the store cannot be asked, and that is no failure of the store', async () => {
    const { pauses, ask, clock } = startPauses();
    pauses.isDown = true;
    const store = new StoreAccess({ store: pauses, clock, random: () => 0, vitality: new StoreVitality() });
    expect(await new UpstreamPauseGate(clock, () => 0).enter('v2', store)).toMatchObject({ kind: 'permit' });
    expect(store.failure).toBeUndefined();
    expect(await ask(throttled(5000))).toBe('asked');
    // The instance itself remembers.
    expect(await ask(WELL)).toBe(5000);
  });

  test('is asked for once by a look-up if the store does not answer, and by the next look-up again', async () => {
    const { clock, pauses, ask, gate, store } = startPauses();
    pauses.isDown = true;
    const asked = { request: { api: 'v2' }, store: store() } as const;
    expect(await gate.beside(asked, async () => 'written')).toBe('written');
    expect(await gate.enter('v2', asked.store)).toMatchObject({ kind: 'permit' });
    expect(pauses.calls).toEqual(['readPause']);
    pauses.isDown = false;
    pauses.items.set('v2', { since: clock.now(), until: clock.now() + 5000, turns: 0, probedAt: 0 });
    expect(await ask(WELL)).toBe(5000);
  });
});
