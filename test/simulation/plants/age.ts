import { inAskUpstream, inFetch, inForwardLookup, inFreshness, inKeep } from './code.ts';
import type { Plant } from './plant.ts';

/** Promise 2: how old an answer may be, by the windows and by the caller's directives. */
export const AGE: readonly Plant[] = [
  {
    bug: 'age checked before the wait, and not again: the clock of a look-up stands still',
    breaks: [2],
    plantings: [
      inForwardLookup(
        'ForwardLookup',
        (Sound) =>
          class extends Sound {
            constructor(...[context, asked, item]: ConstructorParameters<typeof Sound>) {
              const { clock } = context.ports;
              const begunAt = clock.now();
              const still = { ...context.ports, clock: { ...clock, now: () => begunAt } };
              super({ ...context, ports: still }, asked, item);
            }
          },
      ),
    ],
  },
  {
    bug: 'a stale entry judged once: not again after a revalidation was asked for',
    breaks: [2],
    plantings: [
      inFreshness('decide', (sound) => {
        const judged = new WeakMap();
        return (entry, directives, windows, now) => {
          const before = entry === undefined ? undefined : judged.get(entry);
          if (before?.directives === directives) return before.decision;
          const decision = sound(entry, directives, windows, now);
          if (decision.use === 'hit' && decision.detail !== undefined) {
            judged.set(decision.entry, { directives, decision });
          }
          return decision;
        };
      }),
    ],
  },
  {
    bug: 'stamped at write, not when the upstream was asked',
    breaks: [2],
    plantings: [
      inKeep(
        'keepAnswer',
        (sound) => (ports, policy, asked, lease, fetched) =>
          sound(ports, policy, asked, lease, {
            ...fetched,
            call: { ...fetched.call, askedAt: ports.clock.now() },
          }),
      ),
    ],
  },
  {
    bug: 'what was read long ago stands in for the upstream, without another read',
    breaks: [3],
    theme: 'unfolding',
    plantings: [inAskUpstream('isReadLongAgo', () => () => false)],
  },
  {
    bug: 'forever stale: neither the window nor the own expiry checked',
    breaks: [2],
    plantings: [
      inFreshness(
        'toServable',
        (sound) =>
          (entry, ...more) =>
            sound(entry && { ...entry, expiresAt: Number.POSITIVE_INFINITY }, ...more),
      ),
      inFreshness(
        'toStandIn',
        (sound) => (entry, directives, windows, now) =>
          sound(
            entry,
            { ...directives, staleIfErrorMs: undefined },
            { ...windows, staleIfErrorMs: Number.POSITIVE_INFINITY },
            now,
          ),
      ),
    ],
  },
  {
    bug: 'own expiry not checked: windows raised by a deploy',
    breaks: [2],
    plantings: [
      inFreshness(
        'toServable',
        (sound) =>
          (entry, ...more) =>
            sound(entry && { ...entry, expiresAt: Number.POSITIVE_INFINITY }, ...more),
      ),
    ],
  },
  {
    bug: "max-stale beyond STALE_IF_ERROR_SECONDS (both defences: the limit, and the entry's own expiry)",
    breaks: [2],
    plantings: [
      inFreshness(
        'toServable',
        (sound) =>
          (entry, ...more) =>
            sound(entry && { ...entry, expiresAt: Number.POSITIVE_INFINITY }, ...more),
      ),
      inFreshness(
        'staleDetail',
        (sound) => (staleForMs, directives, windows) =>
          sound(staleForMs, directives, { ...windows, staleIfErrorMs: Number.POSITIVE_INFINITY }),
      ),
    ],
  },
  {
    bug: 'max-age and min-fresh not heeded by what is fresh',
    breaks: [2],
    plantings: [
      inFreshness('decide', (sound) => (entry, directives, windows, now) => {
        const lax = sound(entry, { ...directives, maxAgeMs: undefined, minFreshMs: undefined }, windows, now);
        const isFresh = lax.use === 'hit' && lax.detail === undefined;
        return isFresh ? lax : sound(entry, directives, windows, now);
      }),
    ],
  },
  {
    bug: 'stale on not-found',
    breaks: [2],
    theme: 'unfolding',
    plantings: [
      inFetch('fetchReply', (sound) => async (ports, policy, gate, asked, options) => {
        const fetched = await sound(ports, policy, gate, asked, options);
        const isMasked = fetched.outcome.kind === 'not-found' && options.hasStandIn();
        if (!isMasked) return fetched;
        return { outcome: { kind: 'failed', failure: 'invalid' }, call: fetched.call, isGivenUp: false };
      }),
    ],
  },
  {
    bug: 'no-cache forgotten by a look-up that goes forward: it joins an older fetch',
    breaks: [2, 8],
    plantings: [
      inForwardLookup(
        'ForwardLookup',
        (Sound) =>
          class extends Sound {
            constructor(...[context, asked, item]: ConstructorParameters<typeof Sound>) {
              super(context, { ...asked, directives: { ...asked.directives, noCache: false } }, item);
            }
          },
      ),
    ],
  },
];
