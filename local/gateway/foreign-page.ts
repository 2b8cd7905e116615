import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../../functions/settings/loopback.ts';

/**
 * Whether a page of another site sent a request. A browser that shows such a page reaches loopback too, and sends some
 * requests without asking first. It says where the page is from. A client that is not a browser sends no `Origin`.
 */
export function isFromForeignPage({ headers: { origin } }: Pick<IncomingMessage, 'headers'>): boolean {
  return origin !== undefined && !(URL.canParse(origin) && isLoopback(new URL(origin)));
}
