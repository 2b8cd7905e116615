import { forwarded, type Revalidation, standIn } from '../answers.ts';
import type { Asked, KeyedAsked } from '../asked.ts';
import { EMPTY_ITEM, type StoredItem } from '../entry.ts';
import { lastVoidingMs, MAX_READ_AGE_MS } from '../fleet.ts';
import { type ForwardReason, type Servable, toStandIn } from '../freshness.ts';
import { isRevalidating } from '../lookup-policy.ts';
import type { LookupResult } from '../lookup-result.ts';
import { askForRevalidation, isHeldBack } from '../revalidation.ts';
import type { AskContext } from './ask-context.ts';
import { fetchReply } from './fetch.ts';
import type { Answered, Fetched, Unanswered } from './fetched.ts';
import { endContradicted, endUnstored, type Kept, keepAnswer, keepFailure, notKept } from './keep.ts';
import type { OwnLease } from './lease.ts';
import { voidFormer } from './void-former.ts';

/** The facts that a look-up has when it asks the upstream. */
export interface Known {
  /** Why it asks. */
  readonly reason: ForwardReason;
  /** The item under its key; undefined: the store did not answer. */
  readonly item: StoredItem | undefined;
  /** When the item was read. Monotonic milliseconds. */
  readonly readAt: number;
  /** Whether the fetch that the look-up waited for ended `ceded`. Default: no. */
  readonly wasCeded?: boolean;
}

/**
 * Asks the upstream without the right to store the answer.
 *
 * @param lease a lease that the store may have given, although its answer was lost. It ends like the lease of a holder
 *   whose writes the store refused
 */
export function askAlone(context: AskContext, asked: Asked, known: Known, lease?: OwnLease): Promise<LookupResult> {
  const ask = () => askWithoutRight(context, asked, known, lease);
  return lease === undefined ? ask() : lease.endingAtFault(ask);
}

async function askWithoutRight(
  context: AskContext,
  asked: Asked,
  known: Known,
  lease: OwnLease | undefined,
): Promise<LookupResult> {
  const reason = asked.store.isBypassed ? 'bypass' : known.reason;
  const fetched = await fetchFor(context, asked, known);
  noteSpeed(context, asked, fetched);
  if (!('reply' in fetched)) {
    const revalidation = await endFailedAlone(context, asked, known, lease, fetched);
    return answerFailure(context, asked, known, fetched, reason, revalidation);
  }
  const kept = notKept(context.policy.windows, fetched);
  const isEnded = await lease?.end(endUnstored(lease, fetched, kept.why));
  const { item } = known;
  const isGone = await voidFormer(context.invalidation, asked, item, fetched, {
    // If the lease was ours, the item has its outcome for the waiters.
    spared: isEnded === true ? asked.key : undefined,
    endsAt: voidingEndsAt(context, asked),
  });
  if (isEnded !== true && !isGone) await endContradicted(context.policy, asked, item, fetched);
  return answer(context, asked, fetched, reason, kept);
}

/** Asks the upstream under our own lease, stores the answer if it may be stored, and ends the lease in every case. */
export function askAsHolder(
  context: AskContext,
  asked: KeyedAsked,
  known: Known & { readonly item: StoredItem },
  lease: OwnLease,
): Promise<LookupResult> {
  return lease.endingAtFault(() => askUnderLease(context, asked, known, lease));
}

async function askUnderLease(
  context: AskContext,
  asked: KeyedAsked,
  known: Known & { readonly item: StoredItem },
  lease: OwnLease,
): Promise<LookupResult> {
  const { ports, policy, fetchTimes } = context;
  const heldSince = ports.clock.monotonicNow();
  const reason = asked.store.isBypassed ? 'bypass' : known.reason;
  const fetched = await fetchFor(context, asked, known, heldSince);
  noteSpeed(context, asked, fetched);
  if (!('reply' in fetched)) {
    const revalidation = await keepFailure(ports, asked, lease, known.item, fetched);
    return answerFailure(context, asked, known, fetched, reason, revalidation);
  }
  const kept = await keepAnswer(ports, policy, asked, lease, fetched, known.wasCeded);
  fetchTimes.note(asked.request.api, ports.clock.monotonicNow() - heldSince);
  // This comes after the end of the lease, so that others do not wait for the voiding.
  const isGone = await voidFormer(context.invalidation, asked, known.item, fetched, {
    // If we lost our lease, the item still has the old entry: void it like the others.
    spared: kept.isEnded ? asked.key : undefined,
    endsAt: voidingEndsAt(context, asked),
  });
  if (!kept.isEnded && !isGone) await endContradicted(policy, asked, known.item, fetched);
  return answer(context, asked, fetched, reason, kept);
}

/**
 * Takes note of whether the upstream answered in the time that a usable stale entry waits. A failure does not show its
 * speed. A fetch that was given up because its caller waits only a short time does not show it either.
 */
function noteSpeed({ slowUpstream, policy }: AskContext, { request: { api }, waitMs }: Asked, fetched: Fetched): void {
  const { staleSoftTimeoutMs } = policy;
  const isHurried = waitMs !== undefined && waitMs < staleSoftTimeoutMs;
  if ('reply' in fetched) {
    if (fetched.call.durationMs <= staleSoftTimeoutMs) slowUpstream.answered(api);
  } else if (fetched.isGivenUp && !isHurried) slowUpstream.gaveUp(api);
}

/** When the voiding of a former customer ends, within the look-up's deadline (promise 8). Monotonic milliseconds. */
function voidingEndsAt({ ports: { clock }, policy }: AskContext, { startedAt }: Asked): number {
  return startedAt + lastVoidingMs(clock.monotonicNow() - startedAt, policy);
}

/**
 * Whether an item was read so long ago that the look-up must read it again before it serves it.
 * @param readAt monotonic milliseconds
 */
export function isReadLongAgo({ ports: { clock } }: Pick<AskContext, 'ports'>, readAt: number): boolean {
  return clock.monotonicNow() - readAt > MAX_READ_AGE_MS;
}

/** The entry, if the look-up may serve it stale at this moment. The look-up reads it again if it was read long ago. */
async function currentStandIn(
  context: AskContext,
  { key, directives, store }: Asked,
  { item, readAt }: Known,
): Promise<Servable | undefined> {
  const {
    ports: { clock },
    policy,
  } = context;
  const judge = (each: StoredItem | undefined) => toStandIn(each?.entry, directives, policy.windows, clock.now());
  if (judge(item) === undefined) return undefined;
  const isOld = key !== undefined && isReadLongAgo(context, readAt);
  return judge((isOld ? await store.poll((each) => each.read(key)) : undefined) ?? item);
}

/**
 * How much longer the look-up waits for the upstream before it serves a usable stale entry. It waits no longer than its
 * caller does. Undefined: there is no such entry, no caller waits for the answer, or the entry is fresh and the caller
 * asked for a newer one. Milliseconds; 0 or less: no longer.
 */
export function softMsLeft(
  { ports: { clock }, policy }: Pick<AskContext, 'ports' | 'policy'>,
  { directives, purpose, startedAt, waitMs = Number.POSITIVE_INFINITY }: Asked,
  { reason, item }: Pick<Known, 'reason' | 'item'>,
): number | undefined {
  const stale = toStandIn(item?.entry, directives, policy.windows, clock.now());
  if (reason !== 'stale' || isRevalidating(purpose) || stale === undefined) return undefined;
  return Math.min(policy.staleSoftTimeoutMs, waitMs) - (clock.monotonicNow() - startedAt);
}

/** @param heldSince when the look-up took its lease; undefined: it has none. Monotonic milliseconds */
function fetchFor(context: AskContext, asked: Asked, known: Known, heldSince?: number): Promise<Fetched> {
  const { ports, policy, gate, budget } = context;
  return fetchReply(ports, policy, gate, asked, {
    takeCall: budget && (() => budget.enter(asked)),
    softMs: softMsLeft(context, asked, known),
    hasStandIn: () => toStandIn(known.item?.entry, asked.directives, policy.windows, ports.clock.now()) !== undefined,
    heldSince,
  });
}

/** Ends a fetch that failed, without the right to store: the lease may not be ours, or there may be none. */
async function endFailedAlone(
  context: AskContext,
  asked: Asked,
  known: Known,
  lease: OwnLease | undefined,
  fetched: Unanswered,
): Promise<Revalidation> {
  const { key } = asked;
  const isHeld = lease !== undefined && key !== undefined;
  const revalidation = isHeld
    ? await keepFailure(context.ports, { ...asked, key }, lease, known.item ?? EMPTY_ITEM, fetched)
    : 'not-asked';
  const isDue = fetched.isGivenUp && revalidation === 'not-asked';
  return isDue ? revalidateIfIdle(context, asked, known) : revalidation;
}

/** Asks for a revalidation, unless another look-up has asked for one or is fetching. */
export async function revalidateIfIdle(
  { ports }: Pick<AskContext, 'ports'>,
  asked: Asked,
  { item }: Pick<Known, 'item'>,
  isFetching = (each: StoredItem) => each.lease !== undefined,
): Promise<Revalidation> {
  const { key } = asked;
  if (key === undefined || item === undefined || isFetching(item)) return 'not-asked';
  return isHeldBack(item, ports.clock.now()) ? 'not-asked' : askForRevalidation(ports, { ...asked, key }, item);
}

async function answerFailure(
  context: AskContext,
  asked: Asked,
  known: Known,
  { outcome, call }: Unanswered,
  reason: ForwardReason | 'bypass',
  revalidation: Revalidation,
): Promise<LookupResult> {
  const stale = await currentStandIn(context, asked, known);
  if (stale !== undefined) return standIn(asked, stale, { call, failure: outcome, revalidation });
  return forwarded(asked, { answer: outcome, upstreamCall: call, isIdentityMismatch: false }, reason, false);
}

function answer(
  { ports: { clock } }: AskContext,
  asked: Asked,
  { outcome, call, reply }: Answered,
  reason: ForwardReason | 'bypass',
  { isStored, lifetimeMs, why }: Kept,
): LookupResult {
  const { kind, status } = outcome;
  const { body, customer, customerAliases, isMismatch } = reply;
  const ageMs = Math.max(0, clock.now() - call.askedAt);
  const ttlMs = lifetimeMs === undefined ? 0 : lifetimeMs - ageMs;
  const served = { kind, status, body, ageMs, ttlMs, customer, customerAliases };
  return forwarded(
    asked,
    { answer: served, upstreamCall: call, isIdentityMismatch: isMismatch },
    reason,
    isStored,
    why,
  );
}
