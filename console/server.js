import { headersOf, pathOf } from './lookup/request.js';

/** Something that did not work, in plain words. */
export class PlainError extends Error {}

const NO_ANSWER = 'Lookaside does not answer. Is npm start still running?';

/** The service gave no answer at all. */
export class UnreachedError extends PlainError {
  constructor() {
    super(NO_ANSWER);
  }
}

/**
 * The words of an error, as they are true now: when the service answers again, its silence is in the past.
 *
 * @param {string} text of a `PlainError`
 * @param {import('./state.js').State['connection']} connection
 */
export function troubleText(text, connection) {
  return text === NO_ANSWER && connection === 'up' ? 'Lookaside did not answer. It answers now: try again.' : text;
}

/**
 * The reply to a look-up.
 *
 * @typedef {object} Answered
 * @property {number} status
 * @property {string} body
 * @property {string | null} cacheStatus
 * @property {number} ageSeconds
 * @property {string | null} requestId
 * @property {string | null} retryAfter
 * @property {number} durationMs as the page saw it
 */

/**
 * Looks a customer up by the public API, as a till does.
 *
 * @param {import('./lookup/request.js').Asked} asked
 * @returns {Promise<Answered>}
 * @throws {PlainError} if the service does not answer, or the key cannot be sent
 */
export async function lookUp(asked) {
  if (!isSendable(asked.apiKey)) {
    throw new PlainError(
      'The API key has a character that no key has: a space, or a letter with an accent. Copy it again.',
    );
  }
  const startedAt = performance.now();
  const response = await reach(pathOf(asked), { headers: headersOf(asked) });
  const body = await response.text();
  const { headers } = response;
  return {
    status: response.status,
    body,
    cacheStatus: headers.get('cache-status'),
    ageSeconds: Number(headers.get('age') ?? 0),
    requestId: headers.get('x-amzn-requestid'),
    retryAfter: headers.get('retry-after'),
    durationMs: performance.now() - startedAt,
  };
}

/** Whether a key can go into a header: `fetch` throws for some others, as if there were no connection. @param {string} key */
function isSendable(key) {
  return /^[\x21-\x7e]*$/.test(key);
}

const API = '/__console/api';

/**
 * Asks the console's own endpoint.
 *
 * @param {string} name
 * @param {{method?: string, body?: object}} [options]
 * @returns {Promise<any>}
 * @throws {PlainError} if it does not answer, or says that it cannot
 */
export async function ask(name, { method = 'GET', body } = {}) {
  const response = await reach(`${API}/${name}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const reply = await response.json().catch(() => ({}));
  if (!response.ok) throw new PlainError(reply.error ?? reply.detail ?? `The service answered ${response.status}.`);
  return reply;
}

/** @param {string} address @param {RequestInit} options */
async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch {
    throw new UnreachedError();
  }
}
