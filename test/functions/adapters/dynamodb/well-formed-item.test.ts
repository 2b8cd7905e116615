import { expect, test } from '@jest/globals';
import { areItems, isItem } from '../../../../functions/adapters/dynamodb/well-formed-item.ts';

const WELL_FORMED = {
  text: { S: '' },
  number: { N: '1' },
  bytes: { B: new Uint8Array() },
  texts: { SS: ['a'] },
  list: { L: [{ S: 'a' }, { NULL: true }] },
  map: { M: { deep: { N: '1' } } },
  others: { BOOL: false, NS: ['1'], BS: [new Uint8Array()] },
};

const BROKEN: readonly unknown[] = [
  { S: 5 },
  { N: 5 },
  { S: null },
  { B: 'AQI=' },
  { B: [1] },
  { SS: 'x' },
  { SS: [5] },
  { L: {} },
  { L: [null] },
  { L: [{ S: 5 }] },
  { M: [] },
  { M: null },
  { M: { deep: { N: 5 } } },
  'x',
  5,
  null,
  [],
  undefined,
];

test('an item has attributes with values of their types', () => {
  expect(isItem(WELL_FORMED)).toBe(true);
  expect(isItem({})).toBe(true);
  for (const attribute of BROKEN)
    expect([attribute, isItem({ ...WELL_FORMED, attribute })]).toEqual([attribute, false]);
});

test.each([null, undefined, 'x', 5, true, [], [WELL_FORMED]].map((value) => [value]))('%j is no item', (value) => {
  expect(isItem(value)).toBe(false);
});

test('items are a list, and each of them is an item', () => {
  expect(areItems([])).toBe(true);
  expect(areItems([WELL_FORMED, {}])).toBe(true);
  for (const value of [null, undefined, 'x', {}, WELL_FORMED, [null], [{}, 'x'], [{ a: { S: 5 } }]])
    expect([value, areItems(value)]).toEqual([value, false]);
});
