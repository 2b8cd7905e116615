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
    ${blocksOf(text).map(blockView)}
  </div>`;
}

/** @param {import('./markdown.js').Block} block */
function blockView(block) {
  switch (block.kind) {
    case 'list':
      return html`<ul>
        ${block.items.map((item) => html`<li>${item.map(spanView)}</li>`)}
      </ul>`;
    case 'table':
      return tableView(block);
    default:
      return html`<p>${block.spans.map(spanView)}</p>`;
  }
}

/** A table, which may be wider than a phone. @param {import('./markdown.js').Block & {kind: 'table'}} table */
function tableView({ head, rows }) {
  return html`<div class="table" tabindex="0" role="group" aria-label="Table">
    <table>
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell.map(spanView)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell.map(spanView)}</td>`)}</tr>`)}
      </tbody>
    </table>
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
