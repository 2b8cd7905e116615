import { describe, expect, test } from '@jest/globals';
import { readDirectives } from '../../../../functions/lookup/directives.ts';
import { joinsOthers, silenceMsLeft, storePatienceMs } from '../../../../functions/lookup/forward/patience.ts';

const WINDOWS = { freshForMs: 60_000, staleWhileRevalidateMs: 0, staleIfErrorMs: 0, notFoundFreshForMs: 0 };

describe('whether the fetch of another look-up can give the answer', () => {
  test.each([
    ['', 'answer', false, true],
    ['', 'answer', true, true],
    ['max-age=30', 'answer', false, true],
    ['max-age=30', 'answer', true, false],
    ['min-fresh=30', 'answer', false, true],
    ['min-fresh=30', 'answer', true, false],
    ['max-age=0', 'answer', false, false],
    ['min-fresh=60', 'answer', false, false],
    ['no-cache', 'answer', false, false],
    ['', 'revalidate', false, true],
    ['', 'revalidate', true, false],
    ['no-cache', 'revalidate', false, true],
    ['no-cache', 'revalidate', true, false],
  ] as const)(
    'Cache-Control "%s" of a look-up to %s, after an unmet wait (%s): %s',
    (text, purpose, wasUnmet, joins) => {
      expect(joinsOthers({ directives: readDirectives(text), purpose }, WINDOWS, wasUnmet)).toBe(joins);
    },
  );
});

describe('how long a look-up asks a store that throttles or is late', () => {
  const policy = { leaseMs: 5000, storeTimeoutMs: 300 };
  const patience = (isWorthAsking: boolean, now: number, softMsLeft?: number) =>
    storePatienceMs({ startedAt: 1000, store: { isWorthAsking, troubleSince: 1200 } }, policy, { now, softMsLeft });

  test.each([
    ['its timeout, if it answers no look-up', false, 1300, undefined, 200],
    ['not beyond its timeout, if it answers no look-up', false, 1500, undefined, 0],
    ['its timeout, if it answers no look-up, with a stale entry too', false, 1300, 50, 200],
    ['one lease, if it answers others', true, 1300, undefined, 4700],
    ['the soft timeout, if that ends first', true, 1300, 50, 50],
    ['one lease, if that ends before the soft timeout', true, 5900, 500, 100],
  ])('%s', (_case, isWorthAsking, now, softMsLeft, expected) => {
    expect(patience(isWorthAsking, now, softMsLeft)).toBe(expected);
  });
});

describe('how much longer a store that answers nothing counts as late or busy', () => {
  test.each([
    ['without trouble', false, false, 1300, Number.POSITIVE_INFINITY],
    ['if it answers others, or may serve the look-up soon', true, true, 1900, Number.POSITIVE_INFINITY],
    ['if it answers no look-up: the rest of its timeout', true, false, 1300, 200],
    ['after that: it is down', true, false, 1500, 0],
  ])('%s', (_case, hasTrouble, isWorthAsking, now, expected) => {
    const store = { hasTrouble, isWorthAsking, troubleSince: 1200 };
    expect(silenceMsLeft(store, { storeTimeoutMs: 300 }, now)).toBe(expected);
  });
});
