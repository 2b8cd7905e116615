import { type Json, type JsonObject, parseObject } from '../../customer/json.ts';
import type { FailureKind, UpstreamErrors, UpstreamFailure, UpstreamOutcome } from '../../lookup/upstream.ts';
import { classify } from './error-codes.ts';

/** What a reply says, in whatever shape its API says it. */
export interface ReplyWords {
  /** Why there is no customer, or not all of one; each with a code and a message. */
  readonly errors: readonly Json[];
  /** What else is to be known; each as in `errors`. */
  readonly warnings: readonly Json[];
  /** Whether there is a customer, and one alone. */
  readonly hasCustomer: boolean;
  /** The upstream's id of the customer, where the reply says it. */
  readonly customerId: string | undefined;
  /** What is passed on of an error reply: the upstream's own words, and nothing else. */
  readonly errorBody: UpstreamErrors;
}

/**
 * What a reply means for a look-up (upstream notes §3); the first row that fits counts.
 *
 * | the reply | outcome |
 * |---|---|
 * | status 429 | failed: throttled |
 * | a redirect | failed: invalid |
 * | an error says erased | erased |
 * | an error says not found | not-found |
 * | an error says caller's error, not permitted, fraud | refused |
 * | an error says busy | failed: server-error |
 * | status 401 or 403 | failed: credentials-refused |
 * | status 5xx | failed: server-error |
 * | no JSON object | failed: invalid |
 * | an error of an unknown code, or without a customer | refused |
 * | status 2xx, a customer | found; incomplete when an error or warning says partial |
 * | anything else | failed: invalid |
 *
 * @param body the decoded text; undefined when there is none that can be read (too big, not UTF-8)
 * @param read reads the API's own shape
 */
export function readReply(
  status: number,
  body: string | undefined,
  read: (reply: JsonObject) => ReplyWords,
): UpstreamOutcome {
  if (status === 429) return failed('throttled');
  if (status >= 300 && status < 400) return failed('invalid');
  const reply = toObject(body);
  if (reply === undefined) return failed(failureOf(status) ?? 'invalid');

  const { errors, warnings, hasCustomer, customerId, errorBody } = read(reply);
  const classes = errors.map(classify);
  for (const kind of ['erased', 'not-found', 'refused'] as const) {
    if (classes.includes(kind)) return { kind, status, errors: errorBody };
  }
  const failure = classes.includes('busy') ? 'server-error' : failureOf(status);
  if (failure !== undefined) return failed(failure);
  if (classes.includes(undefined) || (errors.length > 0 && !hasCustomer)) {
    return { kind: 'refused', status, errors: errorBody };
  }
  if (status >= 400 || !hasCustomer) return failed('invalid');
  const said = [...classes, ...warnings.map(classify)];
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
    return parseObject(body);
  } catch {
    // No object, broken, or nested deeper than the stack allows.
    return undefined;
  }
}
