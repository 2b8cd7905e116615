import { describe, expect, test } from '@jest/globals';
import { phaseOf, positionOf } from '../../console/timeline.js';

const ENTRY = {
  askedAt: 0,
  freshUntil: 300_000,
  staleWhileRevalidateUntil: 1_200_000,
  staleIfErrorUntil: 86_700_000,
  markedAt: undefined,
};
const NOT_FOUND = { ...ENTRY, freshUntil: 15_000, staleWhileRevalidateUntil: 15_000, staleIfErrorUntil: 15_000 };

describe('the window of an entry', () => {
  test.each([
    ['fresh', 'fresh for 5 min', ENTRY, 0],
    ['fresh', 'fresh for 0 s', ENTRY, 299_999],
    ['stale', 'served while revalidated, for 15 min', ENTRY, 300_000],
    ['stale', 'only if Capillary fails, for 23 h 45 min', ENTRY, 1_200_000],
    ['over', 'not served any more', ENTRY, 86_700_000],
    ['marked stale', 'the next look-up asks Capillary', { ...ENTRY, markedAt: 5 }, 10],
    ['over', 'not served any more', { ...ENTRY, markedAt: 5 }, 86_700_000],
    ['over', 'not served any more', NOT_FOUND, 15_000],
  ])('is %s: %s', (word, text, entry, now) => {
    expect(phaseOf(entry, now)).toMatchObject({ word, text });
  });
});

describe('the place of an entry on its line', () => {
  test.each([
    [ENTRY, -1000, 0],
    [ENTRY, 0, 0],
    [ENTRY, 150_000, 1 / 6],
    [ENTRY, 300_000, 1 / 3],
    [ENTRY, 750_000, 1 / 2],
    [ENTRY, 1_200_000, 2 / 3],
    [ENTRY, 86_700_000, 1],
    [ENTRY, 90_000_000, 1],
    [NOT_FOUND, 7500, 1 / 6],
    [NOT_FOUND, 15_000, 1],
    [{ ...ENTRY, staleIfErrorUntil: 600_000 }, 1_200_000, 1],
    // STALE_WHILE_REVALIDATE_SECONDS=0: the second window has no length.
    [{ ...ENTRY, staleWhileRevalidateUntil: 300_000 }, 43_500_000, 5 / 6],
    // FRESH_SECONDS=0, or a window that the entry's own expiry cuts.
    [{ ...ENTRY, staleWhileRevalidateUntil: 0 }, 43_500_000, 5 / 6],
  ])('%j at %d is %d', (entry, now, expected) => {
    expect(positionOf(entry, now)).toBeCloseTo(expected, 9);
  });
});
