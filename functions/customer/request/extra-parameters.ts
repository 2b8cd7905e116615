import { lengthOf, MAX_TEXT_LENGTH } from '../identifier/plain-text.ts';
import type { Parameter } from './canonical-request.ts';
import { isDocumentedName } from './documented-name.ts';
import { invalidParameter, sortParameters } from './request-parameters.ts';

/** How many names EXTRA_PARAMETERS may hold. */
export const MAX_EXTRA_PARAMETERS = 32;

/**
 * Whether EXTRA_PARAMETERS may hold a name: 1 to 64 letters, digits, `_`, `-` and `.`, the first of them a letter. It
 * must not be a documented name in any letter case. The upstream may ignore the letter case, and a documented parameter
 * must not reach it in a second way.
 */
export function isExtraParameterName(name: string): boolean {
  return /^[A-Za-z][\w.-]{0,63}$/.test(name) && !isDocumentedName(name);
}

/**
 * Free texts of the caller, as they go upstream: unchanged, under their names. They are in the key as a keyed hash.
 *
 * @param given the parameters with names in EXTRA_PARAMETERS
 * @throws {InvalidRequestError} if a value is too long, or holds a lone surrogate, which cannot go upstream
 */
export function readExtraParameters(given: readonly Parameter[]): readonly Parameter[] {
  for (const [name, value] of given) {
    if (lengthOf(value) === undefined || !value.isWellFormed()) {
      throw invalidParameter(
        name,
        `is not allowed; allowed are at most ${MAX_TEXT_LENGTH} characters without lone surrogates`,
      );
    }
  }
  return sortParameters(given);
}
