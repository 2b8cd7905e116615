import { describe, expect, test } from '@jest/globals';
import { peekLines } from '../../../cli/peek/peek-lines.ts';
import type { Item } from '../../../functions/adapters/dynamodb/stored-item.ts';
import {
  leaseAttributes,
  markAttributes,
  outcomeAttributes,
  toItem,
} from '../../../functions/adapters/dynamodb/written-item.ts';
import { type CacheEntry, type LeaseOutcome, NOT_STORED_REASONS } from '../../../functions/lookup/entry.ts';
import { type PeekedVariant, peekVariant, type Verdict } from '../../../local/peek/peeked-variant.ts';

const NOW = 1_800_000_000_000;
const WINDOWS = {
  freshForMs: 300_000,
  staleWhileRevalidateMs: 900_000,
  staleIfErrorMs: 86_400_000,
  notFoundFreshForMs: 15_000,
};
const OPTIONS = { windows: WINDOWS, projections: ['fields=ours', 'fields=ours-of-v1'] };
const ENTRY: CacheEntry = {
  kind: 'found',
  status: 200,
  body: '{"id":1,"profiles":[{"firstName":"Asha"}]}',
  askedAt: NOW,
  freshnessCut: 0.1,
  expiresAt: NOW + 86_700_000,
  customer: 'hash',
  customerAliases: [],
  staleFrom: undefined,
};
const KEY = { partition: 'partition', variant: 'v2;fields=ours' };

const itemOf = (entry: Partial<CacheEntry> = {}, variant = KEY.variant): Item =>
  toItem({ ...KEY, variant }, { ...ENTRY, ...entry }, 'version') ?? {};
const emptyItem: Item = { pk: { S: KEY.partition }, sk: { S: KEY.variant } };
const peekAt = (item: Item, afterMs = 0, options = OPTIONS) => peekVariant(item, options, NOW + afterMs);
const say = (variant: PeekedVariant, afterMs = 0) =>
  peekLines(
    { now: NOW + afterMs, identifierName: 'mobile', source: 'INSTORE', isNeverStored: false, variants: [variant] },
    { paint: (text) => text },
  );

const hit: Verdict = { use: 'hit', detail: undefined };
const no = (because: Extract<Verdict, { use: 'forward' }>['because'], mayStandIn = false): Verdict => ({
  use: 'forward',
  because,
  mayStandIn,
});
const NOT_FOUND = { kind: 'not-found', status: 404, customer: undefined, expiresAt: NOW + 15_000 } as const;

describe('the verdict on an entry is the look-up’s own', () => {
  test.each<[string, Item, number, Verdict, RegExp]>([
    ['fresh', itemOf(), 0, hit, /yes, fresh/],
    ['fresh for the last time', itemOf(), 269_999, hit, /yes, fresh/],
    ['stale', itemOf(), 270_001, { use: 'hit', detail: 'stale-while-revalidate' }, /yes, stale-while-revalidate/],
    ['past stale-while-revalidate', itemOf(), 1_170_001, no('stale', true), /no: .*REVALIDATE_SECONDS.*stands in/],
    ['past every window', itemOf(), 86_700_001, no('expired'), /no: it is past every window$/],
    [
      'past the windows of today’s settings',
      itemOf({ expiresAt: NOW + 9e9 }),
      86_700_001,
      no('expired'),
      /past every window$/,
    ],
    ['marked stale', itemOf({ staleFrom: NOW }), 1000, no('marked-stale', true), /an event marked it.*stands in/],
    ['stamped ahead of the clock', itemOf({ askedAt: NOW + 6000 }), 0, no('clock-ahead'), /compare the clocks/],
    ['"not found", fresh', itemOf(NOT_FOUND), 0, hit, /yes, fresh/],
    [
      '"not found", over',
      itemOf({ ...NOT_FOUND, expiresAt: NOW + 99_000 }),
      16_000,
      no('not-found-over'),
      /never served stale/,
    ],
    [
      'kept by another projection',
      itemOf({}, 'v2;fields=theirs'),
      0,
      no('another-projection'),
      /another PROFILE_FIELDS/,
    ],
    ['none', emptyItem, 0, no('no-entry'), /there is no entry/],
    ['of another form', { ...itemOf(), form: { N: '99' } }, 0, no('no-entry'), /there is no entry/],
  ])('%s', (_case, item, afterMs, verdict, words) => {
    const peeked = peekAt(item, afterMs);
    expect(peeked.verdict).toEqual(verdict);
    expect(say(peeked, afterMs)[1]).toMatch(words);
  });

  test('if nothing is ever fresh, there is no stale-while-revalidate', () => {
    const windows = { ...WINDOWS, freshForMs: 0 };
    const peeked = peekAt(itemOf(), 1, { ...OPTIONS, windows });
    expect(peeked).toMatchObject({
      verdict: no('stale', true),
      entry: { freshUntil: NOW, staleWhileRevalidateUntil: NOW, staleIfErrorUntil: NOW + 86_400_000 },
    });
  });
});

describe('the other facts of an item', () => {
  test('are age, size and windows; and nothing of the reply', () => {
    const peeked = peekAt(itemOf({}, 'v2;account=a-keyed-hash;embed=points;filters=another-hash;fields=ours'), 30_000);
    expect(say(peeked, 30_000)).toEqual([
      'HIT  v2  account  embed=points  filters',
      '  served  yes, fresh',
      '  entry   found (200), 42 bytes, asked 30 s ago',
      '  windows fresh: 4 min left; stale-while-revalidate: 19 min left; stale-if-error: 24 h left',
    ]);
    expect(JSON.stringify(peeked)).not.toMatch(/Asha|hash/);
  });

  test('say that a look-up may be fetching it, until its lease lapses', () => {
    const item = { ...emptyItem, ...leaseAttributes({ token: 't', until: NOW + 2000, durationMs: 2650 }) };
    expect(say(peekAt(item))).toContain('  fetch   a look-up may be fetching it, for 2 s more');
    expect(peekAt(item, 2000).fetchedUntil).toBeUndefined();
  });

  test('say that a revalidation is held back', () => {
    const item = { ...itemOf(), ...markAttributes({ until: NOW + 10_000, backoffMs: 10_000 }) };
    expect(say(peekAt(item)).at(-1)).toMatch(/held {4}no revalidation is asked for in the next 10 s/);
    expect(peekAt(item, 10_000).revalidationHeldUntil).toBeUndefined();
  });

  const token = 't';
  test.each<[LeaseOutcome, object, RegExp]>([
    [
      { kind: 'failed', token, failure: 'timeout', retryAfterMs: undefined },
      { kind: 'failed', why: 'timeout' },
      /the upstream failed \(timeout\)/,
    ],
    [{ kind: 'given-up', token }, { kind: 'given-up' }, /a stale entry was served in its place/],
    [{ kind: 'ceded', token }, { kind: 'ceded' }, /the store did not take the answer/],
    [{ kind: 'not-stored', token }, { kind: 'not-stored' }, /the reason is not known/],
    [
      { kind: 'erased', token, status: 404, body: '{"errors":[]}', askedAt: NOW },
      { kind: 'erased' },
      /the upstream erased the customer/,
    ],
    ...NOT_STORED_REASONS.map(
      (why) =>
        [{ kind: 'not-stored', token, why }, { kind: 'not-stored', why }, /nothing: (?!the reason is not known)\S/] as [
          LeaseOutcome,
          object,
          RegExp,
        ],
    ),
  ])('say why the last answer was not stored: %j', (outcome, expected, words) => {
    const peeked = peekAt({ ...emptyItem, ...outcomeAttributes(outcome) });
    expect(peeked.lastOutcome).toEqual(expected);
    expect(say(peeked).at(-1)).toMatch(words);
  });
});

test('an item without an entry says so, and a look-up that is never stored says why', () => {
  const nothing = { now: NOW, identifierName: 'email', source: 'INSTORE', variants: [] };
  const output = { paint: (text: string) => text };
  expect(peekLines({ ...nothing, isNeverStored: false }, output)).toEqual([
    expect.stringMatching(/^The cache has no entry/),
  ]);
  expect(peekLines({ ...nothing, isNeverStored: true }, output)).toEqual([expect.stringMatching(/never stored\.$/)]);
});
