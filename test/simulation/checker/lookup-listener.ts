import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import type { Asked } from '../asked.ts';
import type { Operation, StoreEffect } from '../store/store-user.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Crowd } from './crowd.ts';
import type { Vitality } from './store-use.ts';
import type { WatchedLookup } from './watched-lookup.ts';
import type { WatchedRequest } from './watched-request.ts';

/** The listener of a look-up. */
export interface LookupListener {
  storeCalled(lookup: WatchedLookup, operation: Operation, isAllowed: boolean): void;
  storeChanged(lookup: WatchedLookup, effect: StoreEffect): void;
  upstreamCalled(lookup: WatchedLookup, attempt: number): void;
  upstreamAnswered(lookup: WatchedLookup, fetched: Fetched, attempts: number): void;
  revalidationAsked(lookup: WatchedLookup): void;
}

/** The facts for watching a look-up. */
export interface WatchedLookupOptions {
  readonly request: WatchedRequest;
  /** The caller's request, in the checker's own words. */
  readonly asked: Asked;
  /** The key of its entry. */
  readonly key: CacheKey;
  readonly vitality: Vitality;
  readonly crowd: Crowd;
  readonly now: () => number;
  readonly listener: LookupListener;
}
