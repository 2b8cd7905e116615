import { type StoreTrouble, StoreUnavailableError } from '../../lookup/ports.ts';

/** The names of errors with which DynamoDB says that it throttles: the table, the account or this request. */
const THROTTLING = /Throttl|^ProvisionedThroughputExceeded|^RequestLimitExceeded|^TooManyRequests/;

/**
 * What the look-up hears of an error that the client met.
 *
 * @param deadline of the call
 */
export function toStoreFailure(error: unknown, deadline: AbortSignal): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  // The code says more than the name where there is one: the SDK calls a reset a TimeoutError, Node a refusal an Error.
  const reason = error instanceof Error ? (systemCode(error) ?? error.name) : 'unknown';
  return new StoreUnavailableError(reason, { cause: error, trouble: troubleOf(error, reason, deadline) });
}

function troubleOf(error: unknown, reason: string, deadline: AbortSignal): StoreTrouble {
  const { $metadata } = (error ?? {}) as { $metadata?: { httpStatusCode?: number } };
  if (THROTTLING.test(reason) || $metadata?.httpStatusCode === 429) return 'throttled';
  return deadline.aborted || reason === 'TimeoutError' || reason === 'ETIMEDOUT' ? 'late' : 'down';
}

/** The operating system's code of an error, such as `ECONNREFUSED`. */
function systemCode(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
