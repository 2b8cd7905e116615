/**
 * The whole state of the page, in one place: the views read it, and the actions change it by `change`.
 *
 * @typedef {import('./lookup/request.js').Asked} Asked
 * @typedef {import('./statistics.js').Request} Request
 * @typedef {import('../local/console/about-service.ts').AboutService} Service
 * @typedef {import('../simulator/control/control.ts').ControlState} Upstream the simulated upstream's facts about itself
 *
 * @typedef {object} Lookup the last look-up
 * @property {Asked} asked
 * @property {boolean} isRunning
 * @property {number} [at] when it was answered; epoch milliseconds
 * @property {import('./server.js').Answered} [answered]
 * @property {import('./lookup/reply.js').Outcome} [outcome]
 * @property {string} [error] why there is no answer at all
 *
 * @typedef {import('../simulator/control/customer-list.ts').ListedCustomer} Customer
 * @typedef {import('../local/console/shown-entry.ts').ShownEntry} Entry
 *
 * @typedef {object} State
 * @property {'starting' | 'up' | 'down'} connection
 * @property {number} now epoch milliseconds, by the service's clock
 * @property {Service | undefined} service
 * @property {readonly Request[]} requests oldest first
 * @property {Upstream | undefined} upstream
 * @property {{entries: readonly Entry[], isComplete: boolean} | undefined} shelf
 * @property {Asked} till
 * @property {Lookup | undefined} lookup
 * @property {{query: string, found: {customers: readonly Customer[], total: number} | undefined, chosen: string}} directory
 * @property {{text: string, isTrouble: boolean} | undefined} notice the result of the last action
 * @property {boolean} isCopied
 * @property {string} theme '', light or dark
 */

/** @type {Readonly<Asked>} */
export const EMPTY_TILL = {
  api: 'v2',
  identifierName: 'mobile',
  identifierValue: '',
  source: 'INSTORE',
  accountId: '',
  hasCoupons: true,
  cacheControl: '',
  apiKey: sessionStorage.getItem('lookaside-key') ?? '',
};

/** @type {State} */
export const state = {
  connection: 'starting',
  now: Date.now(),
  service: undefined,
  requests: [],
  upstream: undefined,
  shelf: undefined,
  till: EMPTY_TILL,
  lookup: undefined,
  directory: { query: '', found: undefined, chosen: '' },
  notice: undefined,
  isCopied: false,
  theme: document.documentElement.dataset.theme ?? '',
};

/** @type {() => void} */
let draw = () => undefined;
let isDrawing = false;

/** Draws now, and after each change. @param {() => void} drawPage */
export function onChange(drawPage) {
  draw = drawPage;
  draw();
}

/** Changes the state; the page is drawn once for all changes of this turn. @param {Partial<State>} changes */
export function change(changes) {
  Object.assign(state, changes);
  if (isDrawing) return;
  isDrawing = true;
  queueMicrotask(() => {
    isDrawing = false;
    draw();
  });
}

/** @param {Partial<Asked>} changes */
export function changeTill(changes) {
  change({ till: { ...state.till, ...changes } });
}
