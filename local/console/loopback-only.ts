import type { IncomingMessage } from 'node:http';

const LOOPBACK_PEER = /^(?:::ffff:)?127\.|^::1$/;
const LOOPBACK_HOST = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?$/i;

/**
 * Whether a request comes from this machine, and not from another site's page in a browser. Such a page may reach
 * loopback under its own name (`Host` shows it), or by a cross-site request (`Sec-Fetch-Site` shows it; a client that
 * is not a browser does not send it).
 */
export function isFromHere({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): boolean {
  const site = headers['sec-fetch-site'] ?? 'none';
  return (
    LOOPBACK_PEER.test(socket.remoteAddress ?? '') &&
    LOOPBACK_HOST.test(headers.host ?? '') &&
    (site === 'same-origin' || site === 'none')
  );
}
