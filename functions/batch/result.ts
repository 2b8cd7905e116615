import { type Json, parseObject } from '../customer/json/json.ts';
import type { Projection } from '../customer/reply/projection.ts';
import { REPLY_SHAPES } from '../customer/reply/reply-shape.ts';
import type { Api } from '../customer/request/canonical-request.ts';
import { isSilentRefusal, PENDING_RETRY_AFTER_SECONDS, SILENT_REFUSAL, toLookupError } from '../lookup/error-code.ts';
import type { CacheUse, LookupResult, ServedReply } from '../lookup/lookup-result.ts';
import type { CacheResult, ErrorResult, LookupOutcome } from './outcome.ts';

/**
 * The result of a look-up for a direct invocation. The customer's numbers keep their digits when it is written out.
 * @param api the answer has the shape of this API
 * @param fields narrows the customer
 */
export function toOutcome(
  { answer, cache }: LookupResult,
  api: Api,
  fields: Projection | undefined,
): LookupOutcome<Json> {
  const shape = REPLY_SHAPES[api];
  switch (answer.kind) {
    case 'found': {
      const profile = parseObject(answer.body);
      const customer = shape.customerOf(fields === undefined ? profile : shape.narrow(profile, fields));
      return { kind: 'found', customer, cache: cacheOf(answer, cache) };
    }
    case 'not-found':
    case 'erased':
      return { kind: 'not-found', upstream: shape.errorOf(parseObject(answer.body)), cache: cacheOf(answer, cache) };
    case 'refused': {
      const code = 'upstream_refused';
      if (isSilentRefusal(answer)) {
        const { message } = SILENT_REFUSAL;
        return { kind: 'error', code, message, upstream: { code: String(answer.status), message } };
      }
      const message = 'The upstream refuses this look-up.';
      return { kind: 'error', code, message, upstream: shape.errorOf(parseObject(answer.body)) };
    }
    case 'pending':
      return { kind: 'pending', retryAfterSeconds: PENDING_RETRY_AFTER_SECONDS };
    default: {
      const { code, message, retryAfterSeconds } = toLookupError(answer);
      return errorResult(code, message, retryAfterSeconds);
    }
  }
}

/** The result of a look-up that has no answer. */
export function errorResult(code: ErrorResult['code'], message: string, retryAfterSeconds?: number): ErrorResult {
  return { kind: 'error', code, message, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

/** How the cache was used for a reply. */
export function cacheOf({ ageMs, ttlMs }: ServedReply, cache: CacheUse): CacheResult {
  return {
    status: statusOf(cache),
    ageSeconds: Math.floor(ageMs / 1000),
    ttlSeconds: Math.floor(ttlMs / 1000),
  };
}

function statusOf(cache: CacheUse): CacheResult['status'] {
  switch (cache.status) {
    case 'hit':
      return cache.detail === undefined ? 'hit' : 'stale';
    case 'collapsed':
      return 'collapsed';
    case 'forward':
      return cache.reason === 'bypass' ? 'bypass' : 'miss';
  }
}
