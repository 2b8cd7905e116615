import type { CacheKey } from '../../customer/request/cache-key.ts';
import type { Clock } from '../ports.ts';

/** How many new variants of one look-up an instance stores within a window. Tills and kiosks use a few. */
export const MAX_VARIANTS = 500;
/** How long a variant counts, from the first one on. Milliseconds. */
export const VARIANT_WINDOW_MS = 3_600_000;
/** How many variants an instance remembers at most. It forgets the oldest look-up first. */
const MAX_REMEMBERED = 20_000;

interface Seen {
  /** When the first of these variants came. Monotonic milliseconds. */
  readonly since: number;
  readonly variants: Set<string>;
}

/**
 * How many variants of one look-up an instance lets into the store. One caller can look up the same customer with any
 * number of sections, gaps, flags and free texts. Each combination is its own entry, and a purge has to find them all.
 * Each instance counts for itself, so that the limit costs no read of the store. A caller that reaches many instances
 * gets the limit of each.
 */
export class VariantLimit {
  readonly #clock: Pick<Clock, 'monotonicNow'>;
  readonly #seen = new Map<string, Seen>();
  #rememberedCount = 0;

  constructor(clock: Pick<Clock, 'monotonicNow'>) {
    this.#clock = clock;
  }

  /** Whether an entry may be made under this key. A variant that was admitted stays admitted while it is remembered. */
  admits({ partition, variant }: CacheKey): boolean {
    const now = this.#clock.monotonicNow();
    const known = this.#seen.get(partition);
    if (known !== undefined && now - known.since >= VARIANT_WINDOW_MS) this.#forget(partition, known);
    const { variants } = this.#seen.get(partition) ?? this.#remember(partition, now);
    if (variants.has(variant)) return true;
    if (variants.size >= MAX_VARIANTS) return false;
    variants.add(variant);
    this.#rememberedCount += 1;
    this.#forgetOldest();
    return true;
  }

  #remember(partition: string, since: number): Seen {
    const seen: Seen = { since, variants: new Set() };
    this.#seen.set(partition, seen);
    return seen;
  }

  #forgetOldest(): void {
    for (const [partition, seen] of this.#seen) {
      if (this.#rememberedCount <= MAX_REMEMBERED) return;
      this.#forget(partition, seen);
    }
  }

  #forget(partition: string, { variants }: Seen): void {
    this.#seen.delete(partition);
    this.#rememberedCount -= variants.size;
  }
}
