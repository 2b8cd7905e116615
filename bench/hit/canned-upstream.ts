import { type CannedServer, startCannedServer } from './canned-server.ts';
import type { Certificate } from './certificate.ts';

/** An upstream that answers every look-up at once with a prepared reply. */
export interface CannedUpstream extends CannedServer {
  /** The number of requests since the last call. */
  takeCalls(): number;
}

/** A prepared reply. */
export interface CannedReply {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/**
 * @param replyTo the reply to a look-up, by its path and query
 * @param certificate undefined: it speaks plain HTTP
 */
export async function startCannedUpstream(
  replyTo: (asked: URL) => CannedReply,
  certificate: Certificate | undefined,
): Promise<CannedUpstream> {
  let calls = 0;
  const server = await startCannedServer(certificate, (request, response) => {
    calls += 1;
    const { status, body } = replyTo(new URL(request.url ?? '/', 'http://localhost'));
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
  });
  return {
    ...server,
    takeCalls: () => {
      const taken = calls;
      calls = 0;
      return taken;
    },
  };
}
