import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ports that no system gives a program that asks for any port: Linux gives 32768 to 60999, others 49152 to 65535 (RFC
 * 6335 §6). On a busy machine another program would soon get such a port.
 */
const FIRST_PORT = 20_000;
const PORT_COUNT = 12_000;

/**
 * A port of 127.0.0.1 on which no program listens, for a program that cannot report its own port. A program that names
 * this very port may take it first.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORT_COUNT);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const isListening = await new Promise<boolean>((told) => {
    server.once('error', () => told(false));
    server.listen(port, '127.0.0.1', () => told(true));
  });
  await new Promise((closed) => server.close(closed));
  return isListening;
}
