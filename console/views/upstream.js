import { html } from 'lit-html';
import { clearFaults, sendCommand, setFault } from '../actions.js';
import { healthOf, SLOW_MS, USUAL_LATENCY_MS } from '../upstream-health.js';
import { chip } from './chip.js';

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
    ${service?.isSimulated === false ? realView(service.upstreamUrl) : controlView(upstream, service)}
  </section>`;
}

/** @param {string} url */
function realView(url) {
  return html`<p>A real one: <code>${url}</code>. There is nothing to control here.</p>`;
}

/**
 * @param {import('../state.js').Upstream | undefined} upstream
 * @param {import('../state.js').Service | undefined} service
 */
function controlView(upstream, service) {
  if (upstream === undefined) return html`<p class="empty">Asking the simulated upstream…</p>`;
  const { latencyMs, counters } = upstream;
  const { isSlow, fault, isNormal } = healthOf(upstream);
  return html`
    <p class="lead muted">A simulator of Capillary. Make it misbehave, look a customer up, and see what Lookaside does.</p>
    <div class="switches" role="group" aria-label="How the upstream behaves">
      <button type="button" aria-pressed=${isNormal} @click=${clearFaults}>Normal</button>
      <button type="button" aria-pressed=${isSlow} @click=${() => toggleSlow(isSlow)}>Slow</button>
      ${FAULTS.map(
        ({ kind, label, fault: wanted }) =>
          html`<button
            type="button"
            aria-pressed=${kind === fault}
            @click=${() => (kind === fault ? clearFaults() : setFault(wanted, `The upstream is ${label.toLowerCase()}.`))}
          >
            ${label}
          </button>`,
      )}
    </div>
    <p class="sentence">
      ${isNormal ? chip('hit', 'Normal') : chip('stale', 'In trouble')}
      <span>${fault === undefined ? pace(latencyMs, isSlow, service) : effectOf(fault)}</span>
    </p>
    <dl class="tiles small">
      ${count('Look-ups by v2', counters.v2Lookups)} ${count('By v1.1', counters.v1Gets)}
      ${count('Went wrong', counters.faulted)} ${count('Most at once', counters.peakInFlight)}
    </dl>
  `;
}

/**
 * @param {number} latencyMs
 * @param {boolean} isSlow
 * @param {import('../state.js').Service | undefined} service
 */
function pace(latencyMs, isSlow, service) {
  const patience =
    isSlow && service !== undefined ? ` A stale answer comes after ${service.staleSoftTimeoutMs} ms.` : '';
  return `A reply takes about ${latencyMs} ms.${patience}`;
}

/** The control address can cause more faults than the buttons. @param {string} fault its kind */
function effectOf(fault) {
  return FAULTS.find(({ kind }) => kind === fault)?.shows ?? `A fault of the kind ${fault}.`;
}

/** @param {boolean} isSlow */
function toggleSlow(isSlow) {
  return sendCommand(
    { latencyMs: isSlow ? USUAL_LATENCY_MS : SLOW_MS },
    isSlow ? 'The upstream is as fast as usual.' : 'The upstream is slow.',
  );
}

/** @param {string} label @param {number} value */
function count(label, value) {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}
