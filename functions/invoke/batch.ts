import type { Json } from '../customer/json.ts';
import type { LookupOutcome } from './outcome.ts';
import { errorResult } from './result.ts';

/** How many look-ups of a batch are under way at once. */
const CONCURRENCY = 10;

/** Lambda's limit for an answer, less what stands around the results. Bytes. */
export const MAX_ANSWER_BYTES = 6 * 1024 * 1024 - 1024;

const TOO_LARGE = errorResult(
  'too_large',
  "The batch's answer would pass Lambda's 6 MB. Ask for fewer customers at once, or narrow them with fields.",
);
/** Maps with bounded concurrency; the results are in the order of the elements. */
export async function mapConcurrently<T, R>(elements: readonly T[], map: (element: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(elements.length);
  const remaining = elements.entries();
  const work = async () => {
    for (const [position, element] of remaining) results[position] = await map(element);
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, elements.length) }, work));
  return results;
}

/** How many bytes a piece of JSON takes in an answer. */
export type SizeOf = (json: string) => number;

/** JSON as it is. */
export const plainSize: SizeOf = (json) => Buffer.byteLength(json);

/** JSON as a text within JSON: the body of a reply to API Gateway. */
export const quotedSize: SizeOf = (json) => Buffer.byteLength(JSON.stringify(json));

/** The results as far as they fit into one answer; the rest are `too_large`. */
export function fitAnswer(
  results: readonly LookupOutcome<Json>[],
  maxBytes: number,
  sizeOf: SizeOf = plainSize,
): LookupOutcome<Json>[] {
  // With the comma behind it.
  const bytesOf = (result: LookupOutcome<Json>) => sizeOf(JSON.stringify(result)) + 1;
  const tooLargeBytes = bytesOf(TOO_LARGE);
  let leftBytes = maxBytes - results.length * tooLargeBytes;
  const fitting = results.findIndex((result) => {
    leftBytes -= Math.max(0, bytesOf(result) - tooLargeBytes);
    return leftBytes < 0;
  });
  return fitting === -1 ? [...results] : results.map((result, position) => (position < fitting ? result : TOO_LARGE));
}
