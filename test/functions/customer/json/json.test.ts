import { describe, expect, test } from '@jest/globals';
import {
  isArray,
  isNumber,
  isObject,
  type JsonObject,
  MAX_NATIVE_LENGTH,
  parseJson,
  parseObject,
  rawNumber,
  textOf,
  writeJson,
} from '../../../../functions/customer/json/json.ts';
import { JsonReading } from '../../../../functions/customer/json/json-reading.ts';
import { fc } from '../../../support/properties.ts';

describe('JSON that keeps the digits of its numbers', () => {
  test.each(['9007199254740993', '221350.000', '-0', '1E400', '1e-7', '0.1', '123456789012345678901234567890.10'])(
    '%s is written as it was read',
    (number) => {
      expect(writeJson(parseJson(`{"a":[${number}]}`))).toBe(`{"a":[${number}]}`);
    },
  );

  test.each([
    ['0', 0],
    ['-1', -1],
    ['8015', 8015],
    ['123456789012345', 123_456_789_012_345],
    ['0.5', 0.5],
    ['-12.25', -12.25],
    ['0.000001', 0.000_001],
  ])('%s is a JavaScript number: it is written with the same digits', (text, number) => {
    expect(parseJson(text)).toBe(number);
    expect(writeJson(parseJson(text))).toBe(text);
  });

  test.each(['-0', '0.0', '1.50', '1e2', '1E2', '0.0000001', '9007199254740993', '1e400', '-1e400', '5e-400'])(
    '%s is kept as its text',
    (text) => {
      expect(parseJson(text)).toEqual(rawNumber(text));
      expect(writeJson([parseJson(text)])).toBe(`[${text}]`);
    },
  );

  test('reads a text in the same way however long it is', () => {
    const space = ' '.repeat(MAX_NATIVE_LENGTH);
    const text = '{"a":[1,-0,1.50,9007199254740993,{"__proto__":"\\n"}],"b":null}';
    expect(parseJson(`${text}${space}`)).toEqual(parseJson(text));
    expect(() => parseJson(`{"a":1,}${space}`)).toThrow(SyntaxError);
  });

  /** Pieces of JSON, right and wrong ones. Each has something that may look like a number whose digits must be kept. */
  const PIECES = [
    '1',
    '1.50',
    '-0',
    '-0.0',
    '9007199254740993',
    '1e2',
    '1.',
    '.5',
    '01.5',
    '1.2.3',
    '-01',
    '1.5-2',
    '-',
    '"a"',
    '"b,1.50"',
    '"[-0"',
    '": 1.50"',
    '"\\\\,1.50"',
    '"\\,1.50"',
    '"\\u0000"',
    '"\\u00001.50"',
    '"\\n"',
    '"',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    ' ',
    '\n',
    '\u00a0',
    'null',
    'true',
    '"__proto__"',
  ];

  /** The value, or that there is none. */
  function readBy(read: () => unknown): unknown {
    try {
      return { value: read() };
    } catch {
      return 'broken';
    }
  }

  function readInPieces(text: string): unknown {
    const reading = new JsonReading(text);
    reading.read();
    return reading.value;
  }

  test.each([
    '{"a":"b,1.50","c":2.50}',
    '{"a":"[-0","c":-0}',
    '["\\u00001.50",2.50]',
    '{"\\u00001.50":2.50}',
    '["\\\\,1.50"]',
    '{"a":1,2.50:3}',
    '{"a":{"b":1,2.50:3},"a":4}',
    '{"a":01.5,"a":4}',
    '{"a":2.50,-0:3}',
    '[1.2.3]',
    '[1.]',
    '[-01]',
    '[01.50]',
    '["\\,1.50"]',
    '[1.50"a"]',
    '[\u00a01.50]',
    '{"__proto__":1.50}',
    '{"__proto__":{"a":-0}}',
    ' 1.50',
    '\n-0',
    '[[1.50,[-0]],{"a":[1e2]}]',
  ])('reads %j, or refuses it, as the reader of long texts does', (text) => {
    expect(readBy(() => parseJson(text))).toStrictEqual(readBy(() => readInPieces(text)));
  });

  test('reads or refuses any text as the reader of long texts does', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }), fc.boolean(), (pieces, isList) => {
        const text = isList ? `[${pieces.join(',')}]` : pieces.join('');
        expect(readBy(() => parseJson(text))).toStrictEqual(readBy(() => readInPieces(text)));
      }),
    );
  });

  test.each([10_000, 100_000])('a text that nests %i deep is read, and does not overflow the stack', (depth) => {
    let value = parseJson(`${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`);
    let levels = 0;
    for (; isArray(value); levels += 1) value = (value[0] as JsonObject).a ?? null;
    expect([levels, value]).toEqual([depth, 1]);
  });

  test.each(['{"mobile":9876543210x}', '{"mobile":"9876543210"', '{"9876543210" 1}', '9876543210 9876543210'])(
    'an error about %s holds nothing of it, however long the text is',
    (broken) => {
      for (const text of [broken, `${broken}${' '.repeat(MAX_NATIVE_LENGTH)}`]) {
        const message = /^The JSON is broken at position \d{1,5}\.$/;
        expect(() => parseJson(text)).toThrow(
          expect.objectContaining({ name: 'SyntaxError', message: expect.stringMatching(message) }),
        );
      }
    },
  );

  test('otherwise does what JSON.parse and JSON.stringify do', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(writeJson(parseJson(text)))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('treats a member called __proto__ as an ordinary member', () => {
    expect(writeJson(parseJson('{"__proto__":{"a":1},"constructor":2}'))).toBe('{"__proto__":{"a":1},"constructor":2}');
  });

  test('an object is what it is, and nothing else is one', () => {
    expect(writeJson(parseObject('{"a":1.50}'))).toBe('{"a":1.50}');
    for (const text of ['[]', '1', '"x"', 'null', 'true']) {
      expect(() => parseObject(text)).toThrow(new TypeError('The JSON is not an object.'));
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
    expect([parseJson('{}'), parseJson('1'), parseJson('1.0'), parseJson('{"rawJSON":"1"}')].map(isNumber)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([parseJson('1.0'), parseJson('{"rawJSON":"1"}')].map(isObject)).toEqual([false, true]);
  });

  test('the text of a number is its digits', () => {
    expect(textOf(parseJson('8015'))).toBe('8015');
    expect(textOf(parseJson('8015.0'))).toBe('8015.0');
    expect(textOf('8015')).toBe('8015');
    expect(textOf(true)).toBeUndefined();
    expect(textOf(undefined)).toBeUndefined();
  });
});
