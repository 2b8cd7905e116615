import { html, nothing } from 'lit-html';
import { setTheme } from '../actions.js';
import { healthOf } from '../upstream-health.js';
import { chip } from './chip.js';

/** @param {import('../state.js').State} state */
export function headerView({ connection, service, upstream, theme }) {
  return html`<header class="top">
    <div class="brand">
      <img src="/__console/mark.svg" alt="" width="32" height="32" />
      <div>
        <h1>Lookaside</h1>
        <p>A cache in front of Capillary’s customer look-ups</p>
      </div>
    </div>
    <div class="top-state">
      ${connectionChip(connection)}
      ${service?.cacheMode === 'bypass' ? chip('bypass', 'Cache off') : nothing}
      ${upstream === undefined || connection !== 'up' ? nothing : upstreamChip(upstream)}
    </div>
    <nav class="top-links" aria-label="Page">
      <label class="inline"
        ><span>Theme</span>
        <select name="theme" .value=${theme} @change=${(/** @type {any} */ event) => setTheme(event.target.value)}>
          <option value="">System</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select></label
      >
      <a class="button" href="/docs">API reference</a>
      <a class="button" href="/?kiosk">Kiosk view</a>
    </nav>
  </header>`;
}

/** @param {string} connection */
function connectionChip(connection) {
  if (connection === 'up') return chip('hit', 'Service up');
  return connection === 'down' ? chip('failed', 'No service') : chip('other', 'Connecting…');
}

/** @param {import('../state.js').Upstream} upstream */
function upstreamChip(upstream) {
  return healthOf(upstream).isNormal ? chip('hit', 'Upstream normal') : chip('stale', 'Upstream in trouble');
}
