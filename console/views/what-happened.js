import { html, nothing } from 'lit-html';
import { copyCurl } from '../actions.js';
import { duration, milliseconds, waitOf } from '../format.js';
import { cacheUseOf, sentenceOf } from '../lookup/cache-status.js';
import { curlOf } from '../lookup/request.js';
import { troubleOf } from '../lookup/trouble.js';
import { troubleText } from '../server.js';
import { usualUpstreamMs } from '../statistics.js';
import { chip } from './chip.js';
import { heldHeight } from './held-height.js';

/** @param {import('../state.js').State} state */
export function whatHappenedView(state) {
  return html`<section class="panel happened" aria-labelledby="happened-title">
    <h2 id="happened-title">What happened</h2>
    ${state.lookup === undefined ? EMPTY : lookupView(state, state.lookup)}
  </section>`;
}

const EMPTY = html`<div class="empty">
  <p>After a look-up, this shows whether the cache or Capillary answered, how old the reply is, and how long it took.</p>
</div>`;

/** @param {import('../state.js').State} state @param {import('../state.js').Lookup} lookup */
function lookupView(state, lookup) {
  const { answered, asked } = lookup;
  return html`
    <div class="happened-answer" .style=${heldHeight('.happened-answer', lookup.isRunning)}>
      ${lookup.isRunning ? html`<p class="sentence">${chip('other', 'Looking up…')}</p>` : nothing}
      ${answered === undefined ? nothing : answeredView(state, lookup, answered)}
      ${lookup.error === undefined ? nothing : html`<p class="sentence">${chip('failed')} <span>${troubleText(lookup.error, state.connection)}</span></p>`}
    </div>
    <div class="curl">
      <div class="curl-head">
        <h3>The same, in a shell</h3>
        <button type="button" class="quiet" @click=${copyCurl}>${state.isCopied ? 'Copied' : 'Copy'}</button>
      </div>
      <pre tabindex="0" aria-label="The look-up as a curl command"><code>${curlOf(location.origin, asked)}</code></pre>
    </div>
  `;
}

/**
 * @param {import('../state.js').State} state
 * @param {import('../state.js').Lookup} lookup
 * @param {import('../server.js').Answered} answered
 */
function answeredView(state, lookup, answered) {
  const use = cacheUseOf(answered);
  const seen = state.requests.find(({ requestId }) => requestId === answered.requestId);
  const isOutage = lookup.outcome?.kind === 'outage';
  const kind = isOutage ? 'failed' : use.outcome;
  const passedMs = Date.now() - (lookup.at ?? Date.now());
  return html`
    <p class="sentence">${chip(kind)} <span>${isOutage ? troubleOf(seen?.upstreamFailure) : sentenceOf(use)}</span></p>
    ${use.outcome === 'none' || isOutage ? nothing : freshnessView(state, lookup, answered, use, passedMs)}
    ${use.outcome === 'none' ? nothing : tookView(state, answered, seen)}
    <dl class="facts">
      <div><dt>Status</dt><dd>${answered.status}</dd></div>
      ${
        answered.retryAfter === null
          ? nothing
          : html`<div><dt>Try again</dt><dd>${waitOf(Number(answered.retryAfter) * 1000 - passedMs)}</dd></div>`
      }
      <div class="wide"><dt>Cache-Status</dt><dd><code>${answered.cacheStatus ?? 'none'}</code></dd></div>
    </dl>
  `;
}

/**
 * @param {import('../state.js').State} state
 * @param {import('../state.js').Lookup} lookup
 * @param {import('../server.js').Answered} answered
 * @param {import('../lookup/cache-status.js').CacheUse} use
 * @param {number} passedMs since the answer
 */
function freshnessView({ service }, { outcome }, { ageSeconds }, use, passedMs) {
  const isFound = outcome?.kind === 'found';
  const lifetimeMs = isFound ? service?.freshForMs : service?.notFoundFreshForMs;
  if (lifetimeMs === undefined) return nothing;
  const isKept = use.outcome === 'hit' || use.outcome === 'stale' || use.outcome === 'collapsed' || use.isStored;
  const ageMs = ageSeconds * 1000 + passedMs;
  const leftMs = (use.ttlSeconds === undefined ? lifetimeMs - ageSeconds * 1000 : use.ttlSeconds * 1000) - passedMs;
  const share = Math.min(1, Math.max(0, lifetimeMs === 0 ? 0 : leftMs / lifetimeMs));
  const state =
    leftMs > 0
      ? `fresh for ${use.ttlSeconds === undefined ? 'about ' : ''}${duration(leftMs)}`
      : `stale for ${duration(-leftMs)}`;
  return html`<div class="freshness">
    <div class="freshness-text">
      <span>${use.isPartly ? 'Asked Capillary for the older part' : 'Asked Capillary'} ${duration(ageMs)} ago</span>
      <b>${isKept ? state : 'not kept in the cache'}</b>
    </div>
    <div
      class="bar"
      data-state=${leftMs > 0 ? 'fresh' : 'stale'}
      role="img"
      aria-label=${isKept ? `Freshness left: ${Math.round(share * 100)} %` : 'Not kept in the cache'}
    >
      <i .style=${`inline-size: ${isKept ? share * 100 : 0}%`}></i>
    </div>
  </div>`;
}

/**
 * How long it took, beside how long the upstream takes.
 *
 * @param {import('../state.js').State} state
 * @param {import('../server.js').Answered} answered
 * @param {import('../state.js').Request | undefined} seen
 */
function tookView({ requests }, { durationMs }, seen) {
  const upstreamMs = seen?.upstreamDurationMs ?? usualUpstreamMs(requests);
  const longest = Math.max(durationMs, upstreamMs ?? 0, 1);
  const word = seen?.upstreamDurationMs === undefined ? 'Capillary, usually' : 'Capillary, this time';
  return html`<div class="took">
    ${tookBar('This look-up', durationMs, longest, 'own')}
    ${upstreamMs === undefined ? nothing : tookBar(word, upstreamMs, longest, 'upstream')}
  </div>`;
}

/** @param {string} label @param {number} ms @param {number} longest @param {string} kind */
function tookBar(label, ms, longest, kind) {
  return html`<div class="took-line">
    <span>${label}</span>
    <div class="took-bar" data-kind=${kind}><i .style=${`inline-size: ${Math.max(1, (ms / longest) * 100)}%`}></i></div>
    <b>${milliseconds(ms)}</b>
  </div>`;
}
