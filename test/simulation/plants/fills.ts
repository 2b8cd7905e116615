import { inKeep, inTable } from './code.ts';
import type { Plant } from './plant.ts';

/** Promises 3, 4 and 5: the writes of a fill, and the store's conditions for them. */
export const FILLS: readonly Plant[] = [
  {
    bug: 'unconditional put',
    breaks: [3, 4, 5],
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override writeEntry(...[key, lease, entry]: Parameters<InstanceType<typeof Sound>['writeEntry']>) {
              return this.write(key, lease, entry);
            }
          },
      ),
    ],
  },
  {
    bug: "write under another's lease, after one's own lapsed",
    breaks: [3, 4, 5],
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override writeEntry(...[key, lease, entry]: Parameters<InstanceType<typeof Sound>['writeEntry']>) {
              return this.item(key).lease === undefined ? 'lost' : this.write(key, lease, entry);
            }
          },
      ),
    ],
  },
  {
    bug: 'lease without version',
    breaks: [5],
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override takeLease(...[key, seen, lease]: Parameters<InstanceType<typeof Sound>['takeLease']>) {
              return super.takeLease(key, { ...seen, version: this.item(key).version }, lease);
            }
          },
      ),
    ],
  },
  {
    bug: "lease taken over another's",
    breaks: [5],
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override takeLease(...[key, seen, lease]: Parameters<InstanceType<typeof Sound>['takeLease']>) {
              return super.takeLease(key, { ...seen, lease: this.item(key).lease }, lease);
            }
          },
      ),
    ],
  },
  {
    bug: 'an item with a lease expires with its entry',
    breaks: [5],
    theme: 'marking',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override takeLease(...[key, seen, lease]: Parameters<InstanceType<typeof Sound>['takeLease']>) {
              const isTaken = super.takeLease(key, seen, lease);
              if (isTaken && seen.entry !== undefined) this.put(key, this.item(key), seen.entry.expiresAt / 1000);
              return isTaken;
            }
          },
      ),
    ],
  },
  {
    bug: 'no customer fence',
    breaks: [3],
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override addToIndex(customer: string, partition: string) {
              return super.addToIndex(customer, partition, Number.POSITIVE_INFINITY);
            }
          },
      ),
    ],
  },
  {
    bug: 'fence without the skew of clocks',
    breaks: [3],
    theme: 'marking',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override addToIndex(customer: string, partition: string, askedAt: number) {
              return super.addToIndex(customer, partition, askedAt + 500);
            }
          },
      ),
    ],
  },
  {
    bug: 'index that keeps the last key only',
    breaks: [3],
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            readonly #last = new Map<string, string>();
            override addToIndex(customer: string, partition: string, askedAt: number) {
              this.#last.set(customer, partition);
              return super.addToIndex(customer, partition, askedAt);
            }
            override readIndex(customer: string) {
              return super.readIndex(customer).filter((partition) => partition === this.#last.get(customer));
            }
          },
      ),
    ],
  },
  {
    bug: 'index emptied by a purge',
    breaks: [3],
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            readonly #emptied = new Set<string>();
            override addToIndex(customer: string, partition: string, askedAt: number) {
              const isAdded = super.addToIndex(customer, partition, askedAt);
              if (isAdded) this.#emptied.delete(`${customer} ${partition}`);
              return isAdded;
            }
            override readIndex(customer: string) {
              const left = super.readIndex(customer).filter((each) => !this.#emptied.has(`${customer} ${each}`));
              for (const partition of left) this.#emptied.add(`${customer} ${partition}`);
              return left;
            }
          },
      ),
    ],
  },
  {
    bug: 'entry before index',
    breaks: [3],
    theme: 'marking',
    plantings: [
      inKeep('write', (sound) => async (asked, lease, entry) => {
        if ((await lease.write(entry)) !== 'written') return 'voided';
        return sound(asked, { write: async () => 'written' }, entry);
      }),
    ],
  },
  { bug: 'eventually consistent reads', breaks: [3, 5], plantings: [], isEventuallyConsistent: true },
  {
    bug: 'incomplete replies stored',
    breaks: [4],
    plantings: [
      inKeep('keepAnswer', (sound) => (ports, policy, asked, lease, fetched) => {
        const { outcome } = fetched;
        const complete = outcome.kind === 'found' ? { ...outcome, isComplete: true } : outcome;
        return sound(ports, policy, asked, lease, { ...fetched, outcome: complete });
      }),
    ],
  },
  {
    bug: 'replies about another customer stored',
    breaks: [4],
    plantings: [
      inKeep(
        'keepAnswer',
        (sound) => (ports, policy, asked, lease, fetched) =>
          sound(ports, policy, asked, lease, { ...fetched, reply: { ...fetched.reply, isMismatch: false } }),
      ),
    ],
  },
  {
    bug: 'an ambiguous write called stored',
    breaks: [4],
    plantings: [
      inKeep('keepAnswer', (sound) => async (ports, policy, asked, lease, fetched) => {
        const kept = await sound(ports, policy, asked, lease, fetched);
        return { ...kept, isStored: kept.lifetimeMs !== undefined };
      }),
    ],
  },
];
