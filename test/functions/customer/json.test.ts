import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isArray,
  isNumber,
  isObject,
  parseJson,
  parseObject,
  textOf,
  writeJson,
} from '../../../functions/customer/json.ts';

describe('JSON that keeps the digits of its numbers', () => {
  test.each(['9007199254740993', '221350.000', '-0', '1E400', '1e-7', '0.1', '123456789012345678901234567890.10'])(
    '%s is written as it was read',
    (number) => {
      expect(writeJson(parseJson(`{"a":[${number}]}`))).toBe(`{"a":[${number}]}`);
    },
  );

  test('is otherwise what JSON.parse and JSON.stringify make of it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(writeJson(parseJson(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('a member called __proto__ is no more than a member', () => {
    expect(writeJson(parseJson('{"__proto__":{"a":1},"constructor":2}'))).toBe('{"__proto__":{"a":1},"constructor":2}');
  });

  test('an object is what it is, and nothing else is one', () => {
    expect(writeJson(parseObject('{"a":1.50}'))).toBe('{"a":1.50}');
    for (const text of ['[]', '1', '"x"', 'null', 'true']) {
      expect(() => parseObject(text)).toThrow(new TypeError('The JSON is no object.'));
    }
    expect(() => parseObject('{')).toThrow(SyntaxError);
  });

  test('tells objects, arrays and numbers apart', () => {
    expect([parseJson('{}'), parseJson('[]'), parseJson('1'), null, 'x', true].map(isObject)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect([parseJson('{}'), parseJson('[]'), parseJson('1')].map(isArray)).toEqual([false, true, false]);
    expect([parseJson('{}'), parseJson('1'), parseJson('{"rawJSON":"1"}')].map(isNumber)).toEqual([false, true, false]);
  });

  test('the text of a number is its digits', () => {
    expect(textOf(parseJson('8015'))).toBe('8015');
    expect(textOf('8015')).toBe('8015');
    expect(textOf(true)).toBeUndefined();
    expect(textOf(undefined)).toBeUndefined();
  });
});
