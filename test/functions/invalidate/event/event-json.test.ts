import { describe, expect, test } from '@jest/globals';
import { parseWithTexts, withoutMark } from '../../../../functions/invalidate/event/event-json.ts';
import { fc, runs } from '../../../support/properties.ts';

describe('a number', () => {
  test.each([['9007199254740993'], ['481516230.0'], ['4.8151623E8'], ['-1.50e+10'], ['0'], ['1e999'], ['-0']])(
    '%s keeps the text that it was written as',
    (number) => {
      expect(parseWithTexts(number)).toBe(number);
      expect(parseWithTexts(`{"a" : [ ${number},{"b":${number} } ]}`)).toEqual({ a: [number, { b: number }] });
    },
  );

  test('in a text or a name does not change', () => {
    expect(parseWithTexts('{"7":"8 \\" 9 \\\\","a\\\\\\"1":"\\u0031"}')).toEqual({ 7: '8 " 9 \\', 'a\\"1': '1' });
  });
});

describe('a name that an object has more than once', () => {
  /** The members of the outermost object, marks left out. */
  const membersIn = (json: string) =>
    Object.entries(parseWithTexts(json) as object).map(([name, value]) => [withoutMark(name), value]);

  test.each<[string, string, unknown]>([
    [
      'twice',
      '{"a":1,"a":2}',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    [
      'with an escape',
      '{"a":"x","b":[],"\\u0061" : "y"}',
      [
        ['a', 'x'],
        ['b', []],
        ['a', 'y'],
      ],
    ],
    [
      'with a quote in it',
      '{"a\\"":"x","a\\"":"y"}',
      [
        ['a"', 'x'],
        ['a"', 'y'],
      ],
    ],
    [
      'empty',
      '{"":"x","":"y"}',
      [
        ['', 'x'],
        ['', 'y'],
      ],
    ],
    ['once in each object', '{"a":{"a":[{"a":"x"},{"a":"y"}]}}', [['a', { a: [{ a: 'x' }, { a: 'y' }] }]]],
  ])('%s: each member stays', (_title, json, members) => {
    expect(membersIn(json)).toEqual(members);
  });

  test('twelve times, and again behind an inner object', () => {
    const json = `{${'"a":{"b":1},'.repeat(11)}"a":{"b":2}}`;
    expect(membersIn(json)).toEqual([...Array(11).fill(['a', { b: '1' }]), ['a', { b: '2' }]]);
  });
});

describe('a text that is not JSON', () => {
  test.each([
    '',
    ' ',
    '{',
    '{"a":1',
    '[1,]',
    '{"a":01}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":+1}',
    '{"a":-}',
    '{"a":--1}',
    '{1:2}',
    '{1 :2}',
    '{-1\n:2}',
    '{"a":1 2}',
    '{"a":1"b"}',
    '{"a":"b"1}',
    '{"a":1e}',
    '{"a":0x1}',
    '{"a":1x}',
    'NaN',
    'tru1e',
    '{"a":1}{',
    '"a',
    '"a\\',
    '{"\\x":1}',
    '{"a\\u12":1,"a":2}',
    '[1:2]',
    "{'a':1}",
    '{"a":1,}',
    '1 1',
    '"1"1',
    '1"1"',
    '\u00a01',
  ])('%j', (text) => {
    expect(parseWithTexts(text)).toBeUndefined();
    expect(() => JSON.parse(text)).toThrow();
  });
});

const withTexts = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_name, each: unknown) => (typeof each === 'number' ? JSON.stringify(each) : each));

test('all JSON is read as JSON.parse reads it, except for its numbers', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, '\t'), (value, space) => {
      expect(parseWithTexts(JSON.stringify(value, null, space))).toEqual(withTexts(value));
    }),
  );
});

test('a text that is nearly JSON is JSON to both readers, or to neither', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '1',
    '-',
    '0',
    '.',
    'e',
    '+',
    ' ',
    'a',
    'null',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      expect(parseWithTexts(text) !== undefined).toBe(isJson);
    }),
    runs(2000),
  );
});
