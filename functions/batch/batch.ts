import { errorResult } from './result.ts';
import type { ResultForm } from './result-form.ts';

/** How many look-ups of a batch run at the same time. */
const CONCURRENCY = 10;

/** Lambda's limit for an answer, less the text around the results. Bytes. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024 - 1024;
/** The comma behind each result. */
const COMMA_BYTES = 1;

const TOO_LARGE = errorResult(
  'too_large',
  "The batch's answer would be larger than Lambda's limit, 6 MB. Ask for fewer customers at once, or narrow them with fields.",
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

/** The results that fit into one answer, from the first on. The rest are `too_large`. */
export function fitAnswer<R>(
  results: readonly R[],
  { ofError, bytesOf, atMostBytesOf }: Pick<ResultForm<R>, 'ofError' | 'bytesOf' | 'atMostBytesOf'>,
  maxBytes = MAX_ANSWER_BYTES,
): readonly R[] {
  // Nearly every batch is so short that there is nothing to count.
  const atMostBytes = results.reduce((sum, result) => sum + atMostBytesOf(result) + COMMA_BYTES, 0);
  if (atMostBytes <= maxBytes) return results;
  const tooLarge = ofError(TOO_LARGE);
  const tooLargeBytes = bytesOf(tooLarge) + COMMA_BYTES;
  let leftBytes = maxBytes - results.length * tooLargeBytes;
  const fitting = results.findIndex((result) => {
    leftBytes -= Math.max(0, bytesOf(result) + COMMA_BYTES - tooLargeBytes);
    return leftBytes < 0;
  });
  return fitting === -1 ? results : results.map((result, position) => (position < fitting ? result : tooLarge));
}
