/**
 * A DynamoDB in trouble, a process of its own: prints its address and that of its control, and runs until it is ended.
 * It is dynalite behind a door that throttles, fails or is late as `StoreTrouble` says.
 *
 * - `PUT /trouble` with a `StoreTrouble` as JSON: this is wrong from now on
 * - `GET /counts`: a `StoreCounts`; `DELETE /counts`: from 0 again
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { StoreDoor } from './store-door.ts';
import type { StoreTrouble } from './store-trouble.ts';

const HOST = '127.0.0.1';

const door = new StoreDoor(dynalite({ createTableMs: 0 }));
const control = createServer(async (request, response) => {
  const { method, url } = request;
  const body = await textOf(request);
  if (method === 'PUT' && url === '/trouble') await door.set(JSON.parse(body) as StoreTrouble);
  else if (method === 'DELETE' && url === '/counts') door.clear();
  else if (method !== 'GET' || url !== '/counts') response.statusCode = 404;
  response.end(JSON.stringify(door.counts));
});

process.stdout.write(`DynamoDB at ${await door.open()}, its control at ${await listen(control)}\n`);

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, HOST, listening));
  return `http://${HOST}:${(server.address() as AddressInfo).port}`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
