import { change } from './state.js';

/** How long the page shows the result of an action that worked: the page shows the effect too. Milliseconds. */
const SHOWN_MS = 10_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let clearing;

/** Shows the result of an action that worked, for a while. @param {string} text */
export function sayDone(text) {
  show(text, false);
  clearLater();
}

/** Shows what did not work, until the reader dismisses it. @param {string} text */
export function sayTrouble(text) {
  show(text, true);
}

/** @param {string} text @param {boolean} isTrouble */
function show(text, isTrouble) {
  clearTimeout(clearing);
  change({ notice: { text, isTrouble } });
}

export function clearNotice() {
  clearTimeout(clearing);
  change({ notice: undefined });
}

/** A notice under the pointer, or with the focus, stays. */
function clearLater() {
  clearing = setTimeout(() => {
    if (document.querySelector('.notice:is(:hover, :focus-within)') === null) clearNotice();
    else clearLater();
  }, SHOWN_MS);
}
