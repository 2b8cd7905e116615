import { type CacheKey, keyText } from '../../customer/request/cache-key.ts';
import { EMPTY_ITEM, type StoredItem } from '../../lookup/entry.ts';
import type { Entries } from '../../lookup/ports.ts';
import type { StoreUnavailableError } from '../../lookup/store-unavailable-error.ts';
import { fromItem } from './stored-item.ts';
import type { Table } from './table.ts';

/** The entries, in the table. */
export class DynamoDbEntries implements Entries {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(key: CacheKey): Promise<StoredItem> {
    return fromItem(await this.#table.get(key));
  }

  async readAll(keys: readonly CacheKey[]): Promise<readonly (StoredItem | StoreUnavailableError)[]> {
    const items = await this.#table.getAll(keys);
    const shown = new Map([...items].map(([name, item]) => [name, item instanceof Error ? item : fromItem(item)]));
    return keys.map((key) => shown.get(keyText(key)) ?? EMPTY_ITEM);
  }
}
