import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../functions/adapters/dynamodb/stored-item.ts';
import type { FreshnessWindows } from '../../functions/lookup/freshness.ts';
import type { Invalidation } from '../../functions/lookup/invalidation.ts';
import type { InvalidationMode } from '../../functions/lookup/item-change.ts';
import type { Clock } from '../../functions/lookup/ports.ts';
import { StoreUnavailableError } from '../../functions/lookup/store-unavailable-error.ts';
import type { LearnedSubjects } from './learned-subjects.ts';
import { type ConsoleReply, json } from './reply.ts';
import { type ShownEntry, showEntry } from './shown-entry.ts';

/** The entries of the cache, for the page. */
export interface EntryShelf {
  list(): Promise<ShownEntries>;
  /** Purges or marks every entry of a partition. */
  act(command: unknown): Promise<ConsoleReply>;
}

/** The entries that the page shows. */
export interface ShownEntries {
  /** The latest first. */
  readonly entries: readonly ShownEntry[];
  /** Whether these are all. */
  readonly isComplete: boolean;
}

/** Where the entries are, and how they are read. */
export interface EntryShelfOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly windows: FreshnessWindows;
  readonly subjects: LearnedSubjects;
  readonly invalidation: Pick<Invalidation, 'partitions'>;
  readonly clock: Pick<Clock, 'monotonicNow'>;
}

/** How many items of the table are read, and how many entries are shown, at most. */
const MAX_READ = 2000;
const MAX_SHOWN = 100;
/** How long a purge of one partition may take. Milliseconds. */
const PURGE_WITHIN_MS = 5000;

const MODES: Readonly<Record<string, InvalidationMode>> = { purge: 'delete', 'mark-stale': 'mark-stale' };
const PARTITION = /^[\w-]{43}$/;

/** Makes the shelf of a table. */
export function createEntryShelf(options: EntryShelfOptions): EntryShelf {
  const { client, table, windows, subjects, invalidation, clock } = options;

  return {
    list: async () => {
      const { items, isComplete } = await scan(client, table);
      const entries = items
        .flatMap((item) => showEntry(item, windows, subjects) ?? [])
        .sort((left, right) => right.askedAt - left.askedAt);
      return { entries: entries.slice(0, MAX_SHOWN), isComplete: isComplete && entries.length <= MAX_SHOWN };
    },
    act: async (command) => {
      const { partition, act } = Object(command) as Record<string, unknown>;
      const mode = typeof act === 'string' && Object.hasOwn(MODES, act) ? MODES[act] : undefined;
      if (typeof partition !== 'string' || !PARTITION.test(partition) || mode === undefined) {
        return json(400, { error: 'Allowed is {"partition": a key of an entry, "act": "purge" or "mark-stale"}.' });
      }
      try {
        const endsAt = clock.monotonicNow() + PURGE_WITHIN_MS;
        return json(200, { count: await invalidation.partitions([partition], mode, { endsAt }) });
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        return json(503, { error: 'The store does not answer. Try again.' });
      }
    },
  };
}

/** Reads the table, page by page. A scan is for one machine only: no deployed function does it. */
async function scan(client: DynamoDBClient, table: string): Promise<{ items: readonly Item[]; isComplete: boolean }> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined && items.length < MAX_READ);
  return { items, isComplete: start === undefined };
}
