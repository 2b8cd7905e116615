import { type HandOverCall, type HandOverParts, inAnswers, inHandOver, inLookup, inNextStep } from './code.ts';
import { withWishes } from './plant.ts';

/** `Prefer: respond-async`: mistakes of a prefetch. */
export const PREFETCH = withWishes([
  {
    bug: 'a prefetch is answered with the customer',
    breaks: ['prefer'],
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
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            constructor(...[asked, options]: HandOverParts) {
              super(asked.purpose === 'prefetch' ? { ...asked, waitMs: 1000 } : asked, options);
            }
          },
      ),
    ],
  },
  {
    bug: 'a prefetch fetches what is fresh',
    breaks: ['prefer', 5],
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
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            hasHandedOver = false;

            override isAsked() {
              return this.hasHandedOver;
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
]);
