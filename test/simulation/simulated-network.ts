import { type StoreTrouble, StoreUnavailableError } from '../../functions/lookup/ports.ts';
import { PartitionAllowances, type PartitionRates } from '../support/partition-allowances.ts';
import type { Instance } from './instance.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** What may become of an operation. */
const FATES = ['throttled', 'broken-off', 'lost', 'slow', 'late', 'sent-twice'] as const;
type Fate = 'answered' | (typeof FATES)[number];

export interface NetworkWeather {
  /** How probable it is that an operation is not simply answered. */
  readonly troubleProbability: number;
  /** The longest that an answer takes which comes in time. Milliseconds. */
  readonly slowestMs: number;
  /** What a partition takes in a second; beyond, it throttles. Undefined: no limit. */
  readonly partitionRates: PartitionRates | undefined;
}

/** The sender of an operation. */
export interface NetworkUser {
  readonly instance: Instance;
  /** For the trace. */
  readonly name: string;
  /** After which a call counts as failed. Milliseconds. */
  readonly timeoutMs: number;
  /** A call that failed, or may have. */
  onTrouble?(): void;
}

/** Where an operation asks for something. */
export interface Load {
  readonly kind: keyof PartitionRates;
  readonly partition: string;
}

/** How late a write may happen at the latest, after its caller was told that it failed: mostly a little, at times long. */
const LATENESS_MS = [200, 2000, 9000];

/** What lies between an instance and the table: an operation takes time, and may go wrong on its way. */
export class SimulatedNetwork {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #weather: NetworkWeather;
  readonly #trace: (line: string) => void;
  /** Undefined: no limit. */
  readonly #allowances: PartitionAllowances | undefined;

  constructor(scheduler: Scheduler, random: Random, weather: NetworkWeather, trace: (line: string) => void) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#weather = weather;
    this.#allowances = weather.partitionRates && new PartitionAllowances(weather.partitionRates);
    this.#trace = trace;
  }

  /**
   * Sends an operation to the table.
   *
   * @param apply what the table does: one atomic step
   * @param describe what the trace shows of its result
   */
  operate<T>(
    user: NetworkUser,
    name: string,
    load: Load,
    apply: () => T,
    describe: (value: T) => string = String,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const { instance, timeoutMs } = user;
      const issuedAt = this.#scheduler.now;
      const sentAt = instance.departure();
      if (sentAt === Number.POSITIVE_INFINITY) return;
      const wasHeldUp = sentAt > issuedAt;
      const fate = this.#isThrottled(load) ? 'throttled' : this.#fate(wasHeldUp);
      const answer = (moment: number, value: () => T) => {
        instance.resume(moment, () => {
          const result = value();
          this.#trace(`${user.name} ${name}: ${describe(result)}`);
          resolve(result);
        });
      };
      const fail = (moment: number, reason: string, trouble: StoreTrouble) => {
        user.onTrouble?.();
        instance.resume(moment, () => {
          this.#trace(`${user.name} ${name}: ${fate}`);
          reject(new StoreUnavailableError(reason, { trouble }));
        });
      };
      const ways = fate === 'sent-twice' ? 3 : 2;
      const arrivesAt = sentAt + this.#latencyMs(ways);
      const timesOutAt = Math.max(sentAt, issuedAt + timeoutMs);
      switch (fate) {
        case 'answered': {
          this.#scheduler.at(arrivesAt, () => {
            const result = apply();
            answer(this.#scheduler.now + this.#latencyMs(ways), () => result);
          });
          break;
        }
        case 'throttled':
          fail(arrivesAt, 'ThrottlingException', 'throttled');
          break;
        case 'broken-off':
          this.#scheduler.at(arrivesAt, apply);
          fail(arrivesAt + this.#latencyMs(ways), 'ECONNRESET', 'down');
          break;
        case 'lost':
          fail(timesOutAt, 'TimeoutError', 'late');
          break;
        case 'slow':
          this.#scheduler.at(Math.max(arrivesAt, this.#random.int(sentAt, timesOutAt)), apply);
          fail(timesOutAt, 'TimeoutError', 'late');
          break;
        case 'late':
          this.#scheduler.at(timesOutAt + this.#random.int(1, this.#random.pick(LATENESS_MS)), () => {
            const result = apply();
            this.#trace(`${user.name} ${name}, late: ${describe(result)}`);
          });
          fail(timesOutAt, 'TimeoutError', 'late');
          break;
        case 'sent-twice':
          // The connection turned out to be closed, and the request had arrived (the adapter's reconnectOnce).
          this.#scheduler.at(arrivesAt, apply);
          this.#scheduler.at(arrivesAt + this.#latencyMs(ways), () => {
            const result = apply();
            answer(this.#scheduler.now + this.#latencyMs(ways), () => result);
          });
          break;
      }
    });
  }

  /** Whether the partition is asked for more than it takes. */
  #isThrottled({ kind, partition }: Load): boolean {
    return this.#allowances?.take(kind, partition, this.#scheduler.now) === false;
  }

  #fate(wasHeldUp: boolean): Fate {
    // If the instance stood still before the request left, the time-out has passed.
    if (wasHeldUp && this.#random.chance(0.5)) return this.#random.pick(['lost', 'slow', 'late']);
    return this.#random.chance(this.#weather.troubleProbability) ? this.#random.pick(FATES) : 'answered';
  }

  /** One way to the store or back, so long that all these ways together are no slower than the slowest answer. */
  #latencyMs(ways: number): number {
    return this.#random.int(1, Math.max(1, Math.floor(this.#weather.slowestMs / ways)));
  }
}
