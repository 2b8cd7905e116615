import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { bodyDigest } from '../../customer/reply/body-digest.ts';
import { dictionary, FORMS } from './stored-body.ts';
import type { Item } from './stored-item.ts';

/** The attributes of a body in any form. */
export const BODY_ATTRIBUTES = ['form', 'body', 'bodyCrc', 'bodyDigest'] as const;

/**
 * The attributes of a gzipped body: its bytes, their checksum and the digest of the text. With the last two the service
 * can pass the body on unchanged. Earlier releases of form 2 do not know them, and write a body without them. The reader
 * inflates that body.
 */
export function gzipAttributes(body: string): Item {
  const gzip = gzipSync(body);
  return {
    form: { N: FORMS.gzip },
    body: { B: gzip },
    bodyCrc: { N: String(crc32(gzip)) },
    bodyDigest: { S: bodyDigest(body) },
  };
}

/**
 * The attributes of a body that is packed with `BODY_DICTIONARY`. It takes half of the bytes of a gzipped body of 1 KB,
 * and two thirds of those of a body of 4 KB. Its bytes have a checksum of the text, and one of the dictionary (RFC 1950
 * §2.2).
 *
 * No caller can read such bytes, so the reader inflates each of them (18 µs), and gzips the text for a caller that
 * accepts gzip (60 µs). That costs less than a hundredth of a write unit.
 */
export function dictionaryAttributes(body: string): Item {
  return { form: { N: FORMS.dictionary }, body: { B: deflateSync(body, { dictionary: dictionary(), level: 9 }) } };
}
