import { inCacheKey, inCustomerLookup, inEmbed, inJoin, inJoinedLookup, inV1Request } from './code.ts';
import type { Plant } from './plant.ts';

/** Promise 1: the right answer to the right request, of both APIs and joined. */
export const ISOLATION: readonly Plant[] = [
  {
    bug: 'key without account',
    breaks: [1],
    plantings: [
      inCacheKey(
        'variant',
        (sound) =>
          (request, ...more) =>
            sound({ ...request, accountId: undefined }, ...more),
      ),
    ],
  },
  {
    bug: 'key without the API',
    breaks: [1],
    plantings: [
      inCacheKey(
        'variant',
        (sound) =>
          (...parameters) =>
            sound(...parameters).replace(/^v[^;]*/, ''),
      ),
    ],
  },
  {
    bug: "key without the identifier's name",
    breaks: [1],
    plantings: [
      inCacheKey(
        'partitionKey',
        (sound) =>
          ({ source, identifier }, secret) =>
            sound({ source, identifier: Object.assign({ ...identifier }, { name: '' }) }, secret),
      ),
    ],
  },
  {
    bug: 'key without the projection',
    breaks: [1],
    plantings: [
      inCacheKey(
        'variant',
        (sound) => (request, subject, projection, secret) =>
          sound(request, subject, { ...projection, fields: '' }, secret),
      ),
    ],
  },
  {
    bug: 'embed unsorted',
    breaks: [5],
    plantings: [inEmbed('sortEmbeds', () => (embeds) => [...new Set(embeds)])],
  },
  {
    bug: 'entries of v1.1 out of reach of the purge of a look-up',
    breaks: [3],
    theme: 'purging',
    plantings: [
      inV1Request('toRequest', (sound) => (identifier, options) => {
        const request = sound(identifier, options);
        const { subject } = request;
        return { ...request, subject: subject && Object.assign({ ...subject }, { source: 'V1' }) };
      }),
    ],
  },
  {
    bug: 'two customers joined',
    breaks: [1],
    plantings: [
      inJoin('joinTo', (sound) => (main, profile, other, supplement) => {
        const { customer } = profile;
        const same = other.answer.kind === 'found' ? { ...other, answer: { ...other.answer, customer } } : other;
        return sound(main, profile, same, supplement);
      }),
    ],
  },
  {
    bug: 'a customer that v1.1 calls erased shown by v2',
    breaks: [3],
    theme: 'definite',
    plantings: [
      inJoin('join', (sound) => (main, other, supplement) => {
        const failed = { ...other, answer: { kind: 'failed', failure: 'connection' } } as const;
        return sound(main, other.answer.kind === 'erased' ? failed : other, supplement);
      }),
    ],
  },
  {
    bug: 'what v2 has of a customer that v1.1 calls erased not voided',
    breaks: [3],
    theme: 'unfolding',
    plantings: [inJoinedLookup('voidErased', () => async () => undefined)],
  },
  {
    bug: 'what a batch read ahead served for ever',
    breaks: [3],
    // In histories of other themes a read that failed long ago breaks promise 7 first.
    theme: 'mixed',
    plantings: [
      inCustomerLookup('createReadTogether', (sound) => ({ clock, store }, policy) => (asked) => {
        // Its clock stops when the read begins, so that the read never grows old.
        const stoppedAt = clock.monotonicNow();
        return sound({ store, clock: { ...clock, monotonicNow: () => stoppedAt } }, policy)(asked);
      }),
    ],
  },
];
