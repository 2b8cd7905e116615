import { describe, expect, test } from '@jest/globals';
import { classOf } from '../../../functions/callers/caller-class.ts';
import { toCallerClasses } from '../../../functions/settings/caller-classes.ts';

const read = (classes: object) => toCallerClasses(JSON.stringify(classes)) ?? new Map();

describe('the class of a key', () => {
  const classes = read({ tills: {}, kiosks: {} });
  const withDefault = read({ tills: { isDefault: true }, kiosks: {} });

  test.each([
    ['tills.4fJ', 'tills', 'tills'],
    ['kiosks.4fJ', 'kiosks', 'kiosks'],
    ['kiosks.tills.4fJ', 'kiosks', 'kiosks'],
    ['kiosks.', 'kiosks', 'kiosks'],
    // A class that was taken away gives its keys to no other.
    ['others.4fJ', undefined, undefined],
    ['Kiosks.4fJ', undefined, undefined],
    ['.4fJ', undefined, undefined],
    ['__proto__.4fJ', undefined, undefined],
    // Made by AWS; and none at all, where the gateway needs none.
    ['kiosks', undefined, 'tills'],
    ['Qm8kZ', undefined, 'tills'],
    ['', undefined, 'tills'],
    [null, undefined, 'tills'],
    [undefined, undefined, 'tills'],
  ])('%j is %s, and %s where tills are the default', (key, expected, expectedWithDefault) => {
    expect(classOf(key, classes)?.name).toBe(expected);
    expect(classOf(key, withDefault)?.name).toBe(expectedWithDefault);
  });
});
