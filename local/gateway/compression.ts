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
 * with a Content-Encoding. A reply to HEAD has the coding of GET's reply. It has no length, because there is no body to
 * compress.
 *
 * @param acceptEncoding the request's header
 */
export function compressed(reply: WireReply, acceptEncoding: string | undefined): WireReply {
  const { headers, body } = reply;
  const names = Object.keys(headers);
  const [codingName, lengthName] = ['content-encoding', 'content-length'].map((name) =>
    names.find((given) => given.toLowerCase() === name),
  );
  const coding = codingFor(acceptEncoding);
  if (coding === undefined || codingName !== undefined) return reply;
  const [name, compress] = coding;
  const lengthOfGet = lengthName === undefined ? 0 : Number(headers[lengthName]);
  if (body.length === 0 && lengthOfGet >= MIN_COMPRESSION_BYTES) {
    const others = Object.fromEntries(Object.entries(headers).filter(([given]) => given !== lengthName));
    return { ...reply, headers: { ...others, 'Content-Encoding': name } };
  }
  if (Buffer.byteLength(body) < MIN_COMPRESSION_BYTES) return reply;
  return { ...reply, headers: { ...headers, 'Content-Encoding': name }, body: compress(body) };
}

/** The coding that the caller likes best, unless it likes the plain text better. */
function codingFor(acceptEncoding: string | undefined) {
  const weight = (coding: string) => weightOf(acceptEncoding, coding) ?? 0;
  const [best] = [...CODINGS].sort(([left], [right]) => weight(right) - weight(left));
  return best !== undefined && weight(best[0]) > 0 && weight(best[0]) >= weight('identity') ? best : undefined;
}
