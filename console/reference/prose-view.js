import { html, nothing } from 'lit-html';
import { blocksOf, spansOf } from './markdown.js';

/**
 * A description of the document.
 *
 * @param {string | undefined} text
 */
export function proseView(text) {
  if (text === undefined) return nothing;
  return html`<div class="prose">
    ${blocksOf(text).map((block) =>
      block.kind === 'list'
        ? html`<ul>
            ${block.items.map((item) => html`<li>${item.map(spanView)}</li>`)}
          </ul>`
        : html`<p>${block.spans.map(spanView)}</p>`,
    )}
  </div>`;
}

/**
 * A description of one line.
 *
 * @param {string | undefined} text
 */
export function lineView(text) {
  return text === undefined ? nothing : spansOf(text).map(spanView);
}

/**
 * Strong words and the words of a link may hold code.
 *
 * @param {import('./markdown.js').Span} span
 * @returns {unknown}
 */
function spanView(span) {
  switch (span.kind) {
    case 'code':
      return html`<code>${span.text}</code>`;
    case 'strong':
      return html`<strong>${lineView(span.text)}</strong>`;
    case 'link':
      return html`<a href=${span.to}>${lineView(span.text)}</a>`;
    default:
      return span.text;
  }
}
