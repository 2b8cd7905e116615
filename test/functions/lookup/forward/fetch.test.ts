import { expect, test } from '@jest/globals';
import type { Asked } from '../../../../functions/lookup/asked.ts';
import { holderOverrunMs } from '../../../../functions/lookup/fleet.ts';
import { fetchReply } from '../../../../functions/lookup/forward/fetch.ts';
import type { LookupPorts } from '../../../../functions/lookup/lookup-policy.ts';
import type { FetchOptions, UpstreamFailure, UpstreamOutcome } from '../../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY } from '../../../support/fleet.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const TIMED_OUT: UpstreamFailure = { kind: 'failed', failure: 'timeout' };
const THROTTLED: UpstreamFailure = { kind: 'failed', failure: 'throttled', retryAfterMs: 5000 };
const CALL = { askedAt: 0, durationMs: 0, attempts: 1, status: undefined, requestId: undefined };
const SOFT_MS = 600;

interface Options {
  readonly outcome?: UpstreamOutcome;
  readonly takesMs?: number;
  readonly pause?: UpstreamFailure;
  readonly softMs?: number;
  /** How long ago the look-up took its lease. */
  readonly heldForMs?: number;
}

/** One fetch without a budget, and its calls to the upstream, the gate and the clock. */
function start({ outcome = TIMED_OUT, takesMs = 0, pause, softMs, heldForMs }: Options) {
  const clock = new ManualClock();
  const options: FetchOptions[] = [];
  const timers: (AbortSignal | undefined)[] = [];
  const left: UpstreamOutcome[] = [];
  const ports = {
    clock: {
      monotonicNow: () => clock.monotonicNow(),
      sleepFree: (ms: number, signal?: AbortSignal) => {
        timers.push(signal);
        return clock.sleepFree(ms, signal);
      },
    },
    upstream: {
      fetch: async (_request: unknown, given: FetchOptions) => {
        options.push(given);
        await clock.sleep(takesMs, given.signal);
        return { outcome, call: CALL };
      },
    },
  } as unknown as LookupPorts;
  const gate = {
    isPaused: () => false,
    enter: async () => pause ?? { kind: 'permit' as const },
    leave: async (_permit: unknown, _store: unknown, answered: UpstreamOutcome) => {
      left.push(answered);
    },
  };
  const asked = { request: { api: 'v2' }, store: {} } as unknown as Asked;
  const fetching = fetchReply(ports, DEFAULT_POLICY, gate, asked, {
    takeCall: undefined,
    softMs,
    hasStandIn: () => true,
    heldSince: heldForMs === undefined ? undefined : clock.monotonicNow() - heldForMs,
  });
  const end = async () => {
    await clock.run(5000);
    return fetching;
  };
  return { end, options, timers, left };
}

test('in a pause the look-up does not ask the upstream, and has not given up', async () => {
  const { end, options } = start({ pause: THROTTLED });
  expect(await end()).toEqual({ outcome: THROTTLED, call: undefined, isGivenUp: false });
  expect(options).toEqual([]);
});

test('without a budget a second request needs no permission', async () => {
  const { end, options } = start({});
  await end();
  expect(options[0]).not.toHaveProperty('takeRepetition');
});

test('the fetch of a lease’s holder ends before the lease lapses, however busy the process is', async () => {
  const { end, options } = start({ heldForMs: 20 });
  await end();
  expect(options[0]?.maxOverrunMs).toBe(holderOverrunMs(20, DEFAULT_POLICY));
});

test('a fetch without a lease may take as long as the upstream allows', async () => {
  const { end, options } = start({});
  await end();
  expect(options[0]).not.toHaveProperty('maxOverrunMs');
});

test('without a waiting stale entry, no timer is set', async () => {
  const { end, timers } = start({ takesMs: 2000 });
  expect(await end()).toMatchObject({ isGivenUp: false });
  expect(timers).toEqual([]);
});

test('the timer of a stale entry ends with the fetch', async () => {
  const { end, timers, left } = start({ takesMs: 100, softMs: SOFT_MS });
  expect(await end()).toMatchObject({ outcome: TIMED_OUT, isGivenUp: false });
  expect([timers.map((signal) => signal?.aborted), left]).toEqual([[true], [TIMED_OUT]]);
});

test('a fetch that the look-up gives up says nothing about the upstream', async () => {
  const { end, left } = start({ takesMs: 2000, softMs: SOFT_MS });
  expect(await end()).toMatchObject({ outcome: TIMED_OUT, isGivenUp: true });
  expect(left).toEqual([]);
});

test('a fetch that the look-up gives up in the body of a 429 still pauses the fleet', async () => {
  const { end, left } = start({ outcome: THROTTLED, takesMs: 2000, softMs: SOFT_MS });
  expect(await end()).toMatchObject({ outcome: THROTTLED, isGivenUp: true });
  expect(left).toEqual([THROTTLED]);
});

test.each<[string, UpstreamOutcome, string]>([
  [
    'with its error',
    { kind: 'refused', status: 400, errors: { code: 8003 } } as unknown as UpstreamOutcome,
    '{"code":8003}',
  ],
  ['without a readable error', { kind: 'refused', status: 400, errors: undefined }, ''],
])('a refusal %s names no customer', async (_how, outcome, body) => {
  expect(await start({ outcome }).end()).toMatchObject({
    reply: { body, customer: undefined, customerAliases: [], isMismatch: false },
  });
});
