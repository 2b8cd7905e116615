import { describe, expect, test } from '@jest/globals';
import { fromItem } from '../../../../functions/adapters/dynamodb/stored-item.ts';
import { toItem } from '../../../../functions/adapters/dynamodb/written-item.ts';
import { fc } from '../../../support/properties.ts';
import { ASKED_AT, aKey, anEntry, bodyOfCards, entries } from './entries.ts';
import { readForm2, writeForm2 } from './form-2.ts';
import { readForm3, writeForm3 } from './form-3.ts';

// During a release, and after a roll-back, functions of two releases read and write one table. So the cache stays warm
// only if each release can read the items of the other.

/** The code of the releases that may run beside this one, and the forms that each can read. */
const RELEASED = [
  { form: '2', write: writeForm2, read: readForm2, forms: ['2'] },
  { form: '3', write: writeForm3, read: readForm3, forms: ['2', '3'] },
] as const;

/** An item as form 2 stored it: the bytes, not the code, so that a change of gzip or of the SDK shows too. */
const STORED = {
  pk: { S: 'partition' },
  sk: { S: 'v2;fields=x4Tr0bQd' },
  form: { N: '2' },
  kind: { S: 'found' },
  status: { N: '200' },
  body: {
    B: new Uint8Array(
      Buffer.from(
        'H4sIAAAAAAAAA6tWykxRsjI1M7OwMLQ0NtZRysmvTMwpqfTMS8tXsqpWyslMSy3JzE0NKC1KzkgsTi1WsjIyMjQ2NdAzMDCorQUAUnIP8T8AAAA=',
        'base64',
      ),
    ),
  },
  askedAt: { N: '1795348800000' },
  freshnessCut: { N: '0.0375' },
  entryExpiresAt: { N: '1795435500000' },
  expiresAt: { N: '1795435500' },
  customer: { S: 'keyed-hash' },
  version: { S: 'version' },
};

/** The same item with a body in form 3. */
const STORED_SHORTER = {
  ...STORED,
  form: { N: '3' },
  body: {
    B: new Uint8Array(Buffer.from('ePnNeGc1g9SDpmZmFhaGlsbGmJUJZqVhZGRobGqgZ2AAqjtQDAMAp5AYkg==', 'base64')),
  },
};

describe.each(RELEASED)('a release that writes form $form', ({ write, read, forms }) => {
  test('leaves entries that this one serves: the cache is warm after a release', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(fromItem(write(aKey(), entry, 'v'))).toMatchObject({ entry, version: 'v' });
      }),
    );
  });

  test('serves entries that this one leaves, if it knows their form: the cache is warm after a roll-back', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const written = toItem(aKey(), entry, 'v') ?? {};
        const isKnown = forms.some((form) => form === written.form?.N);
        expect(read(written)).toEqual(isKnown ? entry : undefined);
      }),
    );
  });
});

test('only entries in the middle get form 3: the other entries of this release are warm after a roll-back to form 2', () => {
  const formOf = (cards: number) => toItem(aKey(), anEntry({ body: bodyOfCards(cards) }), 'v')?.form?.N;
  expect([0, 5, 30, 200].map(formOf)).toEqual(['2', '2', '3', '2']);
});

test.each([
  ['2', STORED, '{"id":566881933,"loyaltyInfo":{"lifetimePurchases":221350.000}}'],
  ['3', STORED_SHORTER, '{"id":566881933,"loyaltyInfo":{"lifetimePurchases":221350.000},"warnings":[]}'],
])('an item of form %s that was stored long ago is the entry that it was', (_form, item, body) => {
  expect(fromItem(item).entry).toEqual(anEntry({ askedAt: ASKED_AT, body }));
});
