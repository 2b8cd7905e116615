/**
 * Why there is no answer of the upstream, in plain words.
 *
 * @type {Readonly<Record<import('../../functions/lookup/upstream.ts').FailureKind, string>>}
 */
const TROUBLES = {
  connection: 'Capillary cannot be reached.',
  timeout: 'Capillary did not answer in time.',
  throttled: 'Capillary throttles. Lookaside asks again when the pause is over.',
  'server-error': 'Capillary fails.',
  invalid: 'Capillary sent something that is not a valid reply.',
  'credentials-refused': 'Capillary refuses our credentials.',
  'credentials-unreadable': 'Our credentials cannot be read.',
  'breaker-open':
    'Capillary failed several times in a row, so Lookaside does not ask it for a moment: the breaker is open.',
  'over-budget': 'The calls to Capillary of this minute are used up. Lookaside asks again in the next minute.',
};

/** @param {string | undefined} failure as the service names it; undefined: this page does not know it */
export function troubleOf(failure) {
  const known = Object.entries(TROUBLES).find(([kind]) => kind === failure);
  return known?.[1] ?? 'Capillary did not give an answer, and the cache has none.';
}
