import { html, nothing } from 'lit-html';
import { activityView } from './activity.js';
import { directoryView } from './directory.js';
import { headerView } from './header.js';
import { noticeView } from './notice.js';
import { shelfView } from './shelf.js';
import { tillView } from './till.js';
import { upstreamView } from './upstream.js';
import { whatHappenedView } from './what-happened.js';

/** The whole console. @param {import('../state.js').State} state */
export function consoleView(state) {
  return html`
    <a class="skip" href="#main">Skip to the till</a>
    ${headerView(state)}
    <main id="main" tabindex="-1" data-connection=${state.connection}>
      ${state.connection === 'down' ? DOWN : nothing}
      <div class="row row-till">
        ${tillView(state)}
        <div class="column">${whatHappenedView(state)} ${upstreamView(state)}</div>
      </div>
      ${activityView(state)} ${shelfView(state)} ${directoryView(state)}
    </main>
    <footer class="foot">
      <p>This page is on your machine only. Nothing of it is deployed, and it loads nothing from elsewhere.</p>
    </footer>
    <div class="notices" role="status">${noticeView(state)}</div>
  `;
}

const DOWN = html`<p class="banner" role="alert">
  Lookaside does not answer. Is <code>npm start</code> still running? This page tries again every second. What
  it shows below is from before.
</p>`;
