import { expect, test } from '@jest/globals';
import type { Asked } from '../../../../functions/lookup/asked.ts';
import { EMPTY_ITEM, type StoredItem } from '../../../../functions/lookup/entry.ts';
import type { Answered } from '../../../../functions/lookup/forward/fetched.ts';
import { voidFormer } from '../../../../functions/lookup/forward/void-former.ts';
import type { Invalidation } from '../../../../functions/lookup/invalidation.ts';

const SUBJECT = { source: 'WECHAT', identifier: { name: 'externalId', value: 'MP1' } };
const BY_ID = { source: 'INSTORE', identifier: { name: 'id', value: '101' } };
/** The same identifier under the sources that any customer may be in. */
const RELATED = [SUBJECT, { ...SUBJECT, source: 'INSTORE' }, { ...SUBJECT, source: 'ALL' }];
const BY_ID_RELATED = [BY_ID, { ...BY_ID, source: 'ALL' }];
const OPTIONS = { endsAt: 5000 };
const of = (customer: string | undefined) =>
  ({ ...EMPTY_ITEM, entry: { customer, customerAliases: ['older'] } }) as unknown as StoredItem;
const FOUND = { kind: 'found', isMerged: false };
const MERGED = { kind: 'found', isMerged: true, customerId: '202' };
const ERASED = { kind: 'erased' };

interface Situation {
  readonly subject?: object | undefined;
  /** The requested id. Default: the look-up is not by id. */
  readonly customerId?: string;
  /** The customers of the other entries under the requested identifier. */
  readonly listed?: readonly string[];
  readonly isCacheOn?: boolean;
  readonly isStoreUp?: boolean;
}

/** The voided entries, the look-ups whose entries were read, and the number of calls to the store. */
async function voided(outcome: object, item: StoredItem | undefined, situation: Situation = {}) {
  const { customerId, listed = [], isCacheOn = true, isStoreUp = true } = situation;
  const subject = 'subject' in situation ? situation.subject : SUBJECT;
  const done: unknown[] = [];
  const read: unknown[] = [];
  let uses = 0;
  const { isMerged = false } = outcome as { readonly isMerged?: boolean };
  const note = (what: string) => async (names: readonly unknown[], mode: string, options: unknown) => {
    if (names.length > 0) done.push([what, names, mode]);
    // Other look-ups may store the survivor, or have stored it.
    const survivor = isMerged ? ['new', 'new, older'] : [];
    expect(options).toEqual(what === 'subjects' ? OPTIONS : { ...OPTIONS, survivor });
    return names.length;
  };
  const customersOf = async (subjects: readonly unknown[], options: unknown) => {
    read.push(...subjects);
    expect(options).toBe(OPTIONS);
    return listed;
  };
  const invalidation = {
    customersOf,
    subjects: note('subjects'),
    customerHashes: note('customers'),
    customers: note('ids'),
  } as unknown as Invalidation;
  const use = async (act: () => Promise<unknown>) => {
    uses += 1;
    return isStoreUp ? act() : undefined;
  };
  const asked = { request: { subject, customerId }, store: { use } } as unknown as Asked;
  const answered = { outcome, reply: { customer: 'new', customerAliases: ['new, older'] } } as unknown as Answered;
  const isGone = await voidFormer(isCacheOn ? invalidation : undefined, asked, item, answered, OPTIONS);
  return { done, read, uses, isGone };
}

const OLD_CUSTOMER = ['customers', ['former', 'older'], 'retire'];
const SUBJECTS = ['subjects', RELATED, 'retire'];

test.each<[string, object, StoredItem | undefined, unknown[]]>([
  ['the survivor of a merger, for the first time', MERGED, of('former'), [OLD_CUSTOMER]],
  ['the survivor of a merger, after "not found"', MERGED, of(undefined), []],
  ['the survivor of a merger, and there is no entry', MERGED, EMPTY_ITEM, []],
  ['the survivor of a merger, and the item is not known', MERGED, undefined, []],
  ['"erased"', ERASED, of('former'), [OLD_CUSTOMER, SUBJECTS]],
  ['"erased", and there is no entry', ERASED, EMPTY_ITEM, [SUBJECTS]],
  ['"erased", and the item is not known', ERASED, undefined, [SUBJECTS]],
])('the upstream answers %s', async (_title, outcome, item, expected) => {
  const { done, read, uses } = await voided(outcome, item);
  expect({ done, read, uses }).toEqual({ done: expected, read: RELATED, uses: 1 });
});

// A store that was not asked must not count as one that has answered.
test.each<[string, object, StoredItem | undefined, Situation]>([
  ['the same customer', FOUND, of('new'), {}],
  ['another customer than before, but not a merged one', FOUND, of('former'), {}],
  ['the survivor of a merger again', MERGED, of('new'), {}],
  ['"not found"', { kind: 'not-found' }, of('former'), {}],
  [
    '"erased" for a look-up without a subject, and nothing names the customer',
    ERASED,
    EMPTY_ITEM,
    { subject: undefined },
  ],
  ['"erased", and the cache is off', ERASED, of('former'), { isCacheOn: false }],
])('the upstream answers %s: the store is not asked', async (_title, outcome, item, situation) => {
  expect(await voided(outcome, item, situation)).toMatchObject({ done: [], read: [], uses: 0 });
});

interface Row {
  readonly title: string;
  readonly outcome: object;
  /** The item of the look-up. Default: one without an entry. */
  readonly item?: StoredItem;
  readonly situation?: Situation;
  readonly expected: readonly unknown[];
}

const CUSTOMERS: readonly Row[] = [
  {
    title: '"erased": the other entries under the identifier',
    outcome: ERASED,
    situation: { listed: ['A', 'B'] },
    expected: [['customers', ['A', 'B'], 'retire'], SUBJECTS],
  },
  {
    title: '"erased": those and the replaced entry, each customer once',
    outcome: ERASED,
    item: of('former'),
    situation: { listed: ['former', 'B'] },
    expected: [['customers', ['former', 'older', 'B'], 'retire'], SUBJECTS],
  },
  {
    title: '"erased": the requested id',
    outcome: ERASED,
    situation: { subject: BY_ID, customerId: '101' },
    expected: [
      ['ids', ['101'], 'retire'],
      ['subjects', BY_ID_RELATED, 'retire'],
    ],
  },
  {
    title: '"erased": the id in the reply',
    outcome: { ...ERASED, customerId: '101' },
    expected: [['ids', ['101'], 'retire'], SUBJECTS],
  },
  {
    title: '"erased": the id in the reply to a look-up that may not be stored',
    outcome: { ...ERASED, customerId: '101' },
    situation: { subject: undefined },
    expected: [['ids', ['101'], 'retire']],
  },
  {
    title: '"erased": the requested id of a look-up that has no subject',
    outcome: ERASED,
    situation: { subject: undefined, customerId: '101' },
    expected: [['ids', ['101'], 'retire']],
  },
  {
    title: '"erased": the requested id, and another one in the reply',
    outcome: { ...ERASED, customerId: '77' },
    situation: { subject: BY_ID, customerId: '101' },
    expected: [
      ['ids', ['101', '77'], 'retire'],
      ['subjects', BY_ID_RELATED, 'retire'],
    ],
  },
  {
    title: 'a merger: the other entries under the identifier, but not the survivor’s',
    outcome: MERGED,
    situation: { listed: ['new', 'former', 'new, older'] },
    expected: [['customers', ['former'], 'retire']],
  },
  {
    title: 'a merger: the requested id',
    outcome: MERGED,
    situation: { subject: BY_ID, customerId: '101' },
    expected: [['ids', ['101'], 'retire']],
  },
  {
    title: 'a merger: the requested id of a look-up that has no subject',
    outcome: MERGED,
    situation: { subject: undefined, customerId: '101' },
    expected: [['ids', ['101'], 'retire']],
  },
  {
    title: 'a merger: never the requested id if it is the survivor’s',
    outcome: { ...MERGED, customerId: '101' },
    situation: { subject: BY_ID, customerId: '101' },
    expected: [],
  },
];

test.each(CUSTOMERS)('what names the customer after $title', async ({ outcome, item, situation, expected }) => {
  expect((await voided(outcome, item ?? EMPTY_ITEM, situation)).done).toEqual(expected);
});

test('"erased" for a look-up without a subject voids only the customer that was there', async () => {
  expect((await voided(ERASED, of('former'), { subject: undefined })).done).toEqual([OLD_CUSTOMER]);
});

test.each<[string, boolean, object, Situation]>([
  ['after "erased": yes', true, ERASED, {}],
  ['after "erased" for a look-up without a subject: no', false, ERASED, { subject: undefined }],
  ['after "erased", and the store fails: no', false, ERASED, { isStoreUp: false }],
  ['after "erased" with the cache off: no', false, ERASED, { isCacheOn: false }],
  ['after a merger, which voids the former customer’s other entries: no', false, MERGED, {}],
  ['after "not found": no', false, { kind: 'not-found' }, {}],
])('whether the entry of the look-up itself is gone, %s', async (_title, isGone, outcome, options) => {
  expect(await voided(outcome, of('former'), options)).toMatchObject({ isGone });
});
