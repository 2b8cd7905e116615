import type { CacheKey } from '../../customer/request/cache-key.ts';
import type { Api } from '../../customer/request/canonical-request.ts';
import { LEASE_MARGIN_MS } from '../../lookup/fleet.ts';
import type { UpstreamPause, UpstreamPauses } from '../../lookup/ports.ts';
import { type Item, toNumber } from './stored-item.ts';
import type { Table } from './table.ts';
import type { TableWrites } from './table-writes.ts';
import { absentOrLess, same } from './update.ts';
import { number, ttl } from './written-item.ts';

/** The upstream's pauses: an item for each of its APIs. */
export class DynamoDbUpstreamPauses implements UpstreamPauses {
  readonly #table: Table;
  readonly #writes: TableWrites;

  constructor(table: Table, writes: TableWrites) {
    this.#table = table;
    this.#writes = writes;
  }

  async readPause(api: Api): Promise<UpstreamPause | undefined> {
    return toPause(await this.#table.get(pauseKey(api)));
  }

  async writePause(api: Api, { until, since }: Pick<UpstreamPause, 'until' | 'since'>): Promise<void> {
    await this.#writes.update(pauseKey(api), {
      set: {
        until: number(until),
        since: number(since),
        turns: number(0),
        probedAt: number(since),
        expiresAt: ttl(until + LEASE_MARGIN_MS),
      },
      conditions: [absentOrLess('until', until)],
    });
  }

  async takeTurn(api: Api, until: number, atMost: number): Promise<boolean> {
    return this.#writes.update(pauseKey(api), {
      add: { turns: number(1) },
      conditions: [same('until', number(until)), absentOrLess('turns', atMost)],
    });
  }

  async takeProbe(api: Api, until: number, probedAt: number, now: number): Promise<boolean> {
    return this.#writes.update(pauseKey(api), {
      set: { probedAt: number(now) },
      conditions: [same('until', number(until)), same('probedAt', number(probedAt))],
    });
  }

  async endPause(api: Api, until: number, now: number): Promise<void> {
    await this.#writes.update(pauseKey(api), {
      set: { until: number(now) },
      conditions: [same('until', number(until))],
    });
  }
}

function pauseKey(api: Api): CacheKey {
  return { partition: 'upstream', variant: `pause;${api}` };
}

function toPause(item: Item = {}): UpstreamPause | undefined {
  const until = toNumber(item.until);
  if (until === undefined) return undefined;
  const since = toNumber(item.since) ?? until;
  return { until, since, turns: toNumber(item.turns) ?? 0, probedAt: toNumber(item.probedAt) ?? since };
}
