import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Credentials, parseCredentials } from '../../credentials.ts';
import { AuthorizationError } from '../capillary/authorization.ts';
import { FreeTimeDeadline } from '../free-time-deadline.ts';
import { reconnectOnce } from '../reused-connection.ts';

/** How long reading the secret may take, both attempts together. Milliseconds. */
const TIMEOUT_MS = 2000;
/** After which the client gives up by itself: behind the deadline, which lasts longer in a busy process. Milliseconds. */
const BACKSTOP_MS = TIMEOUT_MS + 1500;

/** Secrets Manager's answers about the secret, by their names in its API reference: it is up, and the secret is not right. */
const ANSWERS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
  'ResourceNotFoundException',
]);

let client: SecretsManagerClient | undefined;

/**
 * Reads the upstream's credentials out of AWS Secrets Manager.
 *
 * @param arn the secret's ARN or name
 * @throws {AuthorizationError} `credentials-unreadable`, without the secret's value
 */
export async function readCredentials(arn: string): Promise<Credentials> {
  client ??= createClient(arn);
  let text: string | undefined;
  const deadline = new FreeTimeDeadline(TIMEOUT_MS);
  try {
    const command = new GetSecretValueCommand({ SecretId: arn });
    text = (await client.send(command, { abortSignal: deadline.signal })).SecretString;
  } catch (error) {
    throw new AuthorizationError('credentials-unreadable', 'The upstream credentials could not be read.', {
      cause: error,
    });
  } finally {
    deadline.clear();
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

/**
 * Whether a failure of `readCredentials` is an answer about the secret: it is empty, holds something else, or may not be
 * read. If not, Secrets Manager is down, late or throttles.
 */
export function isAnsweredFailure(error: unknown): boolean {
  if (!(error instanceof AuthorizationError)) return false;
  // A value that is no credentials has no cause: the read itself went well.
  return error.cause === undefined || (error.cause instanceof Error && ANSWERS.has(error.cause.name));
}

/** The region that an ARN names: the secret is there, whatever region the function is in. */
function regionOf(arn: string): string | undefined {
  return /^arn:[\w-]{1,32}:secretsmanager:([a-z0-9-]{1,32}):/.exec(arn)?.[1];
}

function createClient(arn: string): SecretsManagerClient {
  const region = regionOf(arn);
  const created = new SecretsManagerClient({
    ...(region !== undefined && { region }),
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: BACKSTOP_MS,
      requestTimeout: BACKSTOP_MS,
      throwOnRequestTimeout: true,
      socketTimeout: BACKSTOP_MS,
    },
  });
  reconnectOnce(created);
  return created;
}
