import { isObject, type JsonObject, parseJson, textOf } from '../../customer/json.ts';
import type { FailureKind, UpstreamErrors, UpstreamFailure, UpstreamOutcome } from '../../lookup/ports.ts';
import { classify, elementsOf } from './error-codes.ts';

/**
 * What a reply of the v2 look-up says (upstream notes §3); the first row that fits counts.
 *
 * | the reply | outcome |
 * |---|---|
 * | status 429 | failed: throttled |
 * | a redirect | failed: invalid |
 * | `errors[]` says not found | not-found |
 * | `errors[]` says erased | erased |
 * | `errors[]` says caller's error, not permitted, fraud | refused |
 * | `errors[]` says busy | failed: server-error |
 * | status 401 or 403 | failed: credentials-refused |
 * | status 5xx | failed: server-error |
 * | no JSON object | failed: invalid |
 * | `errors[]` of an unknown code, or without a customer | refused |
 * | status 2xx, a customer | found; incomplete when an error or warning says partial |
 * | anything else | failed: invalid |
 *
 * @param body the decoded text; undefined when there is none that can be read (too big, not UTF-8)
 */
export function readCustomerDetailsReply(status: number, body: string | undefined): UpstreamOutcome {
  if (status === 429) return failed('throttled');
  if (status >= 300 && status < 400) return failed('invalid');
  const reply = toObject(body);
  if (reply === undefined) return failed(failureOf(status) ?? 'invalid');

  const errors = elementsOf(reply, 'errors');
  const classes = errors.map(classify);
  for (const kind of ['not-found', 'erased', 'refused'] as const) {
    if (classes.includes(kind)) return { kind, status, errors: errorBody(reply) };
  }
  const failure = classes.includes('busy') ? 'server-error' : failureOf(status);
  if (failure !== undefined) return failed(failure);
  if (classes.includes(undefined) || (errors.length > 0 && !isCustomer(reply))) {
    return { kind: 'refused', status, errors: errorBody(reply) };
  }
  if (status >= 400 || !isCustomer(reply)) return failed('invalid');
  const isPartial = [...errors, ...elementsOf(reply, 'warnings')].some((element) => classify(element) === 'partial');
  return { kind: 'found', status, reply, isComplete: !isPartial };
}

function failed(failure: FailureKind): UpstreamFailure {
  return { kind: 'failed', failure };
}

/** The failure that a status stands for, where the body does not say better. */
function failureOf(status: number): FailureKind | undefined {
  if (status === 401 || status === 403) return 'credentials-refused';
  return status >= 500 ? 'server-error' : undefined;
}

function toObject(body: string | undefined): JsonObject | undefined {
  if (body === undefined) return undefined;
  try {
    const json = parseJson(body);
    return isObject(json) ? json : undefined;
  } catch {
    // Broken, or nested deeper than the stack allows.
    return undefined;
  }
}

/** A complete reply names the customer it is about. */
function isCustomer(reply: JsonObject): boolean {
  return /^\d+$/.test(textOf(reply.id) ?? '');
}

/** What is passed on of an error reply: the upstream's own `errors[]` and `warnings[]`, and nothing else. */
function errorBody(reply: JsonObject): UpstreamErrors {
  return { errors: elementsOf(reply, 'errors'), warnings: elementsOf(reply, 'warnings') };
}
