import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { bodyDigest } from '../../customer/reply/body-digest.ts';
import type { PackedBody } from '../../lookup/packed-body.ts';

type Item = Record<string, AttributeValue>;

/** No stored reply is larger than this when inflated: the upstream's replies are capped well below. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The shortest gzip member there is: a header of ten bytes, a block of two, a trailer of eight. */
const MIN_GZIP_BYTES = 20;

/** The attributes of a body, all of them. */
export const BODY_ATTRIBUTES = ['body', 'bodyCrc', 'bodyDigest'] as const;

/**
 * The attributes of a body: gzipped, and what makes it fit to be handed on as it is. Releases that do not know the latter
 * two read the body alone; what they write has neither, and is inflated when it is read.
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
 * The packed body of an item, if these very bytes are known to be intact: their checksum stands beside them. A checksum
 * and a digest that were left from another body do not fit.
 */
export function intactBody({ body, bodyCrc, bodyDigest: digest }: Item): PackedBody | undefined {
  const gzip = body?.B;
  if (gzip === undefined || digest?.S === undefined || bodyCrc?.N === undefined) return undefined;
  const checksum = crc32(gzip);
  if (bodyCrc.N !== String(checksum) || inflatedBytes(gzip) > MAX_BODY_BYTES) return undefined;
  return { gzip, checksum, digest: digest.S };
}

/** How long the text is, as a gzip member says it at its end (RFC 1952 §2.3.1). */
function inflatedBytes(gzip: Uint8Array): number {
  if (gzip.length < MIN_GZIP_BYTES) return Number.POSITIVE_INFINITY;
  return new DataView(gzip.buffer, gzip.byteOffset + gzip.length - 4, 4).getUint32(0, true);
}

/** @throws when the bytes are no gzip, or inflate beyond any reply */
export function inflate(gzip: Uint8Array): string {
  return gunzipSync(gzip, { maxOutputLength: MAX_BODY_BYTES }).toString('utf8');
}
