import { expect, test } from '@jest/globals';
import { distanceBetween } from '../../../../functions/customer/request/edit-distance.ts';
import { fc } from '../../../support/properties.ts';

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

test('says that there are more edits than the limit, for texts with few and with many characters in common', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ_09àé'), maxLength: 6 });
  fc.assert(
    fc.property(text, text, text, fc.nat(3), (shared, left, right, most) => {
      const [one, other] = [shared + left, right + shared];
      const edits = distanceBetween(one, other, 99);
      expect(Math.min(distanceBetween(one, other, most), most + 1)).toBe(Math.min(edits, most + 1));
    }),
  );
});
