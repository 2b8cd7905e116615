/** A clock that differs by less is near enough: a service takes signatures that are up to 5 minutes old. Milliseconds. */
const MIN_OFFSET_MS = 4 * 60_000;

/** A refusal that took longer does not count: the process may have been frozen. Milliseconds. */
const MAX_WAIT_MS = 10_000;

/** Words in the names of refusals of a signature, and in their messages if the signature's time is the reason. */
const REFUSAL = /Signature|Skewed|Expired|InTheFuture/;

/** When a request was signed and sent. */
export interface SignedAt {
  /** By this machine's clock. Epoch milliseconds. */
  readonly at: number;
  /** The difference that its signature added to that. Milliseconds. */
  readonly offsetMs: number;
}

/**
 * Whether a reply refuses a signature, maybe because of its time.
 * @param body an error's JSON
 */
export function isSignatureRefused({ status, body }: { readonly status: number; readonly body: Buffer }): boolean {
  return status >= 400 && REFUSAL.test(body.toString());
}

/**
 * How far this machine's clock is from a service's, by the `Date` of its refusals. A service refuses a signature with a
 * wrong time. Its refusal says the right time, and a new signature uses that. If a service accepts a signature, the
 * signature's time was right. The reply's `Date` does not count then.
 */
export class ClockOffset {
  #offsetMs = 0;

  /** The difference to add to this machine's time. Milliseconds. */
  get ms(): number {
    return this.#offsetMs;
  }

  /**
   * Learns from a refusal.
   *
   * @param date the header of that name; undefined: there is none
   * @param sent the refused request
   * @param now when the refusal came, by this machine's clock. Epoch milliseconds
   * @returns whether the time of its signature was wrong, so that a new signature may be accepted
   */
  learn(date: string | undefined, sent: SignedAt, now: number): boolean {
    const serverTime = Date.parse(date ?? '');
    if (Number.isNaN(serverTime) || now - sent.at > MAX_WAIT_MS || now < sent.at) return false;
    const offsetMs = serverTime - now;
    this.#offsetMs = Math.abs(offsetMs) >= MIN_OFFSET_MS ? offsetMs : 0;
    // Another request that was refused at the same time may have learnt it first.
    return Math.abs(this.#offsetMs - sent.offsetMs) >= MIN_OFFSET_MS;
  }
}
