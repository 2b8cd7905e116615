import { html } from 'lit-html';
import { tagsOf } from './api-document.js';
import { operationView, sideOperationView } from './operation-view.js';
import { lineView, proseView } from './prose-view.js';
import { schemaView } from './schema-view.js';

/**
 * The page: its contents, each operation, and each schema with a name.
 * @param {import('./api-document.js').Part} document
 * @param {string} origin the service's address
 */
export function referenceView(document, origin) {
  const tags = tagsOf(document);
  const schemas = Object.entries(document.components.schemas);
  return html`<a class="skip" href="#content">To the reference</a>
    ${headView(document.info)}
    <div class="reference">
      <nav aria-label="Operations">
        ${tags.map(
          ({ name, operations }) => html`<h2 class="fine">${name}</h2>
            <ul>
              ${operations.map(
                ({ method, path, operation }) => html`<li>
                  <a href="#${operation.operationId}"
                    ><span class="method ${method.toLowerCase()}">${method}</span> <code>${breakable(path)}</code></a
                  >
                </li>`,
              )}
            </ul>`,
        )}
        <ul>
          <li><a href="#schemas">Schemas</a></li>
          <li><a href="/docs/openapi.yaml">openapi.yaml</a></li>
        </ul>
      </nav>
      <main id="content" tabindex="-1">
        ${proseView(document.info.description)}
        ${tags.map(
          ({ name, description, operations, side }) => html`<section>
            <h2>${name}</h2>
            <p class="muted">${lineView(description)}</p>
            ${operations.map((operation) => operationView(document, operation, origin))}
            ${side.map((operation) => sideOperationView(document, operation))}
          </section>`,
        )}
        <section id="schemas">
          <h2>Schemas</h2>
          ${schemas.map(
            ([name, schema]) => html`<article id="schema-${name}">
              <h3><code>${name}</code></h3>
              ${schemaView(schema)}
            </article>`,
          )}
        </section>
      </main>
    </div>`;
}

/** @param {import('./api-document.js').Part} info */
function headView({ title, version }) {
  return html`<header class="top">
    <div class="brand">
      <img src="/__console/mark.svg" alt="" width="32" height="32" />
      <div>
        <h1>${title} API reference</h1>
        <p>Version ${version}, from openapi.yaml</p>
      </div>
    </div>
    <div class="top-links"><a class="button" href="/">Console</a></div>
  </header>`;
}

/** A path that may break after each slash. @param {string} path */
function breakable(path) {
  return path.split(/(?<=\/)/).map((part) => html`${part}<wbr />`);
}

export function failedView() {
  return html`<main><p class="start">The API reference cannot be loaded. Is <code>npm start</code> still running?</p></main>`;
}
