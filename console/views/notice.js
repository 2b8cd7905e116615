import { html, nothing } from 'lit-html';
import { clearNotice } from '../notice.js';
import { troubleText } from '../server.js';

/** The result of the last action. @param {import('../state.js').State} state */
export function noticeView({ notice, connection }) {
  if (notice === undefined) return nothing;
  return html`<div class="notice" data-trouble=${notice.isTrouble}>
    <span>${troubleText(notice.text, connection)}</span>
    <button type="button" class="quiet" @focus=${remember} @click=${dismiss}>Dismiss</button>
  </div>`;
}

/** The control that had the focus before the button of the notice. @type {any} */
let before;

/** @param {FocusEvent} event */
function remember({ relatedTarget }) {
  before = relatedTarget;
}

/** The button goes with its notice: the focus goes back. */
function dismiss() {
  clearNotice();
  before?.focus();
}
