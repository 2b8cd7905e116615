import { inFreshness, inKeep, inLease, inLeaseWatch, inNextStep } from './code.ts';
import type { Plant } from './plant.ts';

/** Promises 5 and 8: the lease, and the wait for it. */
export const LEASES: readonly Plant[] = [
  {
    bug: "a lease's end taken by one's own clock, without its skew",
    breaks: [5],
    theme: 'marking',
    plantings: [
      inLeaseWatch(
        'LeaseWatch',
        (Sound) =>
          class extends Sound {
            readonly #now: () => number;
            constructor(...[clock, leaseMs]: ConstructorParameters<typeof Sound>) {
              super(clock, leaseMs);
              this.#now = clock.now;
            }
            override isLive(item: Parameters<InstanceType<typeof Sound>['isLive']>[0]) {
              return super.isLive(item) && this.#now() <= (item.lease?.until ?? 0);
            }
          },
      ),
    ],
  },
  {
    bug: 'the outcome of a lease taken that was not seen alive',
    breaks: [2, 5],
    plantings: [
      inLeaseWatch(
        'LeaseWatch',
        (Sound) =>
          class extends Sound {
            override endedAs({ outcome }: Parameters<InstanceType<typeof Sound>['endedAs']>[0]) {
              return outcome;
            }
          },
      ),
    ],
  },
  {
    bug: 'waiters take turns at failing',
    breaks: [5],
    plantings: [
      inNextStep(
        'nextStep',
        (sound) => (seen) => sound(seen.ended?.kind === 'failed' ? { ...seen, ended: undefined } : seen),
      ),
    ],
  },
  {
    bug: 'a failed fetch leaves its lease to lapse',
    breaks: [5],
    plantings: [inKeep('keepFailure', () => async () => 'not-asked')],
  },
  {
    bug: 'an answer that is not kept leaves its lease to lapse',
    breaks: [5],
    plantings: [
      inLease(
        'OwnLease',
        (Sound) =>
          class extends Sound {
            override async end(end: Parameters<InstanceType<typeof Sound>['end']>[0]) {
              return end.outcome.kind !== 'not-stored' && super.end(end);
            }
          },
      ),
    ],
  },
  {
    bug: 'a lease left that was refused by its own first sending, because the read after it failed',
    breaks: [5],
    plantings: [
      inLease(
        'OwnLease',
        (Sound) =>
          class extends Sound {
            #isRefused = false;
            override async take(seen: Parameters<InstanceType<typeof Sound>['take']>[0]) {
              const taken = await super.take(seen);
              this.#isRefused = taken === 'conflict';
              return taken;
            }
            override confirm(item: Parameters<InstanceType<typeof Sound>['confirm']>[0]) {
              this.#isRefused = false;
              super.confirm(item);
            }
            override async end(end: Parameters<InstanceType<typeof Sound>['end']>[0]) {
              return !this.#isRefused && super.end(end);
            }
          },
      ),
    ],
  },
  {
    bug: 'no-store stored',
    breaks: [4],
    plantings: [inNextStep('nextStep', (sound) => (seen) => sound({ ...seen, noStore: false }))],
  },
  {
    bug: 'a fetch of its own after two leases',
    breaks: [8],
    theme: 'purging',
    plantings: [
      inNextStep('nextStep', (sound) => (seen) => sound(seen.lease === 'none' ? { ...seen, isTooLate: false } : seen)),
    ],
  },
  {
    bug: 'waits without end',
    breaks: [8],
    theme: 'busy-store',
    plantings: [
      inNextStep(
        'nextStep',
        (sound) => (seen) =>
          sound({ ...seen, isTooLate: false, patienceMs: seen.lease === 'live' ? 200 : seen.patienceMs }),
      ),
    ],
  },
  {
    bug: 'max-age=0 waits for a fetch that cannot answer it',
    breaks: [8],
    plantings: [
      inFreshness(
        'canJoin',
        (sound) => (directives, windows) => sound({ ...directives, maxAgeMs: undefined }, windows),
      ),
    ],
  },
  {
    bug: 'min-fresh as long as freshness waits for a fetch that cannot answer it',
    breaks: [8],
    theme: 'busy-store',
    plantings: [
      inFreshness(
        'canJoin',
        (sound) => (directives, windows) => sound({ ...directives, minFreshMs: undefined }, windows),
      ),
    ],
  },
  {
    bug: 'no-cache waits for a fetch that began before it',
    breaks: [8],
    plantings: [
      inFreshness('canJoin', (sound) => (directives, windows) => sound({ ...directives, noCache: false }, windows)),
    ],
  },
];
