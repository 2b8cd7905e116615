import { hash, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { BODY_DICTIONARY } from '../../../../functions/adapters/dynamodb/body-dictionary.ts';
import { itemBytes } from '../../../../functions/adapters/dynamodb/item-bytes.ts';
import { FORMS } from '../../../../functions/adapters/dynamodb/stored-body.ts';
import { fromItem, type Item } from '../../../../functions/adapters/dynamodb/stored-item.ts';
import { dictionaryAttributes, gzipAttributes } from '../../../../functions/adapters/dynamodb/written-body.ts';
import { toItem } from '../../../../functions/adapters/dynamodb/written-item.ts';
import type { CacheEntry } from '../../../../functions/lookup/entry.ts';
import { aKey, anEntry, bodyGzippedTo, bodyOfCards } from './entries.ts';

const WRITE_UNIT_BYTES = 1024;
const KEY = aKey();
const written = (changes: Partial<CacheEntry>) => toItem(KEY, anEntry(changes), 'version') as Item;

/** The sizes of the item of an entry with this body, packed in either way. */
function sizesOf(body: string) {
  const { form: _, body: __, bodyCrc: ___, bodyDigest: ____, ...facts } = written({ body });
  return {
    gzip: itemBytes({ ...facts, ...gzipAttributes(body) }),
    dictionary: itemBytes({ ...facts, ...dictionaryAttributes(body) }),
  };
}

/** A text of pieces of the dictionary in any order: gzip packs it badly, and the dictionary well. */
function bodyOfDictionary(length: number): string {
  const pieces = BODY_DICTIONARY.match(/.{1,120}/g) ?? [];
  let body = '';
  for (let n = 0; body.length < length; n += 1) {
    const [digit = 0] = Buffer.from(hash('sha256', `piece ${n}`, 'hex'), 'hex');
    body += pieces[digit % pieces.length];
  }
  return body.slice(0, length);
}

describe('the body of an item', () => {
  test.each<[string, string, keyof typeof FORMS]>([
    ['fits into one write unit gzipped: the service can hand it on', bodyOfCards(5), 'gzip'],
    ['fits into one write unit only with the dictionary', bodyOfCards(30), 'dictionary'],
    ['fits in neither way, although it is JSON', bodyOfCards(44), 'gzip'],
    ['fits in neither way, because nothing packs it', randomBytes(1500).toString('base64'), 'gzip'],
    ['would fit with the dictionary, but is longer than 8 KB', bodyOfDictionary(9000), 'gzip'],
    ['is a little shorter', bodyOfDictionary(8192), 'dictionary'],
  ])('if it %s', (_, body, packed) => {
    const item = written({ body });
    expect(item.form?.N).toBe(FORMS[packed]);
    expect(fromItem(item).entry?.body).toBe(body);
  });

  test('changes its form exactly where a further card would cost a second write unit', () => {
    for (let cards = 0; cards < 60; cards += 1) {
      const body = bodyOfCards(cards);
      const { gzip, dictionary } = sizesOf(body);
      const saves = gzip > WRITE_UNIT_BYTES && dictionary <= WRITE_UNIT_BYTES && body.length <= 8192;
      expect([cards, written({ body }).form?.N]).toEqual([cards, saves ? FORMS.dictionary : FORMS.gzip]);
    }
  });

  test('is measured to the byte, with a longer hash of the customer', () => {
    for (const [cards, packing, other] of [
      [23, 'gzip', 'dictionary'],
      [36, 'dictionary', 'gzip'],
    ] as const) {
      const body = bodyOfCards(cards);
      const customer = 'c'.repeat('keyed-hash'.length + WRITE_UNIT_BYTES - sizesOf(body)[packing]);
      const item = written({ body, customer });
      expect([item.form?.N, itemBytes(item)]).toEqual([FORMS[packing], WRITE_UNIT_BYTES]);
      expect(written({ body, customer: `${customer}c` }).form?.N).toBe(FORMS[other]);
    }
  });

  test('leaves 640 bytes of the 400 KB of an item to a lease and an outcome', () => {
    const body = bodyGzippedTo(390 * 1024);
    const most = 400 * 1024 - 640 - itemBytes(written({ body, customer: 'c' })) + 1;
    expect(toItem(KEY, anEntry({ body, customer: 'c'.repeat(most) }), 'version')).toBeDefined();
    expect(toItem(KEY, anEntry({ body, customer: 'c'.repeat(most + 1) }), 'version')).toBeUndefined();
  });

  test('counts with all that is in the item: long hashes of other secrets leave less room', () => {
    const body = bodyOfCards(23);
    const customerAliases = [0, 1, 2].map((n) => String(n).repeat(43));
    expect([written({ body }).form?.N, written({ body, customerAliases }).form?.N]).toEqual(['2', '3']);
  });
});
