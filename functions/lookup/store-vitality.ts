/**
 * One instance's knowledge of its store. All look-ups of the instance share it. One partition of DynamoDB serves 3,000
 * reads and 1,000 writes a second, so a fleet's hot key can be throttled.
 *
 * - A call timed out, but the store has answered another call since that call began: the store is late, and not down.
 * - The store throttled a look-up for its whole patience, and has answered nothing since: it serves no look-up, and the
 *   next look-up does not wait as long.
 */
export class StoreVitality {
  #answeredAt = Number.NEGATIVE_INFINITY;
  #servesNobody = false;

  /** Notes that the store answered. @param at monotonic milliseconds */
  answered(at: number): void {
    this.#answeredAt = at;
    this.#servesNobody = false;
  }

  /** Notes that the store throttled one look-up for as long as it could wait, and answered nothing meanwhile. */
  servedNothing(): void {
    this.#servesNobody = true;
  }

  /** Whether a call that is throttled now may be served soon. */
  get maySoonServe(): boolean {
    return !this.#servesNobody;
  }

  /** Whether the store answered after this moment. @param moment monotonic milliseconds */
  hasAnsweredSince(moment: number): boolean {
    return this.#answeredAt > moment;
  }
}
