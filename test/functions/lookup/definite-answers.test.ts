import { describe, expect, test } from '@jest/globals';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import type { UpstreamFailure, UpstreamOutcome } from '../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { found, said } from '../../support/scripted-upstream.ts';

// Tests B11: a definite answer that is not stored ends the old entry.

const OLD = '{"id":1,"profiles":[{"firstName":"Old"}]}';
const DOWN: UpstreamFailure = { kind: 'failed', failure: 'connection' };
const { windows } = DEFAULT_POLICY;

/** A fleet with an entry of the customer that is not fresh any more. */
async function startStale(notFoundFreshForMs = windows.notFoundFreshForMs) {
  const fleet = startFleet({ policy: { windows: { ...windows, notFoundFreshForMs } } });
  fleet.upstream.outcome = found(OLD);
  await fleet.ask();
  fleet.clock.advance(windows.freshForMs);
  return fleet;
}

const FRAUD = said('refused', 618);
const BLANK: UpstreamOutcome = { kind: 'refused', status: 400, errors: undefined };
const NOT_FOUND = said('not-found', 8015);

describe('B11: after a refusal, or a "not found" that is not stored, no look-up gets the old profile', () => {
  test.each<readonly [string, UpstreamOutcome, number]>([
    ['fraud', FRAUD, windows.notFoundFreshForMs],
    ['a 400 without a readable error', BLANK, windows.notFoundFreshForMs],
    ['"not found" with NOT_FOUND_FRESH_SECONDS=0', NOT_FOUND, 0],
  ])('learnt under a lease: %s', async (_title, outcome, notFoundFreshForMs) => {
    const { upstream, store, ask } = await startStale(notFoundFreshForMs);
    upstream.outcome = outcome;
    // The lease is taken, because there is no fresh entry.
    expect(await ask({}, { minFreshMs: 0 })).toMatchObject({ answer: { kind: outcome.kind } });
    expect(store.entries).toEqual([]);
    upstream.outcome = DOWN;
    expect(await ask()).toMatchObject({ answer: DOWN });
    expect(await ask({}, { maxStaleMs: Number.POSITIVE_INFINITY })).toMatchObject({ answer: DOWN });
  });

  test.each<readonly [string, UpstreamOutcome]>([
    ['fraud', FRAUD],
    ['"not found"', NOT_FOUND],
  ])('learnt by a no-cache look-up while another fetches: %s', async (_title, outcome) => {
    const { clock, upstream, store, ask } = await startStale();
    upstream.takesMs = 2000;
    upstream.outcome = DOWN;
    const holder = ask({}, { minFreshMs: 0 });
    await clock.run(10);
    upstream.takesMs = 0;
    upstream.outcome = outcome;
    expect(await ask({}, { noCache: true })).toMatchObject({ answer: { kind: outcome.kind } });
    expect(store.entries).toEqual([]);
    await clock.run(3000);
    await holder;
    expect(store.entries).toEqual([]);
  });

  test.each<readonly [string, UpstreamOutcome, number, kept: readonly string[]]>([
    ['fraud: it is not stored', FRAUD, windows.notFoundFreshForMs, []],
    ['a 400 without a readable error: it is not stored', BLANK, windows.notFoundFreshForMs, []],
    ['"not found" with NOT_FOUND_FRESH_SECONDS=0: it is not stored', NOT_FOUND, 0, []],
    ['"not found" that may be stored: it is stored', NOT_FOUND, windows.notFoundFreshForMs, [OLD]],
    ['a merger: it is stored', found(OLD, { isMerged: true }), windows.notFoundFreshForMs, [OLD]],
    ['a partial reply: it is stored', found(OLD, { isComplete: false }), windows.notFoundFreshForMs, [OLD]],
  ])('learnt by a no-cache look-up while another fetches the old profile: %s', async (_title, outcome, ...rest) => {
    const [notFoundFreshForMs, kept] = rest;
    const { clock, upstream, store, ask } = startFleet({ policy: { windows: { ...windows, notFoundFreshForMs } } });
    upstream.takesMs = 500;
    upstream.outcome = found(OLD);
    const holder = ask();
    await clock.run(10);
    upstream.takesMs = 0;
    upstream.outcome = outcome;
    expect(await ask({}, { noCache: true })).toMatchObject({ answer: { kind: outcome.kind } });
    await clock.run(1000);
    expect(await holder).toMatchObject({ answer: { body: OLD } });
    expect(store.entries.map(({ body }) => body)).toEqual(kept);
  });

  test('learnt by a no-cache look-up, it ends the entry of the fetch that it saw in progress', async () => {
    const { clock, upstream, store, ask } = await startStale();
    upstream.takesMs = 100;
    const holder = ask({}, { minFreshMs: 0 });
    await clock.run(10);
    upstream.takesMs = 500;
    upstream.outcome = FRAUD;
    const alone = ask({}, { noCache: true });
    await clock.run(200);
    expect(await holder).toMatchObject({ cache: { isStored: true } });
    expect(store.entries).toMatchObject([{ body: OLD }]);
    await clock.run(500);
    expect(await alone).toMatchObject({ answer: { kind: 'refused' } });
    expect(store.entries).toEqual([]);
  });

  test('learnt by a no-cache look-up, one of those that wait for the fetch in progress takes over', async () => {
    const { clock, upstream, ask } = startFleet();
    upstream.takesMs = 500;
    upstream.outcome = found(OLD);
    const waiting = [ask(), ask(), ask(), ask()];
    await clock.run(10);
    upstream.takesMs = 0;
    upstream.outcome = FRAUD;
    await ask({}, { noCache: true });
    upstream.takesMs = 300;
    upstream.outcome = found('{"id":1,"profiles":[{"firstName":"New"}]}');
    await clock.run(3000);
    await Promise.all(waiting);
    // The holder, the no-cache look-up, and the one that takes over.
    expect(upstream.requests).toHaveLength(3);
  });

  test.each([1, 3])('learnt by a look-up without a lease, though the store throttles %d times', async (times) => {
    const { clock, upstream, store, ask } = await startStale();
    upstream.outcome = FRAUD;
    const dropEntry = store.dropEntry.bind(store);
    let left = times;
    store.dropEntry = async (...parameters) => {
      left -= 1;
      if (left >= 0) throw new StoreUnavailableError('ThrottlingException', { trouble: 'throttled' });
      return dropEntry(...parameters);
    };
    const alone = ask({}, { noStore: true });
    await clock.run(1000);
    expect(await alone).toMatchObject({ answer: { kind: 'refused' }, storeFailure: undefined });
    expect(store.entries).toEqual([]);
  });

  test('learnt by a look-up without a lease, it does not end an entry that another look-up has stored meanwhile', async () => {
    const { clock, upstream, store, ask } = await startStale();
    upstream.takesMs = 500;
    upstream.outcome = FRAUD;
    const alone = ask({}, { noStore: true });
    await clock.run(100);
    upstream.takesMs = 0;
    upstream.outcome = found('{"id":1,"profiles":[{"firstName":"New"}]}');
    await ask({}, { minFreshMs: 0 });
    await clock.run(500);
    expect(await alone).toMatchObject({ answer: { kind: 'refused' } });
    expect(store.entries).toMatchObject([{ body: expect.stringContaining('New') }]);
  });

  test('"erased": voiding takes one time limit in all, even if the store throttles one part of it after the other', async () => {
    const { clock, upstream, store, ask } = await startStale();
    upstream.outcome = said('erased', 1);
    const throttled = new StoreUnavailableError('ThrottlingException', { trouble: 'throttled' });
    const startedAt = clock.monotonicNow();
    const listPartition = store.listPartition.bind(store);
    store.listPartition = async (...parameters) => {
      if (clock.monotonicNow() - startedAt < DEFAULT_POLICY.leaseMs - 500) throw throttled;
      return listPartition(...parameters);
    };
    store.fenceCustomer = async () => {
      throw throttled;
    };
    let answeredAfterMs: number | undefined;
    const asking = ask({}, { minFreshMs: 0 }).then((result) => {
      answeredAfterMs = clock.monotonicNow() - startedAt;
      return result;
    });
    await clock.run(3 * DEFAULT_POLICY.leaseMs);
    expect(await asking).toMatchObject({ answer: { kind: 'erased' } });
    expect(answeredAfterMs).toBe(DEFAULT_POLICY.leaseMs);
  });

  test('learnt by a revalidation, it ends the entry that was served meanwhile', async () => {
    const { upstream, revalidator, ask, lookup } = await startStale();
    expect(await ask()).toMatchObject({ answer: { body: OLD }, isRevalidationAsked: true });
    upstream.outcome = FRAUD;
    const [request] = revalidator.requests;
    if (request === undefined) throw new Error('No revalidation was asked for.');
    await lookup(
      request,
      {
        noCache: false,
        noStore: false,
        onlyIfCached: false,
        maxAgeMs: undefined,
        minFreshMs: 0,
        maxStaleMs: undefined,
        staleIfErrorMs: undefined,
      },
      'revalidate',
    );
    expect(await ask()).toMatchObject({ answer: { kind: 'refused' }, cache: { status: 'forward', reason: 'miss' } });
  });

  test.each([
    ['a partial reply', found(OLD, { isComplete: false })],
    [
      'a reply about another customer',
      found('{"id":2,"profiles":[{"identifiers":[{"type":"externalId","value":"MP2"}]}]}'),
    ],
  ])('%s ends nothing: a worse answer never replaces a better one', async (_title, outcome) => {
    const { upstream, store, ask } = await startStale();
    upstream.outcome = outcome;
    await ask({}, { minFreshMs: 0 });
    expect(store.entries).toMatchObject([{ body: OLD }]);
  });
});
