import { byInvocation, type InvocationOptions } from './by-invocation.ts';
import { TOO_LATE, within } from './deadline.ts';
import type { ErrorOutcome } from './outcome.ts';
import { type OutcomeOf, transportError } from './outcome.ts';
import { type HttpOptions, overHttp } from './over-http.ts';
import { type Known, type LookupQuery, refusalOf, toPayload } from './query.ts';
import type { Transport } from './transport.ts';

/** The address of Lookaside, behind its gateway or as a function to invoke; and how long a call may take. */
export type LookasideOptions = (
  | (HttpOptions & { readonly lambda?: undefined; readonly functionName?: undefined })
  | (InvocationOptions & { readonly endpoint?: undefined; readonly apiKey?: undefined; readonly fetch?: undefined })
) & {
  /** The time in which a call must have an answer. Milliseconds, 1 to 900000. Default: 10000. */
  readonly deadlineMs?: number | undefined;
};

/** The options of one call. */
export interface CallOptions {
  /** Gives the call up; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The deadline of this call. Milliseconds, 1 to 900000. Default: the client's own. */
  readonly deadlineMs?: number | undefined;
}

/** Looks customers up at a Lookaside. */
export interface Lookaside {
  /**
   * Looks one customer up. It returns every outcome, even if nothing answered: found, not found, pending if the query
   * has `waitMs`, or an error.
   * @throws the reason of `signal` when it is aborted
   * @throws {RangeError} if the deadline is not allowed
   */
  lookup<const Query extends LookupQuery>(query: Known<Query>, options?: CallOptions): Promise<OutcomeOf<Query>>;

  /**
   * Looks up to 100 customers up at once, by either API. There is one outcome for each, in the same order. If the whole
   * call fails, each look-up has the same error. A query that JSON cannot hold is not sent, and the others are.
   *
   * @throws as `lookup`
   */
  lookupBatch<const Queries extends readonly LookupQuery[]>(
    queries: { readonly [Position in keyof Queries]: Known<Queries[Position]> },
    options?: CallOptions,
  ): Promise<{ readonly [Position in keyof Queries]: OutcomeOf<Queries[Position]> }>;
}

/** Longer than Lookaside takes with its default settings (6.3 s), so that Lookaside's own error comes first. */
const DEFAULT_DEADLINE_MS = 10_000;
/** How long a Lambda function may run at most. */
const MAX_DEADLINE_MS = 900_000;

/**
 * Makes a client of Lookaside. The client holds no connection of its own, so a program can keep one for as long as it
 * runs.
 *
 * ```ts
 * import { createLookaside } from 'lookaside-client';
 *
 * const lookaside = createLookaside({ endpoint: 'https://lookaside.example/live', apiKey: 'till-key' });
 * const outcome = await lookaside.lookup({
 *   source: 'INSTORE',
 *   identifierName: 'mobile',
 *   identifierValue: '+91 98765 43210',
 *   embed: ['points'],
 * });
 * switch (outcome.kind) {
 *   case 'found':
 *     greet(outcome.customer.profiles?.[0]?.firstName);
 *     break;
 *   case 'not-found':
 *     offerEnrolment();
 *     break;
 *   case 'pending':
 *     askAgainIn(outcome.retryAfterSeconds);
 *     break;
 *   case 'error':
 *     carryOnWithout(outcome.code, outcome.retryAfterSeconds);
 *     break;
 * }
 * ```
 *
 * @throws {TypeError} when the endpoint, the key or the function's name is not allowed, or when neither endpoint nor lambda
 * is given
 * @throws {RangeError} when the deadline is not allowed
 */
export function createLookaside(options: LookasideOptions): Lookaside {
  const transport = toTransport(options);
  const ownDeadlineMs = readDeadline(options.deadlineMs ?? DEFAULT_DEADLINE_MS);

  const call = async <T>(
    { signal, deadlineMs }: CallOptions,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | ErrorOutcome> => {
    const limitMs = deadlineMs === undefined ? ownDeadlineMs : readDeadline(deadlineMs);
    try {
      const answer = await within(limitMs, signal, work);
      if (answer !== TOO_LATE) return answer;
      return transportError('deadline_exceeded', `${transport.name} did not answer within ${limitMs} ms. Try again.`);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      return transportError('unreachable', `${transport.name} could not be asked. Try again.`, error);
    }
  };

  return {
    lookup: async (query, callOptions = {}) => {
      const payload = toPayload(query);
      const work = async (signal: AbortSignal) => refusalOf(payload) ?? transport.one(payload, signal);
      // The service answers in the shape of the query's API.
      return (await call(callOptions, work)) as OutcomeOf<typeof query>;
    },
    lookupBatch: async (queries, callOptions = {}) => {
      const payloads = queries.map(toPayload);
      const refusals = payloads.map(refusalOf);
      const sent = payloads.filter((_, position) => refusals[position] === undefined);
      const hasNoneToSend = sent.length === 0 && payloads.length > 0;
      const work = async (signal: AbortSignal) => (hasNoneToSend ? [] : transport.many(sent, signal));
      const answer = await call(callOptions, work);
      const answers = ('kind' in answer ? sent.map(() => answer) : answer).values();
      const outcomes = refusals.map((refusal) => refusal ?? answers.next().value);
      return outcomes as unknown as {
        readonly [Position in keyof typeof queries]: OutcomeOf<(typeof queries)[Position]>;
      };
    },
  };
}

function toTransport(options: LookasideOptions): Transport {
  if (options.lambda !== undefined) return byInvocation(options);
  // The compiler refuses such options, but a JavaScript program has no such check.
  if (options.endpoint === undefined) {
    throw new TypeError('endpoint and lambda are both missing; give the address of Lookaside, or your LambdaClient.');
  }
  return overHttp(options);
}

function readDeadline(deadlineMs: number): number {
  if (deadlineMs >= 1 && deadlineMs <= MAX_DEADLINE_MS) return deadlineMs;
  throw new RangeError(`deadlineMs is ${deadlineMs}; allowed are 1 to ${MAX_DEADLINE_MS} milliseconds.`);
}
