import { inAnswers, inHandOver, inLookup, inNextStep } from './code.ts';
import type { Plant } from './plant.ts';

type HandOver = import('../../../functions/lookup/forward/hand-over.ts').HandOver;
type Parts<Method extends 'ask'> = Parameters<HandOver[Method]>;
type Given = ConstructorParameters<typeof import('../../../functions/lookup/forward/hand-over.ts').HandOver>;

const hasWishes = true;

/** `Prefer: respond-async`: what a prefetch may do wrong. */
export const PREFETCH: readonly Plant[] = [
  {
    bug: 'a prefetch is answered with the customer',
    breaks: ['prefer'],
    hasWishes,
    plantings: [
      inAnswers(
        'hit',
        (sound) =>
          (asked, ...more) =>
            sound({ ...asked, purpose: 'answer' }, ...more),
      ),
    ],
  },
  {
    bug: 'a prefetch fetches itself',
    breaks: ['prefer'],
    hasWishes,
    plantings: [
      inNextStep(
        'nextStep',
        (sound) => (seen) => sound(seen.isPrefetch ? { ...seen, waitMsLeft: undefined, isPrefetch: false } : seen),
      ),
    ],
  },
  {
    bug: 'a prefetch waits for its fetch',
    breaks: ['prefer'],
    hasWishes,
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            constructor(...[asked, options]: Given) {
              super(asked.purpose === 'prefetch' ? { ...asked, waitMs: 1000 } : asked, options);
            }
          },
      ),
    ],
  },
  {
    bug: 'a prefetch fetches what is fresh',
    breaks: ['prefer', 5],
    hasWishes,
    plantings: [
      inLookup('createLookup', (sound) => (ports, policy) => {
        const lookup = sound(ports, policy);
        return (request, directives, purpose, ...more) =>
          lookup(request, purpose === 'prefetch' ? { ...directives, maxAgeMs: 1 } : directives, purpose, ...more);
      }),
    ],
  },
  {
    bug: 'a prefetch asks for what is fresh',
    breaks: ['prefer'],
    hasWishes,
    plantings: [
      inLookup('createLookup', (sound) => (ports, policy) => {
        const lookup = sound(ports, policy);
        const windows = { ...policy.windows, freshForMs: 1, notFoundFreshForMs: 1 };
        const prefetch = sound(ports, { ...policy, windows });
        return (request, directives, purpose, ...more) =>
          (purpose === 'prefetch' ? prefetch : lookup)(request, directives, purpose, ...more);
      }),
    ],
  },
  {
    bug: 'each prefetch asks for a fetch, however many asked before',
    breaks: ['§3'],
    hasWishes,
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            hasHandedOver = false;

            override isAsked() {
              return this.hasHandedOver;
            }

            override async ask(...[item]: Parts<'ask'>) {
              const handedOver = await super.ask(item);
              this.hasHandedOver ||= handedOver === 'asked';
              return handedOver;
            }
          },
      ),
    ],
  },
];
