import { expect, test } from '@jest/globals';
import { changeOf, type InvalidationMode, type ItemChange } from '../../../functions/lookup/item-change.ts';
import type { PartitionItem } from '../../../functions/lookup/partition-page.ts';

// The table of `changeOf`, row by row. The survivor is the customer `survivor`, also known as `alias`.

const SURVIVOR = ['survivor', 'alias'];
const LEASE = { token: 'token' } as const;
const VOID = { ...LEASE, isVoid: true } as const;
const OWN = { hasEntry: true, customers: ['former'] };
const SURVIVORS = { hasEntry: true, customers: ['other hash', 'alias'] };

const item = (facts: Partial<PartitionItem>): PartitionItem => ({
  key: { partition: 'partition', variant: 'v2' },
  hasEntry: false,
  isMarked: false,
  lease: undefined,
  hasOutcome: false,
  customers: [],
  ...facts,
});

const none: ItemChange = { kind: 'none' };
const deleted = (endsEntry: boolean): ItemChange => ({ kind: 'delete', endsEntry });
const marked = (endsEntry: boolean): ItemChange => ({ kind: 'mark', endsEntry });
const voided = (facts: { survivor?: string; ends?: boolean }, seen: PartitionItem['lease'] = LEASE): ItemChange => {
  const { survivor, ends = false } = facts;
  return { kind: 'void', seen: seen!, survivor, endsEntry: ends };
};

type Row = readonly [InvalidationMode, what: string, Partial<PartitionItem>, ItemChange, survivor?: readonly string[]];

const ROWS: readonly Row[] = [
  ['delete', 'an entry', OWN, deleted(true)],
  ['delete', 'an entry that is marked', { ...OWN, isMarked: true }, deleted(true)],
  ['delete', 'an entry of the survivor', SURVIVORS, deleted(true), SURVIVOR],
  ['delete', 'a lease', { lease: LEASE }, deleted(false)],
  ['delete', 'how a lease ended', { hasOutcome: true }, deleted(false)],
  ['delete', 'nothing', {}, deleted(false)],
  ['mark-stale', 'a lease', { lease: LEASE }, marked(false)],
  ['mark-stale', 'a lease, its fetch void', { lease: VOID }, marked(false)],
  ['mark-stale', 'an entry', OWN, marked(true)],
  ['mark-stale', 'an entry of the survivor', SURVIVORS, marked(true), SURVIVOR],
  ['mark-stale', 'an entry that is marked', { ...OWN, isMarked: true }, none],
  ['mark-stale', 'an entry that is marked, and a lease', { ...OWN, isMarked: true, lease: LEASE }, marked(false)],
  ['mark-stale', 'how a lease ended', { hasOutcome: true }, none],
  ['mark-stale', 'nothing', {}, none],
  ['retire', 'a lease', { lease: LEASE }, voided({})],
  ['retire', 'a lease, a survivor', { lease: LEASE }, voided({ survivor: 'survivor' }), SURVIVOR],
  ['retire', 'a lease, an entry', { ...OWN, lease: LEASE }, voided({ ends: true })],
  [
    ...(['retire', 'a lease, an entry, a survivor', { ...OWN, lease: LEASE }] as const),
    ...([voided({ survivor: 'survivor', ends: true }), SURVIVOR] as const),
  ],
  [
    ...(['retire', 'a lease, an entry of the survivor', { ...SURVIVORS, lease: LEASE }] as const),
    ...([voided({ survivor: 'survivor' }), SURVIVOR] as const),
  ],
  ['retire', 'a lease, its fetch void', { lease: VOID }, none],
  ['retire', 'a lease, its fetch void, a survivor', { lease: VOID }, none, SURVIVOR],
  ...SURVIVOR.map((survivor): Row => {
    const lease = { ...VOID, survivor };
    return ['retire', `a lease, its fetch void except for the ${survivor}`, { lease }, none, SURVIVOR];
  }),
  ...[[], SURVIVOR].map((survivor): Row => {
    const lease = { ...VOID, survivor: 'another' };
    const what = `a lease, its fetch void except for another survivor (now ${survivor.length})`;
    return ['retire', what, { lease }, voided({}, lease), survivor];
  }),
  ['retire', 'a lease, its fetch void, an entry', { ...OWN, lease: VOID }, voided({ ends: true }, VOID)],
  ['retire', 'an entry', OWN, deleted(true)],
  ['retire', 'an entry, and how an earlier lease ended', { ...OWN, hasOutcome: true }, deleted(true)],
  ['retire', 'an entry of another customer than the survivor', OWN, deleted(true), SURVIVOR],
  ['retire', 'an entry of the survivor', SURVIVORS, none, SURVIVOR],
  ['retire', 'how a lease ended', { hasOutcome: true }, none],
  ['retire', 'nothing', {}, deleted(false)],
  ['retire', 'nothing, a survivor', {}, deleted(false), SURVIVOR],
];

test.each(ROWS)('%s: %s', (mode, _what, facts, change, survivor = []) => {
  expect(changeOf(mode, item(facts), survivor)).toEqual(change);
});
