import { inAskUpstream, inFetch, inNextStep } from './code.ts';
import type { Plant } from './plant.ts';

/** Promise 9: the number of upstream calls. */
export const UPSTREAM_CALLS: readonly Plant[] = [
  {
    bug: 'asked a second time, though a pause has begun meanwhile',
    breaks: [9],
    plantings: [
      inFetch('fetchReply', (sound) => (ports, ...more) => {
        const { upstream } = ports;
        const fetch: typeof upstream.fetch = (request, options) =>
          upstream.fetch(request, { ...options, mayRepeat: () => true });
        return sound({ ...ports, upstream: Object.assign(Object.create(upstream), { fetch }) }, ...more);
      }),
    ],
  },
  {
    bug: 'a failed fetch repeated',
    breaks: [9],
    plantings: [
      inAskUpstream('fetchFor', (sound) => async (...parameters) => {
        const fetched = await sound(...parameters);
        return 'reply' in fetched ? fetched : sound(...parameters);
      }),
    ],
  },
  {
    bug: 'only-if-cached asks the upstream',
    breaks: [9],
    plantings: [inNextStep('nextStep', (sound) => (seen) => sound({ ...seen, onlyIfCached: false }))],
  },
];
