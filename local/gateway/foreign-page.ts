import type { IncomingMessage } from 'node:http';

const LOOPBACK_ORIGIN = /^https?:\/\/(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?$/i;

/**
 * Whether a page of another site sent a request. A browser that shows such a page reaches loopback too, and sends some
 * requests without asking first. It says where the page is from. A client that is not a browser sends no `Origin`.
 */
export function isFromForeignPage({ headers: { origin } }: Pick<IncomingMessage, 'headers'>): boolean {
  return origin !== undefined && !LOOPBACK_ORIGIN.test(origin);
}
