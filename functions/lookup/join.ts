import { joinSections, sectionsAlone, withoutSections } from '../customer/joined/joined-reply.ts';
import { parseJson, parseObject, writeJson } from '../customer/json/json.ts';
import { REPLY_SHAPES } from '../customer/reply/reply-shape.ts';
import type { Api, Supplement } from '../customer/request/canonical-request.ts';
import type { CacheUse, JoinOutcome, LookupResult, ServedReply } from './lookup-result.ts';
import type { UpstreamCall } from './upstream.ts';

/**
 * Joins the two halves of a look-up: the half of v2 and the half of v1.1. The sections of v1.1 join v2's reply, but
 * only if both are about one customer, by the upstream's own id. Otherwise, or if one half is missing, the other half
 * is served, with a warning that names the missing parts. The age is the age of the older half, the freshness is the
 * smaller of the two, and the result is a hit only if both halves are hits.
 */
export function join(main: LookupResult, other: LookupResult, supplement: Supplement): LookupResult {
  if (other.answer.kind === 'erased' && main.answer.kind !== 'erased') {
    return together(main, other, erased(other.answer), undefined);
  }
  if (main.answer.kind === 'found') return joinTo(main, main.answer, other, supplement);
  const isMissing = main.answer.kind === 'failed' || main.answer.kind === 'not-cached';
  if (!isMissing || other.answer.kind !== 'found') return together(main, other, main.answer, undefined);
  const body = sectionsAlone(parseObject(other.answer.body), supplement.sections, whyMissing(main.answer, 'v2'));
  return together(main, other, { ...other.answer, body: writeJson(body) }, 'v2-missing');
}

function joinTo(main: LookupResult, profile: ServedReply, other: LookupResult, { sections }: Supplement): LookupResult {
  const reply = parseObject(profile.body);
  if (other.answer.kind !== 'found') {
    const body = writeJson(withoutSections(reply, sections, whyMissing(other.answer, 'v1.1')));
    return together(main, other, { ...profile, body }, 'v1.1-missing');
  }
  if (profile.customer === undefined || profile.customer !== other.answer.customer) {
    const body = writeJson(withoutSections(reply, sections, whyApart(profile, other.answer)));
    return together(main, other, { ...profile, body }, 'mismatch');
  }
  const body = writeJson(joinSections(reply, parseObject(other.answer.body), sections));
  const ageMs = Math.max(profile.ageMs, other.answer.ageMs);
  const ttlMs = Math.min(profile.ttlMs, other.answer.ttlMs);
  return together(main, other, { ...profile, body, ageMs, ttlMs }, 'joined');
}

/** Why the sections of v1.1 do not join this profile. */
function whyApart(profile: ServedReply, sections: ServedReply): string {
  const areKnown = profile.customer !== undefined && sections.customer !== undefined;
  if (areKnown) return 'v1.1 has another customer by this identifier.';
  return "v1.1 or v2 does not give the customer's id, so the two may have different customers.";
}

/** Why a half is missing, and whether it helps to ask again. */
function whyMissing({ kind }: LookupResult['answer'], api: Api): string {
  if (kind === 'failed') return `The look-up by ${api} failed; try again.`;
  if (kind === 'pending') return `${api} has not answered yet; ask again.`;
  if (kind === 'not-cached') return `The cache has no answer of ${api}, and only-if-cached forbids asking for one.`;
  return `${api} does not give this customer.`;
}

/** An erased customer must not be shown, even if v2 or the cache still has data. */
function erased(word: ServedReply): ServedReply {
  const { code, message } = REPLY_SHAPES['v1.1'].errorOf(parseObject(word.body));
  // v1.1 writes the code as a text, v2 as a number.
  const number = typeof code === 'string' && /^[1-9]\d*$/.test(code) ? parseJson(code) : code;
  return { ...word, body: writeJson({ errors: [{ status: false, code: number, message }], warnings: [] }) };
}

/** Both halves as one result. */
function together(
  main: LookupResult,
  other: LookupResult,
  answer: LookupResult['answer'],
  joined: JoinOutcome | undefined,
): LookupResult {
  return {
    answer,
    cache: cacheUseOf(main, other, answer),
    joined,
    upstreamCall: callOf(main, other),
    maskedFailure: main.maskedFailure ?? failureOf(main) ?? other.maskedFailure ?? failureOf(other),
    storeFailure: main.storeFailure ?? other.storeFailure,
    isIdentityMismatch: main.isIdentityMismatch || other.isIdentityMismatch,
    isRevalidationAsked: main.isRevalidationAsked || other.isRevalidationAsked,
    isRevalidationLost: main.isRevalidationLost || other.isRevalidationLost,
    ...((main.isPrefetchUsed || other.isPrefetchUsed) && { isPrefetchUsed: true }),
  };
}

function failureOf({ answer }: LookupResult): LookupResult['maskedFailure'] {
  return answer.kind === 'failed' ? answer.failure : undefined;
}

/**
 * How the cache was used. It is a hit only if both halves are hits. It is stale if a served half is stale, with the
 * reason of that half.
 */
function cacheUseOf(main: LookupResult, other: LookupResult, answer: LookupResult['answer']): CacheUse {
  const uses = [main.cache, other.cache];
  const forwarded = uses.filter((use) => use.status === 'forward');
  const [first] = forwarded;
  if (first !== undefined) {
    const notStored = forwarded.find((use) => use.notStored !== undefined)?.notStored;
    const isStored = forwarded.every((use) => use.isStored);
    return { ...first, isStored, ...(notStored !== undefined && { notStored }) };
  }
  return uses.find(({ status }) => status === 'collapsed') ?? (ttlOf(answer) < ttlOf(main.answer) ? other : main).cache;
}

function ttlOf(answer: LookupResult['answer']): number {
  return 'ttlMs' in answer ? answer.ttlMs : Number.POSITIVE_INFINITY;
}

/**
 * The calls of the two halves as one call, from the start of the first to the end of the last. The status is that of
 * the half that went forward, as in Cache-Status.
 */
function callOf(main: LookupResult, other: LookupResult): UpstreamCall | undefined {
  const isOtherFirst = main.cache.status !== 'forward' && other.cache.status === 'forward';
  const [first, second] = (isOtherFirst ? [other, main] : [main, other])
    .map(({ upstreamCall }) => upstreamCall)
    .filter((call) => call !== undefined);
  if (first === undefined || second === undefined) return first;
  const error = first.error ?? second.error;
  const spans = [first, second].map(({ askedAt, begunAt = askedAt, durationMs }) => [begunAt, begunAt + durationMs]);
  const begunAt = Math.min(...spans.map(([start = 0]) => start));
  return {
    askedAt: Math.min(first.askedAt, second.askedAt),
    begunAt,
    durationMs: Math.max(...spans.map(([, end = 0]) => end)) - begunAt,
    attempts: first.attempts + second.attempts,
    status: first.status ?? second.status,
    requestId: first.requestId ?? second.requestId,
    ...(error !== undefined && { error }),
  };
}
