import { expect, test } from '@jest/globals';
import { describeWrongKeys } from '../../local/table-keys.ts';

/** What `describeWrongKeys` says about a table with these keys, such as `pk HASH S`. */
function judge(keys: string): string | undefined {
  const named = keys.split(', ').map((key) => key.split(' ') as [string, 'HASH' | 'RANGE', 'S' | 'N' | 'B']);
  return describeWrongKeys({
    AttributeDefinitions: named.map(([AttributeName, , AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: named.map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
  });
}

test('the keys of the cache are right', () => {
  expect(judge('pk HASH S, sk RANGE S')).toBeUndefined();
});

test.each([
  'id HASH S',
  'pk HASH S',
  'sk HASH S, pk RANGE S',
  'PK HASH S, SK RANGE S',
  'pk HASH N, sk RANGE S',
  'pk HASH S, sk RANGE B',
])('other keys are wrong: %s', (keys) => {
  expect(judge(keys)).toBe(`has the keys ${keys}; it must have pk HASH S, sk RANGE S`);
});
