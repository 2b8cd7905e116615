import { describe, expect, test } from '@jest/globals';
import { isNoneMatch } from '../../../functions/rest/conditional.ts';

describe('If-None-Match', () => {
  const TAG = '"x4Tr0bQd_-x4Tr0bQd_-x4"';
  test.each<[string | undefined, boolean]>([
    [undefined, true],
    ['', true],
    ['"other"', true],
    [TAG, false],
    [`W/${TAG}`, false],
    [`"other", ${TAG}`, false],
    [`${TAG}, "other"`, false],
    [`w/${TAG}`, true],
    [`"other", w/${TAG}`, true],
    [`w/${TAG}, ${TAG}`, false],
    [`w/"other", W/${TAG}`, false],
    [`unquoted, ${TAG}`, false],
    ['*', false],
    [' * ', false],
    ['"other", *', false],
    ['"*"', true],
    ['w/"*"', true],
    ['w/"other", *', false],
    ['"other, *"', true],
    [`"W/${TAG.slice(1)}`, true],
    ['*other*', true],
    [TAG.padStart(16_384), false],
    [TAG.padStart(16_385), true],
    [TAG.replaceAll('"', ''), true],
    [TAG.slice(0, -1), true],
    [`"${TAG}`, true],
  ])('%j is none of them: %j', (given, expected) => {
    expect(isNoneMatch(given, TAG)).toBe(expected);
  });
});
