/** A limited number of places. A caller that asked earlier gets its place earlier. */
export class Places {
  readonly #free: number[];
  readonly #waiting: ((place: number) => void)[] = [];

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, place) => place);
  }

  /** Takes a place when there is one. @returns its number, from 0 */
  async take(): Promise<number> {
    const place = this.#free.pop();
    if (place !== undefined) return place;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives a place back. The caller that has waited longest gets it. */
  give(place: number): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(place);
    else next(place);
  }
}
