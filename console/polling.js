import { ask, PlainError } from './server.js';
import { change, state } from './state.js';

const EVERY_MS = 1000;
/** The requests that the page keeps: as many as the service (local/observation/recent-requests.ts). */
const MAX_KEPT = 500;

/** Asks the service for news once a second, while the page is visible. */
export function startPolling() {
  const poll = async () => {
    if (!document.hidden) await refresh();
    setTimeout(poll, EVERY_MS);
  };
  void poll();
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void refresh();
  });
}

/** Asks for news now. */
export async function refresh() {
  try {
    const last = state.requests.at(-1)?.number ?? 0;
    const [news, shelf] = await Promise.all([
      ask(`state?after=${last}`),
      state.service?.cacheMode === 'bypass' ? undefined : ask('entries').catch(() => undefined),
    ]);
    // A restarted service counts from 1 again.
    const isAnew = news.startedAt !== startedAt;
    startedAt = news.startedAt;
    const known = isAnew ? [] : state.requests;
    const seen = new Set(known.map(({ number }) => number));
    const fresh = news.requests.filter((/** @type {{number: number}} */ { number }) => !seen.has(number));
    change({
      connection: 'up',
      now: news.now,
      service: news.service,
      requests: [...known, ...fresh].slice(-MAX_KEPT),
      upstream: news.upstream,
      shelf,
    });
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    change({ connection: 'down' });
  }
}

/** When the service was started; epoch milliseconds. @type {number | undefined} */
let startedAt;
