import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import {
  aliasesOf,
  fromItem,
  type Item,
  keyAttributes,
  keyOfItem,
  leaseStateOf,
  storedToken,
} from '../../../../functions/adapters/dynamodb/stored-item.ts';
import {
  leaseAttributes,
  outcomeAttributes,
  toItem,
  toPartitionItem,
} from '../../../../functions/adapters/dynamodb/written-item.ts';
import type { CacheEntry, LeaseState } from '../../../../functions/lookup/entry.ts';
import { ASKED_AT, aKey, anEntry, bodyGzippedTo } from './entries.ts';

// The parts of an item besides the entry's own facts: its key, lease, outcome, customers, and its row in a list.

describe('the key', () => {
  test('is in each item, and comes back', () => {
    const key = { partition: 'p', variant: 'v2;fields=x' };
    expect(keyAttributes(key)).toEqual({ pk: { S: 'p' }, sk: { S: 'v2;fields=x' } });
    expect(toItem(key, anEntry(), 'v')).toMatchObject(keyAttributes(key));
    expect(keyOfItem(keyAttributes(key))).toEqual(key);
  });

  test('of an item without one is no key that an entry has', () => {
    expect(keyOfItem({})).toEqual({ partition: '', variant: '' });
    expect(keyOfItem({ pk: { N: '1' }, sk: { N: '1' } })).toEqual({ partition: '', variant: '' });
  });
});

describe('the lease', () => {
  test.each<[string, LeaseState]>([
    ['token', { token: 'token' }],
    ['token~', { token: 'token', isVoid: true }],
    ['token~hash', { token: 'token', isVoid: true, survivor: 'hash' }],
    // A release that knows no survivors voids the one above again: no entry may be written any more.
    ['token~hash~', { token: 'token', isVoid: true, survivor: 'hash~' }],
  ])('%s is the stored token of %j', (S, state) => {
    expect(storedToken(state)).toBe(S);
    expect(leaseStateOf({ leaseToken: { S } })).toStrictEqual(state);
  });

  test.each<[string, Item]>([
    ['no token', {}],
    ['a token that is no text', { leaseToken: { N: '1' } }],
  ])('is none if there is %s', (_, item) => {
    expect(leaseStateOf(item)).toBeUndefined();
  });

  test.each([
    [
      { token: 't', until: 5, durationMs: 7 },
      { leaseToken: { S: 't' }, leaseUntil: { N: '5' }, leaseMs: { N: '7' } },
    ],
    [
      { token: 't', until: 5, durationMs: 7, expectedMs: 0 },
      { leaseToken: { S: 't' }, leaseUntil: { N: '5' }, leaseMs: { N: '7' }, leaseExpectedMs: { N: '0' } },
    ],
  ])('%j is written in its attributes, and comes back', (lease, attributes) => {
    expect(leaseAttributes(lease)).toStrictEqual(attributes);
    expect(fromItem(attributes).lease).toStrictEqual(lease);
  });
});

describe('the outcome', () => {
  test.each(['not-stored', 'given-up', 'ceded'] as const)('%s has no details', (kind) => {
    const attributes = { outcome: { S: kind }, outcomeToken: { S: 't' } };
    expect(outcomeAttributes({ kind, token: 't' })).toStrictEqual(attributes);
    expect(fromItem(attributes).outcome).toStrictEqual({ kind, token: 't' });
  });

  test.each(['outcomeStatus', 'outcomeBody', 'outcomeAskedAt'])('erased without %s counts as none', (name) => {
    const erased = outcomeAttributes({ kind: 'erased', token: 't', status: 404, body: '{}', askedAt: ASKED_AT });
    const { [name]: removed, ...others } = erased;
    expect(removed).toBeDefined();
    expect(fromItem(others).outcome).toBeUndefined();
  });

  test('erased with an answer too long for the item is not-stored', () => {
    const erased = (body: string) => outcomeAttributes({ kind: 'erased', token: 't', status: 404, body, askedAt: 1 });
    const longest = bodyGzippedTo(64 * 1024);
    expect(fromItem(erased(longest)).outcome).toMatchObject({ kind: 'erased', body: longest });
    expect(fromItem(erased(bodyGzippedTo(66 * 1024))).outcome).toStrictEqual({ kind: 'not-stored', token: 't' });
  });

  test('failed without its failure counts as none', () => {
    expect(fromItem({ outcome: { S: 'failed' }, outcomeToken: { S: 't' } }).outcome).toBeUndefined();
  });
});

describe('an entry', () => {
  test('of a prefetch says so, and no other does', () => {
    const written = (entry: CacheEntry) => fromItem(toItem(aKey(), entry, 'v')).entry;
    expect(written(anEntry({ isPrefetched: true }))).toHaveProperty('isPrefetched', true);
    expect(written(anEntry())).not.toHaveProperty('isPrefetched');
  });

  test('may keep the whole of its lifetime, or nothing of it', () => {
    for (const freshnessCut of [0, 1]) {
      expect(fromItem(toItem(aKey(), anEntry({ freshnessCut }), 'v')).entry).toMatchObject({ freshnessCut });
    }
  });

  test('with an intact body is read without inflating it: a hit may hand it on', () => {
    // The bytes have their checksum, and are no gzip.
    const bytes = gzipSync('x'.repeat(50)).fill(0xff, 10, 14);
    const item = toItem(aKey(), anEntry(), 'v') as Item;
    const { entry } = fromItem({ ...item, body: { B: bytes }, bodyCrc: { N: String(crc32(bytes)) } });
    expect(entry?.packed?.gzip).toEqual(bytes);
    expect(() => entry?.body).toThrow();
  });

  test('has the keyed hashes of its customer that are texts', () => {
    expect(aliasesOf({ customerAliases: { L: [{ S: 'a' }, { N: '1' }, { S: 'b' }] } } as Item)).toEqual(['a', 'b']);
    expect(aliasesOf({ customerAliases: { S: 'a' } })).toEqual([]);
    expect(aliasesOf({})).toEqual([]);
  });
});

describe('a row of a list', () => {
  const none = { hasEntry: false, isMarked: false, lease: undefined, hasOutcome: false, customers: [] };

  test.each<[Item, object]>([
    [{}, { ...none, key: { partition: 'p', variant: '' } }],
    [{ sk: { S: 's' } }, none],
    [
      { sk: { S: 's' }, version: { S: 'v' } },
      { ...none, hasEntry: true },
    ],
    [{ sk: { S: 's' }, staleFrom: { N: '5' } }, none],
    [
      { sk: { S: 's' }, version: { S: 'v' }, staleFrom: { N: '5' } },
      { ...none, hasEntry: true, isMarked: true },
    ],
    [
      { sk: { S: 's' }, leaseToken: { S: 't~' } },
      { ...none, lease: { token: 't', isVoid: true } },
    ],
    [
      { sk: { S: 's' }, outcome: { S: 'failed' } },
      { ...none, hasOutcome: true },
    ],
    [
      { sk: { S: 's' }, customer: { S: 'c' } },
      { ...none, customers: ['c'] },
    ],
    [
      { sk: { S: 's' }, customer: { S: 'c' }, customerAliases: { L: [{ S: 'd' }] } },
      { ...none, customers: ['c', 'd'] },
    ],
    [
      { sk: { S: 's' }, customerAliases: { L: [{ S: 'd' }] } },
      { ...none, customers: ['d'] },
    ],
  ])('of %j says what the item holds', (item, row) => {
    expect(toPartitionItem('p', item)).toEqual({ key: { partition: 'p', variant: 's' }, ...row });
  });
});
