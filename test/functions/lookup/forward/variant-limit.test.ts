import { describe, expect, test } from '@jest/globals';
import { MAX_VARIANTS, VARIANT_WINDOW_MS, VariantLimit } from '../../../../functions/lookup/forward/variant-limit.ts';
import { startFleet } from '../../../support/fleet.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { found } from '../../../support/scripted-upstream.ts';

const key = (partition: string, variant: number) => ({ partition, variant: `${variant}` });

function start() {
  const clock = new ManualClock();
  const limit = new VariantLimit(clock);
  /** How many of this number of new variants are admitted. */
  const admitted = (partition: string, count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => limit.admits(key(partition, from + index))).filter(Boolean).length;
  return { clock, limit, admitted };
}

describe('B8: the variants that one caller can make', () => {
  test('are limited for each look-up', () => {
    const { admitted } = start();
    expect(admitted('a', MAX_VARIANTS + 10)).toBe(MAX_VARIANTS);
    expect(admitted('b', 10)).toBe(10);
  });

  test('stay admitted once they are admitted', () => {
    const { limit, admitted } = start();
    admitted('a', MAX_VARIANTS + 10);
    expect([limit.admits(key('a', 0)), limit.admits(key('a', MAX_VARIANTS))]).toEqual([true, false]);
  });

  test('are counted again after an hour', async () => {
    const { clock, admitted } = start();
    admitted('a', MAX_VARIANTS);
    await clock.run(VARIANT_WINDOW_MS - 1);
    expect(admitted('a', 1, MAX_VARIANTS)).toBe(0);
    await clock.run(1);
    expect(admitted('a', 1, MAX_VARIANTS)).toBe(1);
  });

  test('of the oldest look-up are forgotten when there are too many', () => {
    const { limit, admitted } = start();
    for (let each = 0; each < 40; each += 1) admitted(`${each}`, MAX_VARIANTS);
    expect(limit.admits(key('0', MAX_VARIANTS))).toBe(false);
    admitted('one more', 1);
    expect(limit.admits(key('0', MAX_VARIANTS))).toBe(true);
    expect(limit.admits(key('20', MAX_VARIANTS))).toBe(false);
  });
});

describe('B8: a look-up of a variant beyond the limit', () => {
  const options = (number: number) => ({
    embed: 'mlp',
    gapToRenew: `${number % 300}`,
    gapToUpgrade: `${Math.floor(number / 300)}`,
  });

  test('is answered and not stored; the existing entries are still served and renewed', async () => {
    const { clock, upstream, store, ask } = startFleet();
    upstream.outcome = found('{"id":1,"profiles":[{"firstName":"Ann"}]}');
    for (let number = 0; number < MAX_VARIANTS; number += 1) await ask(options(number));
    expect(await ask(options(MAX_VARIANTS))).toMatchObject({
      answer: { kind: 'found' },
      cache: { status: 'forward', reason: 'miss', isStored: false },
    });
    expect(store.entries).toHaveLength(MAX_VARIANTS);
    expect(await ask(options(0))).toMatchObject({ cache: { status: 'hit' } });
    clock.advance(2_000_000);
    expect(await ask(options(0))).toMatchObject({ cache: { status: 'forward', reason: 'stale', isStored: true } });
    expect(await ask(options(MAX_VARIANTS), { onlyIfCached: true })).toMatchObject({ answer: { kind: 'not-cached' } });
  });
});
