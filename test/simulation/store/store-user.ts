import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import type { Api } from '../../../functions/customer/request/canonical-request.ts';
import type { CacheEntry, Lease, LeaseEnd, RevalidationMark, StoredItem } from '../../../functions/lookup/entry.ts';
import type { CacheStore, InvalidationStore } from '../../../functions/lookup/ports.ts';
import type { StoreTrouble } from '../../../functions/lookup/store-unavailable-error.ts';
import type { Instance } from '../instance.ts';

export type Operation = keyof CacheStore | keyof InvalidationStore;

/** The change of an operation, at the moment when it was applied. */
export type StoreEffect =
  /**
   * `seen`: the item as the look-up knew it; `before`: the item before the operation; `isLate`: its caller was told
   * before that it failed
   */
  | {
      readonly kind: 'lease-taken';
      readonly key: CacheKey;
      readonly lease: Lease;
      readonly seen: StoredItem;
      readonly before: StoredItem;
      readonly isLate: boolean;
    }
  /** `token`: of the lease under which it was written */
  | {
      readonly kind: 'written';
      readonly key: CacheKey;
      readonly token: string;
      readonly before: StoredItem;
      readonly entry: CacheEntry;
    }
  | { readonly kind: 'lease-ended'; readonly key: CacheKey; readonly before: StoredItem; readonly end: LeaseEnd }
  /** A look-up without a lease removed an entry, a lease, or both. */
  | { readonly kind: 'dropped'; readonly before: StoredItem; readonly after: StoredItem }
  | { readonly kind: 'marked'; readonly key: CacheKey; readonly before: StoredItem; readonly mark: RevalidationMark }
  | { readonly kind: 'mark-taken-back'; readonly mark: RevalidationMark | undefined }
  /** A fill was refused: its customer was invalidated meanwhile. */
  | { readonly kind: 'fenced' }
  /** The upstream may be asked in spite of a pause. */
  | { readonly kind: 'probe-taken'; readonly api: Api };

/** A user of the store, and its facts for the checker. */
export interface StoreUser {
  readonly instance: Instance;
  /** For the trace. */
  readonly name: string;
  /** After which a call counts as failed. Milliseconds. */
  readonly timeoutMs: number;
  onCall?(operation: Operation): void;
  /** @param begunAt true time */
  onAnswered?(operation: Operation, begunAt: number, result: unknown): void;
  /** @param begunAt true time */
  onTrouble?(operation: Operation, trouble: StoreTrouble, begunAt: number): void;
  /** @param begunAt true time */
  onRead?(item: StoredItem, begunAt: number): void;
  onEffect?(effect: StoreEffect): void;
}
