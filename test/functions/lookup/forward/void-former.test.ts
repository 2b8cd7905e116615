import { expect, test } from '@jest/globals';
import type { Asked } from '../../../../functions/lookup/asked.ts';
import { EMPTY_ITEM, type StoredItem } from '../../../../functions/lookup/entry.ts';
import type { Answered } from '../../../../functions/lookup/forward/fetched.ts';
import { voidFormer } from '../../../../functions/lookup/forward/void-former.ts';
import type { Invalidation } from '../../../../functions/lookup/invalidation.ts';

const SUBJECT = { source: 'INSTORE', identifier: { name: 'externalId', value: 'MP1' } };
const OPTIONS = { endsAt: 5000 };
const of = (customer: string | undefined) =>
  ({ ...EMPTY_ITEM, entry: { customer, customerAliases: ['older'] } }) as unknown as StoredItem;
const FOUND = { kind: 'found', isMerged: false };
const MERGED = { kind: 'found', isMerged: true };
const ERASED = { kind: 'erased' };

/** The voided entries, and the number of calls to the store. */
async function voided(
  outcome: object,
  item: StoredItem | undefined,
  { isOfSubject = true, isCacheOn = true, isStoreUp = true } = {},
) {
  const done: unknown[] = [];
  let uses = 0;
  const note = (what: string) => async (names: readonly unknown[], mode: string, options: unknown) => {
    if (names.length > 0) done.push([what, names, mode]);
    expect(options).toBe(OPTIONS);
    return names.length;
  };
  const invalidation = { subjects: note('subjects'), customerHashes: note('customers') } as unknown as Invalidation;
  const use = async (act: () => Promise<unknown>) => {
    uses += 1;
    return isStoreUp ? act() : undefined;
  };
  const asked = { request: { subject: isOfSubject ? SUBJECT : undefined }, store: { use } } as unknown as Asked;
  const answered = { outcome, reply: { customer: 'new' } } as unknown as Answered;
  const isGone = await voidFormer(isCacheOn ? invalidation : undefined, asked, item, answered, OPTIONS);
  return { done, uses, isGone };
}

test.each<[string, object, StoredItem | undefined, unknown[]]>([
  ['the same customer', FOUND, of('new'), []],
  ['another customer than before, but not a merged one', FOUND, of('former'), []],
  [
    'the survivor of a merger, for the first time',
    MERGED,
    of('former'),
    [['customers', ['former', 'older'], 'delete']],
  ],
  ['the survivor of a merger again', MERGED, of('new'), []],
  ['the survivor of a merger, after "not found"', MERGED, of(undefined), []],
  ['the survivor of a merger, and there is no entry', MERGED, EMPTY_ITEM, []],
  ['the survivor of a merger, and the item is not known', MERGED, undefined, []],
  [
    '"erased"',
    ERASED,
    of('former'),
    [
      ['subjects', [SUBJECT], 'delete'],
      ['customers', ['former', 'older'], 'delete'],
    ],
  ],
  ['"erased", and there is no entry', ERASED, EMPTY_ITEM, [['subjects', [SUBJECT], 'delete']]],
  ['"erased", and the item is not known', ERASED, undefined, [['subjects', [SUBJECT], 'delete']]],
  ['"not found"', { kind: 'not-found' }, of('former'), []],
])('the upstream answers %s', async (_title, outcome, item, expected) => {
  const { done, uses } = await voided(outcome, item);
  expect(done).toEqual(expected);
  // A store that was not asked must not count as one that has answered.
  expect(uses).toBe(expected.length === 0 ? 0 : 1);
});

test('"erased" for a look-up without a subject voids only the customer that was there', async () => {
  expect((await voided(ERASED, of('former'), { isOfSubject: false })).done).toEqual([
    ['customers', ['former', 'older'], 'delete'],
  ]);
  expect((await voided(ERASED, EMPTY_ITEM, { isOfSubject: false })).uses).toBe(0);
});

test('with the cache off there is nothing to void', async () => {
  expect(await voided(ERASED, of('former'), { isCacheOn: false })).toMatchObject({ done: [], uses: 0 });
});

test.each<[string, boolean, object, Parameters<typeof voided>[2]]>([
  ['after "erased": yes', true, ERASED, {}],
  ['after "erased" for a look-up without a subject: no', false, ERASED, { isOfSubject: false }],
  ['after "erased", and the store fails: no', false, ERASED, { isStoreUp: false }],
  ['after "erased" with the cache off: no', false, ERASED, { isCacheOn: false }],
  ['after a merger, which voids the former customer’s other entries: no', false, MERGED, {}],
  ['after "not found": no', false, { kind: 'not-found' }, {}],
])('whether the entry of the look-up itself is gone, %s', async (_title, isGone, outcome, options) => {
  expect(await voided(outcome, of('former'), options)).toMatchObject({ isGone });
});
