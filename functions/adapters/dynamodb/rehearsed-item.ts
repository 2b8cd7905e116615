import { FORM, type Item } from './stored-item.ts';

/**
 * A customer of nobody, as the store holds a body: `{"id":0,"profiles":[{"firstName":"Nobody"}]}`. No such entry is ever stored.
 * It is packed here, because to pack it takes a cold start a millisecond of CPU; a test holds it against what is written.
 */
const BODY = {
  body: 'H4sIAAAAAAAAA6tWykxRsjLQUSooyk/LzEktVrKKrlZKyywqLvFLzE1VslLyy0/KT6lUqo2tBQBTOzDhLAAAAA==',
  bodyCrc: '508705593',
  bodyDigest: 'Y4UCd69uurz44CBOH1x2_C',
};

/** How long the entry may be served: longer than any start takes. Milliseconds. */
const LIFETIME_MS = 60_000;

/** The item that a rehearsal is shown: a fresh entry, of nobody. @param now epoch milliseconds */
export function rehearsedItem(now: number): Item {
  return {
    form: { N: FORM },
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
