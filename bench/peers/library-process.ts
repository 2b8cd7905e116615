/**
 * A server that puts a library in front of the upstream: `library-process.ts <name of the peer>`. It prints its
 * address. It is the code that an engineer would write in an afternoon: the address of the look-up is the key.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { KEEP_ALIVE_MS } from '../../simulator/keep-alive.ts';
import { libraryFile } from './install.ts';
import { LIBRARY_PEERS } from './library-peers.ts';

const { UPSTREAM = '', AUTHORIZATION = '', DYNAMODB = '', FRESH_SECONDS = '' } = process.env;
const [name = ''] = process.argv.slice(2);
const peer = LIBRARY_PEERS[name];
if (peer === undefined) throw new Error(`There is no peer ${name}.`);

const cached = peer.use({
  library: (await import(pathToFileURL(libraryFile(peer.file)).href)) as Readonly<Record<string, unknown>>,
  dynamoDb: {
    endpoint: DYNAMODB,
    region: 'local',
    credentials: { accessKeyId: 'made-up', secretAccessKey: 'made-up' },
  },
  freshSeconds: Number(FRESH_SECONDS),
  ask: async (key) => {
    const response = await fetch(`${UPSTREAM}${key}`, {
      headers: { authorization: AUTHORIZATION },
      signal: AbortSignal.timeout(2500),
    });
    if (response.status !== 200) throw new Error('The upstream fails.');
    return response.text();
  },
});

const server = createServer((request, response) => {
  const reply = (status: number, body: string) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  if (request.url === '/health') reply(200, '{}');
  else {
    cached(request.url ?? '').then(
      (body) => reply(200, body),
      () => reply(503, '{}'),
    );
  }
});
server.keepAliveTimeout = KEEP_ALIVE_MS;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
