import { text } from 'node:stream/consumers';
import { type CannedServer, startCannedServer } from '../hit/canned-server.ts';
import type { Certificate } from '../hit/certificate.ts';

/** Just enough of Secrets Manager and of Lambda for a function: one secret, and invocations that nobody answers. */
export interface CannedServices extends CannedServer {
  /** The operations since the last call, `GetSecretValue` and `Invoke`, oldest first. */
  takeOperations(): readonly string[];
}

/** @param secret the text of every secret */
export async function startCannedServices(
  certificate: Certificate | undefined,
  secret: string,
): Promise<CannedServices> {
  let operations: string[] = [];
  const server = await startCannedServer(certificate, async (request, response) => {
    const target = request.headers['x-amz-target'];
    await text(request);
    if (target === undefined) {
      operations.push('Invoke');
      response.writeHead(202, { 'x-amzn-RequestId': 'made-up' }).end();
      return;
    }
    operations.push('GetSecretValue');
    response.setHeader('Content-Type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ Name: 'upstream', SecretString: secret }));
  });
  return {
    ...server,
    takeOperations: () => {
      const taken = operations;
      operations = [];
      return taken;
    },
  };
}
