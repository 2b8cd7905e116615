import type { APIGatewayProxyEvent } from 'aws-lambda';
import { gunzip, isGzip, isTooLong } from './gzip.ts';
import { header } from './rest-event.ts';

/** A request's body as text. */
export type BodyText =
  | { readonly kind: 'text'; readonly text: string }
  /** It is not UTF-8, or its gzip is broken. */
  | { readonly kind: 'unreadable' }
  /** It is compressed, and longer than `MAX_UNPACKED_BYTES` when unpacked. */
  | { readonly kind: 'too-large' }
  /** Its Content-Encoding is one that the service does not unpack. */
  | { readonly kind: 'unknown-coding' };

/** The longest compressed body, when it is unpacked. Bytes. */
export const MAX_UNPACKED_BYTES = 1024 * 1024;

/**
 * The text of a request's body, unpacked if it came with `Content-Encoding: gzip`, without a byte order mark.
 *
 * It never replaces bytes that are not UTF-8 by U+FFFD: the result could be another customer's identifier.
 */
export function readText(event: APIGatewayProxyEvent): BodyText {
  const coding = codingOf(event);
  if (coding === undefined) return { kind: 'unknown-coding' };
  const body = event.body ?? '';
  // The body came as text: the gateway has unpacked it, or it was never compressed.
  if (!event.isBase64Encoded) return body.isWellFormed() ? text(body) : { kind: 'unreadable' };
  const bytes = Buffer.from(body, 'base64');
  try {
    return text(toUtf8(coding === 'gzip' && isGzip(bytes) ? gunzip(bytes, MAX_UNPACKED_BYTES) : bytes));
  } catch (error) {
    return { kind: isTooLong(error) ? 'too-large' : 'unreadable' };
  }
}

/** RFC 9110 §8.4.1.3: `x-gzip` is the same coding. */
const GZIP: readonly string[] = ['gzip', 'x-gzip'];

/**
 * The coding of the body; undefined: a coding that the service cannot read. The header is a list (RFC 9110 §8.4). An
 * empty element and `identity` stand for no coding.
 */
function codingOf(event: APIGatewayProxyEvent): 'gzip' | 'none' | undefined {
  const list = header(event, 'content-encoding')?.toLowerCase().split(',') ?? [];
  const codings = list.map((coding) => coding.trim()).filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > 1) return undefined;
  const [coding] = codings;
  if (coding === undefined) return 'none';
  return GZIP.includes(coding) ? 'gzip' : undefined;
}

/** @throws {TypeError} if it is not UTF-8 */
function toUtf8(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

/** The text without its byte order mark. If the body came as bytes, the decoder has already removed the mark. */
function text(decoded: string): BodyText {
  return { kind: 'text', text: decoded.replace(/^\uFEFF/, '') };
}
