import { describe, expect, test } from '@jest/globals';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';

// Until a cold instance can ask, it loads code and reads credentials: at the CPU share of 256 MB, for half a second.

const { leaseMs, windows } = DEFAULT_POLICY;
const COLD_MS = 600;

function startCold() {
  const fleet = startFleet();
  fleet.upstream.preparesMs = COLD_MS;
  fleet.upstream.takesMs = 2000;
  const leases = () => [...fleet.store.items.values()].flatMap(({ lease }) => lease ?? []);
  return { ...fleet, leases };
}

describe('a look-up of a cold instance', () => {
  test('takes the lease when it can ask: the lease outlasts a slow upstream', async () => {
    const { clock, upstream, leases, ask } = startCold();
    const asked = ask();
    await clock.run(COLD_MS - 1);
    expect([leases(), upstream.requests]).toEqual([[], []]);
    await clock.run(1);
    expect(leases()).toMatchObject([{ until: clock.now() + leaseMs, durationMs: leaseMs }]);
    expect(upstream.requests).toHaveLength(1);
    await clock.run(2000);
    expect(await asked).toMatchObject({ cache: { status: 'forward', isStored: true } });
  });

  test('waits for an instance that was ready first, and asks for nothing itself', async () => {
    const { clock, upstream, instance, ask } = startCold();
    const cold = ask();
    await clock.run(100);
    upstream.preparesMs = 0;
    const warm = instance().ask();
    await clock.run(3000);
    expect(await warm).toMatchObject({ cache: { status: 'forward', isStored: true } });
    expect(await cold).toMatchObject({ answer: { kind: 'found' }, cache: { status: 'collapsed' } });
    expect(upstream.requests).toHaveLength(1);
  });

  test('does not get ready while it waits for the fetch of another look-up', async () => {
    const { clock, upstream, instance, ask } = startCold();
    upstream.preparesMs = 0;
    const warm = ask();
    await clock.run(100);
    const cold = instance().ask();
    await clock.run(3000);
    await Promise.all([warm, cold]);
    expect(upstream.preparedCount).toBe(1);
  });

  test('does not get ready after it has waited for a holder that died: there is no time left', async () => {
    const { clock, store, upstream, instance, ask } = startCold();
    upstream.preparesMs = 0;
    upstream.takesMs = 60_000;
    void ask();
    await clock.run(100);
    const [holdersName = ''] = [...store.items.keys()];
    const heir = instance().ask();
    await clock.run(leaseMs);
    upstream.takesMs = 100;
    await clock.run(1000);
    expect([...store.items.keys()]).toEqual([holdersName]);
    expect(upstream.requests).toHaveLength(2);
    expect(upstream.preparedCount).toBe(1);
    void heir;
  });

  test('with a usable stale entry does not get ready first: the entry waits for the soft timeout at most', async () => {
    const { clock, upstream, ask } = startCold();
    upstream.preparesMs = 0;
    upstream.takesMs = 0;
    await ask();
    clock.advance(windows.freshForMs + windows.staleWhileRevalidateMs);
    await ask();
    expect(upstream.requests).toHaveLength(2);
    expect(upstream.preparedCount).toBe(1);
  });
});
