import { type HandOverCall, type HandOverParts, inHandOver, inKeep, inNextStep } from './code.ts';
import { withWishes } from './plant.ts';

/** The fetch that a look-up hands over to another invocation: it is made once, and the next look-up is a hit. */
export const HANDED_OVER = withWishes([
  {
    bug: 'a look-up that handed its fetch over fetches too',
    breaks: ['prefer', 5],
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            hasHandedOver = false;

            override waitMsLeft(...[item, reason]: HandOverCall<'waitMsLeft'>) {
              return this.hasHandedOver ? undefined : super.waitMsLeft(item, reason);
            }

            override async ask(...[item]: HandOverCall<'ask'>) {
              const handedOver = await super.ask(item);
              this.hasHandedOver ||= handedOver === 'asked';
              return handedOver;
            }
          },
      ),
    ],
  },
  {
    bug: 'a look-up takes its own mark, which the store wrote late, for that of another one, and asks for nothing',
    breaks: ['prefer', 5],
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            readonly now: () => number;

            constructor(...[asked, options]: HandOverParts) {
              super(asked, options);
              this.now = () => options.clock.now();
            }

            override isAsked(...[item]: HandOverCall<'ask'>) {
              const { until = 0, backoffMs = 0 } = item.revalidation ?? {};
              return (until > this.now() && backoffMs === 0) || super.isAsked(item);
            }
          },
      ),
    ],
  },
  {
    bug: 'the fetch in the background is not stored',
    breaks: ['prefer', 5],
    plantings: [
      inKeep('keepAnswer', (sound) => async (ports, policy, asked, lease, fetched) => {
        if (asked.purpose !== 'revalidate') return sound(ports, policy, asked, lease, fetched);
        const isEnded = await lease.end({ outcome: { kind: 'given-up', token: lease.token } });
        return { isStored: false, isEnded, lifetimeMs: undefined };
      }),
    ],
  },
  {
    bug: 'the fetch in the background stores an entry that is stale already: the next look-up is no hit',
    breaks: ['prefer'],
    plantings: [
      inKeep('keepAnswer', (sound) => (ports, policy, asked, lease, fetched) => {
        if (asked.purpose !== 'revalidate') return sound(ports, policy, asked, lease, fetched);
        const stale: typeof lease = {
          token: lease.token,
          write: (entry) => lease.write({ ...entry, staleFrom: entry.askedAt }),
          end: (end) => lease.end(end),
        };
        return sound(ports, policy, asked, stale, fetched);
      }),
    ],
  },
  {
    bug: 'the fetch in the background fetches nothing',
    breaks: ['§3'],
    plantings: [
      inNextStep('nextStep', (sound) => (seen) => {
        const step = sound(seen);
        return seen.isRevalidation && step.kind === 'take' ? { kind: 'not-cached' } : step;
      }),
    ],
  },
]);
