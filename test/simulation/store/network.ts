import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import type { PartitionRates } from '../../support/partition-allowances.ts';
import type { World } from '../world.ts';
import type { Operation, StoreUser } from './store-user.ts';
import { type Fate, type Forecast, TOLD_TROUBLE } from './weather.ts';

/** One request to the store. */
export interface Call<T> {
  readonly operation: Operation;
  readonly partition: string;
  /** Whether it counts as a read or as a write of its partition. Default: `writes`. */
  readonly kind?: keyof PartitionRates;
  /** Further text for the trace. */
  readonly detail?: string;
  /** @param isLate its caller was told before that it failed */
  readonly apply: (isLate: boolean) => T;
  readonly describe?: (result: T) => string;
}

/** The names of the failures, as the SDK has them. */
const REASONS = { throttled: 'ThrottlingException', late: 'TimeoutError', down: 'ECONNRESET' } as const;

/** The network between a user of the store and the table: each request takes its time, and may go wrong. */
export class Network {
  readonly #world: World;
  readonly #forecast: Forecast;

  constructor(world: World, forecast: Forecast) {
    this.#world = world;
    this.#forecast = forecast;
  }

  /** Sends a request. @throws {StoreUnavailableError} as the adapter does */
  send<T>(user: StoreUser, call: Call<T>): Promise<T> {
    const { scheduler } = this.#world;
    user.onCall?.(call.operation);
    return new Promise((resolve, reject) => {
      const issuedAt = scheduler.now;
      const sentAt = user.instance.departure();
      if (sentAt === Number.POSITIVE_INFINITY) return;
      const fate = this.#forecast.fate(sentAt > issuedAt);
      const told = TOLD_TROUBLE[fate];
      const ways = fate === 'sent-twice' ? 3 : 2;
      const arrivesAt = sentAt + this.#forecast.latencyMs(ways);
      const timesOutAt = Math.max(sentAt, issuedAt + user.timeoutMs);
      const answer = (moment: number, result: T) => {
        user.instance.resume(moment, () => {
          this.#say(user, call, (call.describe ?? String)(result));
          user.onAnswered?.(call.operation, issuedAt, result);
          resolve(result);
        });
      };
      const fail = (moment: number, trouble: keyof typeof REASONS, word: string) => {
        user.instance.resume(moment, () => {
          this.#say(user, call, word);
          user.onTrouble?.(call.operation, trouble, issuedAt);
          reject(new StoreUnavailableError(REASONS[trouble], { trouble }));
        });
      };
      const applyThenAnswer = () => {
        const backAt = scheduler.now + this.#forecast.latencyMs(ways);
        if (this.#hasRoom(call)) answer(backAt, call.apply(false));
        else fail(backAt, 'throttled', 'throttled: no room');
      };
      if (told === undefined) {
        scheduler.at(arrivesAt, () => {
          if (fate === 'answered') applyThenAnswer();
          else {
            // The connection turned out to be closed, and the request had arrived (the adapter's reconnectOnce).
            if (this.#hasRoom(call)) call.apply(false);
            scheduler.after(this.#forecast.latencyMs(ways), applyThenAnswer);
          }
        });
        return;
      }
      const failsAt = told === 'late' ? timesOutAt : arrivesAt + this.#forecast.latencyMs(ways);
      const appliedAt = this.#appliedAt(fate, { sentAt, arrivesAt, timesOutAt });
      if (appliedAt !== undefined) {
        scheduler.at(appliedAt, () => {
          if (!this.#hasRoom(call)) return;
          const isLate = scheduler.now > failsAt;
          const result = call.apply(isLate);
          if (isLate) this.#say(user, call, `late: ${(call.describe ?? String)(result)}`);
        });
      }
      fail(failsAt, told, fate);
    });
  }

  /** When an operation is applied although its caller is told that it failed; undefined: never. */
  #appliedAt(
    fate: Fate,
    { sentAt, arrivesAt, timesOutAt }: { sentAt: number; arrivesAt: number; timesOutAt: number },
  ): number | undefined {
    switch (fate) {
      case 'broken-off':
        return arrivesAt;
      case 'slow':
        return Math.max(arrivesAt, this.#world.random.int(sentAt, timesOutAt));
      case 'late':
        return timesOutAt + this.#forecast.latenessMs();
      default:
        return undefined;
    }
  }

  #hasRoom({ partition, kind = 'writes' }: Pick<Call<unknown>, 'partition' | 'kind'>): boolean {
    return this.#forecast.hasRoom(partition, kind, this.#world.scheduler.now);
  }

  #say({ name }: StoreUser, { operation, detail }: Pick<Call<unknown>, 'operation' | 'detail'>, what: string): void {
    this.#world.trace(`${name} ${operation}${detail === undefined ? '' : ` ${detail}`}: ${what}`);
  }
}
