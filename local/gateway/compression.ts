import { deflateSync, gzipSync } from 'node:zlib';
import { weightOf } from '../../functions/rest/accept-encoding.ts';
import { MIN_COMPRESSION_BYTES } from '../../infra/compression.ts';
import type { WireReply } from './wire.ts';

/** API Gateway's codings by name. If a caller likes two codings equally, the first counts. */
const CODINGS = new Map([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
] as const);

/**
 * Compresses a reply as API Gateway does: for a caller that names a coding, from a certain size on, and never a reply
 * with a Content-Encoding.
 *
 * @param acceptEncoding the request's header
 */
export function compressed(reply: WireReply, acceptEncoding: string | undefined): WireReply {
  const isCoded = Object.keys(reply.headers).some((name) => name.toLowerCase() === 'content-encoding');
  const coding = codingFor(acceptEncoding);
  if (coding === undefined || isCoded || Buffer.byteLength(reply.body) < MIN_COMPRESSION_BYTES) return reply;
  const [name, compress] = coding;
  return { ...reply, headers: { ...reply.headers, 'Content-Encoding': name }, body: compress(reply.body) };
}

/** The coding that the caller likes best, unless it likes the plain text better. */
function codingFor(acceptEncoding: string | undefined) {
  const weight = (coding: string) => weightOf(acceptEncoding, coding) ?? 0;
  const [best] = [...CODINGS].sort(([left], [right]) => weight(right) - weight(left));
  return best !== undefined && weight(best[0]) > 0 && weight(best[0]) >= weight('identity') ? best : undefined;
}
