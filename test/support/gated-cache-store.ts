import type { CacheStore, InvalidationStore } from '../../functions/lookup/ports.ts';
import { StoreUnavailableError } from '../../functions/lookup/store-unavailable-error.ts';
import { MemoryCacheStore } from './memory-cache-store.ts';

export type StoreOperation = keyof CacheStore | keyof InvalidationStore;

/** The next call of an operation, held back. */
export interface Gate {
  /** When the call has come to the gate. */
  readonly reached: Promise<void>;
  /** Lets it continue: it is applied now, if it was held before that. Never called: its caller crashed there. */
  release(): Promise<void>;
  /** Its caller gives up. If it was held before it was applied, `release` may still apply it. */
  timeOut(): Promise<void>;
}

interface PlacedGate extends Gate {
  readonly operation: StoreOperation;
  readonly place: 'before' | 'after';
  pass(apply: () => Promise<unknown>): Promise<unknown>;
}

const OPERATIONS = [
  ...([
    'read',
    'readAll',
    'takeLease',
    'writeEntry',
    'endLease',
    'dropEntry',
    'dropFetch',
    'markRevalidation',
    'takeCalls',
  ] as const),
  ...(['takeBackMark', 'addToIndex', 'readPause', 'writePause', 'takeTurn', 'takeProbe', 'endPause'] as const),
  ...(['fenceCustomer', 'listPartition', 'voidFetch', 'deleteItems', 'markStale'] as const),
] satisfies StoreOperation[];

/** The store in memory. A test can hold its operations back one by one, before or after they are applied. */
export class GatedCacheStore extends MemoryCacheStore {
  readonly #gates: PlacedGate[] = [];

  constructor() {
    super();
    const gated = OPERATIONS.map((operation) => {
      const apply = this[operation].bind(this) as (...parameters: unknown[]) => Promise<unknown>;
      const call = (...parameters: unknown[]) => {
        const index = this.#gates.findIndex((gate) => gate.operation === operation);
        const [gate] = index === -1 ? [] : this.#gates.splice(index, 1);
        return gate === undefined ? apply(...parameters) : gate.pass(() => apply(...parameters));
      };
      return [operation, call] as const;
    });
    Object.assign(this, Object.fromEntries(gated));
  }

  /** Holds back the next call of an operation that no other gate holds back. */
  hold(operation: StoreOperation, place: 'before' | 'after'): Gate {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const timedOut = Promise.withResolvers<never>();
    timedOut.promise.catch(() => undefined);
    let applied: Promise<unknown> = Promise.resolve();
    const gate: PlacedGate = {
      operation,
      place,
      reached: reached.promise,
      pass: async (apply) => {
        const result = place === 'after' ? await apply() : undefined;
        reached.resolve();
        applied = released.promise.then(() => (place === 'before' ? apply() : result));
        applied.catch(() => undefined);
        return Promise.race([applied, timedOut.promise]);
      },
      release: async () => {
        released.resolve();
        await applied.catch(() => undefined);
      },
      timeOut: async () => timedOut.reject(new StoreUnavailableError('TimeoutError', { trouble: 'late' })),
    };
    this.#gates.push(gate);
    return gate;
  }
}
