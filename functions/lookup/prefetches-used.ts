import { type CacheKey, keyText } from '../customer/request/cache-key.ts';
import type { CacheEntry } from './entry.ts';

/** How many entries an instance remembers. It forgets the oldest first. */
const MAX_REMEMBERED = 1000;

/**
 * The served entries that a prefetch fetched. Each instance has one such list. The entry itself has a mark of the
 * prefetch, so a hit makes no call to the store for this. An instance counts such an entry once. If two instances serve
 * it, it counts twice.
 */
export class PrefetchesUsed {
  readonly #known = new Set<string>();

  /**
   * Takes note that an entry is served.
   * @returns whether a prefetch fetched it, and this instance serves it for the first time
   */
  noteUse(key: CacheKey, { isPrefetched, askedAt }: Pick<CacheEntry, 'isPrefetched' | 'askedAt'>): boolean {
    if (isPrefetched !== true) return false;
    const name = `${keyText(key)} ${askedAt}`;
    if (this.#known.has(name)) return false;
    this.#known.add(name);
    const [oldest = ''] = this.#known;
    if (this.#known.size > MAX_REMEMBERED) this.#known.delete(oldest);
    return true;
  }
}
