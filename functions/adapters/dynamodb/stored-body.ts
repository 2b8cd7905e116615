import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { bodyDigest } from '../../customer/reply/body-digest.ts';
import type { PackedBody } from '../../lookup/packed-body.ts';

type Item = Record<string, AttributeValue>;

/** No stored reply is larger than this when inflated: the limit of the upstream's replies is far lower. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The shortest gzip member there is: a header of ten bytes, a block of two, a trailer of eight. */
const MIN_GZIP_BYTES = 20;

/** The size of a buffer for a text: the least that zlib takes, and what a text with a false length may take at most. */
const MIN_CHUNK_BYTES = 64;
const MAX_CHUNK_BYTES = 256 * 1024;

/** The attributes of a body, all of them. */
export const BODY_ATTRIBUTES = ['body', 'bodyCrc', 'bodyDigest'] as const;

/**
 * The attributes of a body: the gzipped text, its checksum and its digest. With the last two the service can pass the
 * body on unchanged. Releases that do not know them read only the body. They write a body without them, and the reader
 * inflates that body.
 */
export function bodyAttributes(body: string): { readonly attributes: Item; readonly bytes: number } {
  const gzip = gzipSync(body);
  const attributes = {
    body: { B: gzip },
    bodyCrc: { N: String(crc32(gzip)) },
    bodyDigest: { S: bodyDigest(body) },
  };
  return { attributes, bytes: gzip.length };
}

/**
 * The packed body of an item, if its checksum shows that these bytes are intact. A checksum and a digest of an older
 * body do not fit.
 */
export function intactBody({ body, bodyCrc, bodyDigest: digest }: Item): PackedBody | undefined {
  const gzip = body?.B;
  if (gzip === undefined || digest?.S === undefined || bodyCrc?.N === undefined) return undefined;
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
