import { expect, test } from '@jest/globals';
import { anyCharacter, fc, runs } from './properties.ts';

test.each([
  [1000, 1, 1000],
  [1000, 0.1, 100],
  [3, 0.1, 1],
])('of %d runs, a share of %d is %d', (count, share, made) => {
  expect(runs(count, share)).toEqual({ numRuns: made });
});

test('any character is one code point, and no half of a surrogate pair', () => {
  fc.assert(
    fc.property(anyCharacter, (character) => {
      expect([...character]).toHaveLength(1);
      expect(character.isWellFormed()).toBe(true);
    }),
    runs(1000),
  );
});
