import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseCredentials } from '../functions/credentials.ts';

/** Thrown for credentials that the functions could not read. Its message does not hold them. */
export class WrongCredentialsError extends Error {
  override readonly name = 'WrongCredentialsError';
}

/**
 * The text that goes into the secret.
 *
 * @param credentials JSON, `{"username","password"}` or `{"key","secret"}`; spaces around it are cut
 * @throws {WrongCredentialsError} when they are neither
 */
export function secretTextOf(credentials: string): string {
  const value = credentials.trim();
  if (parseCredentials(value) === undefined) {
    throw new WrongCredentialsError(
      'Nothing stored: the credentials are wrong. Allowed is JSON, {"username","password"} or {"key","secret"}, ' +
        'each a non-empty text, the username without a colon, and nothing besides.',
    );
  }
  return value;
}

/**
 * Puts the upstream's credentials into their secret.
 *
 * @param credentials as `secretTextOf` takes them
 * @returns the version that was made
 * @throws {WrongCredentialsError} when they are wrong; nothing is stored then
 */
export async function fillSecret(client: SecretsManagerClient, secretId: string, credentials: string): Promise<string> {
  const value = secretTextOf(credentials);
  const { VersionId } = await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: value }));
  return VersionId ?? '';
}
