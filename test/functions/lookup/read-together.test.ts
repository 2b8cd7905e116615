import { describe, expect, test } from '@jest/globals';
import { keyText } from '../../../functions/customer/request/cache-key.ts';
import type { AskedLookup } from '../../../functions/customer/request/canonical-request.ts';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import { createInvalidation } from '../../../functions/lookup/invalidation.ts';
import { keyOf } from '../../../functions/lookup/lookup-policy.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found } from '../../support/scripted-upstream.ts';

const asked = (identifierValue: string): Promise<AskedLookup> =>
  readV2Request(Object.entries({ source: 'INSTORE', identifierName: 'externalId', identifierValue }), DEFAULT_READING);

/** Three look-ups, all in the cache, and the results of a batch of them. */
async function start() {
  const { clock, store, upstream, customerLookup, readTogether } = startFleet();
  upstream.outcome = found('{"id":1,"profiles":[{"firstName":"A"}]}');
  const all = await Promise.all(['MP1', 'MP2', 'MP3'].map(asked));
  for (const each of all) await customerLookup(each, NO_DIRECTIVES);
  upstream.requests.length = 0;
  const ask = async () => {
    const firstReads = readTogether(all);
    const asking = Promise.all(all.map((each) => customerLookup(each, NO_DIRECTIVES, { firstReads })));
    await clock.run(10_000);
    return (await asking).map(({ cache }) => ('reason' in cache ? cache.reason : cache.status));
  };
  const nameAt = (index: number) => keyText(keyOf(all[index]!.request, DEFAULT_POLICY)!);
  return { store, upstream, ask, nameAt };
}

describe('look-ups with entries that are read together', () => {
  test('are hits, by one call of the store', async () => {
    const { store, upstream, ask } = await start();
    store.calls.length = 0;
    expect(await ask()).toEqual(['hit', 'hit', 'hit']);
    expect(store.calls).toEqual(['readAll']);
    expect(upstream.requests).toEqual([]);
  });

  test('R17: a look-up bypasses the cache alone if the store leaves out its key; the others are hits', async () => {
    const { store, upstream, ask, nameAt } = await start();
    store.unreadable.add(nameAt(1));
    const [first, second, third] = await ask();
    expect([first, third]).toEqual(['hit', 'hit']);
    expect(second).toBe('bypass');
    expect(upstream.requests).toHaveLength(1);
  });

  test('R17: all bypass the cache if the store leaves out all keys', async () => {
    const { store, upstream, ask, nameAt } = await start();
    for (const index of [0, 1, 2]) store.unreadable.add(nameAt(index));
    expect(await ask()).toEqual(['bypass', 'bypass', 'bypass']);
    expect(upstream.requests).toHaveLength(3);
  });

  const BYPASSES = ['bypass', 'bypass', 'bypass'];

  test.each([
    ['throttles it', { reason: 'ThrottlingException', trouble: 'throttled' }, ['readAll'], ['hit', 'hit', 'hit'], 0],
    ['throttles every read', { reason: 'ThrottlingException', trouble: 'throttled' }, ['readAll', 'read'], BYPASSES, 3],
    ['is late and answers nothing else', { reason: 'TimeoutError', trouble: 'late' }, ['readAll'], BYPASSES, 3],
    ['fails at it', { reason: 'ECONNREFUSED', trouble: 'down' }, ['readAll'], BYPASSES, 3],
  ] as const)(
    'look-ups of a read together, when the store %s, get what single look-ups get',
    async (_title, failure, failing, reasons, calls) => {
      const { store, upstream, ask } = await start();
      store.failure = failure;
      for (const operation of failing) store.failing.add(operation);
      expect(await ask()).toEqual(reasons);
      expect(upstream.requests).toHaveLength(calls);
    },
  );

  test('look-ups that begin after the read was late read again if the store has answered since the read began', async () => {
    const { clock, store, upstream, customerLookup, readTogether } = startFleet();
    upstream.outcome = found('{"id":1,"profiles":[{"firstName":"A"}]}');
    const all = await Promise.all(['MP1', 'MP2', 'MP3'].map(asked));
    const [first, second, third] = all as [AskedLookup, AskedLookup, AskedLookup];
    for (const each of all) await customerLookup(each, NO_DIRECTIVES);
    store.failure = { reason: 'TimeoutError', trouble: 'late' };
    store.failing.add('readAll');
    const firstReads = readTogether([first, second]);
    await clock.run(10);
    await customerLookup(third, NO_DIRECTIVES);
    await clock.run(10);
    const asking = customerLookup(second, NO_DIRECTIVES, { firstReads });
    await clock.run(1000);
    expect(await asking).toMatchObject({ cache: { status: 'hit' } });
    expect(upstream.requests).toHaveLength(3);
  });

  test('B13: are read again if they were read ahead more than a second ago: an acknowledged purge counts', async () => {
    const { clock, store, upstream, customerLookup, readTogether } = startFleet();
    upstream.outcome = found('{"id":1,"profiles":[{"firstName":"A"}]}');
    const all = await Promise.all(['MP1', 'MP2'].map(asked));
    const [first, second] = all as [AskedLookup, AskedLookup];
    for (const each of all) await customerLookup(each, NO_DIRECTIVES);
    clock.advance(5000);
    const firstReads = readTogether(all);
    await clock.run(1000);
    store.calls.length = 0;
    expect(await customerLookup(first, NO_DIRECTIVES, { firstReads })).toMatchObject({ cache: { status: 'hit' } });
    expect(store.calls).toEqual([]);
    const invalidation = createInvalidation({ store, clock, keySecrets: ['secret'] });
    expect(await invalidation.customers(['1'], 'delete')).toBe(2);
    await clock.run(1);
    upstream.outcome = found('{"id":1,"profiles":[{"firstName":"B"}]}');
    expect(await customerLookup(second, NO_DIRECTIVES, { firstReads })).toMatchObject({
      answer: { body: expect.stringContaining('"B"') },
      cache: { status: 'forward', reason: 'miss' },
    });
  });

  test('of two batches at one time with the same keys are read once for both; other keys are read separately', async () => {
    const { clock, store, readTogether } = startFleet();
    const all = await Promise.all(['MP1', 'MP2', 'MP3'].map(asked));
    const first = store.hold('readAll', 'before');
    const batches = [all, all, all, all.slice(1)].map((batch) => ({ batch, firstReads: readTogether(batch) }));
    const reads = Promise.all(batches.map(({ batch, firstReads }) => firstReads(batch[0]!.request)?.()));
    await first.release();
    await clock.run(100);
    await reads;
    // The first batch's read had begun. The second and the third share the next one.
    expect(store.calls).toEqual(['readAll', 'readAll', 'readAll']);
  });

  test('do not exist with the cache off', async () => {
    const { readTogether } = startFleet({ isCacheOn: false });
    const all = await Promise.all(['MP1', 'MP2'].map(asked));
    expect(readTogether(all)(all[0]!.request)).toBeUndefined();
  });

  test('do not exist if they are never stored, and the store is not asked', async () => {
    const { store, readTogether } = startFleet();
    const all = await Promise.all(['MP1', 'MP2'].map(asked));
    const never = all.map((each) => ({ ...each, request: { ...each.request, subject: undefined } }));
    expect(readTogether(never)(never[0]!.request)).toBeUndefined();
    expect(store.calls).toEqual([]);
  });
});

describe('an entry that was read together with others, more than a second ago', () => {
  /** A batch read the entry at 0 ms. Its look-up began at 900 ms. A purge is acknowledged then. */
  async function startPurged(ageMs: number, takesMs: number, beginsAfterMs = 900) {
    const { clock, store, upstream, revalidator, customerLookup, readTogether } = startFleet();
    upstream.outcome = found('{"id":1,"profiles":[{"firstName":"Purged"}]}');
    const all = await Promise.all(['MP1', 'MP2'].map(asked));
    await Promise.all(all.map((each) => customerLookup(each, NO_DIRECTIVES)));
    clock.advance(ageMs);
    upstream.outcome = { kind: 'failed', failure: 'connection' };
    upstream.takesMs = takesMs;
    const firstReads = readTogether(all);
    await clock.run(beginsAfterMs);
    store.calls.length = 0;
    const revalidate = revalidator.revalidate.bind(revalidator);
    revalidator.revalidate = async (...given) => {
      await clock.sleep(takesMs);
      return revalidate(...given);
    };
    const asking = customerLookup(all[0]!, NO_DIRECTIVES, { firstReads });
    await clock.run(0);
    await createInvalidation({ store, clock, keySecrets: ['secret'] }).customers(['1'], 'delete', {});
    return { clock, store, asking };
  }

  const { freshForMs, staleWhileRevalidateMs } = DEFAULT_POLICY.windows;

  test('is not served after a purge, if the upstream fails', async () => {
    const { clock, asking } = await startPurged(freshForMs + staleWhileRevalidateMs, 300);
    await clock.run(10_000);
    expect(await asking).toMatchObject({ answer: { kind: 'failed' } });
  });

  test('is not served after a purge, if it takes long to ask for its revalidation', async () => {
    const { clock, asking } = await startPurged(freshForMs, 300);
    await clock.run(10_000);
    expect(await asking).toMatchObject({ answer: { kind: 'failed' } });
  });

  test('is read again at the beginning, and not once more when the upstream has failed', async () => {
    const { clock, store, asking } = await startPurged(freshForMs + staleWhileRevalidateMs, 300, 1100);
    await clock.run(10_000);
    expect(await asking).toMatchObject({ cache: { detail: 'stale-if-error' } });
    expect(store.calls.filter((call) => call === 'read')).toHaveLength(1);
  });
});
