import type { StoreTrouble } from '../../../functions/lookup/store-unavailable-error.ts';
import { PartitionAllowances, type PartitionRates } from '../../support/partition-allowances.ts';
import type { Random } from '../random.ts';

/**
 * The possible fates of an operation.
 * | fate | applied | its caller |
 * |---|---|---|
 * | `answered` | once | gets the answer |
 * | `sent-twice` | twice | gets the second answer |
 * | `throttled` | never | is told so |
 * | `broken-off` | once | is told that the store is down |
 * | `lost` | never | gets no answer in time |
 * | `slow` | once, in time | gets no answer in time |
 * | `late` | once, after its time | gets no answer in time |
 */
export type Fate = 'answered' | Trouble;
export type Trouble = (typeof ALL_TROUBLES)[number];

export const ALL_TROUBLES = ['throttled', 'broken-off', 'lost', 'slow', 'late', 'sent-twice'] as const;
/** The troubles of a store that works, but has too many requests. */
export const BUSY_TROUBLES = ['throttled', 'throttled', 'lost', 'slow', 'late'] as const satisfies readonly Trouble[];

/** The error that a caller gets for a trouble. */
export const TOLD_TROUBLE: Readonly<Partial<Record<Fate, StoreTrouble>>> = {
  throttled: 'throttled',
  'broken-off': 'down',
  lost: 'late',
  slow: 'late',
  late: 'late',
};

export interface StoreWeather {
  /** The probability that an operation has another fate than its answer. */
  readonly troubleProbability: number;
  /** Its fate then: one of these. */
  readonly troubles: readonly Trouble[];
  /** The capacity of a partition; it throttles more than this. Undefined: no limit. */
  readonly rates: PartitionRates | undefined;
  /** The longest time of an answer that comes in time. Milliseconds. */
  readonly slowestMs: number;
  /** How often items past their TTL attribute are looked for and, perhaps, deleted. Milliseconds. */
  readonly sweepMs: number;
  /** Reads may show an older state: the design refuses such a store. */
  readonly isEventuallyConsistent: boolean;
}

/** How late a write may happen after its caller was told that it failed: mostly a little, sometimes long. */
const LATENESS_MS = [200, 2000, 9000];

/** Decides the fate of each operation, and how long it takes. */
export class Forecast {
  readonly #weather: StoreWeather;
  readonly #random: Random;
  readonly #allowances: PartitionAllowances | undefined;

  constructor(weather: StoreWeather, random: Random) {
    this.#weather = weather;
    this.#random = random;
    this.#allowances = weather.rates && new PartitionAllowances(weather.rates);
  }

  /** @param wasHeldUp its caller stood still before the request left, so its timeout may have passed */
  fate(wasHeldUp: boolean): Fate {
    const { troubleProbability, troubles } = this.#weather;
    if (wasHeldUp && this.#random.chance(0.5)) return this.#random.pick(['lost', 'slow', 'late'] as const);
    return this.#random.chance(troubleProbability) ? this.#random.pick(troubles) : 'answered';
  }

  /** Whether the partition has room for one more operation. @param now true time */
  hasRoom(partition: string, kind: keyof PartitionRates, now: number): boolean {
    return this.#allowances?.take(kind, partition, now) ?? true;
  }

  /** One way to the store or back. All these ways together are no slower than the slowest answer. */
  latencyMs(ways: number): number {
    return this.#random.int(1, Math.max(1, Math.floor(this.#weather.slowestMs / ways)));
  }

  /** How long after its time a late operation is applied. */
  latenessMs(): number {
    return this.#random.int(1, this.#random.pick(LATENESS_MS));
  }
}
