import { headerElements } from './header-elements.ts';

/** The caller's preferences (RFC 7240) that the service honours. */
export interface Preferences {
  /** How long the caller waits for an answer. Milliseconds; undefined: for the whole look-up. */
  readonly waitMs: number | undefined;
  /** Whether the caller wants an entry for later, and no answer. */
  readonly isPrefetch: boolean;
  /** The value of `Preference-Applied` for a reply that follows the preferences; undefined: there are none. */
  readonly applied: string | undefined;
}

/** The preferences of a caller that sends none. */
export const NO_PREFERENCES: Preferences = { waitMs: undefined, isPrefetch: false, applied: undefined };

/**
 * Reads a request's `Prefer` (RFC 7240 §2). If a preference is given twice, the first counts. It ignores unknown
 * preferences, parameters behind a `;`, unreadable values, and a preference that begins or ends after the first 16,384
 * characters.
 *
 * `respond-async` is a prefetch. Together with `wait` it has no effect of its own: if the answer takes longer than the
 * wait, the caller gets it later (RFC 7240 §4.3).
 *
 * `wait` is a number of seconds, as in the RFC; decimals are allowed too (`wait=0.4`).
 *
 * @param maxWaitMs a longer wait counts as this one
 */
export function readPreferences(prefer: string | undefined, maxWaitMs: number): Preferences {
  if (prefer === undefined) return NO_PREFERENCES;
  const values = new Map<string, string | undefined>();
  for (const element of headerElements(prefer, ',')) {
    const [preference = ''] = headerElements(element, ';');
    const equals = preference.indexOf('=');
    const name = (equals === -1 ? preference : preference.slice(0, equals)).trim().toLowerCase();
    const value = equals === -1 ? '' : readWord(preference.slice(equals + 1).trim());
    if (!values.has(name)) values.set(name, value);
  }
  const seconds = values.get('wait');
  const asynchronous = values.get('respond-async') === '' ? ['respond-async'] : [];
  if (seconds === undefined || !/^\d+(?:\.\d+)?$/.test(seconds)) {
    const [applied] = asynchronous;
    return { ...NO_PREFERENCES, isPrefetch: applied !== undefined, applied };
  }
  const waitMs = Math.min(Math.round(Number(seconds) * 1000), maxWaitMs);
  return { waitMs, isPrefetch: false, applied: [...asynchronous, `wait=${waitMs / 1000}`].join(', ') };
}

/** A token, or the text of a quoted string; undefined: it is neither. */
function readWord(word: string): string | undefined {
  if (/^[\w!#$%&'*+.^`|~-]*$/.test(word)) return word;
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/s.exec(word) ?? [];
  return quoted?.replace(/\\(.)/gs, '$1');
}
