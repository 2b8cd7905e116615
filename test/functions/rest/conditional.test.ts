import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isNoneMatch, strongEntityTag } from '../../../functions/rest/conditional.ts';

describe('an entity tag', () => {
  test('N12: of two bodies of one length there are two', () => {
    expect(strongEntityTag('{"id":1}')).not.toBe(strongEntityTag('{"id":2}'));
  });

  test('differs when a body differs in anything, and not else', () => {
    const body = fc.string({ unit: 'binary', maxLength: 40 });
    fc.assert(
      fc.property(body, body, (one, other) => {
        expect(strongEntityTag(one) === strongEntityTag(other)).toBe(one === other);
      }),
    );
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), (text, position) => {
        const at = position % text.length;
        const code = text.charCodeAt(at);
        const changed = `${text.slice(0, at)}${String.fromCharCode(code ^ 1)}${text.slice(at + 1)}`;
        expect(changed).toHaveLength(text.length);
        expect(strongEntityTag(changed)).not.toBe(strongEntityTag(text));
      }),
    );
  });

  test('is strong, and of characters that HTTP allows', () => {
    expect(strongEntityTag('')).toMatch(/^"[\w-]{22}"$/);
  });
});

describe('If-None-Match', () => {
  const TAG = strongEntityTag('{"id":1}');
  test.each<[string | undefined, boolean]>([
    [undefined, true],
    ['', true],
    ['"other"', true],
    [TAG, false],
    [`W/${TAG}`, false],
    [`"other", ${TAG}`, false],
    [`${TAG}, "other"`, false],
    ['*', false],
    [' * ', false],
    ['"other", *', false],
    ['"*"', true],
    ['"other, *"', true],
    [TAG.replaceAll('"', ''), true],
    [TAG.slice(0, -1), true],
    [`"${TAG}`, true],
  ])('%j is none of them: %j', (given, expected) => {
    expect(isNoneMatch(given, TAG)).toBe(expected);
  });
});
