import { expect, test } from '@jest/globals';
import { leastOf, scoresTable, tooLow } from './scores.ts';

test.each([
  ['lookup-guard', 95],
  ['invalidate-webhook', 95],
  ['capillary-reply', 95],
  ['rest-reply', 95],
  ['batch-lookups', 95],
  ['customer-key', 90],
])('%s needs %i %%', (name, least) => {
  expect(leastOf(name)).toBe(least);
  expect(tooLow([{ name, noticed: least, timedOut: 0, all: 100 }])).toEqual([]);
  expect(tooLow([{ name, noticed: least - 1, timedOut: 0, all: 100 }])).toEqual([name]);
});

test('a part without a mutant is not too low', () => {
  expect(tooLow([{ name: 'lookup-words', noticed: 0, timedOut: 0, all: 0 }])).toEqual([]);
});

test('the table has a row for each part, and one for all', () => {
  const scores = [
    { name: 'lookup-words', noticed: 109, timedOut: 9, all: 109 },
    { name: 'customer-key', noticed: 37, timedOut: 1, all: 38 },
  ];
  expect(scoresTable(scores).split('\n')).toEqual([
    '| part | noticed | by timeout | score |',
    '| --- | --- | --- | --- |',
    '| `lookup-words` | 109 of 109 | 9 | 100.00 % |',
    '| `customer-key` | 37 of 38 | 1 | 97.37 % |',
    '| `all` | 146 of 147 | 10 | 99.32 % |',
  ]);
});
