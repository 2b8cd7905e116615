/** The capacity of one partition in a second. */
export interface PartitionRates {
  readonly reads: number;
  readonly writes: number;
}

/** DynamoDB's own limits for one partition: strongly consistent reads of up to 4 KB, writes of up to 1 KB. */
export const DYNAMODB_RATES: PartitionRates = { reads: 3000, writes: 1000 };

/** How much may still be read of, and written to, each partition. Capacity that is not used within a second is lost. */
export class PartitionAllowances {
  readonly #rates: PartitionRates;
  readonly #allowances = new Map<string, Allowance>();

  constructor(rates: PartitionRates) {
    this.#rates = rates;
  }

  /** Takes one read or write, if there is one. @param now by a clock that is never set back; milliseconds */
  take(kind: keyof PartitionRates, partition: string, now: number): boolean {
    const name = `${kind} ${partition}`;
    const allowance = this.#allowances.get(name) ?? new Allowance(this.#rates[kind], now);
    this.#allowances.set(name, allowance);
    return allowance.take(now);
  }
}

/** How much may still be read, or written, of one partition. */
class Allowance {
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(perSecond: number, at: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#at = at;
  }

  take(now: number): boolean {
    this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
