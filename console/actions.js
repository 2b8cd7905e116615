import { counted } from './format.js';
import { readReply } from './lookup/reply.js';
import { curlOf } from './lookup/request.js';
import { sayDone, sayTrouble } from './notice.js';
import { refresh } from './polling.js';
import { ask, lookUp, PlainError, UnreachedError } from './server.js';
import { change, changeTill, state } from './state.js';
import { USUAL_LATENCY_MS } from './upstream-health.js';

/** The number of the look-up that began last. If the answer of an earlier one comes late, the page does not show it. */
let lookupCount = 0;

/** Looks up what the till holds. @param {{isPolling?: boolean}} [options] */
export async function lookUpNow({ isPolling = true } = {}) {
  const { identifierValue, apiKey } = state.till;
  const asked = { ...state.till, identifierValue: identifierValue.trim(), apiKey: apiKey.trim() };
  if (asked.identifierValue === '') return;
  lookupCount += 1;
  const count = lookupCount;
  sessionStorage.setItem('lookaside-key', asked.apiKey);
  change({ lookup: { asked, isRunning: true }, isCopied: false });
  try {
    const answered = await lookUp(asked);
    if (count !== lookupCount) return;
    const outcome = readReply(answered.status, answered.body, asked.api, asked.identifierName);
    change({ lookup: { asked, isRunning: false, answered, outcome, at: Date.now() } });
  } catch (error) {
    const message = messageOf(error);
    if (count === lookupCount) change({ lookup: { asked, isRunning: false, error: message } });
  }
  if (isPolling) await refresh();
}

/** Looks up an identifier that was chosen elsewhere on the page. @param {Partial<typeof state.till>} chosen */
export async function lookUpChosen(chosen) {
  changeTill({ source: 'INSTORE', accountId: '', ...chosen });
  await lookUpNow();
}

/** How long the button says that it has copied. Milliseconds. */
const COPIED_MS = 2000;

/** Copies the look-up as a curl command. */
export async function copyCurl() {
  if (state.lookup === undefined) return;
  try {
    await navigator.clipboard.writeText(curlOf(location.origin, state.lookup.asked));
    change({ isCopied: true });
    // The next press shows again that it worked.
    setTimeout(() => change({ isCopied: false }), COPIED_MS);
  } catch {
    sayTrouble('The browser does not let the page copy. Select the text instead.');
  }
}

/** Purges or marks the entries of a partition. @param {string} partition @param {'purge' | 'mark-stale'} act */
export async function actOnEntry(partition, act) {
  await perform(async () => {
    const { count } = await ask('entries', { method: 'POST', body: { partition, act } });
    return act === 'purge' ? `Purged ${counted(count, 'entry', 'entries')}.` : marked(count);
  });
}

/** @param {number} count */
function marked(count) {
  return count === 0
    ? 'These entries were marked stale already.'
    : `Marked ${counted(count, 'entry', 'entries')} stale. The next look-up asks Capillary.`;
}

/** Sends a command to the simulated upstream. @param {object} command @param {string} said the result, in words */
export async function sendCommand(command, said) {
  await perform(async () => {
    await ask('upstream', { method: 'POST', body: command });
    return said;
  });
}

/** Puts a fault in the place of those in force. @param {object} fault @param {string} said */
export async function setFault(fault, said) {
  await perform(async () => {
    await ask('upstream/faults', { method: 'DELETE' });
    await ask('upstream', { method: 'POST', body: { fault } });
    return said;
  });
}

/** Makes the simulated upstream normal again. */
export async function clearFaults() {
  await perform(async () => {
    await ask('upstream/faults', { method: 'DELETE' });
    await ask('upstream', { method: 'POST', body: { latencyMs: USUAL_LATENCY_MS } });
    return 'The upstream is normal again.';
  });
}

/** Sends an event about a customer, as Capillary does. @param {string} id @param {string} name */
export async function sendEvent(id, name) {
  await perform(async () => {
    const { status, body } = await ask('events', { method: 'POST', body: { id, name } });
    if (status !== 200) throw new PlainError(`The webhook answered ${status}.`);
    const { invalidated } = JSON.parse(body);
    return `Sent ${name}: ${counted(invalidated ?? 0, 'entry', 'entries')} changed.`;
  });
}

/** Lists the simulated upstream's customers that fit. @param {string} query empty: all fit */
export async function searchCustomers(query) {
  change({ directory: { ...state.directory, query } });
  try {
    const found = await ask(`upstream/customers?${new URLSearchParams({ q: query })}`);
    if (state.directory.query === query) change({ directory: { ...state.directory, found } });
  } catch (error) {
    sayTrouble(messageOf(error));
  }
}

/** Runs an action, shows its result, and refreshes the page. @param {() => Promise<string>} act */
async function perform(act) {
  try {
    sayDone(await act());
  } catch (error) {
    sayTrouble(messageOf(error));
  }
  await Promise.all([refresh(), state.directory.found && searchCustomers(state.directory.query)]);
}

/**
 * The words of an error for the page. If the service gave no answer, the page shows at once that there is no connection.
 *
 * @param {unknown} error
 * @throws the error itself if it is not a `PlainError`
 */
function messageOf(error) {
  if (!(error instanceof PlainError)) throw error;
  if (error instanceof UnreachedError) change({ connection: 'down' });
  return error.message;
}

/** @param {string} theme '' follows the system */
export function setTheme(theme) {
  if (theme === '') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  localStorage.setItem('lookaside-theme', theme);
  change({ theme });
}
