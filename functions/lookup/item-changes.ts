import type { CacheKey } from '../customer/request/cache-key.ts';
import { chunksOf } from './chunks.ts';
import type { ItemChange } from './item-change.ts';
import type { Places } from './places.ts';
import type { Partitions } from './ports.ts';
import { StoreUnavailableError } from './store-unavailable-error.ts';
import type { StoreWork } from './store-work.ts';

/** The number of keys that the store deletes in one request. */
const DELETED_TOGETHER = 25;

/** A change, and the key of its item. */
export interface KeyedChange {
  readonly key: CacheKey;
  readonly change: ItemChange;
}

type Voided = KeyedChange & { readonly change: Extract<ItemChange, { kind: 'void' }> };

/** The result of some changes. */
export interface Changed {
  /** How many entries are gone or newly marked. */
  readonly endedCount: number;
  /** Whether every change is made. False: a fetch ended before it was voided, so its item has changed. */
  readonly isComplete: boolean;
}

/** Makes the changes of one invalidation. */
export class ItemChanges {
  readonly #store: Partitions;
  readonly #work: StoreWork;
  /** Epoch milliseconds. */
  readonly #at: number;

  /** @param at the moment of the invalidation: epoch milliseconds */
  constructor(store: Partitions, work: StoreWork, at: number) {
    this.#store = store;
    this.#work = work;
    this.#at = at;
  }

  /** @throws StoreUnavailableError if the store fails. Some changes may be made then */
  async make(changes: readonly KeyedChange[], lane: Places): Promise<Changed> {
    const voidings = changes.filter((each): each is Voided => each.change.kind === 'void');
    const isVoided = await this.#work.all(voidings, (each) => this.#void(each, lane));
    const keysOf = (kind: ItemChange['kind']) =>
      changes.filter(({ change }) => change.kind === kind).map(({ key }) => key);
    await this.#delete(keysOf('delete'), lane);
    await this.#work.all(keysOf('mark'), (key) => this.#work.do(() => this.#store.markStale(key, this.#at), lane));
    const missed = new Set<KeyedChange>(voidings.filter((_each, index) => !isVoided[index]));
    const endings = changes.filter(({ change }) => change.kind !== 'none' && change.endsEntry);
    return { endedCount: endings.filter((each) => !missed.has(each)).length, isComplete: missed.size === 0 };
  }

  #void({ key, change }: Voided, lane: Places): Promise<boolean> {
    return this.#work.do(() => this.#store.voidFetch(key, change.seen, change), lane);
  }

  async #delete(keys: readonly CacheKey[], lane: Places): Promise<void> {
    await this.#work.all(chunksOf(keys, DELETED_TOGETHER), (batch) => this.#deleteAll(batch, lane));
  }

  /** Deletes these, and repeats the keys that the store leaves out. */
  async #deleteAll(keys: readonly CacheKey[], lane: Places): Promise<void> {
    let left = keys;
    await this.#work.do(async () => {
      left = await this.#store.deleteItems(left);
      if (left.length > 0) throw new StoreUnavailableError('UnprocessedItems', { trouble: 'throttled' });
    }, lane);
  }
}
