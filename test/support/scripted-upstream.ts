import { isObject, parseJson, textOf } from '../../functions/customer/json/json.ts';
import type { Api, CanonicalRequest } from '../../functions/customer/request/canonical-request.ts';
import type {
  CustomerUpstream,
  FetchOptions,
  FoundOutcome,
  UpstreamAnswer,
  UpstreamOutcome,
} from '../../functions/lookup/upstream.ts';
import type { ManualClock } from './manual-clock.ts';

/** An upstream with answers, and times, that the test sets. */
export class ScriptedUpstream implements CustomerUpstream {
  /** The requests, in order. */
  readonly requests: CanonicalRequest[] = [];
  /** How many askers gave up. */
  abandonedCount = 0;
  /** Its answer, until the test sets another: the test may change it until a request comes. */
  outcome: UpstreamOutcome = found('{"id":1}');
  /** How long an answer takes; 0 answers at once, without a turn of the clock. */
  takesMs = 0;
  /** How long a cold instance takes to get ready. */
  preparesMs = 0;
  /** How often a look-up got ready. */
  preparedCount = 0;
  /** The answer of one of its APIs, if that differs from the other's. */
  readonly outcomeOf: Partial<Record<Api, UpstreamOutcome>> = {};
  /** How long one of its APIs takes, if that differs from the other's. */
  readonly takesMsOf: Partial<Record<Api, number>> = {};
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async prepare(): Promise<void> {
    this.preparedCount += 1;
    if (this.preparesMs > 0) await this.#clock.sleep(this.preparesMs);
  }

  async fetch(request: CanonicalRequest, { signal }: FetchOptions = {}): Promise<UpstreamAnswer> {
    this.requests.push(request);
    const askedAt = this.#clock.now();
    const outcome = this.outcomeOf[request.api] ?? this.outcome;
    const takesMs = this.takesMsOf[request.api] ?? this.takesMs;
    if (takesMs > 0) await this.#clock.sleep(takesMs, signal);
    if (signal?.aborted) this.abandonedCount += 1;
    const said: UpstreamOutcome = signal?.aborted ? { kind: 'failed', failure: 'timeout' } : outcome;
    const durationMs = this.#clock.now() - askedAt;
    const status = 'status' in said ? said.status : undefined;
    return { outcome: said, call: { askedAt, durationMs, attempts: 1, status, requestId: 'cap-1' } };
  }
}

/** A customer, complete. */
export function found(body: string, changes: Partial<FoundOutcome> = {}): FoundOutcome {
  const reply = parseJson(body);
  if (!isObject(reply)) throw new TypeError('A reply is an object.');
  const customerId = textOf(reply.id) ?? '1';
  return { kind: 'found', status: 200, reply, customerId, isComplete: true, isMerged: false, ...changes };
}

/** A customer as v1.1 gives one, complete: its members, and `user_id`, which is 1 unless the members have another. */
export function foundByV1(members: string, changes: Partial<FoundOutcome> = {}): FoundOutcome {
  const customer = parseJson(members);
  if (!isObject(customer)) throw new TypeError('A customer is an object.');
  const customerId = textOf(customer.user_id) ?? '1';
  const status = { success: 'true', code: '1000', message: 'found', warnings: '' };
  const reply = {
    response: { customers: { customer: [{ user_id: customerId, ...customer, item_status: status }] } },
  };
  return { kind: 'found', status: 200, reply, customerId, isComplete: true, isMerged: false, ...changes };
}

/** v1.1's own error, by its code. */
export function saidByV1(kind: 'not-found' | 'erased' | 'refused', code: number, status = 200): UpstreamOutcome {
  const itemStatus = { success: 'false', code: String(code), message: 'its words' };
  const errors = { response: { customers: { customer: [{ item_status: itemStatus }] } } };
  return { kind, status, errors, isComplete: true };
}

/** A refusal that does not say why: a 400 with a blank body. */
export const SILENTLY_REFUSED: UpstreamOutcome = { kind: 'refused', status: 400, errors: undefined };

/** The upstream's own error, by its code. */
export function said(kind: 'not-found' | 'erased' | 'refused', code: number, status = 200): UpstreamOutcome {
  const errors = parseJson(`{"errors":[{"status":false,"code":${code},"message":"its words"}],"warnings":[]}`);
  if (!isObject(errors)) throw new TypeError('A reply is an object.');
  return { kind, status, errors, isComplete: true };
}
