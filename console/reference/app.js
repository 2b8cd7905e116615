import { render } from 'lit-html';
import { parseDigits } from './digits.js';
import { failedView, referenceView } from './reference-view.js';

const root = /** @type {HTMLElement} */ (document.getElementById('app'));
const text = await fetch('/__console/api/openapi').then(
  (response) => (response.ok ? response.text() : undefined),
  () => undefined,
);
root.replaceChildren();
render(text === undefined ? failedView() : referenceView(parseDigits(text), location.origin), root);
// The browser looked for the place before the page had it.
if (location.hash !== '') document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
