import { inCrowd, inNextStep, inStoreAccess, inStoreVitality, inVoidFormer } from './code.ts';
import type { Plant } from './plant.ts';

/** Promises 5 and 7: a store that throttles, is late, or is down. */
export const STORE_TROUBLE: readonly Plant[] = [
  {
    bug: 'a throttled first read sends the look-up past the cache',
    breaks: [5],
    plantings: [
      inNextStep(
        'nextStep',
        (sound) => (seen) => sound(seen.isRead ? seen : { ...seen, patienceMs: 0, standIn: undefined }),
      ),
    ],
  },
  {
    bug: 'a store that is late taken for one that is down, though it answers others',
    breaks: [5, 9],
    plantings: [
      inStoreAccess(
        'StoreAccess',
        (Sound) =>
          class<Store> extends Sound<Store> {
            override get isAlive() {
              return this.lastTrouble === 'throttled' && super.isAlive;
            }
          },
      ),
    ],
  },
  {
    bug: 'a late try for the lease counts as a store that is down, and no read asks whether it is',
    breaks: [5],
    plantings: [
      inCrowd(
        'Crowd',
        (Sound) =>
          class extends Sound {
            override tryForLease(...[lease, take, asking]: Parameters<InstanceType<typeof Sound>['tryForLease']>) {
              return super.tryForLease(lease, take, { ...asking, isAnswered: async () => false });
            }
          },
      ),
    ],
  },
  {
    bug: 'a store that answers nobody asked again and again',
    breaks: [7],
    plantings: [
      inStoreVitality(
        'StoreVitality',
        (Sound) =>
          class extends Sound {
            override hasAnsweredSince() {
              return true;
            }
          },
      ),
    ],
  },
  {
    bug: 'the store asked again after it failed',
    breaks: [7],
    plantings: [
      inStoreAccess(
        'StoreAccess',
        (Sound) =>
          class<Store> extends Sound<Store> {
            readonly #store: Store | undefined;
            constructor(options: ConstructorParameters<typeof Sound<Store>>[0]) {
              super(options);
              this.#store = options.store;
            }
            override async poll<T>(operation: (store: Store) => Promise<T>) {
              const isAsked = this.failure !== undefined && this.#store !== undefined;
              return isAsked ? operation(this.#store).catch(() => undefined) : super.poll(operation);
            }
          },
      ),
    ],
  },
  {
    bug: "a throttled write of the lease's holder not sent again",
    breaks: [5],
    plantings: [
      inStoreAccess(
        'StoreAccess',
        (Sound) =>
          class<Store> extends Sound<Store> {
            override async persist<T>(operation: (store: Store) => Promise<T>) {
              return this.use(operation);
            }
          },
      ),
    ],
  },
  {
    bug: 'the lease not released after the store failed',
    breaks: [5],
    plantings: [
      inStoreAccess(
        'StoreAccess',
        (Sound) =>
          class<Store> extends Sound<Store> {
            override async release<T>(operation: (store: Store) => Promise<T>) {
              return this.persist(operation);
            }
          },
      ),
    ],
  },
  {
    bug: 'a write sent again for longer than the look-up may take',
    // Or, to a store that failed, more often than once.
    breaks: [7, 8],
    theme: 'busy-store',
    plantings: [
      inStoreAccess(
        'StoreAccess',
        (Sound) =>
          class<Store> extends Sound<Store> {
            readonly #options: ConstructorParameters<typeof Sound<Store>>[0];
            constructor(options: ConstructorParameters<typeof Sound<Store>>[0]) {
              super({ ...options, retryUntil: Number.POSITIVE_INFINITY });
              this.#options = options;
            }
            override async release<T>(operation: (store: Store) => Promise<T>) {
              let result = await super.release(operation);
              const { store, clock } = this.#options;
              for (let left = 3; left > 0 && store !== undefined && result === undefined; left -= 1) {
                await clock.sleep(50);
                result = await operation(store).catch(() => undefined);
              }
              return result;
            }
          },
      ),
    ],
  },
  {
    bug: 'a store that was not asked counts as one that has answered',
    breaks: [7],
    plantings: [
      inVoidFormer('voidFormer', (sound) => async (invalidation, asked, item, fetched, options) => {
        await asked.store.use(async () => undefined);
        return sound(invalidation, asked, item, fetched, options);
      }),
    ],
  },
];
