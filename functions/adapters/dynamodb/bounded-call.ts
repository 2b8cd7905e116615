import { FreeTimeDeadline } from '../free-time-deadline.ts';
import { toStoreFailure } from './store-failure.ts';

/** How long an instance's first call may take: it opens the connection, during init (contract §4, CACHE_TIMEOUT_MS). */
export const OPENING_TIMEOUT_MS = 1000;

/**
 * Makes a call to the store with a time limit that begins now.
 * @param timeoutMs after this time the call counts as failed. Milliseconds of free time
 * @param send gets the signal that is aborted when the time is over
 * @throws {StoreUnavailableError} for every failure
 */
export async function boundedCall<T>(timeoutMs: number, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = new FreeTimeDeadline(timeoutMs);
  try {
    return await send(deadline.signal);
  } catch (error) {
    throw toStoreFailure(error, deadline.signal);
  } finally {
    deadline.clear();
  }
}
