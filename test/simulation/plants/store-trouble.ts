import { inNextStep, inStoreAccess, inVoidFormer } from './code.ts';
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
    bug: 'a store that answers nobody asked again and again',
    breaks: [7],
    plantings: [
      inStoreAccess(
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
