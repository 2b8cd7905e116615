import { describe, expect, test } from '@jest/globals';
import { type Store, storeUnderTest } from './store-under-test.ts';

/** The rules that every store must keep for the upstream’s pauses. */
export function describeUpstreamPausesPort(getStore: () => Store): void {
  const { store } = storeUnderTest(getStore);

  describe('the upstream’s pause', () => {
    const pauses = () => Promise.all([store.readPause('v2'), store.readPause('v1.1')]);
    const fresh = (since: number, until: number) => ({ since, until, turns: 0, probedAt: since });
    /** Later than any pause of another test: the longest one stays. */
    let start = Date.now();
    const laterMoment = () => {
      start += 1_000_000;
      return start;
    };

    test('of each API is the longest that was written, whatever the other’s is', async () => {
      expect(await pauses()).toEqual([undefined, undefined]);
      const at = laterMoment();
      await store.writePause('v2', { since: at, until: at + 5000 });
      expect(await pauses()).toEqual([fresh(at, at + 5000), undefined]);
      await store.writePause('v2', { since: at + 1, until: at + 2000 });
      await store.writePause('v2', { since: at + 1, until: at + 5000 });
      await store.writePause('v1.1', { since: at, until: at + 3000 });
      expect(await pauses()).toEqual([fresh(at, at + 5000), fresh(at, at + 3000)]);
      await store.writePause('v2', { since: at + 1, until: at + 6000 });
      expect(await pauses()).toEqual([fresh(at + 1, at + 6000), fresh(at, at + 3000)]);
    });

    test('has a limited number of turns at its end, even if many callers ask at once', async () => {
      const [at, other] = [laterMoment(), laterMoment()];
      await store.writePause('v2', { since: at, until: at + 5000 });
      await store.writePause('v1.1', { since: other, until: other + 5000 });
      const taken = await Promise.all(Array.from({ length: 8 }, () => store.takeTurn('v2', at + 5000, 3)));
      expect(taken.filter((each) => each)).toHaveLength(3);
      expect(await pauses()).toEqual([{ ...fresh(at, at + 5000), turns: 3 }, fresh(other, other + 5000)]);
      expect(await store.takeTurn('v2', at + 5000, 4)).toBe(true);
      expect(await store.takeTurn('v2', at + 5000, 4)).toBe(false);
    });

    test('gives no turn of another pause, and a longer pause has all its turns again', async () => {
      const at = laterMoment();
      await store.writePause('v2', { since: at, until: at + 5000 });
      expect(await store.takeTurn('v2', at + 4999, 3)).toBe(false);
      expect(await store.takeTurn('v2', at + 5000, 3)).toBe(true);
      await store.writePause('v2', { since: at + 1, until: at + 9000 });
      expect(await store.takeTurn('v2', at + 5000, 3)).toBe(false);
      expect(await store.readPause('v2')).toEqual(fresh(at + 1, at + 9000));
    });

    test('is probed by one of many that saw the same pause', async () => {
      const at = laterMoment();
      await store.writePause('v2', { since: at, until: at + 500_000 });
      const probe = (probedAt: number, now: number) => store.takeProbe('v2', at + 500_000, probedAt, now);
      const taken = await Promise.all(Array.from({ length: 6 }, (_, index) => probe(at, at + 60_000 + index)));
      expect(taken.filter((each) => each)).toHaveLength(1);
      const probedAt = at + 60_000 + taken.indexOf(true);
      expect(await store.readPause('v2')).toEqual({ ...fresh(at, at + 500_000), probedAt });
      expect(await probe(at, at + 70_000)).toBe(false);
      expect(await store.takeProbe('v2', at + 400_000, probedAt, at + 120_000)).toBe(false);
      expect(await probe(probedAt, at + 120_000)).toBe(true);
    });

    test('ends when a probe found the upstream well, unless another pause was written meanwhile', async () => {
      const at = laterMoment();
      await store.writePause('v2', { since: at, until: at + 500_000 });
      await store.endPause('v2', at + 400_000, at + 60_000);
      expect(await store.readPause('v2')).toEqual(fresh(at, at + 500_000));
      await store.endPause('v2', at + 500_000, at + 60_000);
      expect(await store.readPause('v2')).toEqual(fresh(at, at + 60_000));
      // From then on it is known by its new end.
      expect(await store.takeTurn('v2', at + 60_000, 1)).toBe(true);
      await store.writePause('v2', { since: at + 70_000, until: at + 72_000 });
      expect(await store.readPause('v2')).toEqual(fresh(at + 70_000, at + 72_000));
    });

    test('that was never written gives no turn and no probe, and ends without a trace', async () => {
      const unwritten = laterMoment();
      expect(await store.takeTurn('v1.1', unwritten, 3)).toBe(false);
      expect(await store.takeProbe('v1.1', unwritten, unwritten, unwritten)).toBe(false);
      const before = await store.readPause('v1.1');
      await store.endPause('v1.1', unwritten, unwritten - 5);
      expect(await store.readPause('v1.1')).toEqual(before);
    });
  });
}
