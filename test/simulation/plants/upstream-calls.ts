import { inAskUpstream, inFetch, inFreshness, inNextStep } from './code.ts';
import type { Plant } from './plant.ts';

/** Promises 6 and 9: an upstream that fails, and the number of upstream calls. */
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
  {
    bug: 'a stale entry within its window does not stand in for an upstream that fails',
    breaks: [6],
    plantings: [inFreshness('toStandIn', () => () => undefined)],
  },
  {
    bug: 'a stale entry stands in only while it may be revalidated',
    breaks: [6],
    plantings: [
      inFreshness('toStandIn', (sound) => (entry, directives, windows, now) => {
        // Never longer than its own window: that would be another bug.
        const staleIfErrorMs = Math.min(windows.staleIfErrorMs, windows.staleWhileRevalidateMs);
        return sound(entry, directives, { ...windows, staleIfErrorMs }, now);
      }),
    ],
  },
];
