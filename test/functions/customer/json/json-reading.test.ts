import { describe, expect, test } from '@jest/globals';
import { type Json, rawNumber, textOf } from '../../../../functions/customer/json/json.ts';
import { JsonReading } from '../../../../functions/customer/json/json-reading.ts';
import { fc, runs } from '../../../support/properties.ts';

/** The result for a text, read in pieces of this number of steps. */
function read(text: string, steps = Number.POSITIVE_INFINITY, maxDepth?: number): Json | undefined {
  const reading = new JsonReading(text, maxDepth);
  while (!reading.read(steps)) expect(reading.value).toBeUndefined();
  return reading.value;
}

/** The result of `JSON.parse`, with its numbers in the form of the reading. */
function readNatively(text: string): unknown {
  const parse = JSON.parse as (
    text: string,
    reviver: (...args: [string, unknown, { source?: string }]) => unknown,
  ) => unknown;
  return parse(text, (_key, value, { source = '' }) =>
    typeof value === 'number' && source !== String(value) ? rawNumber(source) : value,
  );
}

/** The value, or the fact that there is none. */
function outcomeOf(parse: () => unknown): unknown {
  try {
    return { value: parse() };
  } catch (error) {
    return error instanceof SyntaxError ? 'broken' : error;
  }
}

function expectSame(text: string, steps?: number): void {
  expect(outcomeOf(() => read(text, steps))).toEqual(outcomeOf(() => readNatively(text)));
}

describe('the reader', () => {
  test.each([
    '{}',
    '[]',
    '""',
    '0',
    '-0',
    '1.50',
    'true',
    'false',
    'null',
    ' \t\r\n{ "a" : [ 1 , 2 ] }\n ',
    '{"a":{"b":[[],{},null]},"a":2}',
    '{"":1," ":2}',
    '{"__proto__":{"x":1},"constructor":2,"toString":3}',
    '"\\n\\"\\\\\\/\\u0041\\ud83d\\ude00"',
    '"\\ud83d"',
    '"é नेहा 😀"',
    '"\u007f\u0085\u2028"',
    '["a\\\\","b"]',
    '[1,"a",{"b":"\\\\\\""},"c"]',
    '-1.5e+10',
    '1E-2',
    '123456789012345678',
    '0.1',
    '10',
    '1e1',
    '100.001',
  ])('reads %j as JSON.parse does', (text) => {
    for (const steps of [1, 2, 3, Number.POSITIVE_INFINITY]) expectSame(text, steps);
    expect(outcomeOf(() => read(text))).not.toBe('broken');
  });

  test.each([
    '',
    ' ',
    '{',
    '}',
    '[',
    ']',
    '"',
    '"a',
    '{"a"',
    '{"a":',
    '{"a":1',
    '[1',
    '[1,',
    '[,1]',
    '[1,]',
    '{,}',
    '{"a":1,}',
    '{a:1}',
    '{xa":1}',
    '{"a";1}',
    '["a":1]',
    "{'a':1}",
    '{"a" 1}',
    '{"a":1 "b":2}',
    '[1 2]',
    '{]',
    '[}',
    '{"a":1]',
    '[1}',
    '1 2',
    '{}{}',
    'nul',
    'nulll',
    'True',
    'undefined',
    'NaN',
    'Infinity',
    '-',
    '-a',
    '+1',
    '01',
    '-01',
    '1.',
    '.5',
    '1.e1',
    '1e',
    '1e+',
    '0x1',
    '1_0',
    '"\n"',
    '"\t"',
    '"\u0000"',
    '"\\x"',
    '"\\u12"',
    '"\\u12g4"',
    '"\\',
    '"\\"',
    '\u00a0{}',
    '\ufeff{}',
    '//x\n1',
    '[\u000b1]',
    '{"a":1}x',
    '[[1]',
    '"a\\\\\\"',
    '{"a":"b\n"}',
    '{"a\n":1}',
    '[\n"a\n"]',
  ])('gives nothing for %j, which is broken', (text) => {
    for (const steps of [1, Number.POSITIVE_INFINITY]) expectSame(text, steps);
    expect(outcomeOf(() => read(text))).toBe('broken');
  });

  test('reads any JSON as JSON.parse does, in pieces of any size', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), fc.integer({ min: 1, max: 7 }), (json, isPretty, steps) => {
        expectSame(isPretty ? JSON.stringify(JSON.parse(json), null, 2) : json, steps);
      }),
      runs(1000),
    );
  });

  test('reads damaged JSON as JSON.parse does, or gives nothing if JSON.parse fails', () => {
    const piece = fc.constantFrom(...'{}[]",:0123456789.eE+-\\ntfu \n\t\u0001x/'.split(''), '"a":', 'null', '');
    const damage = fc.tuple(fc.nat(), fc.nat({ max: 3 }), piece);
    fc.assert(
      fc.property(fc.json(), fc.array(damage, { minLength: 1, maxLength: 3 }), (json, damages) => {
        let text = json;
        for (const [where, length, put] of damages) {
          const at = where % (text.length + 1);
          text = text.slice(0, at) + put + text.slice(at + length);
        }
        expectSame(text);
      }),
      runs(2000),
    );
  });

  test('reads any mix of JSON characters as JSON.parse does, or gives nothing if JSON.parse fails', () => {
    const character = fc.constantFrom(...'{{}}[[]]"",::012.eE+-\\ \n'.split(''), '1', 'true', '"a"', '"a":1', '\\"');
    fc.assert(
      fc.property(fc.array(character, { maxLength: 14 }), (characters) => expectSame(characters.join(''))),
      runs(6000),
    );
  });

  test('keeps the digits of any number, and makes a JavaScript number only if that has the same digits', () => {
    const digits = fc.stringMatching(/^\d{0,20}$/);
    fc.assert(
      fc.property(
        digits,
        digits,
        fc.constantFrom('', '-'),
        fc.constantFrom('', 'e1', 'E-3'),
        (whole, fraction, sign, exponent) => {
          const text = `${sign}${whole.replace(/^0+(?=\d)/, '') || '0'}${fraction && `.${fraction}`}${exponent}`;
          const value = read(text);
          expect(textOf(value)).toBe(text);
          expect(JSON.stringify([value])).toBe(`[${text}]`);
        },
      ),
      runs(2000),
    );
  });
});

describe('a text that nests', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test.each([1, 2, 200])(
    '%i deep is read if that is the greatest depth, and is broken if the limit is lower',
    (depth) => {
      expect(outcomeOf(() => read(nested(depth), 1, depth))).not.toBe('broken');
      expect(outcomeOf(() => read(nested(depth), 1, depth - 1))).toBe('broken');
      const objects = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
      expect(outcomeOf(() => read(objects, 1, depth))).not.toBe('broken');
      expect(outcomeOf(() => read(objects, 1, depth - 1))).toBe('broken');
    },
  );

  test('gets an error with the limit if it nests deeper', () => {
    expect(() => read(nested(8), 1, 7)).toThrow(new SyntaxError('The JSON nests deeper than 7.'));
  });

  test('counts depth, not how many arrays there are', () => {
    expect(read('[[],[],{"a":[]},[]]', 1, 3)).toEqual([[], [], { a: [] }, []]);
  });
});

test.each([1, 10, 100])('a text of 1,000 values is read in pieces of %i values at most', (values) => {
  const reading = new JsonReading(`[${'1,'.repeat(999)}1]`);
  let pieces = 1;
  while (!reading.read(values)) pieces += 1;
  expect(pieces).toBeGreaterThan(1000 / values);
  expect(reading.value).toHaveLength(1000);
});

test('no error repeats its input', () => {
  for (const text of [
    '{"mobile":9876543210x}',
    '"Asha',
    '{"Asha" 1}',
    '["Asha\\x"]',
    'Asha',
    '98765.',
    '98765.e5',
    '98765e+',
  ]) {
    const error = (() => {
      try {
        return read(text);
      } catch (reason) {
        return reason;
      }
    })();
    expect(String(error)).toMatch(/^SyntaxError: The JSON is broken at position \d+\.$/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/Asha|98765/);
  }
});
