import { DOCUMENTED_NAMES } from './documented-name.ts';
import { distanceBetween } from './edit-distance.ts';

/** The longest name that is compared. Characters. */
const MAX_NAME_LENGTH = 40;

/**
 * The name of an unknown parameter for a refusal: the name itself if it is close to a documented one, otherwise "A
 * parameter". Any other name may be a piece of an identifier with an unescaped `&` or `=` (`R&DSharma`): the refusal
 * does not repeat it.
 *
 * | the name has | close is |
 * |---|---|
 * | 1 to 5 characters | a documented name in any letter case: `Dave` is not close to `date` |
 * | 6 to 8 | that, or one edit away from one |
 * | 9 to 40 | that, or two edits |
 * | more | nothing |
 *
 * The brackets with which some clients write a list (`embed[]`, `embed[0]`) do not count.
 */
export function safeParameterName(name: string): string {
  if (name.length > MAX_NAME_LENGTH) return UNNAMED;
  const lower = name.replace(OF_A_LIST, '').toLowerCase();
  const mostEdits = lower.length < 6 ? 0 : lower.length < 9 ? 1 : 2;
  const isClose = DOCUMENTED_NAMES.some((known) => distanceBetween(lower, known.toLowerCase(), mostEdits) <= mostEdits);
  return isClose ? name : UNNAMED;
}

const UNNAMED = 'A parameter';

/** The end of a name of a list's element. */
const OF_A_LIST = /\[\d{0,2}\]$/;
