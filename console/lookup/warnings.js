import { objects, text } from './loose.js';

/**
 * A part of a customer that a reply may lack. `profile`: the name, the points and all that v2 has.
 *
 * @typedef {'profile' | 'points'} Part
 */

/** What the page says in place of a missing part. @type {Readonly<Record<Part, string>>} */
export const MISSING = {
  profile: 'The name and the points are missing here. Look the customer up again in a moment.',
  points: 'The points are missing here. Look the customer up again in a moment.',
};

/**
 * The missing part by the code of the warning: Lookaside's own code, and those of Capillary.
 *
 * @type {Readonly<Record<string, Part>>}
 */
const PART_BY_CODE = { missing_profile: 'profile', 8062: 'points', 91001: 'points' };

/** If several parts are missing, the first one counts: it includes the others. @type {readonly Part[]} */
const PARTS = ['profile', 'points'];

/**
 * Reads the warnings of v2, or those of v1.1 in a customer's `item_status`. There may be a list, one warning, or either
 * inside an object.
 *
 * @param {any} given
 * @param {Pick<import('./customer.js').CustomerCard, 'name' | 'programmes'>} customer
 * @returns {Pick<import('./customer.js').CustomerCard, 'warnings' | 'missing'>}
 */
export function readWarnings(given, { name, programmes }) {
  const read = elementsOf(given).map((warning) => ({ code: text(warning.code), message: text(warning.message) }));
  const isLacking = { profile: name === '', points: programmes.every(({ points }) => points === '') };
  return {
    warnings: [...new Set(read.map(({ code, message }) => message || `Warning ${code}`))],
    missing: PARTS.find((part) => isLacking[part] && read.some(({ code }) => PART_BY_CODE[code] === part)),
  };
}

/** The warnings in a list or an object. One may be only a code, or only a text. @param {any} given @returns {any[]} */
function elementsOf(given) {
  if (Array.isArray(given)) return given.flatMap(elementsOf);
  if (typeof given === 'string') return [/^\d+$/.test(given) ? { code: given } : { message: given }];
  const isWarning = text(given?.code) !== '' || text(given?.message) !== '';
  if (isWarning) return [given];
  return objects(given)
    .flatMap((container) => Object.values(container))
    .filter((held) => typeof held === 'object')
    .flatMap(elementsOf);
}
