import type { RequestLog } from '../adapters/telemetry/logger.ts';
import type { IdentifierReading } from '../customer/request/reading.ts';
import type { Clock, InvalidationStore } from '../lookup/ports.ts';

/** What cache administration and the webhook need. */
export interface InvalidateHandlerOptions {
  readonly store: InvalidationStore;
  readonly clock: Clock;
  readonly log: RequestLog;
  /** How identifiers are read. */
  readonly reading: IdentifierReading;
  /** The HMAC keys of the cache keys: invalidation acts on all of them. */
  readonly keySecrets: readonly string[];
  /** What the webhook's `Authorization` must be one of. */
  readonly webhookSecrets: readonly string[];
}

/** How long each operation of a purge may take: nobody waits at a till for it. Milliseconds. */
export const PURGE_TIMEOUT_MS = 2000;

/**
 * How long a purge, or what is done for one event, may begin new operations: the last of them ends before the gateway's
 * and Lambda's limit of 29 s. Milliseconds.
 */
export const PURGE_WITHIN_MS = 25_000;
