import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { lookUpNow } from '../actions.js';
import { amount, counted, day } from '../format.js';
import { change, changeTill, state } from '../state.js';
import { SOMETHING } from './till.js';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '+', '0'];

/**
 * A kiosk's page: large keys, the customer's tier and points, and no facts about the service. @param
 * {import('../state.js').State} page
 */
export function kioskView({ till, lookup }) {
  return html`<main class="kiosk">
    <h1>Your points</h1>
    ${lookup === undefined || lookup.isRunning ? padView(till, lookup?.isRunning === true) : answerView(lookup)}
  </main>`;
}

/** @param {import('../state.js').Asked} till @param {boolean} isRunning */
function padView(till, isRunning) {
  return html`<form class="pad" @submit=${submit} aria-busy=${isRunning} ?inert=${isRunning}>
    <label for="identifier">Type your phone number</label>
    <input
      id="identifier"
      class="pad-display"
      type="text"
      inputmode="none"
      autocomplete="off"
      required
      pattern=${SOMETHING}
      .value=${live(till.identifierValue)}
      @input=${(/** @type {any} */ { target }) => changeTill({ identifierValue: target.value })}
    />
    <div class="pad-keys">
      ${KEYS.map((key) => html`<button type="button" @click=${() => type(key)}>${key}</button>`)}
      <button type="button" aria-label="Delete the last digit" @click=${remove}>⌫</button>
    </div>
    <button class="primary" type="submit">${isRunning ? 'One moment…' : 'Show my points'}</button>
  </form>`;
}

/** @param {import('../state.js').Lookup} lookup */
function answerView({ outcome, error }) {
  return html`<div class="kiosk-answer" role="status">
      ${outcome?.customer === undefined ? sorryView(outcome, error) : welcomeView(outcome.customer)}
      <p class="kiosk-note">This page clears itself a minute after the last touch.</p>
    </div>
    <button class="primary" type="button" @click=${startOver}>${outcome?.customer === undefined ? 'Try again' : 'Done'}</button>`;
}

/** @param {import('../lookup/customer.js').CustomerCard} customer */
function welcomeView({ name, programmes }) {
  const [main, ...others] = programmes;
  return html`<p class="kiosk-hello">Welcome${name === '' ? nothing : html`, <bdi>${name}</bdi>`}</p>
    ${main === undefined || others.length === 0 ? nothing : html`<p class="kiosk-programme"><bdi>${main.title}</bdi></p>`}
    ${
      main === undefined || main.points === ''
        ? html`<p>Ask at the till about your points.</p>`
        : pointsView(amount(main.points))
    }
    ${
      main?.tier
        ? html`<p class="kiosk-tier"><bdi>${main.tier}</bdi>${main.tierExpiry === '' ? nothing : html`, until ${day(main.tierExpiry)}`}</p>`
        : nothing
    }
    ${othersView(others)}`;
}

/** How many of the other programmes fit on the page. */
const MAX_OTHERS = 3;

/** Those with points come first. @param {readonly import('../lookup/customer.js').Programme[]} programmes */
function othersView(programmes) {
  const known = programmes.filter(({ points }) => points !== '');
  const shown = [...known]
    .sort((left, right) => Number(hasPoints(right)) - Number(hasPoints(left)))
    .slice(0, MAX_OTHERS);
  const rest = programmes.length - shown.length;
  return html`${
    shown.length === 0
      ? nothing
      : html`<ul class="kiosk-others">
          ${shown.map(({ title, points }) => html`<li><bdi>${title}</bdi>: ${amount(points)} points</li>`)}
        </ul>`
  }
  ${rest === 0 ? nothing : html`<p>Ask at the till about ${counted(rest, 'more programme')}.</p>`}`;
}

/** @param {import('../lookup/customer.js').Programme} programme */
function hasPoints({ points }) {
  return /[1-9]/.test(points);
}

/** @param {string} points */
function pointsView(points) {
  return html`<p class="kiosk-points"><b .style=${`--characters: ${points.length}`}>${points}</b> points</p>`;
}

/**
 * In words for a customer: no codes and no technical details.
 *
 * @param {import('../lookup/reply.js').Outcome | undefined} outcome
 * @param {string | undefined} error
 */
function sorryView(outcome, error) {
  if (outcome?.kind === 'no-customer') {
    return html`<p class="kiosk-hello">We do not know this number</p>
      <p>Check it, or ask at the till.</p>`;
  }
  if (outcome?.kind === 'wrong-input') {
    return html`<p class="kiosk-hello">This is not a phone number</p>
      <p>Check it, and type it again.</p>`;
  }
  if (outcome?.kind === 'refused') {
    return html`<p class="kiosk-hello">We cannot show your points here</p>
      <p>Ask at the till.</p>`;
  }
  return html`<p class="kiosk-hello">This does not work right now</p>
    <p>${error === undefined ? 'Try again in a moment, or ask at the till.' : 'Ask at the till.'}</p>`;
}

/** @param {string} key */
function type(key) {
  changeTill({ identifierValue: state.till.identifierValue + key });
}

function remove() {
  changeTill({ identifierValue: state.till.identifierValue.slice(0, -1) });
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  changeTill({ hasCoupons: false });
  await lookUpNow({ isPolling: false });
  clearLater();
  document.querySelector('button')?.focus();
}

/** How long a customer's points stay if no person touches the page. Milliseconds. */
const CLEARED_AFTER_MS = 60_000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let clearing;

/** Clears the page after a time without a touch, so that the next customer sees nothing of this one. */
function clearLater() {
  clearTimeout(clearing);
  if (state.lookup !== undefined) clearing = setTimeout(startOver, CLEARED_AFTER_MS);
}
for (const touch of ['pointerdown', 'pointermove', 'keydown']) addEventListener(touch, clearLater);

function startOver() {
  clearTimeout(clearing);
  change({ lookup: undefined, till: { ...state.till, identifierValue: '' } });
  setTimeout(() => document.getElementById('identifier')?.focus());
}
