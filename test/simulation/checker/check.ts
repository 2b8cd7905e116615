import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import type { Api } from '../../../functions/customer/request/canonical-request.ts';
import type { Audited } from '../../../functions/lookup/audit/audit.ts';
import type { AuditRequest } from '../../../functions/lookup/audit/audit-words.ts';
import type { InvalidationMode } from '../../../functions/lookup/item-change.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { UpstreamPause } from '../../../functions/lookup/ports.ts';
import type { Operation, StoreEffect } from '../store/store-user.ts';
import type { Table } from '../store/table.ts';
import type { Answers, Fetched } from '../upstream/fetched.ts';
import type { Promised } from './violation.ts';
import type { WatchedLookup } from './watched-lookup.ts';
import type { WatchedRequest } from './watched-request.ts';

/** An invalidation that was acknowledged: older answers are void. */
export interface Acknowledged {
  readonly mode: InvalidationMode;
  /** True time: an earlier answer of the upstream is invalid, … */
  readonly startedAt: number;
  /** … for every look-up that asks after this. */
  readonly acknowledgedAt: number;
  /** The customer whose entries are gone, or the subject. */
  readonly customer?: string;
  readonly subject?: string;
}

/** The parts of a history that all checks see. */
export interface Scene {
  /** True time. Milliseconds since the history began. */
  readonly now: number;
  /** All answers of the upstream. */
  readonly answers: Answers;
  readonly table: Table;
  /** The look-ups that have no answer yet. */
  readonly underWay: ReadonlySet<WatchedLookup>;
  readonly upstreamTimeoutMs: number;
  readonly cacheTimeoutMs: number;
  /** True time: when an item beside this key was last voided; minus infinity: never. */
  voidedAt(key: CacheKey): number;
  acknowledge(invalidation: Acknowledged): void;
  fail(promise: Promised, whose: { readonly name: string; readonly identity: string }, what: string): void;
}

/** A part of the contract, checked at each step of a history. Each method gets one kind of step. */
export interface Check {
  /** @param attempt the first is 1 */
  upstreamCalled?(lookup: WatchedLookup, attempt: number): void;
  /** @param attempts how many requests were sent */
  upstreamAnswered?(lookup: WatchedLookup, fetched: Fetched, attempts: number): void;
  /** @param isAllowed false: the store is down for this look-up, which must not touch it again */
  storeCalled?(lookup: WatchedLookup, operation: Operation, isAllowed: boolean): void;
  storeChanged?(lookup: WatchedLookup, effect: StoreEffect): void;
  revalidationAsked?(lookup: WatchedLookup): void;
  /** A look-up, or one half of a joined one, has its answer. */
  answered?(lookup: WatchedLookup, result: LookupResult): void;
  /** A caller's look-up has its answer: both halves of a joined one. */
  requestAnswered?(request: WatchedRequest, result: LookupResult): void;
  /** A hit was audited. */
  audited?(request: WatchedRequest, audit: AuditRequest, audited: Audited): void;
  acknowledged?(invalidation: Acknowledged): void;
  paused?(api: Api, pause: UpstreamPause): void;
  pauseEnded?(api: Api): void;
  /** The history is over. */
  ended?(): void;
}
