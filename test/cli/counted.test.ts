import { expect, test } from '@jest/globals';
import { counted } from '../../cli/counted.ts';

test.each([
  [0, '0 entries'],
  [1, '1 entry'],
  [2, '2 entries'],
  [1200, '1,200 entries'],
])('%i is said as %s', (count, words) => {
  expect(counted(count, 'entry', 'entries')).toBe(words);
});

test('most nouns have an s for several', () => {
  expect([counted(1, 'call'), counted(2, 'call')]).toEqual(['1 call', '2 calls']);
});
