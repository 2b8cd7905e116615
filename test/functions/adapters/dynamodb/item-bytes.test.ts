import { expect, test } from '@jest/globals';
import { itemBytes } from '../../../../functions/adapters/dynamodb/item-bytes.ts';

// By "DynamoDB item sizes and formats" of its developer guide: the name's bytes, and the value's.
test.each([
  [{ pk: { S: 'é' } }, 4],
  [{ n: { N: '1795320000000' } }, 9],
  [{ n: { N: '-0.05' } }, 3],
  [{ n: { N: '0' } }, 2],
  [{ n: { N: '0.005' } }, 3],
  [{ n: { N: '5000' } }, 4],
  [{ b: { B: new Uint8Array(5) } }, 6],
  [{ t: { BOOL: true } }, 2],
  [{ l: { L: [{ S: 'ab' }, { S: 'c' }] } }, 9],
  [{ m: { M: { k: { S: 'v' } } } }, 7],
  [{ ab: { S: 'c' }, d: { S: '' } }, 4],
  [{}, 0],
])('the size of %j', (item, bytes) => {
  expect(itemBytes(item as Parameters<typeof itemBytes>[0])).toBe(bytes);
});
