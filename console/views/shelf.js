import { html, nothing } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { actOnEntry } from '../actions.js';
import { keepFocusAt } from '../focus.js';
import { bytes, counted, duration } from '../format.js';
import { phaseOf, positionOf } from '../timeline.js';
import { chip } from './chip.js';

/** @param {import('../state.js').State} state */
export function shelfView({ shelf, service, now, connection }) {
  return html`<section class="panel shelf" aria-labelledby="shelf-title">
    <h2 id="shelf-title" tabindex="-1">In the cache</h2>
    <p class="lead muted">
      The keys are keyed hashes: they do not show the customer. This page learns the source from the look-ups
      that it sees.
    </p>
    ${listView(shelf, service, now, connection)}
  </section>`;
}

/**
 * @param {import('../state.js').State['shelf']} shelf
 * @param {import('../state.js').Service | undefined} service
 * @param {number} now
 * @param {string} connection
 */
function listView(shelf, service, now, connection) {
  if (service?.cacheMode === 'bypass') return html`<p class="empty">The cache is off (CACHE_MODE=bypass).</p>`;
  if (shelf === undefined) {
    return html`<p class="empty">${connection === 'up' ? 'The store does not answer.' : 'Asking the service…'}</p>`;
  }
  if (shelf.entries.length === 0)
    return html`<p class="empty">Nothing yet. The first look-up of a customer fills it.</p>`;
  return html`<ul class="entries">
      ${repeat(
        shelf.entries,
        ({ partition, variant }) => `${partition} ${variant}`,
        (entry) => entryView(entry, now),
      )}
    </ul>
    <p class="muted fine">
      ${counted(shelf.entries.length, 'entry', 'entries')}${shelf.isComplete ? '' : ', the latest of more'}. The line shows
      the three windows: fresh, stale while it is revalidated, stale only if Capillary fails.
    </p>`;
}

/** @param {import('../state.js').Entry} entry @param {number} now */
function entryView(entry, now) {
  const { partition, source, identifierName, api, options, storedBytes, bodyBytes, kind } = entry;
  const phase = phaseOf(entry, now);
  const position = positionOf(entry, now);
  const name = `${api} entry ${partition.slice(0, 6)}`;
  return html`<li class="entry">
    <div class="entry-head">
      ${chip(phase.chip, phase.word)}
      <b>${api}</b>
      <span>${source === undefined ? 'source not seen here' : `${source} ${identifierName ?? ''}`}</span>
      ${kind === 'not-found' ? chip('refused', 'not found') : nothing}
      ${entry.isBeingFetched ? chip('collapsed', 'being fetched') : nothing}
      ${options.map((option) => html`<code>${option}</code>`)}
    </div>
    <div class="timeline" role="img" aria-label=${`Age ${duration(now - entry.askedAt)}, ${phase.text}`}>
      <i data-window="fresh"></i><i data-window="revalidate"></i><i data-window="error"></i>
      <b .style=${`inset-inline-start: ${position * 100}%`}></b>
    </div>
    <div class="entry-foot">
      <span class="muted">
        <code>${partition.slice(0, 6)}…</code> · ${duration(now - entry.askedAt)} old · ${phase.text} ·
        ${bytes(storedBytes)} stored, ${bytes(bodyBytes)} served
      </span>
      <span class="entry-actions">
        <button type="button" class="quiet" aria-label=${`Mark stale: ${name}`} @click=${() => actOnEntry(partition, 'mark-stale')}>
          Mark stale
        </button>
        <button type="button" class="quiet danger" aria-label=${`Purge: ${name}`} @click=${() => purge(partition)}>
          Purge
        </button>
      </span>
    </div>
  </li>`;
}

/** Its button goes with the entry. @param {string} partition */
async function purge(partition) {
  await actOnEntry(partition, 'purge');
  keepFocusAt('shelf-title');
}
