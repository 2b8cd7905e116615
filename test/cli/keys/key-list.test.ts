import { describe, expect, test } from '@jest/globals';
import { HEADER, KeyListError, type ListedKey, readKeyList, writeKeyList } from '../../../cli/keys/key-list.ts';
import { readKeyName, toKeyText } from '../../../cli/keys/key-name.ts';
import { isValueOf, makeValue } from '../../../cli/keys/key-value.ts';
import { fc } from '../../support/properties.ts';

const className = fc.stringMatching(/^[a-z][a-z0-9-]{0,29}$/);
const member = fc.stringMatching(/^[\w-]{1,60}$/);
const generation = fc.integer({ min: 1, max: 999_999 });

describe('the name of a key', () => {
  test('is read back as it was written', () => {
    const deployment = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
    fc.assert(
      fc.property(deployment, className, member, generation, (prefix, ...[own, name, number]) => {
        const key = { className: own, member: name, generation: number };
        expect(readKeyName(prefix, toKeyText(prefix, key))).toEqual(key);
      }),
    );
  });

  test.each([
    ['live-till', 'a key of the stack'],
    ['live.tills', 'no member'],
    ['live.tills.', 'an empty member'],
    ['live.tills.a.x', 'a generation that is not a number'],
    ['live.tills.a.2.3', 'two generations'],
    ['live.Tills.a', 'no class'],
    ['live-two.tills.a', 'another deployment'],
    ['xlive.tills.a', 'another deployment'],
    ['', 'nothing'],
  ])('is not %j: %s', (text) => {
    expect(readKeyName('live', text)).toBeUndefined();
  });
});

describe('the value of a key', () => {
  test('has the class in front, and is one that API Gateway takes', () => {
    fc.assert(
      fc.property(className, (own) => {
        const value = makeValue(own);
        expect(value.startsWith(`${own}.`)).toBe(true);
        expect(isValueOf(own, value)).toBe(true);
        expect(isValueOf(`x${own}`, value)).toBe(false);
      }),
    );
  });

  test('has 40 random characters', () => {
    const asked: number[] = [];
    const value = makeValue('tills', (below) => {
      asked.push(below);
      return asked.length % below;
    });
    expect(asked).toEqual(Array(40).fill(62));
    expect(value).toBe('tills.BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno');
  });
});

const key = (changes: Partial<ListedKey> = {}): ListedKey => ({
  className: 'tills',
  member: 'a',
  generation: 1,
  isEnabled: true,
  value: `tills.${'x'.repeat(40)}`,
  ...changes,
});

describe('a list of keys', () => {
  test('is read back as it was written', () => {
    const listed = fc
      .record({ className, member, generation, isEnabled: fc.boolean() })
      .map((each) => ({ ...each, value: makeValue(each.className) }));
    const list = fc.uniqueArray(listed, { selector: (each) => `${each.className}.${each.member}` });
    fc.assert(
      fc.property(list, fc.constantFrom('\n', '\r\n'), (keys, end) => {
        expect(readKeyList(writeKeyList(keys).join(end))).toEqual(keys);
      }),
    );
  });

  test('may have empty lines', () => {
    expect(readKeyList(`${writeKeyList([key()]).join('\n')}\n\n`)).toEqual([key()]);
  });

  const line = `tills,a,1,true,tills.${'x'.repeat(40)}`;
  test.each([
    ['', 'line 1 is not the header'],
    [`${line}\n`, 'line 1 is not the header'],
    [`${HEADER}\ntills,a`, 'line 2 has a generation that is not 1, 2, 3, …'],
    [`${HEADER}\n${line}\n${line},more`, 'line 3 has more than five fields'],
    [`${HEADER}\n${line.replace('tills,a', 'tills,a b')}`, 'line 2 has a class or a name that is not allowed'],
    [`${HEADER}\n${line.replace('tills,a', 'Tills,a')}`, 'line 2 has a class or a name that is not allowed'],
    [`${HEADER}\n${line.replace(',1,', ',0,')}`, 'line 2 has a generation'],
    [`${HEADER}\n${line.replace('true', 'yes')}`, 'line 2 has an `enabled` that is not true or false'],
    [`${HEADER}\n${line.replace(',tills.', ',kiosks.')}`, 'line 2 has no value of its class'],
    [`${HEADER}\n${line.replace(/x+/, 'x')}`, 'line 2 has no value of its class'],
    [`${HEADER}\n${line.replace(/x+/, 'x'.repeat(123))}`, 'line 2 has no value of its class'],
    [`${HEADER}\n${line}\n${line}`, 'two lines have the same key (one is tills.a)'],
    [`${HEADER}\n${line}\n${line.replace('tills,a', 'tills,b')}`, 'two lines have the same value (one is tills.a)'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => readKeyList(text)).toThrow(KeyListError);
    expect(() => readKeyList(text)).toThrow(message);
    expect(() => readKeyList(text)).not.toThrow(/x{20}/);
  });
});
