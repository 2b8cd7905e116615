import { type CacheKey, customerHash, keyText, partitionKey } from '../customer/request/cache-key.ts';
import type { Subject } from '../customer/request/canonical-request.ts';
import { chunksOf } from './chunks.ts';
import type { PartitionItem } from './partition-page.ts';
import type { Places } from './places.ts';
import { type Clock, type InvalidationStore, StoreUnavailableError } from './ports.ts';
import { StoreWork } from './store-work.ts';

/**
 * The change to the entries of a customer that has changed (contract §1, cache administration). Each voids a fill in
 * progress.
 *
 * - `delete`: the entries are gone
 * - `mark-stale`: the next look-up asks the upstream, and uses the entry only if that fails
 * - `erase`: the entries are gone, but the lease of a fill in progress stays, and so does what tells how a lease ended. The
 *   upstream says that the customer was erased, and tells the holders of these leases the same. So the look-ups that wait
 *   for them get that answer, and need not ask the upstream again.
 */
export type InvalidationMode = 'delete' | 'mark-stale' | 'erase';

export interface InvalidationPorts {
  readonly store: InvalidationStore;
  readonly clock: Clock;
  /** The HMAC keys of the cache keys: invalidation acts on all of them. */
  readonly keySecrets: readonly string[];
}

export interface InvalidationOptions {
  /** An item that does not change: the holder of a lease ends its own item itself. Default: none. */
  readonly spared?: CacheKey | undefined;
  /**
   * Customers whose entries do not change: the survivors of a merger, which another look-up may have stored already.
   * Keyed hashes. Default: none.
   */
  readonly sparedCustomers?: readonly string[];
  /**
   * When the invalidation ends. After that it begins no operation and throws. Until then it repeats throttled
   * operations. A caller that invalidates in several steps gives each step the same moment. Monotonic milliseconds.
   * Default: no limit, and no repetition.
   */
  readonly endsAt?: number | undefined;
}

export interface SubjectInvalidationOptions extends InvalidationOptions {
  /** Whether to act on the customers of the found entries too. Default: no. */
  readonly reachesCustomers?: boolean;
}

/**
 * Invalidates entries, and every fill of them that is in progress. Each call returns how many entries it deleted or
 * newly marked, and throws `StoreUnavailableError` if it is incomplete. A caller may repeat it: it skips entries that
 * are gone or marked already, so a repetition goes on where the last one stopped.
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

/** As many keys as the store deletes in one request. */
const DELETED_TOGETHER = 25;
/** How often `erase` lists a partition in which fetches ended meanwhile. The last time it deletes what it finds. */
const MAX_LISTINGS = 4;

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
  readonly #mode: InvalidationMode;
  readonly #spared: string | undefined;
  readonly #sparedCustomers: readonly string[];
  /** Epoch milliseconds. */
  readonly #at: number;

  constructor({ store, clock }: InvalidationPorts, mode: InvalidationMode, options: InvalidationOptions = {}) {
    this.#store = store;
    this.#work = new StoreWork(clock, options.endsAt);
    this.#mode = mode;
    this.#spared = options.spared && keyText(options.spared);
    this.#sparedCustomers = options.sparedCustomers ?? [];
    this.#at = clock.now();
  }

  /**
   * The fence comes first, then every partition of the index. A fill adds its partition to the index before it writes
   * its entry, so either the fence refuses it or the list has its partition.
   *
   * @param customers keyed hashes
   * @param except partitions that are left to a later step
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
   * The entries of these partitions say which customers they are about: the customers come first, and the partitions
   * last. A failure in between can be repeated, because the entries that name the customers still exist.
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
      const spares = this.#mode === 'erase' && listing < MAX_LISTINGS;
      let isSettled = true;
      for await (const items of this.#pagesOf(partition)) {
        const concerned = items.filter((item) => !this.#isSpared(item) && this.#isConcerned(item));
        const fetches = concerned.filter(({ fetchToken }) => spares && fetchToken !== undefined);
        const voided = await this.#voidFetches(fetches, lane);
        if (voided.length < fetches.length) isSettled = false;
        const others = concerned.filter((item) => !fetches.includes(item));
        await (this.#mode === 'mark-stale' ? this.#mark(others, lane) : this.#delete(others, lane));
        count += [...voided, ...others].filter((item) => this.#isCounted(item)).length;
      }
      if (isSettled) return count;
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

  #isSpared({ key, hasLease, customers }: PartitionItem): boolean {
    const isOfSpared = customers.some((customer) => this.#sparedCustomers.includes(customer));
    // A fill in progress may be about another customer.
    return keyText(key) === this.#spared || (isOfSpared && !hasLease);
  }

  /** Whether there is anything to do. A marked entry needs no second mark, unless a fill of it is in progress. */
  #isConcerned({ hasEntry, isMarked, hasLease, fetchToken, hasOutcome }: PartitionItem): boolean {
    switch (this.#mode) {
      case 'delete':
        return true;
      case 'mark-stale':
        return hasLease || (hasEntry && !isMarked);
      case 'erase':
        return hasEntry || fetchToken !== undefined || !(hasLease || hasOutcome);
    }
  }

  /** Whether the item holds an entry that this changes. */
  #isCounted({ hasEntry, isMarked }: PartitionItem): boolean {
    return hasEntry && !(this.#mode === 'mark-stale' && isMarked);
  }

  /** Voids the fetches in progress. @returns the items whose fetch was still in progress */
  async #voidFetches(items: readonly PartitionItem[], lane: Places): Promise<readonly PartitionItem[]> {
    const isVoided = await this.#work.all(items, ({ key, fetchToken = '' }) =>
      this.#work.do(() => this.#store.voidFetch(key, fetchToken), lane),
    );
    return items.filter((_item, index) => isVoided[index]);
  }

  async #delete(items: readonly PartitionItem[], lane: Places): Promise<void> {
    const batches = chunksOf(items, DELETED_TOGETHER).map((batch) => batch.map(({ key }) => key));
    await this.#work.all(batches, (keys) => this.#deleteAll(keys, lane));
  }

  /** Deletes these, and repeats the keys that the store leaves out. */
  async #deleteAll(keys: readonly CacheKey[], lane: Places): Promise<void> {
    let left = keys;
    await this.#work.do(async () => {
      left = await this.#store.deleteItems(left);
      if (left.length > 0) throw new StoreUnavailableError('UnprocessedItems', { trouble: 'throttled' });
    }, lane);
  }

  async #mark(items: readonly PartitionItem[], lane: Places): Promise<void> {
    await this.#work.all(items, ({ key }) => this.#work.do(() => this.#store.markStale(key, this.#at), lane));
  }
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
