import type { RequestLog } from '../adapters/telemetry/logger.ts';
import type { IdentifierReading } from '../customer/request/reading.ts';
import type { Clock, InvalidationStore } from '../lookup/ports.ts';
import type { OtherRegion } from './other-regions.ts';

/** The options of cache administration and of the webhook. */
export interface InvalidateHandlerOptions {
  readonly store: InvalidationStore;
  readonly clock: Clock;
  readonly log: RequestLog;
  /** How identifiers are read. */
  readonly reading: IdentifierReading;
  /** The HMAC keys of the cache keys. Invalidation acts on the entries of all of them. */
  readonly keySecrets: readonly string[];
  /** The allowed values of the webhook's `Authorization`. */
  readonly webhookSecrets: readonly string[];
  /** The other regions that act upon each purge and each event. Empty: there are none. */
  readonly otherRegions: readonly OtherRegion[];
}
