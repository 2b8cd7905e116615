import type { CanonicalRequest, Subject, Supplement } from '../../../functions/customer/request/canonical-request.ts';
import type { JoinableIdentifier } from '../../../functions/customer/v1/v1-request.ts';
import type { KeyedAsked } from '../../../functions/lookup/asked.ts';
import type { AuditRequest, SkipReason } from '../../../functions/lookup/audit/audit-words.ts';
import type { CacheEntry, StoredItem } from '../../../functions/lookup/entry.ts';
import type { AskContext } from '../../../functions/lookup/forward/ask-context.ts';
import type { Known } from '../../../functions/lookup/forward/ask-upstream.ts';
import type { Fetched, ReadReply } from '../../../functions/lookup/forward/fetched.ts';
import type { OwnLease } from '../../../functions/lookup/forward/lease.ts';
import type { UpstreamPauseGate } from '../../../functions/lookup/forward/pause/upstream-pause-gate.ts';
import type { Servable } from '../../../functions/lookup/freshness.ts';
import type { LookupPolicy } from '../../../functions/lookup/lookup-policy.ts';
import type { LookupResult, ServedReply } from '../../../functions/lookup/lookup-result.ts';
import type { UpstreamPauses } from '../../../functions/lookup/ports.ts';
import type { UpstreamFailure, UpstreamOutcome } from '../../../functions/lookup/upstream.ts';
import { type Replacement, replacing } from '../planting.ts';

/* The rooms of the code under test in which bugs are planted: by their exports, and by their internal functions. */

type Key = Parameters<typeof import('../../../functions/customer/request/cache-key.ts').cacheKey>;

type CacheKeyRoom = typeof import('../../../functions/customer/request/cache-key.ts') & {
  variant(request: Key[0], subject: Subject, projection: Key[1], secret: string): string;
};
export const inCacheKey = replacing<CacheKeyRoom>('functions/customer/request/cache-key.ts');
export const inEmbed = replacing<typeof import('../../../functions/customer/v2/embed.ts')>(
  'functions/customer/v2/embed.ts',
);

type V1RequestRoom = typeof import('../../../functions/customer/v1/v1-request.ts') & {
  toRequest(
    identifier: JoinableIdentifier,
    options: Pick<CanonicalRequest, 'optionParameters' | 'filterParameters' | 'language'>,
  ): CanonicalRequest;
};
export const inV1Request = replacing<V1RequestRoom>('functions/customer/v1/v1-request.ts');

type AuditRoom = typeof import('../../../functions/lookup/audit/audit.ts') & {
  servedItem(item: StoredItem | undefined, audit: AuditRequest, now: number): StoredItem | SkipReason;
  olderThan(audit: AuditRequest, now: number): Directives;
};
export const inAudit = replacing<AuditRoom>('functions/lookup/audit/audit.ts');

const FORWARD = 'functions/lookup/forward';

type AskUpstreamRoom = typeof import('../../../functions/lookup/forward/ask-upstream.ts') & {
  fetchFor(context: AskContext, asked: KeyedAsked, known: Known): Promise<Fetched>;
};
export const inAskUpstream = replacing<AskUpstreamRoom>(`${FORWARD}/ask-upstream.ts`);

type FetchRoom = typeof import('../../../functions/lookup/forward/fetch.ts') & {
  readReply(
    policy: LookupPolicy,
    asked: KeyedAsked,
    outcome: Exclude<UpstreamOutcome, UpstreamFailure>,
  ): Promise<ReadReply>;
};
export const inFetch = replacing<FetchRoom>(`${FORWARD}/fetch.ts`);
type HandOverRoom = typeof import('../../../functions/lookup/forward/hand-over.ts');
/** The arguments of a method of `HandOver`. */
export type HandOverCall<Method extends 'waitMsLeft' | 'isAsked' | 'ask'> = Parameters<
  InstanceType<HandOverRoom['HandOver']>[Method]
>;
/** The parts of `HandOver`. */
export type HandOverParts = ConstructorParameters<HandOverRoom['HandOver']>;
export const inHandOver = replacing<HandOverRoom>(`${FORWARD}/hand-over.ts`);
export const inForwardLookup = replacing<typeof import('../../../functions/lookup/forward/forward-lookup.ts')>(
  `${FORWARD}/forward-lookup.ts`,
);

type KeepRoom = typeof import('../../../functions/lookup/forward/keep.ts') & {
  write(
    asked: KeyedAsked,
    lease: Pick<OwnLease, 'write'>,
    entry: CacheEntry,
  ): Promise<'written' | 'voided' | 'too-large' | undefined>;
};
export const inKeep = replacing<KeepRoom>(`${FORWARD}/keep.ts`);
export const inLease = replacing<typeof import('../../../functions/lookup/forward/lease.ts')>(`${FORWARD}/lease.ts`);
export const inLeaseWatch = replacing<typeof import('../../../functions/lookup/forward/lease-watch.ts')>(
  `${FORWARD}/lease-watch.ts`,
);
export const inNextStep = replacing<typeof import('../../../functions/lookup/forward/next-step.ts')>(
  `${FORWARD}/next-step.ts`,
);
export const inPauseGate = replacing<typeof import('../../../functions/lookup/forward/pause/upstream-pause-gate.ts')>(
  `${FORWARD}/pause/upstream-pause-gate.ts`,
);

/**
 * A bug between the memory of pauses and the store: some calls of the store are replaced.
 * @param change gets the right store, and returns the replaced calls. It sees nothing else of the plant
 */
export function betweenPausesAndStore(change: (pauses: UpstreamPauses) => Partial<UpstreamPauses>): Replacement {
  const between = (Sound: typeof UpstreamPauseGate, changeCalls: typeof change) => {
    type Beside<T> = Parameters<typeof UpstreamPauseGate.prototype.beside<T>>;
    type Enter = Parameters<UpstreamPauseGate['enter']>;
    type Leave = Parameters<UpstreamPauseGate['leave']>;
    const changed = (store: Enter[1]) => {
      const poll = <T>(operation: (pauses: UpstreamPauses) => Promise<T>) =>
        store.poll((each) => operation(Object.assign(Object.create(each), changeCalls(each))));
      return { poll } as typeof store;
    };
    return class extends Sound {
      override beside<T>(...[{ request, store }, write]: Beside<T>) {
        return super.beside({ request, store: changed(store) }, write);
      }
      override enter(...[api, store]: Enter) {
        return super.enter(api, changed(store));
      }
      override leave(...[permit, store, ...more]: Leave) {
        return super.leave(permit, changed(store), ...more);
      }
    };
  };
  const { file, name } = inPauseGate('UpstreamPauseGate', (sound) => sound);
  return { file, name, wrap: `(Sound) => (${between})(Sound, ${change})` };
}

const BUDGET_ROOMS = `${FORWARD}/budget`;
export const inUpstreamBudget = replacing<typeof import('../../../functions/lookup/forward/budget/upstream-budget.ts')>(
  `${BUDGET_ROOMS}/upstream-budget.ts`,
);
export const inMinuteCalls = replacing<typeof import('../../../functions/lookup/forward/budget/minute-calls.ts')>(
  `${BUDGET_ROOMS}/minute-calls.ts`,
);
export const inCallPriority = replacing<typeof import('../../../functions/lookup/forward/budget/call-priority.ts')>(
  `${BUDGET_ROOMS}/call-priority.ts`,
);
export const inBudgetMinute = replacing<typeof import('../../../functions/lookup/forward/budget/budget-minute.ts')>(
  `${BUDGET_ROOMS}/budget-minute.ts`,
);

export const inSlowUpstream = replacing<typeof import('../../../functions/lookup/forward/slow-upstream.ts')>(
  `${FORWARD}/slow-upstream.ts`,
);
export const inVoidFormer = replacing<typeof import('../../../functions/lookup/forward/void-former.ts')>(
  `${FORWARD}/void-former.ts`,
);

export const inCustomerLookup = replacing<typeof import('../../../functions/lookup/customer-lookup.ts')>(
  'functions/lookup/customer-lookup.ts',
);

type JoinedLookupRoom = typeof import('../../../functions/lookup/joined-lookup.ts') & {
  voidErased(): Promise<void>;
};
export const inJoinedLookup = replacing<JoinedLookupRoom>('functions/lookup/joined-lookup.ts');

type FreshnessRoom = typeof import('../../../functions/lookup/freshness.ts') & {
  toServable(
    entry: CacheEntry | undefined,
    ...more: [windows: LookupPolicy['windows'], now: number]
  ): Servable | undefined;
  mayBeStale(servable: Servable, directives: Directives): boolean;
  staleDetail(
    staleForMs: number,
    directives: Directives,
    windows: LookupPolicy['windows'],
  ): Servable['entry']['kind'] | undefined;
};
type Directives = Parameters<typeof import('../../../functions/lookup/freshness.ts').decide>[1];
export const inFreshness = replacing<FreshnessRoom>('functions/lookup/freshness.ts');
export const inInvalidation = replacing<typeof import('../../../functions/lookup/invalidation.ts')>(
  'functions/lookup/invalidation.ts',
);

type JoinRoom = typeof import('../../../functions/lookup/join.ts') & {
  joinTo(main: LookupResult, profile: ServedReply, other: LookupResult, supplement: Supplement): LookupResult;
};
export const inJoin = replacing<JoinRoom>('functions/lookup/join.ts');
export const inLookup = replacing<typeof import('../../../functions/lookup/lookup.ts')>('functions/lookup/lookup.ts');
export const inCrowd = replacing<typeof import('../../../functions/lookup/crowd.ts')>('functions/lookup/crowd.ts');
export const inAnswers =
  replacing<typeof import('../../../functions/lookup/answers.ts')>('functions/lookup/answers.ts');
export const inRevalidation = replacing<typeof import('../../../functions/lookup/revalidation.ts')>(
  'functions/lookup/revalidation.ts',
);
export const inStoreAccess = replacing<typeof import('../../../functions/lookup/store-access.ts')>(
  'functions/lookup/store-access.ts',
);
export const inStoreVitality = replacing<typeof import('../../../functions/lookup/store-vitality.ts')>(
  'functions/lookup/store-vitality.ts',
);

/** The store's conditions, in place of those in functions/adapters/dynamodb. */
export const inTable = replacing<typeof import('../store/table.ts')>('test/simulation/store/table.ts');
/** The store's operations, in place of those of functions/adapters/dynamodb. */
export const inStore = replacing<typeof import('../store/simulated-store.ts')>(
  'test/simulation/store/simulated-store.ts',
);
