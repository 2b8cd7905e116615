import { describe, expect, test } from '@jest/globals';
import { isPlainText, lengthOf, withoutOuterSpaces } from '../../../../functions/customer/identifier/plain-text.ts';
import { anyCharacter, fc } from '../../../support/properties.ts';

describe('a text without its outer spaces', () => {
  test.each([
    ['', ''],
    [' ', ''],
    ['   ', ''],
    ['a', 'a'],
    [' a', 'a'],
    ['a ', 'a'],
    ['  a b  ', 'a b'],
    ['\ta\u00a0', '\ta\u00a0'],
  ])('%j is %j', (text, cut) => {
    expect(withoutOuterSpaces(text)).toBe(cut);
  });

  test('keeps everything between them', () => {
    const inner = fc
      .string({ unit: anyCharacter, minLength: 1 })
      .filter((text) => !text.startsWith(' ') && !text.endsWith(' '));
    fc.assert(
      fc.property(inner, fc.nat(5), fc.nat(5), (text, before, after) => {
        expect(withoutOuterSpaces(`${' '.repeat(before)}${text}${' '.repeat(after)}`)).toBe(text);
      }),
    );
  });
});

describe('the length of a text', () => {
  test.each([
    ['', 0],
    ['ab', 2],
    ['😀', 1],
    ['a'.repeat(256), 256],
    ['a'.repeat(257), undefined],
    ['😀'.repeat(256), 256],
    ['😀'.repeat(257), undefined],
    ['a'.repeat(513), undefined],
  ])('of %j is %s characters', (text, length) => {
    expect(lengthOf(text)).toBe(length);
  });
});

test.each([
  ['plain', true],
  ['e\u0301', true],
  ['😀', true],
  ['a\u0000', false],
  ['a\u009f', false],
  ['a\u200b', false],
  ['a\u202e', false],
  ['\ud83d', false],
  ['\ude00', false],
])('whether %j is plain text: %s', (text, isPlain) => {
  expect(isPlainText(text)).toBe(isPlain);
});
