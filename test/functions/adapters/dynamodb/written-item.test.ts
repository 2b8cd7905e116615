import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { itemBytes } from '../../../../functions/adapters/dynamodb/item-bytes.ts';
import { FORMS } from '../../../../functions/adapters/dynamodb/stored-body.ts';
import { fromItem, type Item } from '../../../../functions/adapters/dynamodb/stored-item.ts';
import { dictionaryAttributes, gzipAttributes } from '../../../../functions/adapters/dynamodb/written-body.ts';
import { toItem } from '../../../../functions/adapters/dynamodb/written-item.ts';
import type { CacheEntry } from '../../../../functions/lookup/entry.ts';
import { aKey, anEntry, bodyOfCards } from './entries.ts';

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

describe('the body of an item', () => {
  test.each<[string, string, keyof typeof FORMS]>([
    ['fits into one write unit gzipped: the service can hand it on', bodyOfCards(5), 'gzip'],
    ['fits into one write unit only with the dictionary', bodyOfCards(30), 'dictionary'],
    ['fits in neither way, although it is JSON', bodyOfCards(44), 'gzip'],
    ['fits in neither way, because nothing packs it', randomBytes(1500).toString('base64'), 'gzip'],
    ['would fit with the dictionary, but is so long that nobody tries', 'x'.repeat(300_000), 'gzip'],
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

  test('counts with all that is in the item: long hashes of other secrets leave less room', () => {
    const body = bodyOfCards(23);
    const customerAliases = [0, 1, 2].map((n) => String(n).repeat(43));
    expect([written({ body }).form?.N, written({ body, customerAliases }).form?.N]).toEqual(['2', '3']);
  });
});
