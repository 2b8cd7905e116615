import { type Respond, startHttpServer } from './loopback-server.ts';

/**
 * Starts a server that answers once on each connection, and resets the connection at its second request. Gateways do so
 * after they have forgotten an idle connection, and a caller that was frozen has not noticed it.
 */
export function startForgettingServer(answer: Respond): ReturnType<typeof startHttpServer> {
  const used = new WeakSet<object>();
  return startHttpServer((response, ...others) => {
    const { socket } = response;
    if (socket === null || used.has(socket)) return void socket?.resetAndDestroy();
    used.add(socket);
    return answer(response, ...others);
  });
}
