import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod/mini';
import { isHopByHop } from './hop-by-hop.ts';
import type { WireReply } from './wire.ts';

/** API Gateway does not take the function's reply ("Malformed Lambda proxy response"). */
export class MalformedReplyError extends Error {
  override readonly name = 'MalformedReplyError';
}

const HeaderValue = z.union([z.string(), z.number(), z.boolean()]);
const ProxyResult = z.object({
  statusCode: z.coerce.number().check(z.int(), z.minimum(200), z.maximum(599)),
  headers: z.nullish(z.record(z.string(), HeaderValue)),
  multiValueHeaders: z.nullish(z.record(z.string(), z.array(HeaderValue))),
  body: z.nullish(z.string()),
  isBase64Encoded: z.nullish(z.boolean()),
});
type ProxyResult = z.output<typeof ProxyResult>;

/**
 * Turns the function's result into a reply.
 *
 * @param json the function's result, as Lambda writes it
 * @throws {MalformedReplyError} if it is not a reply
 */
export function toWireReply(json: string): WireReply {
  const parsed = ProxyResult.safeParse(JSON.parse(json));
  if (!parsed.success) throw new MalformedReplyError();
  const { statusCode, body, isBase64Encoded } = parsed.data;
  const bytes = isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? '');
  const headers = headersOf(parsed.data);
  // API Gateway's content type for a body if the function gives none.
  const type = bytes.length > 0 && headers.every(([name]) => name.toLowerCase() !== 'content-type');
  return {
    status: statusCode,
    headers: Object.fromEntries(type ? [...headers, ['Content-Type', ['application/json']]] : headers),
    body: bytes,
  };
}

/** The headers of both forms: several values first, then the single one unless it is among them. */
function headersOf({ statusCode, headers, multiValueHeaders, body }: ProxyResult): [string, string[]][] {
  // The gateway sets the length. Only the function knows the length of a body that a reply to HEAD leaves out.
  const isLengthOfGet = !body && statusCode !== 204 && statusCode !== 304;
  const merged = new Map<string, { readonly name: string; readonly values: string[] }>();
  const all = [
    ...Object.entries(multiValueHeaders ?? {}),
    ...Object.entries(headers ?? {}).map(([name, value]) => [name, [value]] as const),
  ];
  for (const [name, values] of all) {
    if (isHopByHop(name, undefined)) continue;
    if (name.toLowerCase() === 'content-length' && !isLengthOfGet) continue;
    const entry = merged.get(name.toLowerCase()) ?? { name, values: [] };
    merged.set(name.toLowerCase(), entry);
    for (const value of values.map(String)) if (!entry.values.includes(value)) entry.values.push(value);
  }
  const result = [...merged.values()].map(({ name, values }): [string, string[]] => [name, values]);
  for (const [name, values] of result) for (const value of values) validate(name, value);
  return result;
}

function validate(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch (error) {
    throw new MalformedReplyError('a header that HTTP does not allow', { cause: error });
  }
}
