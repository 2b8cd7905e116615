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
  const status = statusOf(error);
  // Whatever the client calls it when the deadline of a call passes: nothing was answered.
  const reason = deadline.aborted && status === undefined ? 'TimeoutError' : nameOf(error);
  return new StoreUnavailableError(reason, { cause: error, trouble: troubleOf(reason, status) });
}

function troubleOf(reason: string, status: number | undefined): StoreTrouble {
  if (THROTTLING.test(reason) || status === 429) return 'throttled';
  return reason === 'TimeoutError' || reason === 'ETIMEDOUT' ? 'late' : 'down';
}

/** The code says more than the name where there is one: the SDK calls a reset a TimeoutError, Node a refusal an Error. */
function nameOf(error: unknown): string {
  return error instanceof Error ? (systemCode(error) ?? error.name) : 'unknown';
}

/** The status with which DynamoDB answered; undefined: it did not. */
function statusOf(error: unknown): number | undefined {
  const { $metadata } = (error ?? {}) as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}

/** The operating system's code of an error, such as `ECONNREFUSED`. */
function systemCode(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
