import { describe, expect, test } from '@jest/globals';
import { parseKeepingNumbers } from '../../client/src/json.ts';
import { fc } from '../support/properties.ts';

test.each([
  ['1', 1],
  ['-0', -0],
  ['9007199254740992', 9007199254740992],
  ['9007199254740993', '9007199254740993'],
  ['-9007199254740993', '-9007199254740993'],
  ['9223372036854775807', '9223372036854775807'],
  ['10000000000000000000000', 1e22],
  ['221350.000', 221350],
  ['0.10', 0.1],
  ['0.000', 0],
  ['0.00000000000000000', 0],
  ['0e5', 0],
  ['1E400', '1E400'],
  ['1.5e3', 1500],
  ['123456789.123456789123', '123456789.123456789123'],
])('the number %s reaches the caller as %p', (written, value) => {
  expect(parseKeepingNumbers(`[${written}]`)).toEqual([value]);
  expect(parseKeepingNumbers(`{"a":{"b":[0, ${written} ]}}`)).toEqual({ a: { b: [0, value] } });
  expect(parseKeepingNumbers(written)).toEqual(value);
});

describe('a text', () => {
  test.each(['9007199254740993', '"9007199254740993', '\\9007199254740993\\', '\\"1E400', '{"a":9007199254740993}'])(
    'that holds %j stays as it is',
    (text) => {
      expect(parseKeepingNumbers(JSON.stringify({ [text]: text, id: 1 }))).toEqual({ [text]: text, id: 1 });
    },
  );

  test.each([
    '',
    '09007199254740993',
    '[9007199254740993',
    '"9007199254740993',
    '9007199254740993.',
    '--9007199254740993',
    '{"a" 9007199254740993}',
    '9007199254740993 1',
    '{9007199254740993:1}x',
  ])('that is not JSON is refused: %j', (text) => {
    expect(() => parseKeepingNumbers(text)).toThrow(SyntaxError);
  });
});

describe('numbers', () => {
  test('are numbers exactly if a JavaScript number holds them', () => {
    // Beyond 1e21 a number is printed with an exponent.
    const whole = fc.bigInt({ min: -(2n ** 69n), max: 2n ** 69n });
    fc.assert(
      fc.property(whole, fc.nat(6), (value, zeros) => {
        const written = zeros === 0 ? String(value) : `${value}.${'0'.repeat(zeros)}`;
        const isHeld = String(Number(value)) === String(value);
        expect(parseKeepingNumbers(`{"a":${written}}`)).toEqual({ a: isHeld ? Number(value) : written });
      }),
    );
  });

  test('of JSON that JavaScript wrote are all held', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseKeepingNumbers(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
