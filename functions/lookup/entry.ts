/** An answer of the upstream, kept with its times. */
export interface CacheEntry {
  readonly kind: 'found' | 'not-found';
  /** The status that the upstream answered with. */
  readonly status: number;
  /** The reply as JSON text: the trimmed profile, or the upstream's own `errors[]`. Served as it is. */
  readonly body: string;
  /** When the upstream was asked, by the attempt that gave the bytes. Epoch milliseconds. */
  readonly askedAt: number;
  /** The share of the freshness lifetime that this entry gives up, 0 to 0.1, so that entries filled together do not
   * expire together. */
  readonly freshnessCut: number;
  /** From when on it is never served, whatever the settings say by then. Epoch milliseconds. */
  readonly expiresAt: number;
}

/** The part of the freshness lifetime that an entry may give up at most (contract §4, FRESH_SECONDS). */
export const MAX_FRESHNESS_CUT = 0.1;
