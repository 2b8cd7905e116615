import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { HttpReply } from './http-exchange.ts';

/** The largest reply that is read, decoded (contract §3). */
export const MAX_REPLY_BYTES = 512 * 1024;

/**
 * The largest transfer of a coded reply. A coding makes incompressible data a little larger, but never by this much.
 */
const MAX_CODED_BYTES = MAX_REPLY_BYTES + 64 * 1024;

/** How many codings a reply may have, one over the other. One is usual. Each needs a pass over the bytes. */
const MAX_CODINGS = 3;

/**
 * Undoes one Content-Encoding. Each stops at `maxOutputLength`, so a decompression bomb costs no more than the largest
 * reply.
 */
const DECODERS: ReadonlyMap<string, (bytes: Uint8Array, limit: Limit) => Uint8Array> = new Map([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  // By RFC 9110 §8.4.1.2 this is the zlib format, but some servers leave zlib's header out. The first byte shows it.
  ['deflate', (bytes: Uint8Array, limit: Limit) => (isZlib(bytes) ? inflateSync : inflateRawSync)(bytes, limit)],
  ['br', brotliDecompressSync],
]);

interface Limit {
  readonly maxOutputLength: number;
}

/**
 * The reply's text; undefined if it is unreadable: it is larger than `MAX_REPLY_BYTES`, not what its Content-Encoding
 * says, in an unknown coding, or not UTF-8.
 * @throws if the connection breaks or the request's signal is aborted before the end
 */
export async function readCappedText({ header, body }: Omit<HttpReply, 'status'>): Promise<string | undefined> {
  const codings = codingsOf(header('content-encoding') ?? '');
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    // Leaving the loop ends the transfer.
    if (length > (codings.length === 0 ? MAX_REPLY_BYTES : MAX_CODED_BYTES)) return undefined;
    chunks.push(chunk);
  }
  if (length === 0) return '';
  if (codings.length > MAX_CODINGS) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(decode(Buffer.concat(chunks), codings));
  } catch {
    return undefined;
  }
}

/** The codings in the order in which they were applied. */
function codingsOf(header: string): readonly string[] {
  const names = header.toLowerCase().split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
}

/** @throws if a coding is not known, or the bytes are not in it, or they decode to too many bytes */
function decode(bytes: Uint8Array, codings: readonly string[]): Uint8Array {
  return codings.reduceRight((decoded, coding) => {
    const decoder = DECODERS.get(coding);
    if (decoder === undefined) throw new TypeError('The coding of the reply is not known.');
    return decoder(decoded, { maxOutputLength: MAX_REPLY_BYTES });
  }, bytes);
}

function isZlib([first = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8;
}
