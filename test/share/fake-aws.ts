import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Secrets Manager with one secret, and a Lambda that keeps the payloads of asynchronous invocations. */
export interface FakeAws {
  /** `http://127.0.0.1:<port>`, for AWS_ENDPOINT_URL_SECRETS_MANAGER and AWS_ENDPOINT_URL_LAMBDA. */
  readonly url: string;
  /** How often the secret was read since the last call. */
  takeSecretReads(): number;
  /** The payloads that came since the last call, oldest first. */
  takeInvocations(): readonly unknown[];
  close(): Promise<void>;
}

/** @param secret the content of the secret */
export async function startFakeAws(secret: string): Promise<FakeAws> {
  let secretReads = 0;
  let invocations: unknown[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (request.headers['x-amz-target'] === 'secretsmanager.GetSecretValue') {
      secretReads += 1;
      response.setHeader('Content-Type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ Name: 'upstream', SecretString: secret }));
    } else if (request.url?.startsWith('/2015-03-31/functions/')) {
      invocations.push(JSON.parse(body));
      response.writeHead(202).end();
    } else {
      response.writeHead(404).end();
    }
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeSecretReads: () => {
      const taken = secretReads;
      secretReads = 0;
      return taken;
    },
    takeInvocations: () => {
      const taken = invocations;
      invocations = [];
      return taken;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
