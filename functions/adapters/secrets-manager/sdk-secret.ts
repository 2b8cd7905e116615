import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { reconnectOnce } from '../reused-connection.ts';
import { type ReadSecret, TIMEOUT_MS } from './read-credentials.ts';
import { secretRegionOf } from './secret-region.ts';

/**
 * After this time the client ends a request by itself: later than the deadline, which lasts longer in a busy process.
 * Milliseconds.
 */
const BACKSTOP_MS = TIMEOUT_MS + 1500;

/** Reads secrets with the AWS SDK. @param arn a secret's ARN or name: an ARN names the region */
export function createSdkSecret(arn: string): ReadSecret {
  const region = secretRegionOf(arn);
  const client = new SecretsManagerClient({
    ...(region !== undefined && { region }),
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: BACKSTOP_MS,
      requestTimeout: BACKSTOP_MS,
      throwOnRequestTimeout: true,
      socketTimeout: BACKSTOP_MS,
    },
  });
  reconnectOnce(client);
  return async (SecretId, abortSignal) =>
    (await client.send(new GetSecretValueCommand({ SecretId }), { abortSignal })).SecretString;
}
