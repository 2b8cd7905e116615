import type { CacheKey } from '../../customer/request/cache-key.ts';
import type { CacheEntry, Lease, LeaseEnd, RevalidationMark, StoredItem } from '../../lookup/entry.ts';
import { LEASE_MARGIN_MS } from '../../lookup/fleet.ts';
import type { Leases } from '../../lookup/ports.ts';
import { storedToken } from './stored-item.ts';
import type { TableWrites } from './table-writes.ts';
import { oneOf, same, sameOrBegins } from './update.ts';
import {
  ENTRY_ATTRIBUTES,
  LEASE_ATTRIBUTES,
  leaseAttributes,
  MARK_ATTRIBUTES,
  markAttributes,
  number,
  OUTCOME_DETAILS,
  outcomeAttributes,
  toItem,
  ttl,
} from './written-item.ts';

/** The leases, in the items of their entries. Each call is one conditional write. */
export class DynamoDbLeases implements Leases {
  readonly #table: TableWrites;

  constructor(table: TableWrites) {
    this.#table = table;
  }

  async takeLease(key: CacheKey, seen: StoredItem, lease: Lease): Promise<boolean> {
    // An entry of a later release also stays for as long as that release serves it.
    const entryExpiresAt = seen.entry?.expiresAt ?? seen.unreadableUntil ?? 0;
    const set = {
      ...leaseAttributes(lease),
      expiresAt: ttl(Math.max(entryExpiresAt, lease.until + LEASE_MARGIN_MS)),
    };
    return this.#table.update(key, {
      set,
      remove: LEASE_ATTRIBUTES.filter((name) => !(name in set)),
      conditions: [same('version', text(seen.version)), sameLease(seen.lease)],
    });
  }

  async writeEntry(key: CacheKey, { token }: Lease, entry: CacheEntry): Promise<'written' | 'lost' | 'too-large'> {
    const item = toItem(key, entry, token);
    if (item === undefined) return 'too-large';
    return (await this.#table.put(item, mayWrite(token, entry))) ? 'written' : 'lost';
  }

  async endLease(
    key: CacheKey,
    { token, until }: Lease,
    { outcome, revalidation, endsEntry = false }: LeaseEnd,
    others: readonly Lease[] = [],
  ): Promise<boolean> {
    const tokens = [token, ...others.map((other) => other.token)];
    const set = {
      ...outcomeAttributes(outcome),
      ...(revalidation !== undefined && markAttributes(revalidation)),
      // The outcome is for the waiters. The store need not keep it as long as the entry.
      ...(endsEntry && { expiresAt: ttl(until + LEASE_MARGIN_MS) }),
    };
    const former = OUTCOME_DETAILS.filter((name) => !(name in set));
    return this.#table.update(key, {
      set,
      ...(others.length > 0 && { copy: { outcomeToken: 'leaseToken' } }),
      remove: [...LEASE_ATTRIBUTES, ...former, ...(endsEntry ? ENTRY_ATTRIBUTES : [])],
      conditions: [
        sameOrBegins(
          'leaseToken',
          tokens,
          tokens.map((each) => storedToken({ token: each, isVoid: true })),
        ),
      ],
    });
  }

  async dropEntry(key: CacheKey, { version }: StoredItem): Promise<boolean> {
    if (version === undefined) return false;
    return this.#table.update(key, { remove: ENTRY_ATTRIBUTES, conditions: [same('version', { S: version })] });
  }

  async dropFetch(key: CacheKey, lease: Lease): Promise<boolean> {
    const { token } = lease;
    const isHeld = await this.#table.update(key, {
      remove: [...ENTRY_ATTRIBUTES, ...LEASE_ATTRIBUTES],
      conditions: [sameLease(lease)],
    });
    // The holder may have written its entry meanwhile. A lease beside that entry is a later one, and stays.
    return isHeld || this.#table.update(key, { remove: ENTRY_ATTRIBUTES, conditions: [same('version', { S: token })] });
  }

  async markRevalidation(key: CacheKey, seen: StoredItem, mark: RevalidationMark): Promise<boolean> {
    const seenUntil = seen.revalidation?.until;
    // An item with only a mark has its own TTL.
    const isMade = seen.version === undefined && seen.lease === undefined && seen.outcome === undefined;
    return this.#table.update(key, {
      set: { ...markAttributes(mark), ...(isMade && { expiresAt: ttl(mark.until + LEASE_MARGIN_MS) }) },
      conditions: [
        same('version', text(seen.version)),
        sameLease(seen.lease),
        same('revalidationUntil', seenUntil === undefined ? undefined : number(seenUntil)),
      ],
    });
  }

  async takeBackMark(
    key: CacheKey,
    { until, backoffMs }: RevalidationMark,
    previous: RevalidationMark | undefined,
  ): Promise<boolean> {
    return this.#table.update(key, {
      ...(previous === undefined ? { remove: MARK_ATTRIBUTES } : { set: markAttributes(previous) }),
      conditions: [same('revalidationUntil', number(until)), same('revalidationBackoffMs', number(backoffMs))],
    });
  }
}

/**
 * The condition that the item has this lease, and that the lease allows this entry: a void fetch may write only an
 * entry of the survivor.
 */
function mayWrite(token: string, { customer, customerAliases }: CacheEntry) {
  const customers = customer === undefined ? [] : [customer, ...customerAliases];
  return oneOf('leaseToken', [token, ...customers.map((survivor) => storedToken({ token, isVoid: true, survivor }))]);
}

/**
 * The condition that the item has this lease, and that nobody has voided its fetch meanwhile; undefined: it has no
 * lease.
 */
function sameLease(lease: Lease | undefined) {
  return same('leaseToken', text(lease && storedToken(lease)));
}

function text(value: string | undefined) {
  return value === undefined ? undefined : { S: value };
}
