import { html } from 'lit-html';
import { clockTime, counted, milliseconds } from '../format.js';
import { durationsOf, hitRatio, lookupsOf, outcomesOf, percentile } from '../statistics.js';
import { chip, wordOf } from './chip.js';
import { plot } from './plot.js';

const ROWS = 8;

/** @param {import('../state.js').State} state */
export function activityView({ requests, connection }) {
  const lookups = lookupsOf(requests);
  const durations = durationsOf(requests);
  const outcomes = outcomesOf(requests);
  const ratio = hitRatio(outcomes);
  return html`<section class="panel activity" aria-labelledby="activity-title">
    <h2 id="activity-title">Last requests</h2>
    <div class="activity-body">
      <dl class="tiles">
        ${tile('Hit ratio', ratio === undefined ? '–' : `${Math.round(ratio * 100)} %`)}
        ${tile('p50', milliseconds(percentile(durations, 0.5)))} ${tile('p99', milliseconds(percentile(durations, 0.99)))}
        ${tile('Look-ups', String(outcomes.length))}
      </dl>
      ${plot(lookups)}
    </div>
    ${
      requests.length === 0
        ? html`<p class="empty">
            ${connection === 'starting' ? 'Asking the service…' : 'No look-up yet. Those of tills and of other programs show up here too.'}
          </p>`
        : html`<ol class="strip" aria-label=${`The last ${counted(Math.min(ROWS, requests.length), 'request')}, the latest first`}>
            ${requests.slice(-ROWS).reverse().map(rowView)}
          </ol>`
    }
  </section>`;
}

/** @param {string} label @param {string} value */
function tile(label, value) {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}

/** @param {import('../state.js').Request} request */
function rowView(request) {
  const { outcome, at, durationMs, upstreamFailure } = request;
  return html`<li>
    ${outcome === 'revalidated' && upstreamFailure !== undefined ? chip('failed', 'Not revalidated') : chip(outcome)}
    <span class="strip-what">${whatOf(request)}</span>
    <span class="muted">${detailsOf(request)}</span>
    <b>${milliseconds(durationMs)}</b>
    <time class="muted">${clockTime(at)}</time>
  </li>`;
}

/** @param {import('../state.js').Request} request */
function detailsOf({ ttlSeconds, upstreamDurationMs, upstreamFailure, code }) {
  const details = [
    ttlSeconds === undefined ? '' : `ttl ${ttlSeconds} s`,
    upstreamDurationMs === undefined ? '' : `upstream ${milliseconds(upstreamDurationMs)}`,
    upstreamFailure ?? code ?? '',
  ];
  return details.filter((detail) => detail !== '').join(' · ');
}

/** @param {import('../state.js').Request} request */
function whatOf({ api, identifierName, event, entryCount, outcomes, resource, method }) {
  if (outcomes !== undefined)
    return [counted(outcomes.length, 'look-up'), countsOf(outcomes)].filter(Boolean).join(': ');
  if (event !== undefined) return `${event}, ${counted(entryCount ?? 0, 'entry', 'entries')}`;
  if (api !== undefined) return `${api} ${identifierName ?? ''}`;
  if (entryCount !== undefined) return counted(entryCount, 'entry', 'entries');
  return `${method ?? ''} ${resource ?? ''}`;
}

/** How the look-ups of a batch were answered: `2 hit, 1 miss`. @param {readonly string[]} outcomes */
function countsOf(outcomes) {
  return [...new Set(outcomes)]
    .map((outcome) => `${outcomes.filter((each) => each === outcome).length} ${wordOf(outcome).toLowerCase()}`)
    .join(', ');
}
