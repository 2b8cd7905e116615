import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Certificate, makeCertificate } from '../../../../bench/hit/certificate.ts';
import { KeepAliveClient } from '../../../../functions/adapters/aws/keep-alive-client.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'lookaside-certificate-'));
const ofThisMachine = await makeCertificate(folder);
const ofAnother = await makeCertificate(folder, 'DNS:another.example');
afterAll(() => rm(folder, { recursive: true }));

/** Posts to a server with this certificate, which answers each request. @returns the status of the reply */
async function postTo(host: string, certificate: Certificate, trusted: string | undefined): Promise<number> {
  const server = https.createServer({ ...certificate }, (request, response) => {
    request.resume();
    response.end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const client = new KeepAliveClient(new URL(`https://${host}:${port}/`));
  // The client has no option for it: a deployed function trusts the certificates that Node trusts.
  if (trusted !== undefined) (client.agent as https.Agent).options.ca = trusted;
  try {
    return (await client.post('/', { host }, '{}', new AbortController().signal)).status;
  } finally {
    client.agent.destroy();
    server.closeAllConnections();
    server.close();
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
});
