import { Random } from '../random.ts';

/** The wishes of a caller besides the answer: a short wait, or a prefetch. */
export interface Wish {
  /** Milliseconds; undefined: the caller waits for as long as it takes. */
  readonly waitMs: number | undefined;
  readonly isPrefetch: boolean;
}

export const NO_WISH: Wish = { waitMs: undefined, isPrefetch: false };

/** Draws the wishes of callers, from its own random stream: the same history without wishes does not change. */
export class Wishes {
  readonly #random: Random | undefined;

  /** @param seed undefined: no caller has a wish */
  constructor(seed: number | undefined) {
    this.#random = seed === undefined ? undefined : new Random(seed ^ 0x3e1f);
  }

  next(): Wish {
    const random = this.#random;
    if (random === undefined) return NO_WISH;
    return random.weighted<Wish>([
      [5, NO_WISH],
      [4, { waitMs: random.pick([0, 50, 400, 1500, 2600, 4000]), isPrefetch: false }],
      [2, { waitMs: undefined, isPrefetch: true }],
    ]);
  }
}
