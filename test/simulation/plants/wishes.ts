import { inAnswers, inHandOver, inLookup, inNextStep } from './code.ts';
import type { Plant } from './plant.ts';

type WaitMsLeft = Parameters<import('../../../functions/lookup/forward/hand-over.ts').HandOver['waitMsLeft']>;
type IsAsked = Parameters<import('../../../functions/lookup/forward/hand-over.ts').HandOver['isAsked']>;
type Ask = Parameters<import('../../../functions/lookup/forward/hand-over.ts').HandOver['ask']>;

/** Callers that do not wait (`Prefer`): pending answers, and prefetches. */
export const WISHES: readonly Plant[] = [
  {
    bug: 'a caller that waits is told "pending"',
    breaks: ['prefer'],
    hasWishes: true,
    plantings: [
      inNextStep(
        'nextStep',
        (sound) => (seen) => sound({ ...seen, waitMsLeft: seen.waitMsLeft ?? (seen.lease === 'live' ? 0 : undefined) }),
      ),
    ],
  },
  {
    bug: 'pending before the wait is over',
    breaks: ['prefer'],
    hasWishes: true,
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            override waitMsLeft(...[item, reason]: WaitMsLeft) {
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
    hasWishes: true,
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            override waitMsLeft(...[item, reason]: WaitMsLeft) {
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
    hasWishes: true,
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            override isAsked(...[item]: IsAsked) {
              return item.entry === undefined || super.isAsked(item);
            }
          },
      ),
    ],
  },
  {
    bug: 'a caller’s short wait is not heeded: the look-up fetches by itself',
    breaks: ['prefer'],
    hasWishes: true,
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
    bug: 'a look-up that handed its fetch over fetches too',
    breaks: ['prefer', 5],
    hasWishes: true,
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            hasHandedOver = false;

            override waitMsLeft(...[item, reason]: WaitMsLeft) {
              return this.hasHandedOver ? undefined : super.waitMsLeft(item, reason);
            }

            override async ask(...[item]: Ask) {
              const handedOver = await super.ask(item);
              this.hasHandedOver ||= handedOver === 'asked';
              return handedOver;
            }
          },
      ),
    ],
  },
  {
    bug: 'a prefetch is answered with the customer',
    breaks: ['prefer'],
    hasWishes: true,
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
    bug: 'a prefetch fetches what is fresh',
    breaks: ['prefer', 5],
    hasWishes: true,
    plantings: [
      inLookup('createLookup', (sound) => (ports, policy) => {
        const lookup = sound(ports, policy);
        return (request, directives, purpose, ...more) =>
          lookup(request, purpose === 'prefetch' ? { ...directives, maxAgeMs: 1 } : directives, purpose, ...more);
      }),
    ],
  },
  {
    bug: 'each prefetch asks for a fetch, however many asked before',
    breaks: ['§3'],
    hasWishes: true,
    plantings: [
      inHandOver(
        'HandOver',
        (Sound) =>
          class extends Sound {
            hasHandedOver = false;

            override isAsked() {
              return this.hasHandedOver;
            }

            override async ask(...[item]: Ask) {
              const handedOver = await super.ask(item);
              this.hasHandedOver ||= handedOver === 'asked';
              return handedOver;
            }
          },
      ),
    ],
  },
];
