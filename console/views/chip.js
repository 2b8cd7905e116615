import { html } from 'lit-html';

/** The words of the chips. A chip always has its word: colour alone tells nothing. @type {Readonly<Record<string, string>>} */
const WORDS = {
  hit: 'Hit',
  stale: 'Stale',
  miss: 'Miss',
  collapsed: 'Collapsed',
  bypass: 'Bypass',
  failed: 'Failed',
  'not-cached': 'Not cached',
  refused: 'Refused',
  pending: 'Pending',
  prefetch: 'Prefetch',
  batch: 'Batch',
  revalidated: 'Revalidated',
  purge: 'Purge',
  event: 'Event',
  fault: 'Fault',
  other: 'OK',
  none: 'Not used',
};

/** @param {string} kind */
export function wordOf(kind) {
  return WORDS[kind] ?? kind;
}

/**
 * @param {string} kind
 * @param {string} [word] default: the kind's own
 */
export function chip(kind, word = wordOf(kind)) {
  return html`<span class="chip" data-kind=${kind}>${word}</span>`;
}
