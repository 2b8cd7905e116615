import { describe, expect, test } from '@jest/globals';
import type { FetchOptions, UpstreamFailure } from '../../../functions/lookup/upstream.ts';
import { startFleet } from '../../support/fleet.ts';
import { settle } from '../../support/manual-clock.ts';

const THROTTLED: UpstreamFailure = { kind: 'failed', failure: 'throttled', retryAfterMs: 5000 };

/** An instance with two look-ups in progress that wait for the upstream: the first wants to send a second request. */
async function startTwo(limit?: number) {
  const { store, upstream, ask } = startFleet({ policy: limit === undefined ? {} : { callLimits: { v2: limit } } });
  const underWay: { readonly options: FetchOptions; readonly answer: () => void }[] = [];
  const { fetch } = upstream;
  upstream.fetch = async (request, options = {}) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    underWay.push({ options, answer: resolve });
    await promise;
    return fetch.call(upstream, request, options);
  };
  const asking = ['MP1', 'MP2'].map((identifierValue) => ask({ identifierValue }));
  await settle();
  const [first, second] = underWay;
  if (first === undefined || second === undefined) throw new Error('Two look-ups are under way.');
  const pause = async () => {
    upstream.outcome = THROTTLED;
    second.answer();
    await asking[1];
  };
  const end = async () => {
    first.answer();
    second.answer();
    await Promise.all(asking);
  };
  return { store, options: first.options, pause, end };
}

describe('the second request of a look-up', () => {
  test('may be sent while there is no pause', async () => {
    const { options, end } = await startTwo(100);
    expect(options.mayRepeat?.()).toBe(true);
    expect(await options.takeRepetition?.()).toBe(true);
    await end();
  });

  test('is not sent after a pause has begun', async () => {
    const { options, pause, end } = await startTwo();
    await pause();
    expect(options.mayRepeat?.()).toBe(false);
    await end();
  });

  test('is not sent if a pause begins while the look-up takes a call from the budget', async () => {
    const { store, options, pause, end } = await startTwo(100);
    const gate = store.hold('takeCalls', 'after');
    const taking = options.takeRepetition?.();
    await gate.reached;
    await pause();
    await gate.release();
    expect(await taking).toBe(false);
    await end();
  });
});
