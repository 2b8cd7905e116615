import { html, nothing } from 'lit-html';
import { follow } from './api-document.js';
import { curlLine } from './curl-line.js';
import { compact, print } from './digits.js';
import { lineView, proseView } from './prose-view.js';
import { schemaView, typeView } from './schema-view.js';
import { captionOf } from './schema-words.js';

/**
 * @typedef {import('./api-document.js').Part} Part
 * @typedef {import('./api-document.js').Operation} Operation
 */

/**
 * @param {Part} document
 * @param {Operation} asked
 * @param {string} origin where the service answers
 */
export function operationView(document, asked, origin) {
  const { method, path, operation } = asked;
  const parameters = (operation.parameters ?? []).map((/** @type {Part} */ each) => follow(document, each));
  return html`<article id=${operation.operationId}>
    <h3><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></h3>
    <p class="summary">${lineView(operation.summary)}</p>
    ${proseView(operation.description)} ${securityView(document, operation)}
    ${
      parameters.length === 0
        ? nothing
        : html`<h4>Parameters</h4>
          <ul class="members">
            ${parameters.map(parameterView)}
          </ul>`
    }
    ${operation.requestBody === undefined ? nothing : [html`<h4>Body</h4>`, contentView(document, operation.requestBody)]}
    ${tryView(asked, curlLine(document, asked, origin))}
    <h4>Answers</h4>
    ${responsesView(document, operation)}
  </article>`;
}

/** How long a button says that it has copied. Milliseconds. */
const COPIED_MS = 2000;

/**
 * @param {Operation} asked
 * @param {string} line
 */
function tryView({ method, path }, line) {
  const copy = async (/** @type {any} */ { currentTarget: button }) => {
    const [word] = button.children;
    await navigator.clipboard.writeText(line).then(
      () => (word.textContent = 'Copied'),
      () => (word.textContent = 'Not copied'),
    );
    setTimeout(() => (word.textContent = 'Copy'), COPIED_MS);
  };
  return html`<div class="try">
      <h4>Try it</h4>
      <button type="button" class="quiet" @click=${copy}>
        <span>Copy</span><span class="hidden"> the request ${method} ${path}</span>
      </button>
    </div>
    <pre class="wrapped" tabindex="0" role="group" aria-label="The request as curl, ${method} ${path}"><code>${line}</code></pre>`;
}

/**
 * HEAD and OPTIONS: their parameters are those of GET.
 *
 * @param {Part} document
 * @param {Operation} asked
 */
export function sideOperationView(document, { method, path, operation }) {
  return html`<details class="side" id=${operation.operationId}>
    <summary><span class="method">${method}</span> <code>${path}</code></summary>
    <p class="summary">${lineView(operation.summary)}</p>
    ${responsesView(document, operation)}
  </details>`;
}

/**
 * @param {Part} document
 * @param {Part} operation
 */
function securityView(document, { security = [] }) {
  const names = security.flatMap((/** @type {Part} */ each) => Object.keys(each));
  if (names.length === 0) return html`<p class="fine">Needs no key.</p>`;
  return names.map((/** @type {string} */ name) => {
    const scheme = document.components.securitySchemes[name];
    return html`<p class="fine">Needs <code>${scheme.name}</code>: ${lineView(scheme.description)}</p>`;
  });
}

/** Where a parameter stands, in words. @type {Readonly<Record<string, string>>} */
const PLACES = { query: 'in the query', path: 'in the path', header: 'a header' };

/** @param {Part} parameter */
function parameterView({ name, in: place, required, description, schema, examples = {} }) {
  const values = [...new Set(Object.values(examples).map(({ value }) => valueText(value)))].slice(0, 4);
  return html`<li>
    <code class="name">${name}</code> <span class="type">${typeView(schema)}</span>
    <span class="muted">${PLACES[place] ?? place}</span>
    ${required ? html`<span class="required">required</span>` : nothing} ${proseView(description)}
    ${schema?.default === undefined ? nothing : html`<p class="fine">Default: <code>${compact(schema.default)}</code></p>`}
    ${
      values.length === 0
        ? nothing
        : html`<p class="fine">
          Such as ${values.map((value, at) => [at === 0 ? '' : ', ', html`<code>${value}</code>`])}
        </p>`
    }
  </li>`;
}

/** @param {Part} value */
const valueText = (value) =>
  Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : compact(value);

/**
 * @param {Part} document
 * @param {Part} operation
 */
function responsesView(document, { responses }) {
  return Object.entries(responses).map(([status, part]) => {
    const response = follow(document, part);
    const headers = Object.entries(response.headers ?? {});
    return html`<details class="answer">
      <summary><code class="status s${status[0]}">${status}</code> <span>${lineView(response.description)}</span></summary>
      ${
        headers.length === 0
          ? nothing
          : html`<h5>Headers</h5>
            <ul class="members">
              ${headers.map(([name, header]) => headerView(name, follow(document, header)))}
            </ul>`
      }
      ${contentView(document, response)}
    </details>`;
  });
}

/**
 * @param {string} name
 * @param {Part} header
 */
function headerView(name, { description, schema, required }) {
  return html`<li>
    <code class="name">${name}</code> <span class="type">${typeView({ ...schema, pattern: undefined })}</span>
    ${required ? html`<span class="required">always</span>` : nothing} ${proseView(description)}
  </li>`;
}

/**
 * @param {Part} document
 * @param {Part} holder of a body: a request's or a response's
 */
function contentView(document, { content = {}, description }) {
  return Object.entries(content).map(
    ([type, { schema, examples = {} }]) => html`<h5><code>${type}</code></h5>
      ${schemaView(schema, schema?.description === description)}
      ${Object.entries(examples).map(([name, part]) => exampleView(name, follow(document, part)))}`,
  );
}

/**
 * @param {string} name
 * @param {Part} example
 */
function exampleView(name, example) {
  return html`<figure>
    <figcaption>${lineView(captionOf(name, example))}</figcaption>
    <pre tabindex="0" role="group" aria-label="Example: ${name}"><code>${print(example.value)}</code></pre>
  </figure>`;
}
