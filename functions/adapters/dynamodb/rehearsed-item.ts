import { FORMS } from './stored-body.ts';
import type { Item } from './stored-item.ts';

/**
 * A customer that does not exist, in the store's form of a body: `{"id":0,"profiles":[{"firstName":"Nobody"}]}`. No
 * such entry is ever stored. It is packed already, because packing costs a cold start a millisecond of CPU. A test
 * compares it with the written form.
 */
const BODY = {
  body: 'H4sIAAAAAAAAA6tWykxRsjLQUSooyk/LzEktVrKKrlZKyywqLvFLzE1VslLyy0/KT6lUqo2tBQBTOzDhLAAAAA==',
  bodyCrc: '508705593',
  bodyDigest: 'Y4UCd69uurz44CBOH1x2_C',
};

/** How long the entry is usable: longer than any start takes. Milliseconds. */
const LIFETIME_MS = 60_000;

/** The item for a rehearsal: a fresh entry of no customer. @param now epoch milliseconds */
export function rehearsedItem(now: number): Item {
  return {
    form: { N: FORMS.gzip },
    kind: { S: 'found' },
    status: { N: '200' },
    body: { B: Buffer.from(BODY.body, 'base64') },
    bodyCrc: { N: BODY.bodyCrc },
    bodyDigest: { S: BODY.bodyDigest },
    askedAt: { N: String(now) },
    freshnessCut: { N: '0' },
    entryExpiresAt: { N: String(now + LIFETIME_MS) },
    version: { S: 'rehearsed' },
  };
}
