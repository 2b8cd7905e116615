import { StoreUnavailableError } from './ports.ts';

/**
 * One look-up's use of the store. After one failure the store is not touched again in that look-up, so that its outage
 * costs one time-out at most and surfaces in no error (contract §5, promise 7).
 */
export class StoreAccess<Store> {
  readonly #store: Store | undefined;
  #failure: string | undefined;

  /** @param store undefined when the cache is off */
  constructor(store: Store | undefined) {
    this.#store = store;
  }

  /** What failed of the store during this look-up; undefined when nothing did. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Whether the cache is off, or its store does not answer. */
  get isBypassed(): boolean {
    return this.#store === undefined || this.#failure !== undefined;
  }

  /** Uses the store; undefined when it is off, has failed, or fails now. */
  async use<T>(operation: (store: Store) => Promise<T>): Promise<T | undefined> {
    return this.#attempt(operation, (reason) => {
      this.#failure = reason;
    });
  }

  /** Polls the store; undefined when it does not answer now. A slow or throttled poll does not count as an outage. */
  async poll<T>(operation: (store: Store) => Promise<T>): Promise<T | undefined> {
    return this.#attempt(operation, () => {});
  }

  async #attempt<T>(
    operation: (store: Store) => Promise<T>,
    onFailure: (reason: string) => void,
  ): Promise<T | undefined> {
    if (this.#store === undefined || this.#failure !== undefined) return undefined;
    try {
      return await operation(this.#store);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      onFailure(error.reason);
      return undefined;
    }
  }
}
