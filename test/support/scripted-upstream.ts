import type { CanonicalRequest } from '../../functions/customer/canonical-request.ts';
import { isObject, parseJson } from '../../functions/customer/json.ts';
import type { Clock, CustomerUpstream, UpstreamAnswer, UpstreamOutcome } from '../../functions/lookup/ports.ts';

/** An upstream that answers what it is told to, and takes the clock's time over it. */
export class ScriptedUpstream implements CustomerUpstream {
  /** What was asked, in order. */
  readonly requests: CanonicalRequest[] = [];
  /** What it answers, until it is told otherwise. */
  outcome: UpstreamOutcome = found('{"id":1}');
  /** How long an answer takes. */
  takesMs = 0;
  readonly #clock: Clock & { advance(ms: number): void };

  constructor(clock: Clock & { advance(ms: number): void }) {
    this.#clock = clock;
  }

  async fetch(request: CanonicalRequest): Promise<UpstreamAnswer> {
    this.requests.push(request);
    const askedAt = this.#clock.now();
    const { outcome, takesMs } = this;
    this.#clock.advance(takesMs);
    const status = 'status' in outcome ? outcome.status : undefined;
    return { outcome, call: { askedAt, durationMs: takesMs, attempts: 1, status, requestId: 'cap-1' } };
  }
}

/** A customer, complete. */
export function found(body: string, isComplete = true): UpstreamOutcome {
  const reply = parseJson(body);
  if (!isObject(reply)) throw new TypeError('A reply is an object.');
  return { kind: 'found', status: 200, reply, isComplete };
}

/** The upstream's own error, by its code. */
export function said(kind: 'not-found' | 'erased' | 'refused', code: number, status = 200): UpstreamOutcome {
  const errors = parseJson(`{"errors":[{"status":false,"code":${code},"message":"its words"}],"warnings":[]}`);
  if (!isObject(errors)) throw new TypeError('A reply is an object.');
  return { kind, status, errors };
}
