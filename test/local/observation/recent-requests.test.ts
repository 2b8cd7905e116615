import { expect, test } from '@jest/globals';
import { keepRecent } from '../../../local/observation/recent-requests.ts';

const seen = (requestId: string) => ({ requestId, at: 0, durationMs: 1, outcome: 'hit' }) as const;

test('the list has the latest requests, numbered from the start, and gives those after a number', () => {
  const recent = keepRecent(3);
  for (const requestId of ['a', 'b', 'c', 'd']) recent.add(seen(requestId));

  expect(recent.after().map(({ number, requestId }) => [number, requestId])).toEqual([
    [2, 'b'],
    [3, 'c'],
    [4, 'd'],
  ]);
  expect(recent.after(3).map(({ requestId }) => requestId)).toEqual(['d']);
  expect(recent.after(4)).toEqual([]);
});
