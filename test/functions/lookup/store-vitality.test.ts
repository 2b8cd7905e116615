import { expect, test } from '@jest/globals';
import { StoreVitality } from '../../../functions/lookup/store-vitality.ts';

test('a store has answered since a moment if its last answer came after that moment', () => {
  const vitality = new StoreVitality();
  expect(vitality.hasAnsweredSince(0)).toBe(false);
  vitality.answered(5);
  expect([4, 5].map((moment) => vitality.hasAnsweredSince(moment))).toEqual([true, false]);
});

test('a store that served nothing to a look-up may not serve soon, until it answers', () => {
  const vitality = new StoreVitality();
  expect(vitality.maySoonServe).toBe(true);
  vitality.servedNothing();
  expect(vitality.maySoonServe).toBe(false);
  vitality.answered(0);
  expect(vitality.maySoonServe).toBe(true);
});
