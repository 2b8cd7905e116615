import { expect, test } from '@jest/globals';
import { toItem } from '../../../functions/adapters/dynamodb/written-item.ts';
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

/** The shelf of a table that gives these pages of entries, each with the time at which it was asked. */
function shelfOfPages(pages: readonly (readonly number[])[]) {
  let read = 0;
  const send = async () => {
    const items = pages[read]?.map((askedAt) =>
      toItem(
        { partition: PARTITION, variant: `v2;embed=${askedAt};fields=abc` },
        {
          kind: 'found',
          status: 200,
          body: '{}',
          askedAt,
          freshnessCut: 0,
          expiresAt: askedAt + 1000,
          customer: 'hash',
          customerAliases: [],
          staleFrom: undefined,
        },
        'version',
      ),
    );
    read += 1;
    return { Items: items, ...(read < pages.length && { LastEvaluatedKey: { pk: { S: 'more' } } }) };
  };
  const options = { client: { send }, table: 'lookaside', windows: {}, subjects: { of: () => undefined } };
  return createEntryShelf(options as unknown as EntryShelfOptions);
}

test('the entries are listed with the latest first, from all pages of the table', async () => {
  const { entries, isComplete } = await shelfOfPages([
    [2, 5],
    [9, 1],
  ]).list();
  expect([entries.map(({ askedAt }) => askedAt), isComplete]).toEqual([[9, 5, 2, 1], true]);
});

test('a list of more than a hundred entries has the latest hundred, and says that there are more', async () => {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
  expect((await shelfOfPages([upTo(100)]).list()).isComplete).toBe(true);
  const { entries, isComplete } = await shelfOfPages([upTo(101)]).list();
  expect([entries.length, entries.at(-1)?.askedAt, isComplete]).toEqual([100, 1, false]);
});
