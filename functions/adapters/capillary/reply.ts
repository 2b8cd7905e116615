import type { Json, JsonObject } from '../../customer/json/json.ts';
import { isReadable } from '../../customer/reply/error-elements.ts';
import type { FailureKind, UpstreamErrors, UpstreamFailure, UpstreamOutcome } from '../../lookup/upstream.ts';
import { classify, type ErrorClass, erasedMessageIn } from './error-codes.ts';
import type { ReplyBody } from './reply-body.ts';
import { erasedAmong, toErrorBody } from './reply-messages.ts';

/** The facts of a reply, in a form that is the same for both APIs. */
export interface ReplyFacts {
  /** Why there is no customer, or only a part of one. For an erased customer, only that error. */
  readonly errors: readonly Json[];
  /** Other facts, each in the form of `errors`. */
  readonly warnings: readonly Json[];
  /** Whether there is exactly one customer. */
  readonly hasCustomer: boolean;
  /** Whether there are several customers: no text of the reply is surely about the one of the look-up. Default: false. */
  readonly hasSeveralCustomers?: boolean;
  /** The upstream's id of the customer, if the reply has it. */
  readonly customerId: string | undefined;
  /** The part of an error reply that the service passes on: the upstream's own errors, and nothing else. */
  readonly errorBody: UpstreamErrors;
}

/** The reply is a part of the content, or a difference from it (RFC 9110 §15.3.7, RFC 3229 §10.4.1). */
const PARTIAL_STATUSES = [206, 226];

/** The classes of errors that are failures with any HTTP status. If there are several, the first counts. */
const FAILURES = [
  ['throttled', 'throttled'],
  ['busy', 'server-error'],
  ['credentials-refused', 'credentials-refused'],
] as const satisfies readonly (readonly [ErrorClass, FailureKind])[];

/**
 * The meaning of a reply for a look-up (contract §1, "Upstream answers"; upstream notes §3). The first row that fits
 * counts. An error is *readable* if it has a code or a message. `reply.test.ts` has a test for each row.
 *
 * | the reply | outcome |
 * |---|---|
 * | says that the customer is erased: in a known place, or anywhere if it has no customer | erased |
 * | status 429 | failed: throttled |
 * | status 3xx | failed: invalid |
 * | an error says not found | not-found; incomplete if the status is 206 or 226 |
 * | an error says caller's error, not permitted, fraud | refused |
 * | an error says throttled | failed: throttled |
 * | an error says busy | failed: server-error |
 * | an error says credentials refused, or status 401 or 403 | failed: credentials-refused |
 * | status 5xx | failed: server-error |
 * | a readable error of an unknown code, or without a customer | refused |
 * | a customer, and an error or warning says merged or partial | found, as below |
 * | status 400 | refused, without errors |
 * | status 2xx, a customer | found; incomplete if one says partial, if an error is not readable, or if the status is 206 or 226 |
 * | anything else | failed: invalid |
 *
 * @param read reads the API's own shape
 */
export function readReply(
  status: number,
  { text, json: reply }: ReplyBody,
  read: (reply: JsonObject) => ReplyFacts,
): UpstreamOutcome {
  const known = reply === undefined ? NO_FACTS : read(reply);
  const facts = mayHideErasure(known) ? { ...known, ...factsOfText(text) } : known;
  const { errors, warnings, hasCustomer, customerId, errorBody } = facts;
  const classes = errors.map(classify);

  if (classes.includes('erased')) return { kind: 'erased', status, errors: errorBody, customerId };
  if (status === 429) return toFailure('throttled');
  if (status >= 300 && status < 400) return toFailure('invalid');
  const isWhole = !PARTIAL_STATUSES.includes(status);
  if (classes.includes('not-found')) return { kind: 'not-found', status, errors: errorBody, isComplete: isWhole };
  if (classes.includes('refused')) return { kind: 'refused', status, errors: errorBody };
  const [, failure = failureOf(status)] = FAILURES.find(([kind]) => classes.includes(kind)) ?? [];
  if (failure !== undefined) return toFailure(failure);
  const isUnknown = (error: Json) => classify(error) === undefined || !hasCustomer;
  if (errors.some((error) => isReadable(error) && isUnknown(error)))
    return { kind: 'refused', status, errors: errorBody };
  const said = [...classes, ...warnings.map(classify)];
  // The HTTP status of a merged or partial reply is not documented. Its code says that the data are good.
  const isGood = said.includes('merged') || said.includes('partial') || status < 400;
  if (reply === undefined || !isGood || !hasCustomer) {
    return status === 400 ? { kind: 'refused', status, errors: undefined } : toFailure('invalid');
  }
  const isComplete = !said.includes('partial') && errors.every(isReadable) && isWhole;
  return { kind: 'found', status, reply, customerId, isComplete, isMerged: said.includes('merged') };
}

function toFailure(failure: FailureKind): UpstreamFailure {
  return { kind: 'failed', failure };
}

/** The failure for a status, if the body says nothing more exact. */
function failureOf(status: number): FailureKind | undefined {
  if (status === 401 || status === 403) return 'credentials-refused';
  return status >= 500 ? 'server-error' : undefined;
}

/**
 * Whether the message that the customer was erased may stand in a place that the API's own reader does not know. [S1]
 * shows the message, and not its place. In the data of a customer the same words may mean something else.
 */
function mayHideErasure({ errors, hasCustomer, hasSeveralCustomers }: ReplyFacts): boolean {
  return !hasCustomer && !hasSeveralCustomers && erasedAmong(errors) === undefined;
}

/** The message that a customer was erased as the one error, if the text has it anywhere. */
function factsOfText(text: string | undefined): Partial<ReplyFacts> {
  const message = erasedMessageIn(text);
  return message === undefined ? {} : { errors: [message], errorBody: toErrorBody(message) };
}

/** The facts of a reply that is not about one customer. */
export const NO_FACTS: ReplyFacts = {
  errors: [],
  warnings: [],
  hasCustomer: false,
  customerId: undefined,
  errorBody: {},
};
