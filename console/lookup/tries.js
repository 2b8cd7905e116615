/**
 * Numbers to try with the simulated upstream, and what each of them shows.
 *
 * @typedef {object} Tries
 * @property {string} example a number as a cashier types it
 * @property {readonly (readonly [text: string, number: string])[]} numbers
 */

const NOT_A_NUMBER = /** @type {const} */ (['Not a number', '12']);

/** @type {Tries} */
const IN_INDIA = {
  example: '12345 12345',
  numbers: [
    ['A customer', '1234512345'],
    ['The same, in another spelling', '+91 12345 12345'],
    ['Customer not found', '9123456789'],
    NOT_A_NUMBER,
  ],
};

/** The customers of the simulator have Indian numbers. In another country a till types them with the `+`. @type {Tries} */
const ELSEWHERE = {
  example: '+91 90000 00002',
  numbers: [
    ['A customer', '+919000000002'],
    ['The same, in another spelling', '+91 90000 00002'],
    ['Customer not found', '+91 91234 56789'],
    NOT_A_NUMBER,
  ],
};

/** @param {string | undefined} defaultCountry undefined: this page does not know it yet */
export function triesIn(defaultCountry = 'IN') {
  return defaultCountry === 'IN' ? IN_INDIA : ELSEWHERE;
}
