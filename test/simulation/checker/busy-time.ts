/** For how long at least one call of a look-up was in progress: for the rest of its time, it waited for others. */
export class BusyTime {
  readonly #now: () => number;
  #underWay = 0;
  #since = 0;
  #totalMs = 0;

  constructor(now: () => number) {
    this.#now = now;
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
