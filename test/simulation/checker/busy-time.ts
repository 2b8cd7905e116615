/** For how long at least one call of a look-up was in progress: for the rest of its time, it waited for others. */
export class BusyTime {
  readonly #now: () => number;
  #underWay = 0;
  #since = 0;
  #totalMs: number;

  /** @param beforeMs the time before the look-up, in which its request was busy with another one. Default: 0 */
  constructor(now: () => number, beforeMs = 0) {
    this.#now = now;
    this.#totalMs = beforeMs;
  }

  get ms(): number {
    return this.#totalMs + (this.#underWay > 0 ? this.#now() - this.#since : 0);
  }

  begin(): void {
    if (this.#underWay === 0) this.#since = this.#now();
    this.#underWay += 1;
  }

  end(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0) this.#totalMs += this.#now() - this.#since;
  }
}
