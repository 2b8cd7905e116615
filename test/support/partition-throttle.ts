/** The use of a partition's capacity by a call of DynamoDB. */
export type CapacityKind = 'read' | 'write';

/** How much one partition gives in a second, in DynamoDB's units: it serves no more, whatever the table has. */
export const PARTITION_RATES: Readonly<Record<CapacityKind, number>> = { read: 3000, write: 1000 };

/** How many seconds' worth of units a partition gives at once. */
const BURST_SECONDS = 0.1;

interface Bucket {
  readonly units: number;
  readonly filledAt: number;
}

/** Throttles by partition, as DynamoDB does: a bucket of units for each partition and kind, filled at a steady rate. */
export class PartitionThrottle {
  readonly #rates: Readonly<Record<CapacityKind, number>>;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param now milliseconds since some moment
   * @param rates units a second of each partition. Default: DynamoDB's
   */
  constructor(now: () => number, rates = PARTITION_RATES) {
    this.#now = now;
    this.#rates = rates;
  }

  /** Takes units out of a partition's bucket. @returns false: there are not enough, and the call is throttled */
  take(partition: string, kind: CapacityKind, units = 1): boolean {
    const name = `${kind} ${partition}`;
    const now = this.#now();
    const rate = this.#rates[kind];
    const full = Math.max(1, rate * BURST_SECONDS);
    const { units: left, filledAt } = this.#buckets.get(name) ?? { units: full, filledAt: now };
    const there = Math.min(full, left + ((now - filledAt) / 1000) * rate);
    const isEnough = there >= units;
    this.#buckets.set(name, { units: isEnough ? there - units : there, filledAt: now });
    return isEnough;
  }
}
