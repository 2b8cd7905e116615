import type { CacheStore, Clock, InvalidationStore } from '../../functions/lookup/ports.ts';
import { StoreUnavailableError } from '../../functions/lookup/store-unavailable-error.ts';

type Store = CacheStore & InvalidationStore;

/** The state of the store. `takesMs`: how long each operation takes; infinity: it never answers. */
export interface StoreCondition {
  takesMs: number;
}

/** A store with slow operations. An operation fails like one of the real store if it takes longer than it may. */
export function delayed(store: Store, clock: Clock, condition: StoreCondition, timeoutMs: number): Store {
  return new Proxy(store, {
    get(target, name) {
      const operation = Reflect.get(target, name) as unknown;
      if (typeof operation !== 'function') return operation;
      return async (...parameters: unknown[]) => {
        const { takesMs } = condition;
        await clock.sleep(Math.min(takesMs, timeoutMs));
        if (takesMs > timeoutMs) throw new StoreUnavailableError('TimeoutError', { trouble: 'late' });
        return operation.apply(target, parameters);
      };
    },
  });
}
