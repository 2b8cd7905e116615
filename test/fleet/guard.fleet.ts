import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { instanceAt, lookUp, SAMPLE, somebodyNew } from './asker.ts';
import { print, statusesOf } from './figures.ts';
import { type Fleet, type RunningStore, startFleet, startPlainStore } from './running-fleet.ts';
import type { Reply } from './send.ts';

const SIZE = 3;
const LIMIT = 20;
/**
 * An instance adds five look-ups up at once, and holds back four at most. If a window of ten minutes ends while the
 * test runs, as many are answered again. So the assertions hold whenever it runs, and however long it takes.
 */
const MOST_ANSWERED = 2 * (LIMIT + 4 * SIZE);

/** Each caller has a key. */
const CALLERS = { enumerating: 'leaked-key', fleet: 'fleet-key', till: 'till-key', signUp: 'sign-up-key' } as const;
type Caller = keyof typeof CALLERS;

let fleet: Fleet<RunningStore>;
beforeAll(async () => {
  const settings = {
    GUARD_NOT_FOUND_LIMIT: String(LIMIT),
    LOCAL_API_KEYS: Object.values(CALLERS).join(','),
    // The guard fails open. The speed of this machine is not tested: neither store nor upstream is ever late.
    CACHE_TIMEOUT_MS: '4000',
    UPSTREAM_TIMEOUT_MS: '8000',
  };
  fleet = await startFleet({ size: SIZE, settings, latencyMs: 5, store: startPlainStore, isUpstreamDirect: true });
});
afterAll(() => fleet.close());

/** Makes this number of look-ups of a caller, one after the other and at one instance after the other. */
async function lookUps(caller: Caller, count: number, findsNobody: (n: number) => boolean): Promise<readonly Reply[]> {
  const replies: Reply[] = [];
  for (let n = 0; n < count; n += 1) {
    const lookupOf = findsNobody(n) ? somebodyNew() : SAMPLE;
    replies.push(await lookUp(instanceAt(fleet.instances, n), lookupOf, { 'x-api-key': CALLERS[caller] }));
  }
  return replies;
}

test('a caller that tries numbers out is refused by every process, and no honest caller is', async () => {
  const [enumerating, busy, till, signUp] = await Promise.all([
    lookUps('enumerating', 240, () => true),
    // More look-ups without a customer than the number allows, but only three of ten: a fleet with new customers.
    lookUps('fleet', 240, (n) => n % 10 < 3),
    // Only wrong numbers, but few.
    lookUps('till', 15, () => true),
    // Three of four are new: below the share.
    lookUps('signUp', 120, (n) => n % 4 < 3),
  ]);
  print('an enumerating caller beside three honest ones', {
    processes: SIZE,
    'may find no customer': LIMIT,
    'the enumerating one': statusesOf(enumerating),
    'a busy fleet': statusesOf(busy),
    'a till with wrong numbers alone': statusesOf(till),
    'a sign-up drive': statusesOf(signUp),
  });
  for (const honest of [busy, till, signUp]) {
    expect(honest.filter(({ status }) => status !== 200)).toEqual([]);
  }
  const answered = enumerating.filter(({ status }) => status === 200);
  const refused = enumerating.filter(({ status }) => status === 429);
  expect(answered.length + refused.length).toBe(enumerating.length);
  expect(answered.length).toBeLessThanOrEqual(MOST_ANSWERED);
  for (let at = 0; at < SIZE; at += 1) {
    expect(enumerating.filter((_, n) => n % SIZE === at).some(({ status }) => status === 429)).toBe(true);
  }
});
