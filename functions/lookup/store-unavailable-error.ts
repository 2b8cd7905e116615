/**
 * The kind of a store failure.
 *
 * - `throttled`: it answered that it throttles the call, or that another writer is busy with the item
 * - `late`: it did not answer in time
 * - `down`: anything else
 */
export type StoreTrouble = 'throttled' | 'late' | 'down';

/** More facts about a failure of the store. */
export interface StoreUnavailableOptions extends ErrorOptions {
  /** Default: `down`. */
  readonly trouble?: StoreTrouble;
  /** When a failed call of several look-ups began. Monotonic milliseconds. Default: when the look-up made the call. */
  readonly begunAt?: number;
}

/** The store failed, or did not answer in time. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** The name of the store's own error for the log, such as `TimeoutError`. It holds no data. */
  readonly reason: string;
  readonly trouble: StoreTrouble;
  readonly begunAt: number | undefined;

  constructor(reason: string, { trouble = 'down', begunAt, ...options }: StoreUnavailableOptions = {}) {
    super(`The store is unavailable (${reason}).`, options);
    this.reason = reason;
    this.trouble = trouble;
    this.begunAt = begunAt;
  }
}
