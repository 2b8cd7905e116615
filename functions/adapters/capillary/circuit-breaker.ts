/** The breaker opens after this number of failed look-ups in a row (contract §3). */
const FAILURES_TO_OPEN = 5;
/** How long it stays open at first. The time doubles each time the probe fails. */
const MIN_OPEN_MS = 1000;
const MAX_OPEN_MS = 5000;

/** For how many customers the breaker remembers an invalid reply. It forgets the oldest first. */
const MAX_REMEMBERED = 100;

/**
 * How a look-up ended, for the breaker.
 *
 * - `well`: the upstream answered it
 * - `failed`: the upstream could not be reached, was too late, or failed
 * - `{ invalidOf }`: the reply is invalid. It counts once per customer: one customer with a bad reply never opens the
 *   breaker for the others.
 * - `unknown`: the end shows nothing about the upstream. The service did not ask it, no caller waited for its answer,
 *   or it answered 4xx, which is about this one request.
 */
export type Verdict = 'well' | 'failed' | 'unknown' | { readonly invalidOf: string };

/** The right to ask the upstream. Its holder must report the end. */
export interface Passage {
  end(verdict: Verdict): void;
}

/**
 * Stops calls to an upstream that fails again and again. It opens after five failed look-ups in a row. After a second
 * it allows one look-up, the probe. Each time the probe fails, it doubles the time, up to five seconds.
 *
 * We do not use cockatiel's breaker: while half-open it makes other callers wait for the probe, up to the upstream's
 * whole timeout. Ours refuses them at once. Also, a test cannot turn the clock of cockatiel's breaker.
 */
export class CircuitBreaker {
  readonly #now: () => number;
  /**
   * The customers that had an invalid reply since the upstream last answered well. They are in memory only, the oldest
   * first.
   */
  readonly #customersWithInvalid = new Set<string>();
  #failuresInARow = 0;
  #openMs = MIN_OPEN_MS;
  /** By the clock `now`. Milliseconds; undefined: the breaker is closed. */
  #openUntil: number | undefined;
  #isProbing = false;

  /** @param now milliseconds since some moment, never set back: a clock that is corrected must not keep it open */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Allows a look-up to ask, or says for how long it must not (milliseconds). */
  enter(): Passage | number {
    if (this.#openUntil === undefined) return { end: (verdict) => this.#endClosed(verdict) };
    const leftMs = this.#openUntil - this.#now();
    if (leftMs > 0) return leftMs;
    if (this.#isProbing) return MIN_OPEN_MS;
    this.#isProbing = true;
    return { end: (verdict) => this.#endProbe(verdict) };
  }

  #endClosed(verdict: Verdict): void {
    // The breaker may have opened during this look-up: only the probe closes it again.
    if (this.#openUntil !== undefined) return;
    if (verdict === 'well') this.#startAnew();
    if (!this.#noteFailure(verdict)) return;
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= FAILURES_TO_OPEN) this.#open(MIN_OPEN_MS);
  }

  #endProbe(verdict: Verdict): void {
    this.#isProbing = false;
    if (verdict === 'well') {
      this.#openUntil = undefined;
      this.#startAnew();
    }
    if (this.#noteFailure(verdict)) this.#open(Math.min(this.#openMs * 2, MAX_OPEN_MS));
  }

  /** Takes note of a verdict. @returns whether it counts as a failure */
  #noteFailure(verdict: Verdict): boolean {
    if (typeof verdict === 'string') return verdict === 'failed';
    const { invalidOf } = verdict;
    const customers = this.#customersWithInvalid;
    if (customers.has(invalidOf)) return false;
    customers.add(invalidOf);
    const [oldest] = customers;
    if (customers.size > MAX_REMEMBERED && oldest !== undefined) customers.delete(oldest);
    return true;
  }

  #startAnew(): void {
    this.#failuresInARow = 0;
    this.#customersWithInvalid.clear();
  }

  #open(forMs: number): void {
    this.#openMs = forMs;
    this.#openUntil = this.#now() + forMs;
  }
}
