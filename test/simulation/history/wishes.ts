import { Random } from '../random.ts';

/** What a caller wishes besides the answer: to wait for a short time only, or a prefetch. */
export interface Wish {
  /** Milliseconds; undefined: the caller waits for as long as it takes. */
  readonly waitMs: number | undefined;
  readonly isPrefetch: boolean;
}

export const NO_WISH: Wish = { waitMs: undefined, isPrefetch: false };

/** Draws what callers wish, from a stream of its own: the same history without wishes is as it was. */
export class Wishes {
  readonly #random: Random | undefined;

  /** @param seed undefined: nobody wishes anything */
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
