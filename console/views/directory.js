import { html, nothing } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { lookUpChosen, searchCustomers, sendCommand, sendEvent } from '../actions.js';
import { EVENTS } from '../events.js';
import { amount, counted } from '../format.js';
import { change, state } from '../state.js';
import { chip } from './chip.js';
import { IDENTIFIERS } from './till.js';

/** @param {import('../state.js').State} state */
export function directoryView({ directory, service, upstream }) {
  if (service?.isSimulated !== true) return nothing;
  const { query, found, chosen } = directory;
  return html`<section class="panel directory" aria-labelledby="directory-title">
    <h2 id="directory-title">Customers of the simulated upstream</h2>
    <form class="search" role="search" @submit=${(/** @type {Event} */ event) => search(event, query)}>
      <label class="field grow"
        ><span>Name, number, e-mail, card or id</span>
        <input
          type="search"
          name="q"
          autocomplete="off"
          .value=${query}
          @focus=${() => found ?? searchCustomers(query)}
          @input=${(/** @type {any} */ { target }) => searchCustomers(target.value)}
        />
      </label>
      <button type="submit">Show</button>
    </form>
    ${
      found === undefined
        ? html`<p class="empty">It knows ${counted(upstream?.customerCount ?? 0, 'customer')}, all made up. Search, or show them all.</p>`
        : listView(found, chosen)
    }
  </section>`;
}

/** @param {Event} event @param {string} query */
function search(event, query) {
  event.preventDefault();
  return searchCustomers(query);
}

/** @param {{customers: readonly import('../state.js').Customer[], total: number}} found @param {string} chosen */
function listView({ customers, total }, chosen) {
  if (total === 0) return html`<p class="empty">Customer not found.</p>`;
  return html`<p class="muted fine">${counted(total, 'customer')}</p>
    <ul class="customers">
      ${repeat(
        customers,
        ({ id }) => id,
        (customer) => customerView(customer, chosen === customer.id),
      )}
    </ul>`;
}

/** @param {import('../state.js').Customer} customer @param {boolean} isChosen */
function customerView(customer, isChosen) {
  const { id, name, tier, points, isErased, mergedInto, identifiers } = customer;
  const main = identifiers.find((identifier) => IDENTIFIERS.some((known) => known.name === identifier.name));
  return html`<li class="known">
    <div class="known-head">
      <div class="known-name">
        <b><bdi>${name}</bdi></b>
        <span class="muted"><bdi>${main?.value ?? id}</bdi></span>
        ${isErased ? chip('failed', 'erased') : nothing}
        ${mergedInto === undefined ? nothing : chip('collapsed', `merged into ${mergedInto}`)}
      </div>
      <span class="known-points"><bdi>${tier ?? ''}</bdi> ${points === undefined ? '' : html`<b>${amount(points)}</b> points`}</span>
      <span class="known-actions">
        ${
          main === undefined
            ? nothing
            : html`<button type="button" class="quiet" aria-label=${`Look up ${name}`} @click=${() => lookUp(main)}>Look up</button>`
        }
        <button
          type="button"
          class="quiet"
          aria-expanded=${isChosen}
          aria-label=${`Change ${name}`}
          @click=${() => choose(isChosen ? '' : id)}
        >
          Change
        </button>
      </span>
    </div>
    ${isChosen ? changeView(customer) : nothing}
  </li>`;
}

/** @param {string} chosen */
function choose(chosen) {
  change({ directory: { ...state.directory, chosen } });
}

/** @param {import('../state.js').Customer['identifiers'][number]} identifier */
async function lookUp({ name, value, source, accountId }) {
  await lookUpChosen({ api: 'v2', identifierName: name, identifierValue: value, source, accountId });
  document.getElementById('till-title')?.scrollIntoView({ block: 'start' });
  document.getElementById('identifier')?.focus();
}

/** @param {import('../state.js').Customer} customer */
function changeView({ id, name, points }) {
  return html`<div class="known-change">
    <form @submit=${(/** @type {any} */ event) => changePoints(event, id)}>
      <label class="field"
        ><span>Points</span>
        <input name="points" inputmode="decimal" required pattern="-?[0-9]+([.][0-9]+)?" .value=${points ?? '0'}
      /></label>
      <button type="submit">Set points</button>
    </form>
    <form @submit=${(/** @type {any} */ event) => send(event, id)}>
      <label class="field"
        ><span>Event to this service</span>
        <select name="event">
          ${EVENTS.map(({ name: event, effect }) => html`<option value=${event}>${event} (${effect})</option>`)}
        </select></label
      >
      <button type="submit">Send</button>
    </form>
    <button type="button" class="danger" @click=${() => sendCommand({ erase: id }, `${name} was erased at the upstream.`)}>
      Erase
    </button>
  </div>`;
}

/** @param {SubmitEvent & {target: HTMLFormElement}} event @param {string} id */
function changePoints(event, id) {
  event.preventDefault();
  const points = String(new FormData(event.target).get('points'));
  return sendCommand(
    { change: { id, points } },
    `The upstream now says ${amount(points)} points. The cache does not know yet.`,
  );
}

/** @param {SubmitEvent & {target: HTMLFormElement}} event @param {string} id */
function send(event, id) {
  event.preventDefault();
  return sendEvent(id, String(new FormData(event.target).get('event')));
}
