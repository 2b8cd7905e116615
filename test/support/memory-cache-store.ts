import type { CacheKey } from '../../functions/customer/cache-key.ts';
import type { CacheEntry } from '../../functions/lookup/entry.ts';
import { type CacheStore, StoreUnavailableError } from '../../functions/lookup/ports.ts';

/** A store in memory, which can be told to fail. */
export class MemoryCacheStore implements CacheStore {
  readonly entries = new Map<string, CacheEntry>();
  /** What was done, in order. */
  readonly calls: ('read' | 'write')[] = [];
  /** Which calls fail. */
  failing: 'none' | 'reads' | 'writes' = 'none';

  async read(key: CacheKey): Promise<CacheEntry | undefined> {
    this.calls.push('read');
    if (this.failing === 'reads') throw new StoreUnavailableError('TimeoutError');
    return this.entries.get(text(key));
  }

  async write(key: CacheKey, entry: CacheEntry): Promise<boolean> {
    this.calls.push('write');
    if (this.failing === 'writes') throw new StoreUnavailableError('TimeoutError');
    this.entries.set(text(key), entry);
    return true;
  }
}

function text({ partition, variant }: CacheKey): string {
  return JSON.stringify([partition, variant]);
}
