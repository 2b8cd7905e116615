import { html, nothing } from 'lit-html';
import { compact } from './digits.js';
import { proseView } from './prose-view.js';
import { choicesOf, limitsOf, nameOf, typeOf, valuesOf } from './schema-words.js';

/** @typedef {import('./api-document.js').Part} Part */

/**
 * The allowed values, in one line: a link to a named schema, or its type, limits and values.
 *
 * @param {Part} schema
 * @returns {unknown}
 */
export function typeView(schema = {}) {
  const name = nameOf(schema);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  const choices = choicesOf(schema);
  if (choices.length > 0) return choices.map((choice, place) => [place === 0 ? '' : ' or ', typeView(choice)]);
  if (typeOf(schema) === 'list' && schema.items !== undefined) {
    return [html`list of ${typeView(schema.items)}`, limitsView(schema)];
  }
  const values = valuesOf(schema);
  if (values.length > 0) {
    // A value may have commas itself.
    const between = values.some((value) => value.includes(',')) ? ' or ' : ', ';
    return values.map((value, place) => [place === 0 ? '' : between, html`<code>${value}</code>`]);
  }
  return [typeOf(schema), limitsView(schema)];
}

/** @param {Part} schema */
function limitsView(schema) {
  const limits = limitsOf(schema);
  return limits.length === 0 ? nothing : html`<span class="muted">, ${limits.join(', ')}</span>`;
}

/**
 * A schema with its members, and theirs.
 *
 * @param {Part} schema
 * @param {boolean} [isDescribed] whether its description stands elsewhere already
 * @returns {unknown}
 */
export function schemaView(schema = {}, isDescribed = false) {
  return html`<p class="type">${typeView(schema)}</p>
    ${isDescribed ? nothing : proseView(schema.description)} ${patternView(schema)} ${insideView(schema)}`;
}

/** @param {Part} schema */
function patternView({ pattern, default: absent }) {
  return [
    absent === undefined ? nothing : html`<p class="fine">Default: <code>${compact(absent)}</code></p>`,
    pattern === undefined ? nothing : html`<p class="fine">Pattern: <code>${pattern}</code></p>`,
  ];
}

/**
 * The content of a schema, unless it has a name and its own place.
 *
 * @param {Part} schema
 * @returns {unknown}
 */
function insideView(schema) {
  if (nameOf(schema) !== undefined) return nothing;
  const parts = [schema, ...choicesOf(schema), ...(schema.items === undefined ? [] : [schema.items])];
  return parts.map((part) => {
    if (part !== schema) return insideView(part);
    const members = Object.entries(part.properties ?? {});
    if (members.length === 0) return nothing;
    return html`<ul class="members">
      ${members.map(([name, member]) => memberView(name, member, part.required?.includes(name) ?? false))}
    </ul>`;
  });
}

/**
 * @param {string} name
 * @param {Part} schema
 * @param {boolean} isRequired
 */
function memberView(name, schema, isRequired) {
  return html`<li>
    <code class="name">${name}</code> <span class="type">${typeView(schema)}</span>
    ${isRequired ? html`<span class="required">required</span>` : nothing} ${proseView(schema.description)}
    ${patternView(schema)} ${insideView(schema)}
  </li>`;
}
