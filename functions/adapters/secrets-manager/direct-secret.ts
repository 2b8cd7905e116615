import type { Connection } from '../aws/connection.ts';
import { readReply } from '../aws/reply.ts';
import { SignedRequests } from '../aws/signed-requests.ts';
import { systemClock } from '../system-clock.ts';
import { isAnswer, type ReadSecret } from './read-credentials.ts';

/** How long to wait before the second attempt. Milliseconds. */
const BACKOFF_MS = 50;

const HEADERS = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' };

/**
 * Reads secrets without the AWS SDK: its code costs a first miss a tenth of a second of CPU. Like the SDK, it makes a
 * second attempt after a failure that is not an answer about the secret.
 */
export function createDirectSecret(connection: Connection): ReadSecret {
  const requests = new SignedRequests(connection);
  const read = async (id: string, signal: AbortSignal): Promise<string | undefined> => {
    const reply = await requests.post({ headers: HEADERS, body: JSON.stringify({ SecretId: id }) }, signal);
    const { SecretString }: { readonly SecretString?: unknown } = readReply(reply, 'Secrets Manager');
    return typeof SecretString === 'string' ? SecretString : undefined;
  };
  return async (id, signal) => {
    try {
      return await read(id, signal);
    } catch (error) {
      if (signal.aborted || isAnswer(error)) throw error;
      await systemClock.sleep(BACKOFF_MS * (1 + Math.random()), signal);
      return read(id, signal);
    }
  };
}
