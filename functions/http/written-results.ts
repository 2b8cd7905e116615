import type { LookupOutcome } from '../batch/outcome.ts';
import { cacheOf, toOutcome } from '../batch/result.ts';
import type { ResultForm } from '../batch/result-form.ts';
import type { Json } from '../customer/json/json.ts';

/**
 * Results as JSON text, each written once. The body of a customer by v2 is the customer: it goes into the answer as the
 * text that it is. It is parsed all the same, since a broken one would break the results of the others.
 */
export const AS_TEXT: ResultForm<string> = {
  of: (result, api, fields) => {
    const { answer, cache } = result;
    if (answer.kind === 'found' && api === 'v2' && fields === undefined) {
      JSON.parse(answer.body);
      return `{"kind":"found","customer":${answer.body},"cache":${JSON.stringify(cacheOf(answer, cache))}}`;
    }
    return write(toOutcome(result, api, fields));
  },
  ofError: write,
  bytesOf: quotedBytes,
};

function write(outcome: LookupOutcome<Json>): string {
  return JSON.stringify(outcome);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** What JSON takes as a text within JSON: the body of a reply to API Gateway, which Lambda's runtime writes out. Bytes. */
export function quotedBytes(json: string): number {
  let bytes = Buffer.byteLength(json);
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE || code === BACKSLASH) bytes += 1;
    // At most: \u000b. Written JSON has none.
    else if (code < SPACE) bytes += 5;
  }
  return bytes;
}
