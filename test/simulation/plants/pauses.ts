import type { UpstreamPauseGate } from '../../../functions/lookup/forward/pause/upstream-pause-gate.ts';
import { betweenPausesAndStore, inPauseGate } from './code.ts';
import type { Plant } from './plant.ts';

/** Promise 9, and contract §3: pauses that the upstream asks for. */
export const PAUSES: readonly Plant[] = [
  {
    bug: "the upstream's Retry-After not heeded",
    breaks: [9],
    plantings: [
      inPauseGate(
        'UpstreamPauseGate',
        (Sound) =>
          class extends Sound {
            override async enter(...parameters: Parameters<InstanceType<typeof Sound>['enter']>) {
              const entered = await super.enter(...parameters);
              // It still begins with a few calls when the pause has ended.
              const [api] = parameters;
              const isRefused = entered.kind === 'failed' && this.isPaused(api);
              return isRefused ? ({ kind: 'permit', api, probed: undefined } as const) : entered;
            }
          },
      ),
    ],
  },
  {
    bug: 'a 429 without Retry-After pauses nothing',
    breaks: [9],
    plantings: [
      inPauseGate(
        'UpstreamPauseGate',
        (Sound) =>
          class extends Sound {
            override async leave(...[permit, store, outcome, call]: Parameters<InstanceType<typeof Sound>['leave']>) {
              if (outcome.kind === 'failed' && outcome.retryAfterMs === undefined) return;
              await super.leave(permit, store, outcome, call);
            }
          },
      ),
    ],
  },
  {
    bug: 'a pause that cannot be read counts as a failure of the store',
    breaks: [5],
    plantings: [
      inPauseGate(
        'UpstreamPauseGate',
        (Sound) =>
          class extends Sound {
            override async enter(...[api, store]: Parameters<InstanceType<typeof Sound>['enter']>) {
              const poll = <T>(operation: Parameters<typeof store.use<T>>[0]) => store.use(operation);
              return super.enter(api, { poll } as typeof store);
            }
          },
      ),
    ],
  },
  {
    bug: 'a pause that the instance was told of forgotten when the store does not answer',
    breaks: [9],
    plantings: [
      inPauseGate(
        'UpstreamPauseGate',
        (Sound) =>
          class extends Sound {
            override async enter(...[api, store]: Parameters<InstanceType<typeof Sound>['enter']>) {
              let isUnanswered = false;
              const poll = async <T>(operation: Parameters<typeof store.poll<T>>[0]) => {
                const result = await store.poll(operation);
                isUnanswered ||= result === undefined;
                return result;
              };
              const permit = await super.enter(api, { poll } as typeof store);
              return isUnanswered ? ({ kind: 'permit', api, probed: undefined } as const) : permit;
            }
          },
      ),
    ],
  },
  {
    bug: 'a longer pause of the fleet ignored by an instance that was told of a shorter one',
    // Such an instance also knows nothing of the few calls after the pause.
    breaks: [9, '§3'],
    theme: 'throttling',
    plantings: [
      inPauseGate(
        'UpstreamPauseGate',
        (Sound) =>
          class extends Sound {
            readonly #told = new Set<string>();
            override async beside<T>(...[asked, write]: Parameters<typeof Sound.prototype.beside<T>>) {
              return this.#told.has(asked.request.api) ? write() : super.beside(asked, write);
            }
            override async enter(...[api, store]: Parameters<InstanceType<typeof Sound>['enter']>) {
              if (!this.#told.has(api)) return super.enter(api, store);
              return super.enter(api, { poll: async () => undefined } as unknown as typeof store);
            }
            override async leave(...[permit, store, outcome, call]: Parameters<InstanceType<typeof Sound>['leave']>) {
              if (outcome.kind === 'failed' && outcome.failure === 'throttled') this.#told.add(permit.api);
              await super.leave(permit, store, outcome, call);
            }
          },
      ),
    ],
  },
  {
    bug: 'a pause overwritten by an older read',
    breaks: [9],
    plantings: [
      inPauseGate(
        'UpstreamPauseGate',
        (Sound) =>
          class extends Sound {
            readonly #read = new Map<string, unknown>();
            override async enter(...[api, store]: Parameters<InstanceType<typeof Sound>['enter']>) {
              const poll = async <T>(operation: Parameters<typeof store.poll<T>>[0]) => {
                const result = await store.poll(operation);
                if (typeof result !== 'object' || result === null) return result;
                const shown = this.#read.get(api) ?? result;
                this.#read.set(api, result);
                return shown as T;
              };
              return super.enter(api, { poll } as typeof store);
            }
          },
      ),
    ],
  },
  {
    bug: 'a pause that the store did not take not told again',
    breaks: [9, '§3'],
    theme: 'throttling',
    plantings: [
      inPauseGate(
        'UpstreamPauseGate',
        (Sound) =>
          class extends Sound {
            override async enter(...[api, store]: Parameters<InstanceType<typeof Sound>['enter']>) {
              return super.enter(api, this.withoutTelling(store));
            }

            override async beside<T>(
              ...[reader, write]: [Parameters<UpstreamPauseGate['beside']>[0], () => Promise<T>]
            ) {
              return super.beside({ ...reader, store: this.withoutTelling(reader.store) }, write);
            }

            private withoutTelling<Store extends Parameters<UpstreamPauseGate['enter']>[1]>(store: Store): Store {
              const untold = new Error('not told');
              const writePause = async () => {
                throw untold;
              };
              const poll = <T>(operation: Parameters<typeof store.poll<T>>[0]) =>
                store
                  .poll((each) => operation(Object.assign(Object.create(each), { writePause })))
                  .catch((error: unknown) => {
                    if (error === untold) return undefined;
                    throw error;
                  });
              return { poll } as Store;
            }
          },
      ),
    ],
  },
  {
    bug: 'several 429 at once make the pause longer',
    breaks: ['§3'],
    theme: 'throttling',
    plantings: [
      inPauseGate(
        'UpstreamPauseGate',
        (Sound) =>
          class extends Sound {
            override async leave(...[permit, store, outcome, call]: Parameters<InstanceType<typeof Sound>['leave']>) {
              const isAgain = outcome.kind === 'failed' && outcome.failure === 'throttled' && this.isPaused(permit.api);
              await super.leave(permit, store, isAgain ? { retryAfterMs: 5000, ...outcome } : outcome, call);
            }
          },
      ),
    ],
  },
  {
    bug: 'a long pause never probed',
    breaks: ['§3'],
    theme: 'throttling',
    plantings: [
      betweenPausesAndStore((pauses) => ({
        readPause: async (api) => {
          const pause = await pauses.readPause(api);
          return pause && { ...pause, probedAt: Number.POSITIVE_INFINITY };
        },
      })),
    ],
  },
  {
    bug: 'a long pause probed by every look-up after a minute',
    breaks: [9],
    theme: 'throttling',
    plantings: [
      betweenPausesAndStore((pauses) => ({
        takeProbe: async (...parameters) => {
          await pauses.takeProbe(...parameters);
          return true;
        },
      })),
    ],
  },
  {
    bug: 'a long pause probed every second',
    breaks: [9],
    theme: 'throttling',
    plantings: [
      betweenPausesAndStore((pauses) => ({
        readPause: async (api) => {
          const pause = await pauses.readPause(api);
          return pause && { ...pause, since: pause.since - 59_000, probedAt: pause.probedAt - 59_000 };
        },
        takeProbe: (api, until, probedAt, now) => pauses.takeProbe(api, until, probedAt + 59_000, now),
      })),
    ],
  },
  {
    bug: 'the pause goes on after a probe found the upstream well',
    breaks: ['§3'],
    theme: 'throttling',
    plantings: [betweenPausesAndStore(() => ({ endPause: async () => undefined }))],
  },
  {
    bug: 'all that wait ask at the end of a pause',
    breaks: ['§3'],
    theme: 'throttling',
    plantings: [betweenPausesAndStore(() => ({ takeTurn: async () => true }))],
  },
  {
    bug: 'an answer from before a pause counts for the time after it',
    breaks: ['§3'],
    theme: 'throttling',
    plantings: [
      inPauseGate(
        'UpstreamPauseGate',
        (Sound) =>
          class extends Sound {
            readonly #well = new Set<string>();
            override async enter(...[api, store]: Parameters<InstanceType<typeof Sound>['enter']>) {
              const permit = await super.enter(api, store);
              const isWell = this.#well.has(api) && !this.isPaused(api);
              return isWell ? ({ kind: 'permit', api, probed: undefined } as const) : permit;
            }
            override async leave(...[permit, store, outcome, call]: Parameters<InstanceType<typeof Sound>['leave']>) {
              if (outcome.kind !== 'failed') this.#well.add(permit.api);
              else if (outcome.failure === 'throttled') this.#well.delete(permit.api);
              await super.leave(permit, store, outcome, call);
            }
          },
      ),
    ],
  },
];
