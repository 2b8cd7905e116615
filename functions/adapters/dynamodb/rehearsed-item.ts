import { gzipSync } from 'node:zlib';
import { FORM, type Item } from './stored-item.ts';

/** What a customer of nobody is called. No such entry is ever stored. */
const BODY = '{"id":0,"profiles":[{"firstName":"Nobody"}]}';

/** How long the entry may be served: longer than any start takes. Milliseconds. */
const LIFETIME_MS = 60_000;

/** The item that a rehearsal is shown: a fresh entry, of nobody. @param now epoch milliseconds */
export function rehearsedItem(now: number): Item {
  return {
    form: { N: FORM },
    kind: { S: 'found' },
    status: { N: '200' },
    body: { B: gzipSync(BODY) },
    askedAt: { N: String(now) },
    freshnessCut: { N: '0' },
    entryExpiresAt: { N: String(now + LIFETIME_MS) },
    version: { S: 'rehearsed' },
  };
}
