import { type StoreTrouble, StoreUnavailableError } from '../../lookup/store-unavailable-error.ts';
import { ERROR_NAME } from '../error-name.ts';

/**
 * The names of errors with which DynamoDB says that the call may succeed a moment later: it throttles the table, the
 * account or this request, or another writer is busy with the item.
 */
const THROTTLING =
  /Throttl|^ProvisionedThroughputExceeded|^RequestLimitExceeded|^TooManyRequests|^(?:Transaction|ReplicatedWrite)Conflict/;

/**
 * The failure that the look-up gets for an error of the client.
 *
 * @param deadline of the call
 */
export function toStoreFailure(error: unknown, deadline: AbortSignal): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  const status = statusOf(error);
  // If the call's deadline has passed, there was no answer, whatever the client calls the error.
  const reason = deadline.aborted && status === undefined ? 'TimeoutError' : nameOf(error);
  return new StoreUnavailableError(reason, { cause: error, trouble: troubleOf(reason, status) });
}

function troubleOf(reason: string, status: number | undefined): StoreTrouble {
  if (THROTTLING.test(reason) || status === 429) return 'throttled';
  return reason === 'TimeoutError' || reason === 'ETIMEDOUT' ? 'late' : 'down';
}

/**
 * If there is a code, it says more than the name: the SDK calls a reset a TimeoutError, and Node calls a refusal an
 * Error. What a proxy calls its error may be any text.
 */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const name = systemCode(error) ?? error.name;
  return ERROR_NAME.test(name) ? name : 'unknown';
}

/** The status of DynamoDB's answer; undefined: there was no answer. */
function statusOf(error: unknown): number | undefined {
  const { $metadata } = (error ?? {}) as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}

/** The operating system's code of an error, such as `ECONNREFUSED`. */
function systemCode(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
