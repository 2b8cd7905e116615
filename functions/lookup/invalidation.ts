import { type CacheKey, customerHash, keyText, partitionKey } from '../customer/request/cache-key.ts';
import type { Subject } from '../customer/request/canonical-request.ts';
import { changeOf, type InvalidationMode, type ItemChange } from './item-change.ts';
import { ItemChanges } from './item-changes.ts';
import type { PartitionItem } from './partition-page.ts';
import type { Clock, InvalidationStore } from './ports.ts';
import { StoreWork } from './store-work.ts';

/** What an invalidation reaches. */
export interface InvalidationPorts {
  readonly store: InvalidationStore;
  readonly clock: Clock;
  /** The HMAC keys of the cache keys: invalidation acts on all of them. */
  readonly keySecrets: readonly string[];
}

/** What an invalidation leaves alone. */
export interface InvalidationOptions {
  /** An item that stays unchanged: the item of a lease's holder, which the holder ends itself. Default: none. */
  readonly spared?: CacheKey | undefined;
  /**
   * For `retire`: the customer into which the customer was merged. The survivor's entries stay, and the fetches in
   * progress may still store one. Keyed hashes, the one of the first secret first. Default: there is none.
   */
  readonly survivor?: readonly string[];
  /**
   * When the invalidation ends. After that it begins no operation and throws. Until then it repeats throttled
   * operations. A caller that invalidates in several steps gives each step the same moment. Monotonic milliseconds.
   * Default: no limit, and no repetition.
   */
  readonly endsAt?: number | undefined;
}

/** What an invalidation by identifiers leaves alone, and how far it reaches. */
export interface SubjectInvalidationOptions extends InvalidationOptions {
  /** Whether to act on the customers of the found entries too. Default: no. */
  readonly reachesCustomers?: boolean;
}

/**
 * Invalidates entries, and voids every fill of them that is in progress. Each call returns how many entries it deleted
 * or newly marked, and throws `StoreUnavailableError` if it is incomplete. A caller may repeat it. It skips entries
 * that are gone or marked already, so a repetition continues where the last one stopped.
 */
export interface Invalidation {
  /** Every entry of these customers, under all identifiers. Ids: digits without leading zeros. */
  customers(ids: readonly string[], mode: InvalidationMode, options?: InvalidationOptions): Promise<number>;

  /** The same, by the customers' keyed hashes. */
  customerHashes(hashes: readonly string[], mode: InvalidationMode, options?: InvalidationOptions): Promise<number>;

  /** Every entry of these partitions. */
  partitions(partitions: readonly string[], mode: InvalidationMode, options?: InvalidationOptions): Promise<number>;

  /** The customers that the entries of these look-ups are about: keyed hashes. It changes nothing. */
  customersOf(subjects: readonly Subject[], options?: InvalidationOptions): Promise<readonly string[]>;

  /** Every variant of these look-ups. */
  subjects(subjects: readonly Subject[], mode: InvalidationMode, options?: SubjectInvalidationOptions): Promise<number>;
}

/** How many times `retire` lists a partition in which fetches ended meanwhile. The last time it deletes the items. */
const MAX_LISTINGS = 4;

/** Makes the invalidation of a store. It acts under every key secret. */
export function createInvalidation(ports: InvalidationPorts): Invalidation {
  const { keySecrets } = ports;
  const partitionsOf = (subjects: readonly Subject[]) =>
    keySecrets.flatMap((secret) => subjects.map((subject) => partitionKey(subject, secret)));
  return {
    customers: async (ids, mode, options) => {
      const hashes = keySecrets.flatMap((secret) => ids.map((id) => customerHash(id, secret)));
      return new OneInvalidation(ports, mode, options).ofCustomers(hashes);
    },
    customerHashes: async (hashes, mode, options) => new OneInvalidation(ports, mode, options).ofCustomers(hashes),
    partitions: async (partitions, mode, options) => new OneInvalidation(ports, mode, options).ofPartitions(partitions),
    customersOf: async (subjects, options) =>
      new OneInvalidation(ports, 'delete', options).customersOf(partitionsOf(subjects)),
    subjects: async (subjects, mode, { reachesCustomers = false, ...options } = {}) => {
      const partitions = partitionsOf(subjects);
      const invalidation = new OneInvalidation(ports, mode, options);
      return reachesCustomers
        ? invalidation.ofPartitionsAndCustomers(partitions)
        : invalidation.ofPartitions(partitions);
    },
  };
}

class OneInvalidation {
  readonly #store: InvalidationStore;
  readonly #work: StoreWork;
  readonly #changes: ItemChanges;
  readonly #mode: InvalidationMode;
  readonly #spared: string | undefined;
  readonly #survivor: readonly string[];
  /** Epoch milliseconds. */
  readonly #at: number;

  constructor({ store, clock }: InvalidationPorts, mode: InvalidationMode, options: InvalidationOptions = {}) {
    this.#store = store;
    this.#at = clock.now();
    this.#work = new StoreWork(clock, options.endsAt);
    this.#changes = new ItemChanges(store, this.#work, this.#at);
    this.#mode = mode;
    this.#spared = options.spared && keyText(options.spared);
    this.#survivor = options.survivor ?? [];
  }

  /**
   * The fence comes first, then every partition of the index. A fill adds its partition to the index before it writes
   * its entry, so either the fence refuses it or the list has its partition.
   *
   * @param customers keyed hashes
   * @param except partitions for a later step
   */
  async ofCustomers(customers: readonly string[], except: readonly string[] = []): Promise<number> {
    const fence = (customer: string) => this.#work.do(() => this.#store.fenceCustomer(customer, this.#at));
    const indexed = await this.#work.all(distinct(customers), fence);
    const excepted = new Set(except);
    return this.ofPartitions(indexed.flat().filter((partition) => !excepted.has(partition)));
  }

  async ofPartitions(partitions: readonly string[]): Promise<number> {
    return sum(await this.#work.all(distinct(partitions), (partition) => this.#ofPartition(partition)));
  }

  /**
   * Invalidates these partitions, and the customers that their entries name. The customers come first, and the
   * partitions last. After a failure in between, a repetition still finds the entries that name the customers.
   */
  async ofPartitionsAndCustomers(partitions: readonly string[]): Promise<number> {
    const reached = new Set<string>();
    let count = 0;
    for (;;) {
      const customers = (await this.customersOf(partitions)).filter((customer) => !reached.has(customer));
      if (customers.length === 0) return count + (await this.ofPartitions(partitions));
      count += await this.ofCustomers(customers, partitions);
      for (const customer of customers) reached.add(customer);
    }
  }

  async customersOf(partitions: readonly string[]): Promise<readonly string[]> {
    const found = await this.#work.all(distinct(partitions), (partition) => this.#customersIn(partition));
    return distinct(found.flat());
  }

  async #customersIn(partition: string): Promise<readonly string[]> {
    const customers: string[] = [];
    for await (const items of this.#pagesOf(partition)) customers.push(...items.flatMap((item) => item.customers));
    return distinct(customers);
  }

  async #ofPartition(partition: string): Promise<number> {
    const lane = this.#work.lane();
    let count = 0;
    for (let listing = 1; ; listing += 1) {
      let isComplete = true;
      for await (const items of this.#pagesOf(partition)) {
        const changes = items.map((item) => ({ key: item.key, change: this.#changeOf(item, listing) }));
        const changed = await this.#changes.make(changes, lane);
        count += changed.endedCount;
        isComplete &&= changed.isComplete;
      }
      if (isComplete) return count;
    }
  }

  async *#pagesOf(partition: string): AsyncGenerator<readonly PartitionItem[]> {
    let after: string | undefined;
    do {
      const page = await this.#work.do(() => this.#store.listPartition(partition, after));
      yield page.items;
      after = page.next;
    } while (after !== undefined);
  }

  /** @param listing how many times the partition has been listed, including this time */
  #changeOf(item: PartitionItem, listing: number): ItemChange {
    if (keyText(item.key) === this.#spared) return { kind: 'none' };
    const change = changeOf(this.#mode, item, this.#survivor);
    const isLast = change.kind === 'void' && listing >= MAX_LISTINGS;
    return isLast ? changeOf('delete', item, []) : change;
  }
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
