import { inFreshness, inInvalidation, inTable } from './code.ts';
import type { Plant } from './plant.ts';

/** Promise 3: purges and marks. */
export const PURGES: readonly Plant[] = [
  {
    bug: 'purge deletes entries but not leases',
    breaks: [3],
    theme: 'marking',
    plantings: [
      inInvalidation('createInvalidation', (sound) => ({ store, ...ports }) => {
        const listPartition = async (...parameters: Parameters<typeof store.listPartition>) => {
          const { items, next } = await store.listPartition(...parameters);
          return { items: items.filter(({ hasEntry }) => hasEntry), next };
        };
        return sound({ ...ports, store: Object.assign(Object.create(store), { listPartition }) });
      }),
    ],
  },
  {
    bug: 'purge acknowledged in part',
    breaks: [3, 7],
    plantings: [
      inInvalidation('createInvalidation', (sound) => ({ store, ...ports }) => {
        const deleteItems = (...parameters: Parameters<typeof store.deleteItems>) =>
          store.deleteItems(...parameters).catch(() => []);
        return sound({ ...ports, store: Object.assign(Object.create(store), { deleteItems }) });
      }),
    ],
  },
  {
    bug: 'deletions that a throttled store left out forgotten by the purge',
    breaks: [3],
    plantings: [
      inInvalidation('createInvalidation', (sound) => ({ store, ...ports }) => {
        const deleteItems = (...parameters: Parameters<typeof store.deleteItems>) =>
          store.deleteItems(...parameters).then(() => []);
        return sound({ ...ports, store: Object.assign(Object.create(store), { deleteItems }) });
      }),
    ],
  },
  {
    bug: 'what is marked not marked again, though a fill of it is under way',
    breaks: [3],
    theme: 'marking',
    plantings: [
      inInvalidation('createInvalidation', (sound) => ({ store, ...ports }) => {
        const listPartition = async (...parameters: Parameters<typeof store.listPartition>) => {
          const { items, next } = await store.listPartition(...parameters);
          return { items: items.map((item) => ({ ...item, lease: item.isMarked ? undefined : item.lease })), next };
        };
        return sound({ ...ports, store: Object.assign(Object.create(store), { listPartition }) });
      }),
    ],
  },
  {
    bug: 'purge sees the first page only',
    breaks: [3],
    plantings: [
      inInvalidation('createInvalidation', (sound) => ({ store, ...ports }) => {
        const listPartition = async (...parameters: Parameters<typeof store.listPartition>) => {
          const { items } = await store.listPartition(...parameters);
          return { items, next: undefined };
        };
        return sound({ ...ports, store: Object.assign(Object.create(store), { listPartition }) });
      }),
    ],
  },
  {
    bug: 'keys of the second secret not purged',
    breaks: [3],
    theme: 'unfolding',
    plantings: [
      inInvalidation(
        'createInvalidation',
        (sound) => (ports) => sound({ ...ports, keySecrets: ports.keySecrets.slice(0, 1) }),
      ),
    ],
  },
  {
    bug: 'marks not freeing leases',
    breaks: [3],
    theme: 'marking',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override markStale(...[key, at, by]: Parameters<InstanceType<typeof Sound>['markStale']>) {
              const { lease } = this.item(key);
              super.markStale(key, at, by);
              if (lease !== undefined) this.put(key, { ...this.item(key), lease });
            }
          },
      ),
    ],
  },
  {
    bug: 'marks not setting the fence',
    breaks: [3],
    theme: 'marking',
    plantings: [
      inInvalidation('createInvalidation', (sound) => ({ store, ...ports }) => {
        const fenceCustomer = (customer: string) => store.fenceCustomer(customer, 0);
        const lax = sound({ ...ports, store: Object.assign(Object.create(store), { fenceCustomer }) });
        const strict = sound({ store, ...ports });
        return {
          ...strict,
          customers: (ids, mode, options) => (mode === 'delete' ? strict : lax).customers(ids, mode, options),
        };
      }),
    ],
  },
  {
    bug: 'what is marked served while it is revalidated, and by max-stale',
    breaks: [3],
    plantings: [
      inFreshness(
        'mayBeStale',
        (sound) => (servable, directives) =>
          sound({ ...servable, entry: { ...servable.entry, staleFrom: undefined } }, directives),
      ),
    ],
  },
];
