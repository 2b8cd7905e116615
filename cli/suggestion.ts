import { distanceBetween } from '../functions/customer/request/edit-distance.ts';

/**
 * How many typing errors a text may have and still suggest a name. With two errors a short text is close to every name.
 */
const MOST_EDITS = 2;
const MOST_EDITS_OF_SHORT = 1;
const SHORT_LENGTH = 5;

/**
 * The name that a wrong one is close to, as words for an error: ` (Did you mean mobile?)`. Empty if it is close to none.
 * It does not repeat the typed text.
 */
export function suggestion(typed: string, names: readonly string[]): string {
  const lower = typed.toLowerCase();
  const mostEdits = lower.length <= SHORT_LENGTH ? MOST_EDITS_OF_SHORT : MOST_EDITS;
  const meant = names.find((name) => distanceBetween(lower, name.toLowerCase(), mostEdits) <= mostEdits);
  return meant === undefined ? '' : ` (Did you mean ${meant}?)`;
}
