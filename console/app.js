import { render } from 'lit-html';
import { startPolling } from './polling.js';
import { onChange, state } from './state.js';
import { consoleView } from './views/console.js';
import { kioskView } from './views/kiosk.js';

const isKiosk = new URLSearchParams(location.search).has('kiosk');
const view = isKiosk ? kioskView : consoleView;
const root = /** @type {HTMLElement} */ (document.getElementById('app'));
root.replaceChildren();
document.documentElement.dataset.view = isKiosk ? 'kiosk' : 'console';
if (isKiosk) document.title = 'Customer look-up';

onChange(() => render(view(state), root));
// A kiosk shows no facts about the service, so it does not ask for them.
if (!isKiosk) startPolling();
// A kiosk has one field: a keyboard or a scanner types into it at once.
else document.getElementById('identifier')?.focus();
