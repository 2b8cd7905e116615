import { html, svg } from 'lit-html';
import { milliseconds } from '../format.js';

const SHOWN = 60;
const WIDTH = 600;
const HEIGHT = 96;
/** The scale: from 1 ms to 10 s, each line ten times the one below. */
const LINES = [1, 10, 100, 1000, 10_000];

/** The position of a duration: 0 at the bottom of the scale, 1 at its top. @param {number} ms */
function levelOf(ms) {
  return Math.min(1, Math.max(0, Math.log10(Math.max(1, ms)) / Math.log10(10_000)));
}

/**
 * How long the last look-ups took: a bar each, on a logarithmic scale, coloured by outcome.
 *
 * @param {readonly import('../state.js').Request[]} lookups
 */
export function plot(lookups) {
  const shown = lookups.slice(-SHOWN);
  const step = WIDTH / SHOWN;
  const longest = Math.max(0, ...shown.map(({ durationMs }) => durationMs));
  const label =
    shown.length === 0
      ? 'No look-up to draw'
      : `Durations of the last ${shown.length} look-ups, up to ${milliseconds(longest)}`;
  return html`<figure class="plot">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label}>
      ${LINES.map((ms) => {
        const y = HEIGHT - levelOf(ms) * (HEIGHT - 4);
        return svg`<line class="plot-line" x1="0" x2=${WIDTH} y1=${y} y2=${y}></line>`;
      })}
      ${shown.map(({ durationMs, outcome }, index) => {
        const height = 4 + levelOf(durationMs) * (HEIGHT - 8);
        const x = (SHOWN - shown.length + index) * step;
        return svg`<rect class="plot-bar" data-kind=${outcome} x=${x + 1} y=${HEIGHT - height} width=${step - 2} height=${height} rx="1.5"></rect>`;
      })}
    </svg>
    <figcaption class="muted">
      <span>1 ms</span><span>10</span><span>100</span><span>1 s</span><span>10 s</span>
    </figcaption>
  </figure>`;
}
