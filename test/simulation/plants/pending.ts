import { type HandOverCall, type HandOverParts, inHandOver, inNextStep } from './code.ts';
import { withWishes } from './plant.ts';

/** A caller with a short wait (`Prefer: wait`): its answer, and the time of it. */
export const PENDING = withWishes([
  {
    bug: 'a caller that waits is told "pending"',
    breaks: ['prefer'],
    plantings: [
      inNextStep(
        'nextStep',
        (sound) => (seen) => sound({ ...seen, waitMsLeft: seen.waitMsLeft ?? (seen.lease === 'live' ? 0 : undefined) }),
      ),
    ],
  },
  {
    bug: 'a look-up hands its fetch over, though its caller waits',
    breaks: ['prefer'],
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            constructor(...[asked, options]: HandOverParts) {
              super({ ...asked, waitMs: asked.waitMs ?? 400 }, options);
            }
          },
      ),
    ],
  },
  {
    bug: 'pending before the wait is over',
    breaks: ['prefer'],
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            override waitMsLeft(...[item, reason]: HandOverCall<'waitMsLeft'>) {
              const leftMs = super.waitMsLeft(item, reason);
              return leftMs === undefined ? undefined : leftMs - 200;
            }
          },
      ),
    ],
  },
  {
    bug: 'pending long after the wait is over',
    breaks: ['prefer'],
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            override waitMsLeft(...[item, reason]: HandOverCall<'waitMsLeft'>) {
              const leftMs = super.waitMsLeft(item, reason);
              return leftMs === undefined ? undefined : leftMs + 700;
            }
          },
      ),
    ],
  },
  {
    bug: 'pending though no fetch was asked for',
    breaks: ['prefer'],
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            override isAsked(...[item]: HandOverCall<'isAsked'>) {
              return item.entry === undefined || super.isAsked(item);
            }
          },
      ),
    ],
  },
  {
    bug: 'a caller’s short wait is not heeded: the look-up fetches by itself',
    breaks: ['prefer'],
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            override waitMsLeft() {
              return undefined;
            }
          },
      ),
    ],
  },
  {
    bug: 'a look-up whose wait is over fetches itself',
    breaks: ['prefer'],
    plantings: [
      inNextStep('nextStep', (sound) => (seen) => {
        const step = sound(seen);
        return step.kind === 'pending' && !seen.isPrefetch ? { kind: 'take' } : step;
      }),
    ],
  },
  {
    bug: 'a look-up asks for a fetch that another one has asked for',
    breaks: ['§3'],
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            override isAsked(...[item]: HandOverCall<'isAsked'>) {
              return super.isAsked({ ...item, revalidation: undefined });
            }
          },
      ),
    ],
  },
]);
