import { isArray, isObject, type Json, parseJson } from '../customer/json.ts';
import { type Projection, project } from '../customer/projection.ts';
import { toLookupError } from '../lookup/error-code.ts';
import type { CacheUse, LookupResult, UpstreamsWord } from '../lookup/lookup.ts';
import type { CacheResult, ErrorResult, LookupOutcome } from './outcome.ts';

/** What a direct invocation returns for a look-up. The customer's numbers keep their digits when it is written out. */
export function toOutcome({ answer, cache }: LookupResult, fields: Projection | undefined): LookupOutcome<Json> {
  switch (answer.kind) {
    case 'found':
      return { kind: 'found', customer: customerOf(answer, fields), cache: cacheOf(answer, cache) };
    case 'not-found':
    case 'erased':
      return { kind: 'not-found', upstream: upstreamOf(answer), cache: cacheOf(answer, cache) };
    case 'refused': {
      const message = 'The upstream refuses this look-up.';
      return { kind: 'error', code: 'upstream_refused', message, upstream: upstreamOf(answer) };
    }
    default: {
      const { code, message, retryAfterSeconds } = toLookupError(answer);
      return errorResult(code, message, retryAfterSeconds);
    }
  }
}

/** A look-up that has no answer. */
export function errorResult(code: ErrorResult['code'], message: string, retryAfterSeconds?: number): ErrorResult {
  return { kind: 'error', code, message, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}

function customerOf({ body }: UpstreamsWord, fields: Projection | undefined): Json {
  const customer = parseJson(body);
  return fields !== undefined && isObject(customer) ? project(customer, fields) : customer;
}

function cacheOf({ ageMs, ttlMs }: UpstreamsWord, cache: CacheUse): CacheResult {
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

/** The first of the upstream's `errors[]`, in its words. */
function upstreamOf({ body }: UpstreamsWord) {
  const reply = parseJson(body);
  const [error] = isObject(reply) && isArray(reply.errors) ? reply.errors : [];
  const { code = null, message = null } = isObject(error) ? error : {};
  return { code, message };
}
