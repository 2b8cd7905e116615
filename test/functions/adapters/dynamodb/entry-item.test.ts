import { gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromItem, type Item, toItem } from '../../../../functions/adapters/dynamodb/entry-item.ts';
import { ASKED_AT, aKey, anEntry, entries } from './entries.ts';

/** What DynamoDB may give for one attribute: any type, and what the SDK's types do not know. */
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

const item = toItem(aKey(), anEntry()) as Item;
const NAMES = Object.keys(item).filter((name) => name !== 'pk' && name !== 'sk');

describe('items of the table', () => {
  test('an item gives back the entry it was made of', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(fromItem(toItem(aKey(), entry))).toEqual(entry);
      }),
    );
  });

  test('the cut keeps four digits, the expiry is rounded up to a whole second', () => {
    const written = toItem(aKey(), anEntry({ freshnessCut: 0.012345678, expiresAt: ASKED_AT + 1 }));
    expect(fromItem(written)).toMatchObject({ freshnessCut: 0.0123, expiresAt: ASKED_AT + 1000 });
  });

  test('the body is packed, and stands nowhere else in the item', () => {
    const { body, ...others } = toItem(aKey(), anEntry({ body: '{"firstName":"Bubu"}' })) as Item;
    expect(body).toEqual({ B: expect.any(Uint8Array) });
    expect(JSON.stringify(others)).not.toContain('Bubu');
  });

  test('no item is a miss', () => {
    expect(fromItem(undefined)).toBeUndefined();
  });

  test('any garbage is a miss, never an error', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...NAMES, 'other'), attributes), (garbage) => {
        // The form of ours, so that the rest of it is looked at; a whole entry by chance is as good as impossible.
        expect(fromItem({ ...garbage, form: { N: '1' } })).toBeUndefined();
        expect(fromItem(garbage)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('an entry with one attribute of another type is a miss, never an error', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), attributes, (name, attribute) => {
        const [type] = Object.keys(item[name] as object);
        fc.pre(type !== undefined && !(type in attribute));
        expect(fromItem({ ...item, [name]: attribute })).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('an entry whose number is none is a miss', () => {
    for (const name of ['status', 'askedAt', 'freshnessCut', 'expiresAt']) {
      for (const N of ['', ' ', 'NaN', 'Infinity', '1e999', 'x']) {
        expect([name, N, fromItem({ ...item, [name]: { N } })]).toEqual([name, N, undefined]);
      }
    }
  });

  test('an entry with any byte of its packed body changed is a miss or the same entry', () => {
    const { B: packed } = item.body as { B: Uint8Array };
    for (let position = 0; position < packed.length; position += 1) {
      const body = { B: packed.with(position, (packed[position] ?? 0) ^ 0x55) };
      // gzip's header holds bytes that change nothing: time, flags of the packer, operating system.
      expect([undefined, anEntry().body]).toContain(fromItem({ ...item, body })?.body);
    }
  });
});
