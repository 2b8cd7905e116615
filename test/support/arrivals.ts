import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { settle } from './manual-clock.ts';

/**
 * Waits until a server of this process has begun to serve this number of requests, and has done everything for each
 * that it can do without an answer from another server.
 * @param url the server's address, without a path
 * @param send sends the requests
 */
export async function untilArrived<T>(url: string, count: number, send: () => T): Promise<T> {
  const { host } = new URL(url);
  const arrived = Promise.withResolvers<void>();
  let arrivals = 0;
  const note = (message: unknown) => {
    if ((message as { request: IncomingMessage }).request.headers.host !== host) return;
    arrivals += 1;
    if (arrivals === count) arrived.resolve();
  };
  subscribe('http.server.request.start', note);
  try {
    const sent = send();
    await arrived.promise;
    for (let turn = 0; turn < 10; turn += 1) await settle();
    return sent;
  } finally {
    unsubscribe('http.server.request.start', note);
  }
}
