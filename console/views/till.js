import { html, nothing } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { lookUpNow } from '../actions.js';
import { spokenOutcome } from '../lookup/spoken.js';
import { triesIn } from '../lookup/tries.js';
import { troubleText } from '../server.js';
import { changeTill, EMPTY_TILL } from '../state.js';
import { customerCard } from './customer-card.js';
import { heldHeight } from './held-height.js';

/**
 * The inputs that a cashier may choose, by v2's names: the label of the field, the keyboard, an example. The example of a
 * phone number depends on the country.
 */
export const IDENTIFIERS = [
  { name: 'mobile', option: 'Phone number', label: 'Phone number', mode: 'tel' },
  { name: 'email', option: 'E-mail', label: 'E-mail address', mode: 'email', example: 'name@example.com' },
  { name: 'cardnumber', option: 'Card', label: 'Card number', mode: 'text', example: 'mtest00000000067003' },
  { name: 'externalId', option: 'External id', label: 'External id', mode: 'text', example: '12341234' },
  { name: 'id', option: 'Customer id', label: 'Customer id', mode: 'numeric', example: '566881933' },
];

const SOURCES = ['INSTORE', 'WECHAT', 'MARTJACK', 'FACEBOOK', 'ALL'];

const FRESHNESS = [
  ['', 'The service decides'],
  ['no-cache', 'Ask Capillary now'],
  ['only-if-cached', 'From the cache only'],
  ['max-stale', 'An older reply is enough'],
];

/** The pattern of an input that needs more than spaces. If it has only spaces, the browser says so. */
export const SOMETHING = '.*\\S.*';

/** @param {import('../state.js').State} state */
export function tillView({ till, lookup, service, connection }) {
  const kind = IDENTIFIERS.find(({ name }) => name === till.identifierName) ?? IDENTIFIERS[0];
  return html`<section class="panel till" aria-labelledby="till-title">
    <h2 id="till-title">Till</h2>
    <form @submit=${submit} class="till-form">
      <div class="field grow">
        <label for="identifier">${kind?.label}</label>
        <input
          id="identifier"
          name="identifierValue"
          class="large"
          type="text"
          inputmode=${kind?.mode ?? 'text'}
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          required
          pattern=${SOMETHING}
          placeholder=${kind?.example ?? triesIn(service?.defaultCountry).example}
          .value=${live(till.identifierValue)}
          @input=${(/** @type {any} */ { target }) => changeTill({ identifierValue: target.value })}
        />
      </div>
      <button class="primary large" type="submit">Look up</button>
      <fieldset class="segments">
        <legend class="hidden">What is typed</legend>
        ${IDENTIFIERS.map(
          ({ name, option }) => html`<label>
            <input
              type="radio"
              name="identifierName"
              value=${name}
              .checked=${live(till.identifierName === name)}
              @change=${() => changeTill({ identifierName: name })}
            /><span>${option}</span>
          </label>`,
        )}
      </fieldset>
      ${moreView(till, service)}
    </form>
    <div
      class="till-result"
      aria-busy=${lookup?.isRunning === true}
      .style=${heldHeight('.till-result', lookup?.isRunning === true)}
    >${resultView(lookup, service, connection)}</div>
    <p class="hidden" role="status">${spoken(lookup, connection)}</p>
  </section>`;
}

/** @param {SubmitEvent} event */
async function submit(event) {
  event.preventDefault();
  const input = /** @type {HTMLInputElement | null} */ (document.getElementById('identifier'));
  await lookUpNow();
  // The next customer's number takes the place of this one's.
  if (document.activeElement === input) input?.select();
}

/** @param {import('../state.js').Asked} till @param {import('../state.js').Service | undefined} service */
function moreView(till, service) {
  return html`<details class="more" ?open=${service?.needsKey === true && EMPTY_TILL.apiKey === ''}>
    <summary>More</summary>
    <div class="more-fields">
      ${select('api', 'API', till.api, [
        ['v2', 'v2'],
        ['v1.1', 'v1.1'],
      ])}
      ${select('cacheControl', 'Freshness', till.cacheControl, FRESHNESS)}
      ${
        till.api === 'v2'
          ? html`${select(
              'source',
              'Source',
              till.source,
              SOURCES.map((source) => [source, source]),
            )}
            ${textField('accountId', 'Account', till.accountId)}`
          : nothing
      }
      ${service?.needsKey ? textField('apiKey', 'API key', till.apiKey) : nothing}
      <label class="check"
        ><input
          type="checkbox"
          name="hasCoupons"
          .checked=${live(till.hasCoupons)}
          @change=${(/** @type {any} */ { target }) => changeTill({ hasCoupons: target.checked })}
        /><span>With coupons</span></label
      >
    </div>
  </details>`;
}

/** @param {string} name @param {string} label @param {string} value @param {readonly (readonly string[])[]} options */
function select(name, label, value, options) {
  return html`<label class="field"
    ><span>${label}</span>
    <select name=${name} @change=${(/** @type {any} */ { target }) => changeTill({ [name]: target.value })}>
      ${options.map(([option, text]) => html`<option value=${option ?? ''} .selected=${option === value}>${text}</option>`)}
    </select></label
  >`;
}

/** @param {string} name @param {string} label @param {string} value */
function textField(name, label, value) {
  return html`<label class="field"
    ><span>${label}</span>
    <input
      type="text"
      name=${name}
      autocomplete="off"
      spellcheck="false"
      .value=${live(value)}
      @input=${(/** @type {any} */ { target }) => changeTill({ [name]: target.value })}
  /></label>`;
}

/**
 * @param {import('../state.js').Lookup | undefined} lookup
 * @param {import('../state.js').Service | undefined} service
 * @param {import('../state.js').State['connection']} connection
 */
function resultView(lookup, service, connection) {
  if (lookup === undefined) return emptyView(service);
  if (lookup.isRunning) {
    return html`<div class="skeleton" aria-hidden="true"><i></i><i></i><i></i></div>`;
  }
  const { outcome, error = '' } = lookup;
  if (outcome?.customer !== undefined) return customerCard(outcome.customer);
  return html`<div class="answer" data-kind=${outcome?.kind ?? 'outage'}>
    <h3>${outcome?.title ?? 'The look-up was not made'}</h3>
    <p>${outcome?.text ?? troubleText(error, connection)}</p>
    ${outcome?.detail ? html`<p class="fine">${outcome.detail}</p>` : nothing}
  </div>`;
}

/** @param {import('../state.js').Service | undefined} service */
function emptyView(service) {
  const hasTries = service?.isSimulated === true && service.primaryIdentifier === undefined;
  return html`<div class="empty">
    <p>Type a customer’s number, as a cashier would, and press Enter.</p>
    ${
      hasTries
        ? html`<p class="tries">
            ${triesIn(service.defaultCountry).numbers.map(([text, number]) => tryButton(text, number))}
          </p>`
        : nothing
    }
  </div>`;
}

/** @param {string} text @param {string} identifierValue */
function tryButton(text, identifierValue) {
  const look = async () => {
    changeTill({ identifierName: 'mobile', identifierValue });
    await lookUpNow();
    document.getElementById('identifier')?.focus();
  };
  return html`<button type="button" class="quiet" @click=${look}>${text}</button>`;
}

/**
 * The text of a screen reader about the result.
 *
 * @param {import('../state.js').Lookup | undefined} lookup
 * @param {import('../state.js').State['connection']} connection
 */
function spoken(lookup, connection) {
  if (lookup === undefined) return '';
  if (lookup.isRunning) return 'Looking up';
  return lookup.outcome === undefined ? troubleText(lookup.error ?? '', connection) : spokenOutcome(lookup.outcome);
}
