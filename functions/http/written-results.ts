import type { LookupOutcome } from '../batch/outcome.ts';
import { cacheOf, toOutcome } from '../batch/result.ts';
import type { ResultForm } from '../batch/result-form.ts';
import type { Json } from '../customer/json/json.ts';
import { BACKSLASH, QUOTE, SPACE } from '../customer/json/json-characters.ts';

/**
 * Results as JSON text, each written once. The body of a v2 reply is the customer, so its text goes into the answer
 * unchanged. The code parses it too, because a broken body would break the other results. It does not parse a body with
 * the store's checksum: the checksum shows that it is the body that was written, which is JSON.
 */
export const AS_TEXT: ResultForm<string> = {
  of: (result, api, fields) => {
    const { answer, cache } = result;
    if (answer.kind === 'found' && api === 'v2' && fields === undefined) {
      if (answer.packed === undefined) JSON.parse(answer.body);
      return `{"kind":"found","customer":${answer.body},"cache":${JSON.stringify(cacheOf(answer, cache))}}`;
    }
    return write(toOutcome(result, api, fields));
  },
  ofError: write,
  bytesOf: quotedBytes,
  atMostBytesOf: ({ length }) => length * MAX_QUOTED_BYTES,
};

function write(outcome: LookupOutcome<Json>): string {
  return JSON.stringify(outcome);
}

/** The most bytes of one character of JSON, as UTF-8 in a string of JSON: `\\u000b`. */
const MAX_QUOTED_BYTES = 6;

/**
 * The size of JSON as a string of JSON: Lambda's runtime writes the body of a reply to API Gateway in this way. Bytes.
 */
export function quotedBytes(json: string): number {
  let bytes = Buffer.byteLength(json);
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE || code === BACKSLASH) bytes += 1;
    // The longest escape is \u000b. Written JSON has no such character.
    else if (code < SPACE) bytes += 5;
  }
  return bytes;
}
