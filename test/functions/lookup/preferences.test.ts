import { describe, expect, test } from '@jest/globals';
import { NO_PREFERENCES, readPreferences } from '../../../functions/lookup/preferences.ts';
import { fc } from '../../support/properties.ts';

const MAX_MS = 6300;

describe('Prefer', () => {
  test.each<[string, string | undefined, number | undefined]>([
    ['none', undefined, undefined],
    ['empty', '', undefined],
    ['seconds', 'wait=2', 2000],
    ['decimals', 'wait=0.4', 400],
    ['nothing', 'wait=0', 0],
    ['less than a millisecond', 'wait=0.0001', 0],
    ['longer than the deadline', 'wait=100', MAX_MS],
    ['longer than any number', `wait=${'9'.repeat(400)}`, MAX_MS],
    ['in capitals', 'WAIT=1', 1000],
    ['quoted', 'wait="0.4"', 400],
    ['quoted, with an escape', 'wait="0\\.4"', 400],
    ['with white space', ' wait = 0.4 ', 400],
    ['with a tab', '\twait\t=\t1\t', 1000],
    ['with parameters', 'wait=0.4; foo=bar ;baz', 400],
    ['with a quoted parameter that holds a comma', 'wait=0.4; foo="a, wait=9"', 400],
    ['behind others', 'respond-async, handling=lenient, wait=1', 1000],
    ['behind a quoted comma', 'foo="a,wait=9", wait=1', 1000],
    ['behind a quoted quote', 'foo="a\\",wait=9", wait=1', 1000],
    ['behind empty elements', ', ,, wait=1', 1000],
    ['twice: the first counts', 'wait=1, wait=2', 1000],
    ['twice: the first counts, though it cannot be read', 'wait=soon, wait=2', undefined],
    ['as a parameter of another', 'foo; wait=1', undefined],
    ['unknown', 'return=minimal', undefined],
    ['without a value', 'wait', undefined],
    ['with an empty value', 'wait=', undefined],
    ['with an empty quoted value', 'wait=""', undefined],
    ['negative', 'wait=-1', undefined],
    ['with a sign', 'wait=+1', undefined],
    ['an exponent', 'wait=1e3', undefined],
    ['a number that begins with its point', 'wait=.5', undefined],
    ['a number that ends with its point', 'wait=1.', undefined],
    ['a number with a unit', 'wait=400ms', undefined],
    ['not a number', 'wait=NaN', undefined],
    ['two words', 'wait=1 2', undefined],
    ['an open quote', 'wait="1', undefined],
    ['a quote that ends too soon', 'wait="1"2', undefined],
    ['behind a quote without an end', 'foo="bar, wait=1', 1000],
    ['two signs', 'wait==1', undefined],
    ['another name', 'await=1', undefined],
    ['a name of the prototype', 'constructor=1, __proto__=2, wait=1', 1000],
    ['a word before a quote', 'wait=x"5"', undefined],
    ['at the end of 16,384 characters', `${'a'.repeat(16_377)},wait=1`, 1000],
    ['at the end of 16,385 characters', `${'a'.repeat(16_378)},wait=1`, undefined],
    ['behind more than 16,384 characters', `${'a,'.repeat(8200)}wait=1`, undefined],
  ])('%s: %s', (_title, prefer, waitMs) => {
    const { waitMs: read, applied } = readPreferences(prefer, MAX_MS);
    expect(read).toBe(waitMs);
    const asynchronous = prefer?.startsWith('respond-async') ? 'respond-async, ' : '';
    expect(applied).toBe(waitMs === undefined ? undefined : `${asynchronous}wait=${waitMs / 1000}`);
  });

  test.each<[string, boolean, number | undefined, string | undefined]>([
    ['respond-async', true, undefined, 'respond-async'],
    ['Respond-Async', true, undefined, 'respond-async'],
    ['respond-async=""', true, undefined, 'respond-async'],
    ['respond-async; foo=bar', true, undefined, 'respond-async'],
    ['respond-async, respond-async=x', true, undefined, 'respond-async'],
    ['respond-async=x, respond-async', false, undefined, undefined],
    ['respond-async=false', false, undefined, undefined],
    ['respond-async, wait=soon', true, undefined, 'respond-async'],
    ['foo="respond-async"', false, undefined, undefined],
    // RFC 7240 §4.3: asynchronously if it takes longer than the wait.
    ['respond-async, wait=0.4', false, 400, 'respond-async, wait=0.4'],
    ['wait=0, respond-async', false, 0, 'respond-async, wait=0'],
  ])('%s: a prefetch: %s, wait: %s', (prefer, isPrefetch, waitMs, applied) => {
    expect(readPreferences(prefer, MAX_MS)).toEqual({ isPrefetch, waitMs, applied });
  });

  test('a caller that sends none prefers nothing', () => {
    expect(NO_PREFERENCES).toStrictEqual({ waitMs: undefined, isPrefetch: false, applied: undefined });
    expect(readPreferences(undefined, MAX_MS)).toStrictEqual(NO_PREFERENCES);
  });

  test('is read in the same words that Preference-Applied has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_MS }), (ms) => {
        const { waitMs, applied } = readPreferences(`wait=${ms / 1000}`, MAX_MS);
        expect(waitMs).toBe(ms);
        expect(readPreferences(applied, MAX_MS)).toEqual({ waitMs, isPrefetch: false, applied });
      }),
    );
  });

  test('of any text is a wait within the limit, or none, and never an error', () => {
    const words = fc.constantFrom('wait', '=', '1', '.', ',', ';', '"', '\\', ' ', 'respond-async');
    fc.assert(
      fc.property(
        fc.array(words).map((each) => each.join('')),
        (prefer) => {
          const { waitMs = 0 } = readPreferences(prefer, MAX_MS);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(MAX_MS);
        },
      ),
    );
  });
});
