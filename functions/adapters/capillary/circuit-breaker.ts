/** After how many failed look-ups in a row the breaker opens (contract §3). */
const FAILURES_TO_OPEN = 5;
/** How long it stays open at first; doubles each time the probe fails. */
const MIN_OPEN_MS = 1000;
const MAX_OPEN_MS = 5000;

/**
 * How a look-up ended, for the breaker. `unknown`: it says nothing about the upstream (it was not asked, or nobody waited
 * for its answer).
 */
export type Verdict = 'well' | 'failed' | 'unknown';

/** The right to ask the upstream; its end has to be told. */
export interface Passage {
  end(verdict: Verdict): void;
}

/**
 * Leaves an upstream alone that fails again and again: opens after five failed look-ups in a row, lets one through after
 * a second, and doubles up to five seconds while that fails too.
 *
 * Ours and not cockatiel's: there, whoever comes while one is let through waits for it, up to the upstream's whole
 * time-out; here they are refused at once. And its clock cannot be turned by a test.
 */
export class CircuitBreaker {
  readonly #now: () => number;
  #failuresInARow = 0;
  #openMs = MIN_OPEN_MS;
  /** Undefined: closed. Epoch milliseconds. */
  #openUntil: number | undefined;
  #isProbing = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Lets a look-up ask, or says how long it should not (milliseconds). */
  enter(): Passage | number {
    if (this.#openUntil === undefined) return { end: (verdict) => this.#endClosed(verdict) };
    const leftMs = this.#openUntil - this.#now();
    if (leftMs > 0) return leftMs;
    if (this.#isProbing) return MIN_OPEN_MS;
    this.#isProbing = true;
    return { end: (verdict) => this.#endProbe(verdict) };
  }

  #endClosed(verdict: Verdict): void {
    // It may have opened while this look-up was under way: the probe alone closes it again.
    if (verdict === 'unknown' || this.#openUntil !== undefined) return;
    this.#failuresInARow = verdict === 'failed' ? this.#failuresInARow + 1 : 0;
    if (this.#failuresInARow >= FAILURES_TO_OPEN) this.#open(MIN_OPEN_MS);
  }

  #endProbe(verdict: Verdict): void {
    this.#isProbing = false;
    if (verdict === 'failed') this.#open(Math.min(this.#openMs * 2, MAX_OPEN_MS));
    if (verdict === 'well') {
      this.#openUntil = undefined;
      this.#failuresInARow = 0;
    }
  }

  #open(forMs: number): void {
    this.#openMs = forMs;
    this.#openUntil = this.#now() + forMs;
  }
}
