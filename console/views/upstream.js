import { html, nothing } from 'lit-html';
import { clearFaults, command, setFault, USUAL_LATENCY_MS } from '../actions.js';
import { chip } from './chip.js';

const SLOW_MS = 1500;

/** The faults that a person can cause: the button, the fault, and its purpose. */
const FAULTS = [
  {
    kind: 'status',
    label: 'Failing',
    fault: { kind: 'status', status: 503 },
    shows: 'Stale answers, then the breaker.',
  },
  {
    kind: 'throttle',
    label: 'Throttling',
    fault: { kind: 'throttle', retryAfterSeconds: 10 },
    shows: 'A pause of ten seconds, shared by the fleet.',
  },
  { kind: 'html', label: 'Wrong', fault: { kind: 'html' }, shows: 'An HTML page instead of a reply: never stored.' },
  { kind: 'hang', label: 'Silent', fault: { kind: 'hang' }, shows: 'No reply at all: the deadline passes.' },
  {
    kind: 'unauthorized',
    label: 'Refusing us',
    fault: { kind: 'unauthorized' },
    shows: 'Our credentials are wrong: an error of our own.',
  },
];

/** @param {import('../state.js').State} state */
export function upstreamView({ upstream, service }) {
  return html`<section class="panel upstream" aria-labelledby="upstream-title">
    <h2 id="upstream-title">The upstream</h2>
    ${service?.isSimulated === false ? realView(service.upstreamUrl) : controlView(upstream)}
  </section>`;
}

/** @param {string} url */
function realView(url) {
  return html`<p>A real one: <code>${url}</code>. There is nothing to control here.</p>`;
}

/** @param {import('../state.js').Upstream | undefined} upstream */
function controlView(upstream) {
  if (upstream === undefined) return html`<p class="empty">Asking the simulated upstream…</p>`;
  const { faults, latencyMs, counters } = upstream;
  const isSlow = latencyMs >= SLOW_MS;
  const isWell = faults.length === 0 && !isSlow;
  const current = FAULTS.find(({ kind }) => kind === faults[0]?.kind);
  return html`
    <p class="lead muted">A simulator of Capillary. Make it misbehave, look a customer up, and see what Lookaside does.</p>
    <div class="switches" role="group" aria-label="How the upstream behaves">
      <button type="button" aria-pressed=${isWell} @click=${clearFaults}>Well</button>
      <button type="button" aria-pressed=${isSlow} @click=${() => toggleSlow(isSlow)}>Slow</button>
      ${FAULTS.map(
        ({ kind, label, fault }) =>
          html`<button
            type="button"
            aria-pressed=${current?.kind === kind}
            @click=${() => (current?.kind === kind ? clearFaults() : setFault(fault, `The upstream is ${label.toLowerCase()}.`))}
          >
            ${label}
          </button>`,
      )}
    </div>
    <p class="sentence">
      ${isWell ? chip('hit', 'Well') : chip('stale', 'In trouble')}
      <span>
        ${isSlow ? `A reply takes ${latencyMs} ms. Stale answers come after 600 ms. ` : nothing}${
          current === undefined ? (isWell ? `A reply takes about ${latencyMs} ms.` : nothing) : current.shows
        }
      </span>
    </p>
    <dl class="tiles small">
      ${count('Look-ups by v2', counters.v2Lookups)} ${count('By v1.1', counters.v1Gets)}
      ${count('Went wrong', counters.faulted)} ${count('At one time', counters.peakInFlight)}
    </dl>
  `;
}

/** @param {boolean} isSlow */
function toggleSlow(isSlow) {
  return command(
    { latencyMs: isSlow ? USUAL_LATENCY_MS : SLOW_MS },
    isSlow ? 'The upstream is as fast as usual.' : 'The upstream is slow.',
  );
}

/** @param {string} label @param {number} value */
function count(label, value) {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}
