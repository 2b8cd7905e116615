import { constants } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import https, { type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Certificate, makeCertificate } from '../../../../bench/hit/certificate.ts';
import { KeepAliveClient } from '../../../../functions/adapters/aws/keep-alive-client.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-certificate-'));
const ofThisMachine = await makeCertificate(folder);
const ofAnother = await makeCertificate(folder, 'DNS:another.example');
afterAll(() => rm(folder, { recursive: true }));

/** A server with this certificate, which answers each request and then closes the connection. */
async function startServer(
  host: string,
  certificate: Certificate,
  trusted: string | undefined,
  options: ServerOptions = {},
) {
  const seen: Pick<TLSSocket, 'alpnProtocol'>[] = [];
  const isResumed: boolean[] = [];
  const server = https.createServer({ ...certificate, ...options }, (request, response) => {
    request.resume();
    response.setHeader('connection', 'close').end('{}');
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    seen.push(socket);
    // A closed connection no longer knows it.
    isResumed.push(socket.isSessionReused());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const client = new KeepAliveClient(new URL(`https://${host}:${port}/`), { ca: trusted });
  const post = async () => (await client.post('/', { host }, '{}', new AbortController().signal)).status;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { server, post, close, seen, isResumed };
}

/** @returns the status of the reply of a server with this certificate */
async function postTo(...parameters: Parameters<typeof startServer>): Promise<number> {
  const { post, close } = await startServer(...parameters);
  try {
    return await post();
  } finally {
    close();
  }
}

// Without openssl there is no certificate to test with.
const describeIfPossible = ofThisMachine === undefined || ofAnother === undefined ? describe.skip : describe;

describeIfPossible.each(['localhost', '127.0.0.1'])('the client of %s', (host) => {
  const [own, another] = [ofThisMachine, ofAnother] as [Certificate, Certificate];

  test('posts to a server with a certificate of this host that it trusts', async () => {
    expect(await postTo(host, own, own.cert)).toBe(200);
  });

  test('refuses a certificate that it does not trust', async () => {
    await expect(postTo(host, own, undefined)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  test('refuses a certificate of another host, even if it trusts the certificate', async () => {
    const refusal = { code: 'ERR_TLS_CERT_ALTNAME_INVALID' };
    await expect(postTo(host, another, another.cert)).rejects.toMatchObject(refusal);
  });

  test('resumes its session on the next connection, which spares the handshake most of its work', async () => {
    const { post, close, isResumed } = await startServer(host, own, own.cert);
    try {
      expect([await post(), await post(), await post()]).toEqual([200, 200, 200]);
    } finally {
      close();
    }
    expect(isResumed).toEqual([false, true, true]);
  });

  test('forgets a session at which the server broke the connection off', async () => {
    // Without tickets the server looks each session up, and so can refuse one.
    const options: ServerOptions = { maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET };
    const { server, post, close, isResumed } = await startServer(host, own, own.cert, options);
    const sessions = new Set<string>();
    server.on('newSession', (id: Buffer, _session, stored) => {
      sessions.add(id.toString('hex'));
      stored();
    });
    server.on('resumeSession', (id: Buffer, found) =>
      found(sessions.has(id.toString('hex')) ? new Error('made up') : null, null),
    );
    try {
      expect(await post()).toBe(200);
      await expect(post()).rejects.toMatchObject({ code: 'ECONNRESET' });
      expect(await post()).toBe(200);
    } finally {
      close();
    }
    expect(isResumed).toEqual([false, false]);
  });

  test('names the server, unless that is an IP address, and speaks HTTP/1.1 only', async () => {
    const { post, close, seen } = await startServer(host, own, own.cert);
    try {
      await post();
    } finally {
      close();
    }
    const { servername, alpnProtocol } = seen[0] as TLSSocket & { readonly servername: string | false };
    expect([servername, alpnProtocol]).toEqual([host === 'localhost' ? host : false, 'http/1.1']);
  });
});
