import { expect, test } from '@jest/globals';
import { isWithin, WINDOW_MS, windowEndAfter } from '../../../../functions/lookup/guard/window.ts';
import { fc } from '../../../support/properties.ts';

test.each([
  ['the first moment of a window', 0, 600_000],
  ['within it', 1, 600_000],
  ['its last millisecond', 599_999, 600_000],
  ['the first millisecond of the next one', 600_000, 1_200_000],
])('%s: %i lies in the window that ends at %i', (_title, now, end) => {
  expect(windowEndAfter(now)).toBe(end);
});

test('each moment lies in one window, the same for every instance, of ten minutes', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 42), fc.integer({ min: -2 * WINDOW_MS, max: 2 * WINDOW_MS }), (now, otherMs) => {
      const end = windowEndAfter(now);
      expect(isWithin(end, now)).toBe(true);
      expect(isWithin(end, now + otherMs)).toBe(windowEndAfter(now + otherMs) === end);
    }),
  );
});
