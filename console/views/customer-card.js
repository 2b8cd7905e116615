import { html, nothing } from 'lit-html';
import { amount, counted, day, initials } from '../format.js';
import { shownName } from '../lookup/customer.js';
import { MISSING } from '../lookup/warnings.js';
import { chip } from './chip.js';

/**
 * The customer as a till shows one.
 *
 * @param {import('../lookup/customer.js').CustomerCard} customer
 */
export function customerCard(customer) {
  const { name, id, programmes, cards, coupons, identifiers, warnings, missing } = customer;
  const [main] = programmes;
  return html`<article class="customer" aria-label="Customer">
    <header>
      <span class="avatar" aria-hidden="true">${initials(name)}</span>
      <div class="customer-name">
        <h3><bdi>${shownName(customer)}</bdi></h3>
        <p>${identifiers.slice(0, 3).map(({ value }) => html`<bdi>${value}</bdi>`)}</p>
      </div>
      ${main?.tier ? html`<p class="tier"><b><bdi>${main.tier}</bdi></b>${expiry('until', main.tierExpiry)}</p>` : nothing}
    </header>
    ${missing === undefined ? nothing : missingView(missing, warnings)}
    ${
      programmes.length === 0 && missing === undefined
        ? html`<p class="muted">The reply names no loyalty programme.</p>`
        : nothing
    }
    <ul class="programmes">
      ${programmes.map(programmeView)}
    </ul>
    ${
      cards.length === 0
        ? nothing
        : html`<h4>${counted(cards.length, 'card')}</h4>
            <ul class="lines">
              ${cards.map(
                (card) => html`<li>
                  <code><bdi>${card.number}</bdi></code>
                  <span class="muted">${card.expiry === '' ? '' : `until ${day(card.expiry)}`}</span>
                  ${chip(card.isActive ? 'hit' : 'refused', card.status.toLowerCase().replaceAll('_', ' '))}
                </li>`,
              )}
            </ul>`
    }
    ${couponsView(coupons)}
    ${missing === undefined ? warnings.map((warning) => html`<p class="warning" dir="auto">${warning}</p>`) : nothing}
    <p class="muted fine">Customer id <code>${id}</code></p>
  </article>`;
}

/** In the place of the missing part. @param {import('../lookup/warnings.js').Part} missing @param {readonly string[]} warnings */
function missingView(missing, warnings) {
  return html`<div class="warning">
    <p>${MISSING[missing]}</p>
    ${warnings.map((warning) => html`<p class="fine" dir="auto">${warning}</p>`)}
  </div>`;
}

/** @param {import('../lookup/customer.js').Programme} programme */
function programmeView({ title, points, tier, tierExpiry, nextTier }) {
  return html`<li>
    <span class="points">${points === '' ? '–' : amount(points)}</span>
    <span class="points-unit">points</span>
    <span class="programme"><bdi>${title}</bdi></span>
    <span class="muted">
      ${tier === '' ? 'No tier' : html`<bdi>${tier}</bdi>${expiry('until', tierExpiry)}`}${
        nextTier === '' ? nothing : html`, next is <bdi>${nextTier}</bdi>`
      }
    </span>
  </li>`;
}

/** @param {readonly import('../lookup/customer.js').Coupon[] | undefined} coupons */
function couponsView(coupons) {
  if (coupons === undefined) return nothing;
  const active = coupons.filter(({ isActive }) => isActive);
  const others = coupons.filter(({ isActive }) => !isActive);
  return html`<h4>${counted(active.length, 'coupon')} to use</h4>
    ${active.length === 0 ? html`<p class="muted">None.</p>` : html`<ul class="lines">${active.map(couponView)}</ul>`}
    ${
      others.length === 0
        ? nothing
        : html`<details>
            <summary>${counted(others.length, 'coupon')} used or expired</summary>
            <ul class="lines">${others.map(couponView)}</ul>
          </details>`
    }`;
}

/** @param {import('../lookup/customer.js').Coupon} coupon */
function couponView({ code, description, status, isActive, expiry: until }) {
  return html`<li>
    <code><bdi>${code}</bdi></code>
    <span class="muted"><bdi>${description}</bdi>${until === '' ? '' : `, until ${day(until)}`}</span>
    ${chip(isActive ? 'hit' : 'refused', status.toLowerCase())}
  </li>`;
}

/** @param {string} word @param {string} date */
function expiry(word, date) {
  return date === '' ? nothing : html`<span class="muted"> ${word} ${day(date)}</span>`;
}
