import { inStore, inTable } from './code.ts';
import type { Plant } from './plant.ts';

/** Promises 1, 3, 5, 9 and §3: one condition of a store operation is missing, or the operation does nothing. */
export const STORE_OPERATIONS: readonly Plant[] = [
  {
    bug: 'endLease ends the lease of another look-up',
    breaks: [5],
    theme: 'marking',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override endLease(...[key, lease, end]: Parameters<InstanceType<typeof Sound>['endLease']>) {
              return super.endLease(key, { ...lease, token: this.item(key).lease?.token ?? lease.token }, end);
            }
          },
      ),
    ],
  },
  {
    bug: 'markRevalidation replaces a mark that was not seen',
    breaks: ['§3'],
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override markRevalidation(
              ...[key, seen, mark]: Parameters<InstanceType<typeof Sound>['markRevalidation']>
            ) {
              return super.markRevalidation(key, { ...seen, revalidation: this.item(key).revalidation }, mark);
            }
          },
      ),
    ],
  },
  {
    bug: 'takeBackMark does nothing',
    breaks: ['§3'],
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override takeBackMark() {
              return false;
            }
          },
      ),
    ],
  },
  {
    bug: 'takeBackMark takes back the mark of another look-up',
    breaks: ['§3'],
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override takeBackMark(...[key, mark, previous]: Parameters<InstanceType<typeof Sound>['takeBackMark']>) {
              return super.takeBackMark(key, this.item(key).revalidation ?? mark, previous);
            }
          },
      ),
    ],
  },
  {
    bug: 'fenceCustomer does not move a fence that is there',
    breaks: [3],
    theme: 'purging',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            readonly #fenced = new Set<string>();
            override fence(customer: string, at: number) {
              if (!this.#fenced.has(customer)) super.fence(customer, at);
              this.#fenced.add(customer);
            }
          },
      ),
    ],
  },
  {
    bug: 'writePause replaces a longer pause by a shorter one',
    breaks: [9, '§3'],
    theme: 'throttling',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override writePause(...[api, pause]: Parameters<InstanceType<typeof Sound>['writePause']>) {
              super.writePause(api, pause);
              this.pauses.set(api, { ...pause, turns: 0, probedAt: pause.since });
            }
          },
      ),
    ],
  },
  {
    bug: 'readAll shows the items in another order',
    breaks: [1],
    plantings: [
      inStore(
        'SimulatedStore',
        (Sound) =>
          class extends Sound {
            override for(user: Parameters<InstanceType<typeof Sound>['for']>[0]) {
              const store = super.for(user);
              return { ...store, readAll: async (keys) => [...(await store.readAll(keys))].reverse() } as typeof store;
            }
          },
      ),
    ],
  },
];
