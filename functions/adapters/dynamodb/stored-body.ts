import { crc32, gunzipSync, inflateSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { PackedBody } from '../../lookup/packed-body.ts';
import { BODY_DICTIONARY } from './body-dictionary.ts';

type Item = Record<string, AttributeValue>;

/**
 * The forms of an entry, which differ in its body. An entry of any other form is a miss. So each release recognises the
 * entries that it cannot read.
 */
export const FORMS = { gzip: '2', dictionary: '3' } as const;

/** No stored reply is larger than this when inflated: the limit of the upstream's replies is far lower. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The shortest gzip member there is: a header of ten bytes, a block of two, a trailer of eight. */
const MIN_GZIP_BYTES = 20;

/**
 * The least and the largest buffer for a text. zlib takes no smaller one. A false length must not make a larger one.
 */
const MIN_CHUNK_BYTES = 64;
const MAX_CHUNK_BYTES = 256 * 1024;

/** The text of a body with a dictionary is short. If it is longer, a second buffer follows. */
const SHORT_CHUNK_BYTES = 8 * 1024;

let dictionaryBytes: Buffer | undefined;

/** `BODY_DICTIONARY` as zlib takes it. Made for the first body that needs it. */
export function dictionary(): Buffer {
  dictionaryBytes ??= Buffer.from(BODY_DICTIONARY);
  return dictionaryBytes;
}

/**
 * The gzipped body of an item, if its checksum shows that these bytes are intact. A checksum or a digest of an older
 * body does not fit these bytes.
 */
export function intactBody({ form, body, bodyCrc, bodyDigest: digest }: Item): PackedBody | undefined {
  const gzip = body?.B;
  if (form?.N !== FORMS.gzip || gzip === undefined || digest?.S === undefined || bodyCrc?.N === undefined)
    return undefined;
  const checksum = crc32(gzip);
  if (bodyCrc.N !== String(checksum) || inflatedBytes(gzip) > MAX_BODY_BYTES) return undefined;
  return { gzip, checksum, digest: digest.S };
}

/** The length of the text, which a gzip member has at its end (RFC 1952 §2.3.1). */
function inflatedBytes(gzip: Uint8Array): number {
  if (gzip.length < MIN_GZIP_BYTES) return Number.POSITIVE_INFINITY;
  return new DataView(gzip.buffer, gzip.byteOffset + gzip.length - 4, 4).getUint32(0, true);
}

/**
 * The text of a body. Its buffer has the length of the text, and a byte more so that zlib sees the end at once. zlib's
 * own buffer has 16 KB: a batch would make a hundred of them.
 *
 * @throws if the bytes are not gzip, or inflate to more than any reply
 */
export function inflate(gzip: Uint8Array): string {
  const chunkSize = Math.min(Math.max(inflatedBytes(gzip) + 1, MIN_CHUNK_BYTES), MAX_CHUNK_BYTES);
  return gunzipSync(gzip, { chunkSize, maxOutputLength: MAX_BODY_BYTES }).toString('utf8');
}

/**
 * The text of a body; undefined: there is none, or it cannot be read.
 * @param form one of `FORMS`; any other: the body cannot be read
 */
export function bodyText(bytes: Uint8Array | undefined, form: string | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    if (form === FORMS.gzip) return inflate(bytes);
    return form === FORMS.dictionary ? inflateWithDictionary(bytes) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @throws if the bytes are not in zlib's format, or were packed with another dictionary, or inflate to more than any
 *   reply
 */
function inflateWithDictionary(bytes: Uint8Array): string {
  const options = { dictionary: dictionary(), chunkSize: SHORT_CHUNK_BYTES, maxOutputLength: MAX_BODY_BYTES };
  return inflateSync(bytes, options).toString('utf8');
}
