import type { LookupOutcome } from '../batch/outcome.ts';
import { cacheOf, toOutcome } from '../batch/result.ts';
import type { ResultForm } from '../batch/result-form.ts';
import type { Json } from '../customer/json/json.ts';
import { BACKSLASH, QUOTE, SPACE } from '../customer/json/json-characters.ts';

/**
 * Results as JSON text, each written once. The body of a v2 reply is the customer: its text goes into the answer
 * unchanged. The code also parses it, because a broken body would break the results of the others. It does not parse a
 * body that the store kept with its checksum: that body is the written one, which is JSON.
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

/** The most bytes that a character of JSON takes, as UTF-8 within JSON: `\\u000b`. */
const MAX_QUOTED_BYTES = 6;

/** The size of JSON as a text within JSON: the body of a reply to API Gateway, which Lambda's runtime writes out. Bytes. */
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
