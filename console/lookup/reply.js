import { parseExact } from '../exact-json.js';
import { readCustomer } from './customer.js';
import { readCustomerV1, statusOfV1 } from './customer-v1.js';

/**
 * The result of a look-up, in words for a cashier.
 *
 * @typedef {object} Outcome
 * @property {'found' | 'no-customer' | 'wrong-input' | 'refused' | 'too-many' | 'outage' | 'pending' | 'not-cached' | 'key' | 'fault'} kind
 * @property {string} title
 * @property {string} [text] what to do, or what is wrong
 * @property {string} [detail] the words of the API about it, for the person who looks after the till
 * @property {import('./customer.js').CustomerCard} [customer]
 */

/** The upstream's codes of "no such customer". */
const NOT_FOUND_CODES = ['8015', '8065', '816', '1011', '1012'];
/** The customer is known, and not enrolled in the loyalty programme. */
const NOT_ENROLLED_CODES = ['1013', '1020', '8089'];
const ERASED = /deleted after PII delete request/i;

/**
 * Reads a reply of either look-up.
 *
 * @param {number} status
 * @param {string} body
 * @param {'v2' | 'v1.1'} api
 * @param {string} [identifierName] what was typed, by v2's name. Default: not known
 * @returns {Outcome}
 */
export function readReply(status, body, api, identifierName = '') {
  const reply = parse(body);
  if (typeof reply?.code === 'string' && typeof reply.title === 'string') return problem(reply, identifierName);
  // A gateway that wants a token refuses in its own form.
  if (status === 401) return problem({ code: 'forbidden' }, identifierName);
  if (status === 202)
    return { kind: 'pending', title: 'Not yet', text: 'Capillary is being asked. Try again in a moment.' };
  const error = api === 'v2' ? errorOf(reply) : statusOfV1(reply);
  if (error !== undefined) return upstreamError(error);
  const customer = api === 'v2' ? readCustomer(reply) : readCustomerV1(reply);
  if (status === 200 && customer !== undefined) return { kind: 'found', title: customer.name, customer };
  return { kind: 'fault', title: 'The reply cannot be read', text: `It has status ${status} and no customer.` };
}

/** @param {string} body */
function parse(body) {
  try {
    return parseExact(body);
  } catch {
    return undefined;
  }
}

/** @param {any} reply @returns {{code: string, message: string} | undefined} */
function errorOf(reply) {
  const error = Array.isArray(reply?.errors) ? reply.errors[0] : undefined;
  return error && { code: String(error.code ?? ''), message: String(error.message ?? '') };
}

/**
 * The upstream's own answer about the customer.
 *
 * @param {{code: string, message: string}} error
 * @returns {Outcome}
 */
function upstreamError({ code, message }) {
  if (ERASED.test(message)) {
    return {
      kind: 'no-customer',
      title: 'This customer was erased',
      text: 'Capillary erased the customer’s data. Lookaside keeps none.',
    };
  }
  if (NOT_FOUND_CODES.includes(code)) {
    return { kind: 'no-customer', title: 'Customer not found', text: 'Check what you typed, or enrol the customer.' };
  }
  if (NOT_ENROLLED_CODES.includes(code)) {
    return { kind: 'no-customer', title: 'Not enrolled', text: 'The customer is not in the loyalty programme.' };
  }
  return { ...REFUSED_BY_CAPILLARY, detail: message };
}

/**
 * The service's own errors, by their code.
 *
 * @param {{code: string, detail?: string}} problem
 * @param {string} identifierName
 * @returns {Outcome}
 */
function problem({ code, detail = '' }, identifierName) {
  if (code === 'invalid_identifier') {
    return { kind: 'wrong-input', title: 'Check what you typed', text: wrongInput(identifierName), detail };
  }
  return { ...(PROBLEMS[code] ?? REFUSED), detail };
}

/** @param {string} identifierName */
function wrongInput(identifierName) {
  return `${WRONG_INPUTS[identifierName] ?? ''} Check it, and type it again.`.trim();
}

/** What is wrong with the input, by v2's name of it. @type {Readonly<Record<string, string>>} */
const WRONG_INPUTS = {
  mobile: 'This is not a phone number. A number from another country begins with + and the code of that country.',
  email: 'This is not an e-mail address.',
  cardnumber: 'This is not a card number.',
  externalId: 'This is not an external id.',
  id: 'This is not a customer id, which has only digits.',
};

/** @type {Outcome} */
const REFUSED = {
  kind: 'refused',
  title: 'The service refuses this look-up',
  text: 'Check the fields under “More”. To try the same again does not help.',
};

/** @type {Outcome} */
const REFUSED_BY_CAPILLARY = {
  kind: 'refused',
  title: 'Capillary refuses this look-up',
  text: 'To try the same again does not help. Ask the person who looks after the tills.',
};

/** The text of every outage. */
const OUTAGE = 'The cache has nothing usable for this customer. Try again in a moment.';

/** @type {Readonly<Record<string, Outcome>>} */
const PROBLEMS = {
  missing_parameter: { kind: 'refused', title: 'Something is missing', text: 'Fill in the fields under “More”.' },
  forbidden: {
    kind: 'key',
    title: 'The credential is missing or wrong',
    text: 'If LOCAL_API_KEYS names keys, open “More” and fill in one of them. This page cannot sign, and has no token.',
  },
  not_cached: { kind: 'not-cached', title: 'Not in the cache', text: 'This look-up asks only the cache.' },
  upstream_unavailable: { kind: 'outage', title: 'No answer from the upstream', text: OUTAGE },
  upstream_timeout: { kind: 'outage', title: 'The upstream is too slow', text: OUTAGE },
  upstream_invalid: { kind: 'outage', title: 'No usable answer from the upstream', text: OUTAGE },
  upstream_refused: REFUSED_BY_CAPILLARY,
  too_many_requests: { kind: 'too-many', title: 'Too many look-ups', text: 'Wait a moment, then try again.' },
  internal_error: { kind: 'fault', title: 'The service failed', text: 'Its log says why.' },
};
