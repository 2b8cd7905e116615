import { inFreshness, inInvalidation, inTable } from './code.ts';
import type { Plant } from './plant.ts';

/** Promise 3: purges and marks. */
export const PURGES: readonly Plant[] = [
  {
    bug: 'purge deletes entries but not leases',
    breaks: [3],
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
