import { describe, expect, test } from '@jest/globals';
import { decodeQuery, percentDecode, UndecodableError } from '../../../local/gateway/percent-decoding.ts';

describe('percentDecode', () => {
  test.each([
    ['plain', 'plain'],
    ['%2B91%2090', '+91 90'],
    ['a+b', 'a+b'],
    ['%E2%82%AC%f0%9f%a6%89', '€🦉'],
    // Node hands raw bytes over as one character each.
    ['\xc3\xbc', 'ü'],
    ['%EF%BB%BFx', '\ufeffx'],
    ['%00', '\0'],
  ])('decodes %j', (text, expected) => {
    expect(percentDecode(text)).toBe(expected);
  });

  test.each(['%', '%4', '%zz', 'a%2', '%E2%82', '%FF', '\xfc', '%ED%A0%80', '%C0%AF'])('refuses %j', (text) => {
    expect(() => percentDecode(text)).toThrow(UndecodableError);
  });
});

describe('decodeQuery', () => {
  test.each<[string, [string, string[]][]]>([
    ['', []],
    ['&&a=1&', [['a', ['1']]]],
    [
      'a=1&b=2&a=3',
      [
        ['a', ['1', '3']],
        ['b', ['2']],
      ],
    ],
    ['a=x+y%2Bz', [['a', ['x y+z']]]],
    [
      'a=b=c&d',
      [
        ['a', ['b=c']],
        ['d', ['']],
      ],
    ],
    [
      'a=1;b;;c=%3B',
      [
        ['a', ['1']],
        ['b', ['']],
        ['c', [';']],
      ],
    ],
    ['a=[1]%7C%7B%7D', [['a', ['[1]|{}']]]],
    ['=v', [['', ['v']]]],
    ['%61=1&a=2', [['a', ['1', '2']]]],
    ['__proto__=1', [['__proto__', ['1']]]],
  ])('reads %j', (query, expected) => {
    expect([...decodeQuery(query)]).toEqual(expected);
  });

  test.each(['a=b|c', 'a={', '}=1'])('refuses %j', (query) => {
    expect(() => decodeQuery(query)).toThrow(UndecodableError);
  });
});
