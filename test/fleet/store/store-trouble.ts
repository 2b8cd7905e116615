import type { CapacityKind } from '../../support/partition-throttle.ts';
import { PartitionThrottle } from '../../support/partition-throttle.ts';

/** The trouble of a store, from now on. As JSON over the wire. */
export interface StoreTrouble {
  /** How many units a second each partition gives. Default: as many as are requested. */
  readonly rates?: Readonly<Record<CapacityKind, number>>;
  /** The calls that are throttled even if their partition has units left. Default: none. */
  readonly throttled?: CallFilter;
  /** Which calls fail with a status 500. Default: none. */
  readonly failing?: CallFilter;
  /** How a connection ends instead of a reply: it is reset, no reply comes, or it is refused. Default: a reply comes. */
  readonly broken?: 'reset' | 'hang' | 'refused';
  /** How much later each reply comes. Milliseconds. Default: 0. */
  readonly lateMs?: number;
  /** The share of the replies that is late, at random: 0 to 1. Default: 1. */
  readonly lateShare?: number;
  /** How many keys of the next BatchGetItem are left unprocessed, once. Default: 0. */
  readonly unprocessedKeys?: number;
}

/** Some of the calls. An absent member fits every call. */
export interface CallFilter {
  /** Names such as `GetItem`. */
  readonly operations?: readonly string[];
  /** How the partition key begins: `upstream` is that of the upstream's pauses. */
  readonly partition?: string;
  /** One call of this number, counted. */
  readonly oneIn?: number;
  /** This share of the calls, at random: 0 to 1. */
  readonly share?: number;
}

/** One call of DynamoDB. */
export interface StoreCall {
  /** Such as `GetItem`. */
  readonly operation: string;
  /** The partition keys that it names. */
  readonly partitions: readonly string[];
  /** The size of its body. Bytes. */
  readonly size: number;
}

export type Fate = 'served' | 'over-capacity' | 'throttled' | 'failed';

const WRITE_UNIT_BYTES = 1024;
const READS = ['GetItem', 'BatchGetItem', 'Query'];

/** Decides the result of each call. */
export class StoreFates {
  readonly #trouble: StoreTrouble;
  readonly #random: () => number;
  readonly #throttle: PartitionThrottle | undefined;
  readonly #counts = new Map<CallFilter, number>();

  /**
   * @param now milliseconds since some moment
   * @param random a number from 0 (included) to 1 (excluded)
   */
  constructor(trouble: StoreTrouble, now: () => number, random: () => number) {
    this.#trouble = trouble;
    this.#random = random;
    this.#throttle = trouble.rates && new PartitionThrottle(now, trouble.rates);
  }

  of(call: StoreCall): Fate {
    const { failing, throttled } = this.#trouble;
    if (failing !== undefined && this.#fits(failing, call)) return 'failed';
    if (throttled !== undefined && this.#fits(throttled, call)) return 'throttled';
    const throttle = this.#throttle;
    if (throttle === undefined) return 'served';
    const isRead = READS.includes(call.operation);
    const units = isRead ? 1 : Math.ceil(call.size / WRITE_UNIT_BYTES);
    const isWithin = call.partitions.every((each) => throttle.take(each, isRead ? 'read' : 'write', units));
    return isWithin ? 'served' : 'over-capacity';
  }

  #fits(filter: CallFilter, { operation, partitions }: StoreCall): boolean {
    const { operations = [operation], partition = '', oneIn = 1, share = 1 } = filter;
    if (!operations.includes(operation) || !partitions.some((each) => each.startsWith(partition))) return false;
    const count = (this.#counts.get(filter) ?? 0) + 1;
    this.#counts.set(filter, count);
    return count % oneIn === 0 && this.#random() < share;
  }
}
