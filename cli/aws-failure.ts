/** The names of the errors with which AWS, or the SDK before it asks, refuses the identity of this shell. */
const REFUSED =
  /AccessDenied|Unauthorized|NotAuthorized|UnrecognizedClient|InvalidClientTokenId|Signature|ExpiredToken|AuthenticationToken|Credentials|TokenProvider/;

/** The codes of Node's errors that mean that there was no answer. */
const UNREACHABLE: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
];

/** The names of the errors with which AWS says that it gets too many requests. */
const THROTTLING = /Throttl|ThroughputExceeded|TooManyRequests|LimitExceeded/;

/** Whether an error of the SDK says that this AWS identity lacks a right, has expired, is wrong, or does not exist. */
export function isRefusedIdentity(error: unknown): boolean {
  return error instanceof Error && REFUSED.test(error.name);
}

/** Whether an error of the SDK says that AWS did not answer. */
export function isUnreachable(error: unknown): boolean {
  return UNREACHABLE.includes((Object(error) as NodeJS.ErrnoException).code);
}

/** The name of an error of the SDK, for a message: the code of a broken connection, or the error's own name. */
export function awsErrorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Whether an error of the SDK says that AWS gets too many requests. */
export function isThrottling(error: unknown): boolean {
  const { $metadata } = Object(error) as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode === 429 || (error instanceof Error && THROTTLING.test(error.name));
}

/**
 * Whether an error of the SDK says that there was no answer in time. The SDK calls a reset a `TimeoutError` too, but
 * then the error has a code.
 */
export function isTimeOut(error: Error): boolean {
  return error.name === 'AbortError' || awsErrorName(error) === 'TimeoutError';
}
