import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { distanceBetween } from '../../../../functions/customer/request/edit-distance.ts';

test.each([
  ['', '', 0],
  ['embed', 'embed', 0],
  ['embeds', 'embed', 1],
  ['embd', 'embed', 1],
  ['emned', 'embed', 1],
  ['emebd', 'embed', 1],
  ['ebmde', 'embed', 2],
  ['sitting', 'kitten', 3],
  ['abc', '', 3],
])('from %j to %j are %i edits', (left, right, edits) => {
  expect(distanceBetween(left, right, 9)).toBe(edits);
});

test('is symmetric, no more than the longer text, and one for a change of one character', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abc'), maxLength: 8 });
  fc.assert(
    fc.property(text, text, fc.nat(8), (left, right, at) => {
      const edits = distanceBetween(left, right, 99);
      expect(distanceBetween(right, left, 99)).toBe(edits);
      expect(edits).toBeLessThanOrEqual(Math.max(left.length, right.length));
      expect(edits === 0).toBe(left === right);
      expect(distanceBetween(left, `${left.slice(0, at)}x${left.slice(at)}`, 99)).toBe(1);
      expect(Math.min(distanceBetween(left, right, 1), 2)).toBe(Math.min(edits, 2));
    }),
  );
});
