import { gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { FORMS } from '../../../../functions/adapters/dynamodb/stored-body.ts';
import { fromItem, type Item } from '../../../../functions/adapters/dynamodb/stored-item.ts';
import {
  LEASE_ATTRIBUTES,
  markAttributes,
  outcomeAttributes,
  toItem,
} from '../../../../functions/adapters/dynamodb/written-item.ts';
import { EMPTY_ITEM, NOT_STORED_REASONS } from '../../../../functions/lookup/entry.ts';
import { FAILURE_KINDS } from '../../../../functions/lookup/upstream.ts';
import { fc, runs } from '../../../support/properties.ts';
import { ASKED_AT, aKey, anEntry, entries } from './entries.ts';

/** The possible values of one attribute from DynamoDB: any type, and types that the SDK does not know. */
const attributes: fc.Arbitrary<AttributeValue> = fc.oneof(
  fc.record({ S: fc.string() }),
  fc.record({ N: fc.oneof(fc.integer().map(String), fc.constantFrom('', 'NaN', 'Infinity', '1e999', '0x10', '٣')) }),
  fc.record({ B: fc.oneof(fc.uint8Array(), fc.string().map(gzipSync)) }),
  fc.record({ BOOL: fc.boolean() }),
  fc.constant({ NULL: true }),
  fc.record({ L: fc.array(fc.record({ S: fc.string() })) }),
  fc.record({ M: fc.dictionary(fc.string(), fc.record({ N: fc.nat().map(String) })) }),
  fc.record({ SS: fc.array(fc.string()) }),
  fc.constant({} as AttributeValue),
);

const item = toItem(aKey(), anEntry({ staleFrom: ASKED_AT }), 'version') as Item;
/** The parts that an entry needs. */
const NAMES = Object.keys(item).filter(
  (name) =>
    !['pk', 'sk', 'expiresAt', 'customer', 'staleFrom', 'prefetched', 'version', 'bodyCrc', 'bodyDigest'].includes(
      name,
    ),
);

describe('items of the table', () => {
  test('an item gives back the entry it was made of', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(fromItem(toItem(aKey(), entry, 'v'))).toEqual({ ...EMPTY_ITEM, entry, version: 'v' });
      }),
    );
  });

  test('the cut keeps four digits; the time of deletion is in whole seconds, rounded up', () => {
    const written = toItem(aKey(), anEntry({ freshnessCut: 0.012345678, expiresAt: ASKED_AT + 1 }), 'v');
    expect(fromItem(written).entry).toMatchObject({ freshnessCut: 0.0123, expiresAt: ASKED_AT + 1 });
    expect(written?.expiresAt).toEqual({ N: String(ASKED_AT / 1000 + 1) });
  });

  test('the body is packed, and stands nowhere else in the item', () => {
    const { body, ...others } = toItem(aKey(), anEntry({ body: '{"firstName":"Bubu"}' }), 'v') as Item;
    expect(body).toEqual({ B: expect.any(Uint8Array) });
    expect(JSON.stringify(others)).not.toContain('Bubu');
  });

  test('no item is a miss', () => {
    expect(fromItem(undefined)).toEqual(EMPTY_ITEM);
  });

  test('any garbage is a miss, never an error', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...NAMES, 'other'), attributes), (garbage) => {
        // Our own forms, so that the test reaches the other attributes; a whole entry by chance is practically
        // impossible.
        for (const N of Object.values(FORMS)) expect(fromItem({ ...garbage, form: { N } }).entry).toBeUndefined();
        expect(fromItem(garbage).entry).toBeUndefined();
      }),
      runs(500),
    );
  });

  test('an entry with one attribute of another type is a miss, never an error', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), attributes, (name, attribute) => {
        const [type] = Object.keys(item[name] as object);
        fc.pre(type !== undefined && !(type in attribute));
        expect(fromItem({ ...item, [name]: attribute }).entry).toBeUndefined();
      }),
      runs(500),
    );
  });

  test('an entry with a number that cannot be read is a miss', () => {
    for (const name of ['status', 'askedAt', 'freshnessCut', 'entryExpiresAt']) {
      for (const N of ['', ' ', 'NaN', 'Infinity', '1e999', 'x']) {
        expect([name, N, fromItem({ ...item, [name]: { N } }).entry]).toEqual([name, N, undefined]);
      }
    }
  });

  test.each([
    ['status', { N: '199' }],
    ['status', { N: '600' }],
    ['status', { N: '-1' }],
    ['status', { N: '200.5' }],
    ['status', { N: '99999999999999999999999999' }],
    ['freshnessCut', { N: '-0.0001' }],
    ['freshnessCut', { N: '1.0001' }],
    ['staleFrom', { S: String(ASKED_AT) }],
    ['staleFrom', { N: 'NaN' }],
    ['staleFrom', { NULL: true }],
  ] satisfies [string, AttributeValue][])('an entry with a value that no entry has is a miss: %s %j', (name, value) => {
    expect(fromItem({ ...item, [name]: value }).entry).toBeUndefined();
  });

  test.each(['200', '404', '599'])('an entry may have the status %s', (N) => {
    expect(fromItem({ ...item, status: { N } }).entry).toMatchObject({ status: Number(N) });
  });

  test('an entry with any byte of its packed body changed is a miss or the same entry', () => {
    const { B: packed } = item.body as { B: Uint8Array };
    for (let position = 0; position < packed.length; position += 1) {
      const body = { B: packed.with(position, (packed[position] ?? 0) ^ 0x55) };
      // gzip's header holds bytes that do not matter: time, flags of the packer, operating system.
      expect([undefined, anEntry().body]).toContain(fromItem({ ...item, body }).entry?.body);
    }
  });

  test('a lease may say how long its holder expects to hold it', () => {
    const lease = { leaseToken: { S: 't' }, leaseUntil: { N: '5' }, leaseMs: { N: '7' } };
    const read = (expected: object) => fromItem({ ...lease, ...expected }).lease;
    expect(read({ leaseExpectedMs: { N: '3' } })).toEqual({ token: 't', until: 5, durationMs: 7, expectedMs: 3 });
    expect(read({ leaseExpectedMs: { BOOL: true } })).toEqual({ token: 't', until: 5, durationMs: 7 });
  });

  test('an unreadable entry says when it ends, if it can be read', () => {
    const later = { ...item, form: { N: '4' } };
    expect(fromItem(later).unreadableUntil).toBe(anEntry().expiresAt);
    expect(fromItem({ ...later, entryExpiresAt: { S: '1' } })).not.toHaveProperty('unreadableUntil');
    expect(fromItem(item)).not.toHaveProperty('unreadableUntil');
  });

  test('the lease of a foreign item is still seen: a look-up waits for it', () => {
    const lease = { leaseToken: { S: 't' }, leaseUntil: { N: '5' }, leaseMs: { N: '7' } };
    expect(fromItem({ ...item, ...lease, form: { N: '4' } })).toMatchObject({
      entry: undefined,
      version: 'version',
      lease: { token: 't', until: 5, durationMs: 7 },
    });
    for (const name of LEASE_ATTRIBUTES.filter((each) => each !== 'leaseExpectedMs')) {
      expect(fromItem({ ...lease, [name]: { BOOL: true } }).lease).toBeUndefined();
    }
  });

  test.each([
    ...FAILURE_KINDS.map((failure) => ({ kind: 'failed', token: 't', failure, retryAfterMs: 5000 }) as const),
    { kind: 'failed', token: 't', failure: 'timeout', retryAfterMs: undefined } as const,
    { kind: 'given-up', token: 't' } as const,
    { kind: 'ceded', token: 't' } as const,
    { kind: 'not-stored', token: 't' } as const,
    ...NOT_STORED_REASONS.map((why) => ({ kind: 'not-stored', token: 't', why }) as const),
  ])('an item gives back how a lease ended: %j', (outcome) => {
    expect(fromItem(outcomeAttributes(outcome))).toEqual({ ...EMPTY_ITEM, outcome });
  });

  test('an unknown outcome counts as none', () => {
    const outcome = outcomeAttributes({ kind: 'failed', token: 't', failure: 'timeout', retryAfterMs: 1 });
    for (const changes of [
      { outcome: { S: 'newer' } },
      { outcomeToken: { N: '1' } },
      { outcomeFailure: { S: 'newer' } },
      { outcome: { S: 'newer' }, outcomeFailure: { S: 'timeout' } },
    ] satisfies Record<string, AttributeValue>[]) {
      expect(fromItem({ ...outcome, ...changes }).outcome).toBeUndefined();
    }
  });

  test.each(['0', '600', '404.5'])('an outcome with the status %s, which no answer has, counts as none', (N) => {
    const erased = outcomeAttributes({ kind: 'erased', token: 't', status: 404, body: '{}', askedAt: ASKED_AT });
    expect(fromItem(erased).outcome).toMatchObject({ status: 404 });
    expect(fromItem({ ...erased, outcomeStatus: { N } }).outcome).toBeUndefined();
  });

  test('an item gives back its mark for revalidation', () => {
    const revalidation = { until: ASKED_AT, backoffMs: 20_000 };
    expect(fromItem(markAttributes(revalidation))).toEqual({ ...EMPTY_ITEM, revalidation });
    expect(fromItem({ revalidationUntil: { N: '5' } }).revalidation).toEqual({ until: 5, backoffMs: 0 });
    expect(fromItem({ revalidationUntil: { S: '5' } }).revalidation).toBeUndefined();
  });
});
