import type { Clock } from '../lookup/ports.ts';
import { unusedCacheStatus } from '../rest/cache-status.ts';
import type { Reply } from '../rest/reply.ts';

/** The service asks the store at most once in this time, even if many callers ask for its health. */
const STORE_CHECK_INTERVAL_MS = 5000;

/**
 * Whether the service works. It does not ask the upstream. It asks the store at most once in five seconds, even if the
 * time of day is set back.
 */
export type HealthCheck = () => Promise<Reply>;

/**
 * @param isStoreAnswering asks the store; undefined: the cache is off
 */
export function createHealthCheck(clock: Clock, isStoreAnswering: (() => Promise<boolean>) | undefined): HealthCheck {
  let checkedAt = Number.NEGATIVE_INFINITY;
  let answering: Promise<boolean> = Promise.resolve(true);

  return async () => {
    const now = clock.monotonicNow();
    if (isStoreAnswering !== undefined && now - checkedAt >= STORE_CHECK_INTERVAL_MS) {
      checkedAt = now;
      answering = isStoreAnswering();
    }
    const isAnswering = await answering;
    const store = isStoreAnswering === undefined ? 'off' : isAnswering ? 'ok' : 'unavailable';
    return {
      status: 200,
      headers: { 'Content-Type': 'application/json', 'Cache-Status': unusedCacheStatus('health') },
      body: JSON.stringify({ status: isAnswering ? 'ok' : 'degraded', store }),
      report: { store },
    };
  };
}
