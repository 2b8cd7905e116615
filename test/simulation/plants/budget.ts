import { inBudgetMinute, inCallPriority, inMinuteCalls, inUpstreamBudget } from './code.ts';
import type { Plant } from './plant.ts';

type Enter = Parameters<import('../../../functions/lookup/forward/budget/upstream-budget.ts').UpstreamBudget['enter']>;

/** UPSTREAM_CALLS_PER_MINUTE: the fleet's budget for the upstream. */
export const BUDGET: readonly Plant[] = [
  {
    bug: 'the instance uses the calls that it has taken again and again',
    breaks: ['budget'],
    theme: 'budget',
    plantings: [
      inMinuteCalls(
        'MinuteCalls',
        (Sound) =>
          class extends Sound {
            override spend() {}
          },
      ),
    ],
  },
  {
    bug: 'what the counter says is not heeded',
    breaks: ['budget'],
    theme: 'budget',
    plantings: [
      inMinuteCalls(
        'MinuteCalls',
        (Sound) =>
          class extends Sound {
            override noteTaken(...[now, count]: Parameters<InstanceType<typeof Sound>['noteTaken']>) {
              super.noteTaken(now, count, count);
            }

            override noteRefusal() {
              super.putBack();
            }
          },
      ),
    ],
  },
  {
    bug: 'misses stop first',
    breaks: ['budget'],
    theme: 'budget',
    plantings: [
      inCallPriority(
        'ceilingOf',
        (sound) => (priority, calls) => sound(priority === 'miss' ? 'audit' : priority, calls),
      ),
    ],
  },
  {
    bug: 'a store that does not answer leaves no call',
    breaks: ['budget'],
    theme: 'budget',
    plantings: [
      inUpstreamBudget(
        'UpstreamBudget',
        (Sound) =>
          class extends Sound {
            override async enter(...[caller]: Enter) {
              let isUnanswered = false;
              const { store } = caller;
              const aside = async <T>(operation: Parameters<typeof store.aside<T>>[0]) => {
                const result = await store.aside(operation);
                isUnanswered ||= result === undefined;
                return result;
              };
              const right = await super.enter({
                ...caller,
                store: { isBypassed: store.isBypassed, aside } as typeof store,
              });
              if (!isUnanswered) return right;
              return { kind: 'failed', failure: 'over-budget', retryAfterMs: 1000 } as const;
            }
          },
      ),
    ],
  },
  {
    bug: 'all of a minute’s calls may be made at its very beginning',
    breaks: ['budget'],
    theme: 'budget',
    plantings: [inBudgetMinute('callsByNow', () => (_now, limit) => limit)],
  },
  {
    bug: 'a repetition not counted',
    breaks: ['budget'],
    theme: 'budget',
    plantings: [
      inUpstreamBudget(
        'UpstreamBudget',
        (Sound) =>
          class extends Sound {
            override async enter(...[caller]: Enter) {
              const right = await super.enter(caller);
              return right.kind === 'failed' ? right : { ...right, extend: async () => true };
            }
          },
      ),
    ],
  },
];
