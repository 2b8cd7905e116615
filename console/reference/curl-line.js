import { shellWord } from '../shell-word.js';
import { firstRequest } from './api-document.js';
import { compact } from './digits.js';

/** The webhook's secret on this machine, unless WEBHOOK_SECRET is set. */
export const WEBHOOK_SECRET = 'local-webhook-secret';

/**
 * The operation's first request as a line for a shell, against the service that serves the page.
 *
 * @param {import('./api-document.js').Part} document
 * @param {import('./api-document.js').Operation} asked
 * @param {string} origin
 */
export function curlLine(document, asked, origin) {
  const { path, headers, body } = firstRequest(document, asked);
  const isEvent = asked.operation.security?.some(
    (/** @type {import('./api-document.js').Part} */ each) => each.webhookSecret !== undefined,
  );
  const given = isEvent ? { ...headers, Authorization: WEBHOOK_SECRET } : headers;
  return [
    asked.method === 'GET' || body !== undefined ? 'curl -i' : `curl -i -X ${asked.method}`,
    shellWord(origin + path),
    ...Object.entries(given).map(([name, value]) => `-H ${shellWord(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${shellWord(compact(body))}`]),
  ].join(' ');
}
