import { inTable } from './code.ts';
import type { Plant } from './plant.ts';

/** Promises 4 and 5: the two operations with which a look-up without a lease removes what it saw. */
export const DROPS: readonly Plant[] = [
  {
    bug: 'dropFetch does nothing',
    breaks: [4],
    theme: 'definite',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override dropFetch() {
              return false;
            }
          },
      ),
    ],
  },
  {
    bug: 'dropFetch removes a later lease too',
    breaks: [5],
    theme: 'definite',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override dropFetch(...[key, lease]: Parameters<InstanceType<typeof Sound>['dropFetch']>) {
              const isDropped = super.dropFetch(key, lease);
              if (isDropped) this.put(key, { ...this.item(key), lease: undefined });
              return isDropped;
            }
          },
      ),
    ],
  },
  {
    bug: 'dropFetch removes the entry of another fetch',
    breaks: [4],
    theme: 'definite',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override dropFetch(...[key, lease]: Parameters<InstanceType<typeof Sound>['dropFetch']>) {
              if (super.dropFetch(key, lease)) return true;
              const { version } = this.item(key);
              return super.dropEntry(key, { ...this.item(key), version });
            }
          },
      ),
    ],
  },
  {
    bug: 'dropFetch leaves the entry that its fetch has written since',
    breaks: [4],
    theme: 'definite',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override dropFetch(...[key, lease]: Parameters<InstanceType<typeof Sound>['dropFetch']>) {
              return this.item(key).lease?.token === lease.token && super.dropFetch(key, lease);
            }
          },
      ),
    ],
  },
  {
    bug: 'dropEntry does nothing',
    breaks: [4],
    theme: 'definite',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override dropEntry() {
              return false;
            }
          },
      ),
    ],
  },
  {
    bug: 'dropEntry removes a lease too',
    breaks: [5],
    theme: 'definite',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override dropEntry(...[key, seen]: Parameters<InstanceType<typeof Sound>['dropEntry']>) {
              const isDropped = super.dropEntry(key, seen);
              if (isDropped) this.put(key, { ...this.item(key), lease: undefined });
              return isDropped;
            }
          },
      ),
    ],
  },
  {
    bug: 'dropEntry removes a newer entry',
    breaks: [4],
    theme: 'definite',
    plantings: [
      inTable(
        'Table',
        (Sound) =>
          class extends Sound {
            override dropEntry(...[key]: Parameters<InstanceType<typeof Sound>['dropEntry']>) {
              return super.dropEntry(key, this.item(key));
            }
          },
      ),
    ],
  },
];
