import type { CacheKey } from '../customer/cache-key.ts';
import type { CacheEntry } from './entry.ts';
import { type CacheStore, StoreUnavailableError } from './ports.ts';

/**
 * One look-up's use of the store. After one failure the store is not touched again in that look-up, so that its outage
 * costs one time-out at most and surfaces in no error (contract §5, promise 7).
 */
export class StoreAccess {
  readonly #store: CacheStore | undefined;
  readonly #key: CacheKey | undefined;
  #failure: string | undefined;

  /**
   * @param store undefined when the cache is off
   * @param key undefined when this look-up must not be stored
   */
  constructor(store: CacheStore | undefined, key: CacheKey | undefined) {
    this.#store = store;
    this.#key = key;
  }

  /** What failed of the store during this look-up; undefined when nothing did. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Whether the cache is off, or its store does not answer. */
  get isBypassed(): boolean {
    return this.#store === undefined || this.#failure !== undefined;
  }

  /** The entry, or undefined when there is none to be had. */
  async read(): Promise<CacheEntry | undefined> {
    return this.#touch(undefined, (store, key) => store.read(key));
  }

  /** Keeps an entry; answers whether it is certain to be kept. */
  async write(entry: CacheEntry): Promise<boolean> {
    return this.#touch(false, (store, key) => store.write(key, entry));
  }

  async #touch<T>(otherwise: T, use: (store: CacheStore, key: CacheKey) => Promise<T>): Promise<T> {
    if (this.#store === undefined || this.#key === undefined || this.#failure !== undefined) return otherwise;
    try {
      return await use(this.#store, this.#key);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.#failure = error.reason;
      return otherwise;
    }
  }
}
