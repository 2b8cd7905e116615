import { crc32, gzipSync } from 'node:zlib';
import { bodyDigest } from '../customer/reply/body-digest.ts';
import type { PackedBody } from '../lookup/packed-body.ts';
import { acceptsGzip } from '../rest/accept-encoding.ts';

/** One form of a body that can be sent. */
export interface Representation {
  readonly body: string | Buffer;
  /** A strong validator (RFC 9110 §8.8.3): the same bytes have the same tag, and each coding has its own. */
  readonly entityTag: string;
  /** The header that names its coding, and `Vary`, which names the request header that selected it. */
  readonly headers: Readonly<Record<string, string>>;
  /** The tag of the same body in the other coding. If the caller has that body, it needs no other one. */
  readonly otherEntityTag: () => string | undefined;
}

/** A body that may be packed already. */
interface Body {
  readonly body: string;
  readonly packed?: PackedBody | undefined;
}

const VARY = { Vary: 'Accept-Encoding' };

/** The shortest body to compress if it was made for one request. Characters. */
const MIN_GZIP_CHARACTERS = 1024;

/** The forms of a body that was made for this one request. A short one is not compressed. */
export function negotiatedIfLong(body: string, acceptEncoding: string | undefined): Representation {
  return body.length < MIN_GZIP_CHARACTERS ? plainOnly(body) : negotiated({ body }, acceptEncoding);
}

/** The form of a body that is sent as it is, to every caller. The gateway may compress it. */
export function plainOnly(body: string): Representation {
  return { body, entityTag: plainTag(bodyDigest(body)), headers: {}, otherEntityTag: () => undefined };
}

/**
 * The text, or gzip for a caller that accepts it. If the store's gzipped bytes are there, they are sent. A caller
 * without `Accept-Encoding` gets the plain text without a `Vary`: no cache may store the reply anyway.
 */
export function negotiated(served: Body, acceptEncoding: string | undefined): Representation {
  if (acceptsGzip(acceptEncoding)) return asGzip(served);
  return asPlain(served, acceptEncoding === undefined ? {} : VARY);
}

function asGzip(served: Body): Representation {
  const packed = served.packed ?? pack(served.body);
  const { gzip, digest } = packed;
  return {
    body: Buffer.from(gzip.buffer, gzip.byteOffset, gzip.length),
    entityTag: gzipTag(packed),
    headers: { ...VARY, 'Content-Encoding': 'gzip' },
    otherEntityTag: () => plainTag(digest),
  };
}

function asPlain(served: Body, headers: Representation['headers']): Representation {
  const { packed } = served;
  return {
    body: served.body,
    entityTag: plainTag(packed?.digest ?? bodyDigest(served.body)),
    headers,
    otherEntityTag: () => gzipTag(packed ?? pack(served.body)),
  };
}

/** Compresses as the store does, so that a reply has the same tag before and after it was stored. */
function pack(body: string): PackedBody {
  const gzip = gzipSync(body);
  return { gzip, checksum: crc32(gzip), digest: bodyDigest(body) };
}

function plainTag(digest: string): string {
  return `"${digest}"`;
}

/** The tag covers the text and the compressed bytes: another version of zlib may compress the same text differently. */
function gzipTag({ digest, checksum }: PackedBody): string {
  return `"${digest}-${checksum.toString(36)}"`;
}
