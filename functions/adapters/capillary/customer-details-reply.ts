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
  const customerId = customerIdOf(reply);
  if (classes.includes(undefined) || (errors.length > 0 && customerId === undefined)) {
    return { kind: 'refused', status, errors: errorBody(reply) };
  }
  if (status >= 400 || customerId === undefined) return failed('invalid');
  const said = [...classes, ...elementsOf(reply, 'warnings').map(classify)];
  const isComplete = !said.includes('partial');
  return { kind: 'found', status, reply, customerId, isComplete, isMerged: said.includes('merged') };
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

/** Whom a complete reply is about; undefined when it names no customer. */
function customerIdOf(reply: JsonObject): string | undefined {
  const id = textOf(reply.id) ?? '';
  return /^\d+$/.test(id) ? id : undefined;
}

/** What is passed on of an error reply: the upstream's own `errors[]` and `warnings[]`, and nothing else. */
function errorBody(reply: JsonObject): UpstreamErrors {
  return { errors: elementsOf(reply, 'errors'), warnings: elementsOf(reply, 'warnings') };
}
