/**
 * How long a server on this machine keeps an idle connection: longer than clients keep it, so that no client sends into a
 * closing one. On a busy machine a client may not see in time that its connection was closed. Milliseconds.
 */
export const KEEP_ALIVE_MS = 65_000;
