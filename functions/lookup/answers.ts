import type { Asked } from './asked.ts';
import type { NotStoredReason } from './entry.ts';
import type { Decision, ForwardReason, Servable } from './freshness.ts';
import type { CacheUse, LookupResult, ServedReply } from './lookup-result.ts';
import { withLateBody } from './packed-body.ts';
import type { UpstreamCall, UpstreamFailure } from './upstream.ts';

/*
 * Turns the end of a look-up into its result. Each function is one way in which a look-up ends. It uses no clock and no
 * store.
 */

/** The result of asking for a revalidation. */
export type Revalidation =
  /** No revalidation is due, or another look-up has asked for it already. */
  | 'not-asked'
  | 'asked'
  /** The look-up could not ask for it. */
  | 'lost';

/** The look-up serves an entry: fresh, or stale as its caller or the settings allow. */
export function hit(
  asked: Asked,
  decision: Extract<Decision, { use: 'hit' }>,
  revalidation: Revalidation = 'not-asked',
): LookupResult {
  // For a prefetch the entry is not the answer. It becomes the answer only if the look-up could not ask for a newer
  // one.
  if (asked.purpose === 'prefetch' && revalidation !== 'lost') return prefetched(asked, decision, revalidation);
  const cache: CacheUse = { status: 'hit', detail: decision.detail };
  return result(asked, { answer: toServedReply(decision), cache }, revalidation);
}

/** A prefetch finds an entry: there is nothing to fetch, or a newer one is asked for. */
function prefetched(
  asked: Asked,
  { detail, ttlMs }: Extract<Decision, { use: 'hit' }>,
  revalidation: Revalidation,
): LookupResult {
  if (detail === 'stale-while-revalidate') return pending(asked, 'stale', revalidation);
  const answer = { kind: 'pending', isPrefetch: true, ttlMs } as const;
  return result(asked, { answer, cache: { status: 'hit', detail } }, revalidation);
}

/** The look-up serves the entry that another look-up fetched. */
export function collapsed(asked: Asked, servable: Servable, reason: ForwardReason): LookupResult {
  return result(asked, { answer: toServedReply(servable), cache: { status: 'collapsed', reason } });
}

/** The look-up serves a stale entry, because the upstream gives no answer in time. */
export function standIn(
  asked: Asked,
  servable: Servable,
  {
    call,
    failure,
    revalidation,
  }: {
    readonly call?: UpstreamCall | undefined;
    readonly failure?: UpstreamFailure | undefined;
    readonly revalidation?: Revalidation;
  } = {},
): LookupResult {
  const parts = {
    answer: toServedReply(servable),
    cache: { status: 'hit', detail: 'stale-if-error' },
    upstreamCall: call,
    maskedFailure: failure?.failure,
  } as const;
  return result(asked, parts, revalidation);
}

/** Another look-up's fetch failed, so this look-up fails too. */
export function failedAsHolder(
  asked: Asked,
  {
    failure,
    retryAfterMs,
  }: { readonly failure: UpstreamFailure['failure']; readonly retryAfterMs: number | undefined },
  reason: ForwardReason,
): LookupResult {
  const answer = { kind: 'failed', failure, ...(retryAfterMs !== undefined && { retryAfterMs }) } as const;
  return result(asked, { answer, cache: { status: 'collapsed', reason } });
}

/** Another look-up got the answer that the customer was erased, and this look-up takes it. */
export function erasedAsHolder(
  asked: Asked,
  { status, body, ageMs }: Pick<ServedReply, 'status' | 'body' | 'ageMs'>,
  reason: ForwardReason,
): LookupResult {
  const answer: ServedReply = {
    kind: 'erased',
    status,
    body,
    ageMs,
    ttlMs: 0,
    customer: undefined,
    customerAliases: [],
  };
  return result(asked, { answer, cache: { status: 'collapsed', reason } });
}

/** The look-up waited for other look-ups, and no answer came in time. */
export function timedOut(asked: Asked, reason: ForwardReason): LookupResult {
  return result(asked, { answer: { kind: 'failed', failure: 'timeout' }, cache: { status: 'collapsed', reason } });
}

/** The caller no longer waits, and the fetch continues in another invocation. */
export function pending(asked: Asked, reason: ForwardReason, revalidation: Revalidation): LookupResult {
  const cache: CacheUse = { status: 'forward', reason, isStored: false };
  return result(asked, { answer: { kind: 'pending', isPrefetch: asked.purpose === 'prefetch' }, cache }, revalidation);
}

/** The caller wanted an answer from the cache only, and the cache has none. */
export function notCached(asked: Asked, reason: ForwardReason): LookupResult {
  const cache: CacheUse = { status: 'forward', reason: asked.store.isBypassed ? 'bypass' : reason, isStored: false };
  return result(asked, { answer: { kind: 'not-cached' }, cache });
}

/** The upstream answered, or failed. @param notStored why its answer was not stored. Default: nothing says why */
export function forwarded(
  asked: Asked,
  parts: Pick<LookupResult, 'answer' | 'upstreamCall' | 'isIdentityMismatch'>,
  reason: ForwardReason | 'bypass',
  isStored: boolean,
  notStored?: NotStoredReason,
): LookupResult {
  const cache: CacheUse = { status: 'forward', reason, isStored, ...(notStored !== undefined && { notStored }) };
  return result(asked, { ...parts, cache });
}

/** An entry as it is served. Its text is read only if it is needed. */
function toServedReply({ entry, ageMs, ttlMs }: Servable): ServedReply {
  const { kind, status, customer, customerAliases, packed } = entry;
  return withLateBody({ kind, status, ageMs, ttlMs, customer, customerAliases }, () => entry.body, packed);
}

function result(
  asked: Asked,
  parts: Pick<LookupResult, 'answer' | 'cache'> & Partial<LookupResult>,
  revalidation: Revalidation = 'not-asked',
): LookupResult {
  return {
    joined: undefined,
    upstreamCall: undefined,
    maskedFailure: undefined,
    isIdentityMismatch: false,
    isRevalidationAsked: revalidation === 'asked',
    isRevalidationLost: revalidation === 'lost',
    storeFailure: asked.store.failure,
    ...parts,
  };
}
