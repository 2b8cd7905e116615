import type { Api } from '../../customer/request/canonical-request.ts';
import { LEASE_MARGIN_MS } from '../../lookup/fleet.ts';
import { MINUTE_MS } from '../../lookup/forward/budget/budget-minute.ts';
import type { UpstreamCallCounters } from '../../lookup/ports.ts';
import { toNumber } from './stored-item.ts';
import type { TableWrites } from './table-writes.ts';
import { absentOrLess } from './update.ts';
import { number, ttl } from './written-item.ts';

/** The calls that the fleet has taken of its budget for the upstream: an item for each minute of each API. */
export class DynamoDbUpstreamCallCounters implements UpstreamCallCounters {
  readonly #writes: TableWrites;

  constructor(writes: TableWrites) {
    this.#writes = writes;
  }

  async takeCalls(api: Api, minute: number, count: number, below: number): Promise<number | undefined> {
    const told = await this.#writes.updateAndTell(
      { partition: 'upstream', variant: `calls;${api};${minute}` },
      {
        add: { taken: number(count) },
        set: { expiresAt: ttl((minute + 1) * MINUTE_MS + LEASE_MARGIN_MS) },
        conditions: [absentOrLess('taken', below)],
      },
    );
    // If the store does not return the number, at least these calls are taken.
    return told && (toNumber(told.taken) ?? count);
  }
}
