import { expect, test } from '@jest/globals';
import type { InvalidationOptions } from '../../../functions/lookup/invalidation.ts';
import { createEntryShelf, type EntryShelfOptions } from '../../../local/console/entry-shelf.ts';

const PARTITION = 'p'.repeat(43);

test.each([
  ['purge', 'delete'],
  ['mark-stale', 'mark-stale'],
])('%s of a partition may take five seconds', async (act, mode) => {
  const asked: unknown[] = [];
  const partitions = async (...given: [readonly string[], string, InvalidationOptions?]) => {
    asked.push(given);
    return 3;
  };
  const clock = { monotonicNow: () => 1000 };
  const shelf = createEntryShelf({ invalidation: { partitions }, clock } as unknown as EntryShelfOptions);
  expect(await shelf.act({ partition: PARTITION, act })).toMatchObject({ body: '{"count":3}' });
  expect(asked).toEqual([[[PARTITION], mode, { endsAt: 6000 }]]);
});
