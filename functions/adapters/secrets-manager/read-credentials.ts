import { type Credentials, parseCredentials } from '../../credentials.ts';
import { AuthorizationError } from '../capillary/authorization.ts';
import { FreeTimeDeadline } from '../free-time-deadline.ts';

/** How long reading the secret may take, both attempts together. Milliseconds. */
export const TIMEOUT_MS = 2000;

/**
 * Reads the text of a secret; undefined if it has none. It makes two attempts, and repeats each on a new connection if
 * the kept-alive one is dead. It throws an error answer of Secrets Manager, with the API's name.
 */
export type ReadSecret = (id: string, signal: AbortSignal) => Promise<string | undefined>;

/**
 * Secrets Manager's answers about the secret, by their names in its API reference: Secrets Manager is up, and the
 * secret is wrong.
 */
const ANSWERS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
  'ResourceNotFoundException',
]);

/**
 * Reads the upstream's credentials from AWS Secrets Manager.
 * @param arn the secret's ARN or name
 * @param readSecret the call to Secrets Manager
 * @throws {AuthorizationError} `credentials-unreadable`, without the secret's value
 */
export async function readCredentials(arn: string, readSecret: ReadSecret): Promise<Credentials> {
  let text: string | undefined;
  const deadline = new FreeTimeDeadline(TIMEOUT_MS);
  try {
    text = await readSecret(arn, deadline.signal);
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
 * Whether a failure of `readCredentials` is an answer about the secret: the secret is empty, holds something else, or
 * the role may not read it. Otherwise Secrets Manager is down, late or throttles.
 */
export function isAnsweredFailure(error: unknown): boolean {
  if (!(error instanceof AuthorizationError)) return false;
  // If the value is not credentials, the error has no cause, because the read itself succeeded.
  return error.cause === undefined || isAnswer(error.cause);
}

/** Whether an error is Secrets Manager's answer about the secret itself. */
export function isAnswer(error: unknown): boolean {
  return error instanceof Error && ANSWERS.has(error.name);
}
