import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Credentials, parseCredentials } from '../../settings.ts';
import { AuthorizationError } from '../capillary/authorization.ts';

/** How long reading the secret may take, both attempts together. Milliseconds. */
const TIMEOUT_MS = 2000;

let client: SecretsManagerClient | undefined;

/**
 * Reads the upstream's credentials out of AWS Secrets Manager.
 *
 * @param arn the secret's ARN or name
 * @throws {AuthorizationError} `credentials-unreadable`, without the secret's value
 */
export async function readCredentials(arn: string): Promise<Credentials> {
  client ??= new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: TIMEOUT_MS,
      requestTimeout: TIMEOUT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: TIMEOUT_MS,
    },
  });
  let text: string | undefined;
  try {
    const command = new GetSecretValueCommand({ SecretId: arn });
    text = (await client.send(command, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) })).SecretString;
  } catch (error) {
    throw new AuthorizationError('credentials-unreadable', 'The upstream credentials could not be read.', {
      cause: error,
    });
  }
  const credentials = parseCredentials(text ?? '');
  if (credentials === undefined) {
    throw new AuthorizationError(
      'credentials-unreadable',
      'The upstream credentials are wrong; allowed is JSON, {"username","password"} or {"key","secret"}.',
    );
  }
  return credentials;
}
