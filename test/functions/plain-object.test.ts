import { expect, test } from '@jest/globals';
import { isPlainObject } from '../../functions/plain-object.ts';

test.each([
  ['an object', { a: 1 }, true],
  ['an object without members', {}, true],
  ['an object without a prototype', Object.create(null), true],
  ['a list', [1], false],
  ['null', null, false],
  ['nothing', undefined, false],
  ['a text', 'a', false],
  ['a number', 1, false],
  ['a boolean', true, false],
  ['a function', () => 1, false],
])('%s: whether it is an object with names', (_case, value, expected) => {
  expect(isPlainObject(value)).toBe(expected);
});
