import { describe, expect, test } from '@jest/globals';
import { type CacheKey, customerHash, keyText, partitionKey } from '../../../functions/customer/request/cache-key.ts';
import type { Subject } from '../../../functions/customer/request/canonical-request.ts';
import { EMPTY_ITEM, type Lease } from '../../../functions/lookup/entry.ts';
import { createInvalidation, type SubjectInvalidationOptions } from '../../../functions/lookup/invalidation.ts';
import type { InvalidationMode } from '../../../functions/lookup/item-change.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { delayed } from '../../support/delayed-cache-store.ts';
import { GatedCacheStore } from '../../support/gated-cache-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { throttled } from '../../support/throttled-cache-store.ts';
import { anEntry } from '../adapters/dynamodb/entries.ts';

const SECRETS = ['first', 'second'];
const [FIRST = '', SECOND = ''] = SECRETS;
const MODES: readonly InvalidationMode[] = ['delete', 'mark-stale', 'retire'];

const card = (value: string): Subject => ({ source: 'INSTORE', identifier: { name: 'cardnumber', value } });
const mobile = (value: string): Subject => ({ source: 'INSTORE', identifier: { name: 'mobile', value } });

function start() {
  const clock = new ManualClock();
  const store = new GatedCacheStore();
  let tokens = 0;
  const aLease = (): Lease => ({ token: `t${++tokens}`, until: clock.now() + 2650, durationMs: 2650 });
  const keyOf = (subject: Subject, variant = 'v2', secret = FIRST): CacheKey => ({
    partition: partitionKey(subject, secret),
    variant,
  });

  /** Writes an entry as a fill does: index, then entry. */
  async function fill(
    key: CacheKey,
    customerId: string | undefined,
    { secret = FIRST, aliases = [] as string[] } = {},
  ) {
    const customer = customerId === undefined ? undefined : customerHash(customerId, secret);
    const lease = aLease();
    await store.takeLease(key, await store.read(key), lease);
    if (customer !== undefined) await store.addToIndex(customer, key.partition, clock.now());
    await store.writeEntry(key, lease, anEntry({ customer, customerAliases: aliases }));
  }

  /** A fill in progress. */
  async function lease(key: CacheKey): Promise<Lease> {
    const taken = aLease();
    await store.takeLease(key, await store.read(key), taken);
    return taken;
  }

  const invalidation = createInvalidation({ store, clock, keySecrets: SECRETS });
  const isVoid = async (key: CacheKey) => {
    const { entry } = await store.read(key);
    return entry === undefined || entry.staleFrom !== undefined;
  };
  return { clock, store, keyOf, fill, lease, invalidation, isVoid };
}

describe.each(MODES)('an invalidation that says %s', (mode) => {
  test('acts on every entry of the customer, under every key secret, and on no entry of another customer', async () => {
    const { clock, store, keyOf, fill, invalidation, isVoid } = start();
    const own = [
      keyOf(card('1')),
      keyOf(card('1'), 'v1.1'),
      keyOf(mobile('2')),
      // Filled by an instance whose first secret is the other one.
      keyOf(mobile('3'), 'v2', SECOND),
    ];
    for (const key of own.slice(0, 3)) await fill(key, '77');
    await fill(own[3]!, '77', { secret: SECOND });
    const others = [keyOf(card('9')), keyOf(card('1'), 'v2;embed=points')];
    await fill(others[0]!, '88');
    clock.advance(1000);
    expect(await invalidation.customers(['77'], mode)).toBe(4);
    for (const key of own) expect(await isVoid(key)).toBe(true);
    expect(await isVoid(others[0]!)).toBe(false);
    const fences = SECRETS.map((secret) => store.indexes.get(customerHash('77', secret))?.invalidatedAt);
    expect(fences).toEqual([clock.now(), clock.now()]);
  });

  test('finds a customer by the keyed hash', async () => {
    const { keyOf, fill, invalidation, isVoid } = start();
    await fill(keyOf(card('1')), '77');
    expect(await invalidation.customerHashes([customerHash('77', FIRST)], mode)).toBe(1);
    expect(await isVoid(keyOf(card('1')))).toBe(true);
  });

  test('acts on every variant of a look-up, under every key secret, and on no other', async () => {
    const { keyOf, fill, invalidation, isVoid } = start();
    const own = [keyOf(card('1')), keyOf(card('1'), 'v2;account=x'), keyOf(card('1'), 'v2', SECOND)];
    for (const key of own) await fill(key, undefined);
    await fill(keyOf(card('2')), undefined);
    expect(await invalidation.subjects([card('1'), card('1')], mode)).toBe(3);
    for (const key of own) expect(await isVoid(key)).toBe(true);
    expect(await isVoid(keyOf(card('2')))).toBe(false);
  });

  test('acts on every entry of a partition, voids a fill under way, and leaves other partitions alone', async () => {
    const { keyOf, fill, lease, store, invalidation, isVoid } = start();
    const [own, variant, other] = [keyOf(card('1')), keyOf(card('1'), 'v2;account=x'), keyOf(card('2'))];
    for (const key of [own, variant, other]) await fill(key, undefined);
    const taken = await lease(own);
    expect(await invalidation.partitions([own.partition, own.partition], mode)).toBe(2);
    for (const key of [own, variant]) expect(await isVoid(key)).toBe(true);
    expect(await isVoid(other)).toBe(false);
    expect(await store.writeEntry(own, taken, anEntry({}))).toBe('lost');
  });

  test('sets the fence of a customer that has no entry', async () => {
    const { clock, store, keyOf, invalidation } = start();
    expect(await invalidation.customers(['77'], mode)).toBe(0);
    expect(await store.addToIndex(customerHash('77', FIRST), keyOf(card('1')).partition, clock.now())).toBe(false);
  });

  test('voids a fill in progress, for an item with an entry and for an item without one', async () => {
    const { keyOf, fill, lease, store, invalidation } = start();
    await fill(keyOf(card('1')), '77');
    const leases = [await lease(keyOf(card('1'))), await lease(keyOf(card('1'), 'v1.1'))];
    expect(await invalidation.customers(['77'], mode)).toBe(1);
    expect(await store.writeEntry(keyOf(card('1')), leases[0]!, anEntry())).toBe('lost');
    expect(await store.writeEntry(keyOf(card('1'), 'v1.1'), leases[1]!, anEntry())).toBe('lost');
  });

  test('sets the fence before it reads the index: a fill between them is refused, or found', async () => {
    const { clock, store, keyOf, fill, invalidation, isVoid } = start();
    await fill(keyOf(card('1')), '77');
    const gate = store.hold('listPartition', 'before');
    const invalidating = invalidation.customers(['77'], mode);
    await gate.reached;
    expect(await store.addToIndex(customerHash('77', FIRST), 'other', clock.now())).toBe(false);
    await gate.release();
    expect(await invalidating).toBe(1);
    expect(await isVoid(keyOf(card('1')))).toBe(true);
  });

  test('does not change a spared item, nor its lease', async () => {
    const { keyOf, fill, lease, store, invalidation, isVoid } = start();
    const own = keyOf(card('1'));
    await fill(own, '77');
    await fill(keyOf(card('1'), 'v1.1'), '77');
    const held = await lease(own);
    expect(await invalidation.customers(['77'], mode, { spared: own })).toBe(1);
    expect(await isVoid(own)).toBe(false);
    expect(await isVoid(keyOf(card('1'), 'v1.1'))).toBe(true);
    expect(await store.endLease(own, held, { outcome: { kind: 'not-stored', token: held.token } })).toBe(true);
  });

  test('goes through a partition to its last page', async () => {
    const { keyOf, fill, store, invalidation, isVoid } = start();
    store.pageSize = 7;
    const keys = Array.from({ length: 60 }, (_, index) => keyOf(card('1'), `v2;${100 + index}`));
    for (const key of keys) await fill(key, '77');
    store.calls.length = 0;
    expect(await invalidation.customers(['77'], mode)).toBe(60);
    expect(store.calls.filter((each) => each === 'listPartition')).toHaveLength(9);
    for (const key of keys) expect(await isVoid(key)).toBe(true);
  });

  test.each(['fenceCustomer', 'listPartition', 'deleteItems', 'markStale'] as const)(
    'is never acknowledged in part: %s fails',
    async (operation) => {
      const { keyOf, fill, store, invalidation } = start();
      await fill(keyOf(card('1')), '77');
      await fill(keyOf(mobile('2')), '77');
      store.failing.add(operation);
      const invalidating = invalidation.customers(['77'], mode);
      const isOfAnotherMode = operation === (mode === 'mark-stale' ? 'deleteItems' : 'markStale');
      if (isOfAnotherMode) expect(await invalidating).toBe(2);
      else await expect(invalidating).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    },
  );

  test('B8: does not repeat finished work if it is repeated, and then costs little', async () => {
    const { keyOf, fill, store, invalidation } = start();
    for (let index = 0; index < 50; index += 1) await fill(keyOf(card('1'), `v2;${index}`), '77');
    expect(await invalidation.customers(['77'], mode)).toBe(50);
    store.calls.length = 0;
    expect(await invalidation.customers(['77'], mode)).toBe(0);
    expect(new Set(store.calls)).toEqual(new Set(['fenceCustomer', 'listPartition']));
  });

  test('B8: ends 10,000 variants by repetition, even if few of them fit into one call', async () => {
    const { clock, store, keyOf, fill } = start();
    const key = keyOf(card('1'));
    await fill(key, '77');
    const entryItem = await store.read(key);
    for (let index = 0; index < 9999; index += 1) {
      store.items.set(JSON.stringify({ ...key, variant: `v2;gapToUpgrade=${index}` }), entryItem);
    }
    store.pageSize = 1000;
    const slow = delayed(store, clock, { takesMs: 40 }, 2000);
    const invalidation = createInvalidation({ store: slow, clock, keySecrets: SECRETS });
    let calls = 0;
    for (let isDone = false; !isDone && calls < 30; calls += 1) {
      const before = store.entries.filter(({ staleFrom }) => staleFrom === undefined).length;
      const call = invalidation
        .customers(['77'], mode, { endsAt: clock.monotonicNow() + (mode === 'mark-stale' ? 2000 : 300) })
        .then(
          () => true,
          () => false,
        );
      await clock.run(4500);
      isDone = await call;
      const left = store.entries.filter(({ staleFrom }) => staleFrom === undefined).length;
      // Each call continues where the last one stopped.
      expect(left).toBeLessThan(before);
    }
    expect(store.entries.filter(({ staleFrom }) => staleFrom === undefined)).toEqual([]);
    expect(store.entries).toHaveLength(mode === 'mark-stale' ? 10_000 : 0);
    expect(calls).toBeGreaterThan(1);
    expect(calls).toBeLessThan(30);
  });
});

describe.each(MODES)('an invalidation that says %s, of a partition that takes a thousand writes a second', (mode) => {
  test('B8: ends in one call: it tries again what the store throttled', async () => {
    const { clock, store, keyOf, fill } = start();
    const key = keyOf(card('1'));
    await fill(key, '77');
    const entryItem = await store.read(key);
    for (let index = 0; index < 9999; index += 1) {
      store.items.set(JSON.stringify({ ...key, variant: `v2;gapToUpgrade=${index}` }), entryItem);
    }
    store.pageSize = 1000;
    const limited = throttled(store, clock);
    const inTime = delayed(limited.store, clock, { takesMs: 5 }, 2000);
    const invalidation = createInvalidation({ store: inTime, clock, keySecrets: SECRETS });
    const startedAt = clock.monotonicNow();
    let tookMs = 0;
    const call = invalidation.customers(['77'], mode, { endsAt: clock.monotonicNow() + 25_000 }).finally(() => {
      tookMs = clock.monotonicNow() - startedAt;
    });
    call.catch(() => undefined);
    await clock.run(30_000);
    await call;
    expect(store.entries.filter(({ staleFrom }) => staleFrom === undefined)).toEqual([]);
    expect(limited.throttledCount).toBeGreaterThan(100);
    // No operation can be faster than the partition; most of its time is used.
    expect(tookMs).toBeGreaterThan(8500);
    expect(tookMs).toBeLessThan(15_000);
  });
});

describe.each(MODES)('an invalidation that says %s, while the store throttles one partition', (mode) => {
  test.each([
    ['the one that is listed first', card('1'), mobile('2')],
    ['the one that is listed last', mobile('2'), card('1')],
  ])('acts on the other partitions meanwhile, and is not complete: %s', async (_title, hotSubject, otherSubject) => {
    const { clock, store, keyOf, fill, isVoid } = start();
    const [hot, other] = [keyOf(hotSubject), keyOf(otherSubject)];
    store.pageSize = 1000;
    const variants = Array.from({ length: 700 }, (_, index) => `v2;gapToUpgrade=${index}`);
    for (const key of [keyOf(card('1')), keyOf(mobile('2'))]) {
      await fill(key, '77');
      const entryItem = await store.read(key);
      for (const variant of variants) store.items.set(JSON.stringify({ ...key, variant }), entryItem);
    }
    const refuse = (key: CacheKey) => {
      if (key.partition === hot.partition) throw new StoreUnavailableError('Throttling', { trouble: 'throttled' });
    };
    const [markStale, deleteItems] = [store.markStale.bind(store), store.deleteItems.bind(store)];
    store.markStale = async (key, at) => {
      refuse(key);
      return markStale(key, at);
    };
    store.deleteItems = async (keys) => {
      for (const key of keys) refuse(key);
      return deleteItems(keys);
    };
    const invalidation = createInvalidation({ store, clock, keySecrets: SECRETS });

    const call = invalidation.customers(['77'], mode, { endsAt: clock.monotonicNow() + 2000 });
    call.catch(() => undefined);
    await clock.run(3000);

    await expect(call).rejects.toMatchObject({ trouble: 'throttled' });
    for (const variant of variants) expect(await isVoid({ ...other, variant })).toBe(true);
    for (const variant of variants) expect(await isVoid({ ...hot, variant })).toBe(false);
  });
});

describe('an invalidation that deletes', () => {
  test('B8: deletes twenty-five in one call of the store', async () => {
    const { keyOf, fill, store, invalidation } = start();
    for (let index = 0; index < 60; index += 1) await fill(keyOf(card('1'), `v2;${index}`), '77');
    store.calls.length = 0;
    await invalidation.customers(['77'], 'delete');
    expect(store.calls.filter((each) => each === 'deleteItems')).toHaveLength(3);
  });

  test('deletes an entry that is marked already', async () => {
    const { keyOf, fill, store, invalidation } = start();
    await fill(keyOf(card('1')), '77');
    await invalidation.customers(['77'], 'mark-stale');
    expect(await invalidation.customers(['77'], 'delete')).toBe(1);
    expect(store.entries).toEqual([]);
  });

  test('that may not repeat fails if the store leaves a key out', async () => {
    const { keyOf, fill, store, invalidation } = start();
    await fill(keyOf(card('1')), '77');
    store.deleteItems = async (keys) => keys;
    await expect(invalidation.customers(['77'], 'delete')).rejects.toMatchObject({
      reason: 'UnprocessedItems',
      trouble: 'throttled',
    });
  });
});

test('the customers of look-ups are found under every key secret, each once, and nothing changes', async () => {
  const { keyOf, fill, store, invalidation } = start();
  await fill(keyOf(card('1')), '77', { aliases: [customerHash('77', SECOND)] });
  await fill(keyOf(card('1'), 'v2;account=x'), '77');
  await fill(keyOf(mobile('2'), 'v2', SECOND), '78', { secret: SECOND });
  await fill(keyOf(mobile('9')), '99');
  store.calls.length = 0;
  const found = await invalidation.customersOf([card('1'), mobile('2')]);
  expect([...found].sort()).toEqual(
    [customerHash('77', FIRST), customerHash('77', SECOND), customerHash('78', SECOND)].sort(),
  );
  expect(new Set(store.calls)).toEqual(new Set(['listPartition']));
});

test('after a merger the entries of the survivor stay, and a fill in progress stores an entry of the survivor only', async () => {
  const { keyOf, fill, lease, store, invalidation, isVoid } = start();
  const [former, survivors, ...filled] = ['v2', 'v2;a', 'v2;b', 'v2;c'].map((variant) => keyOf(card('1'), variant));
  const survivor = customerHash('88', FIRST);
  await fill(former!, '77');
  await fill(survivors!, '88');
  await fill(filled[0]!, '88');
  await fill(filled[1]!, '77');
  const leases = [await lease(filled[0]!), await lease(filled[1]!)];
  expect(await invalidation.customers(['77'], 'retire', { survivor: [survivor] })).toBe(2);
  expect(await Promise.all([former!, survivors!, ...filled].map(isVoid))).toEqual([true, false, false, true]);
  const write = (index: number, customer: string) =>
    store.writeEntry(filled[index]!, leases[index]!, anEntry({ customer }));
  for (const index of [0, 1]) {
    expect(await write(index, customerHash('77', FIRST))).toBe('lost');
    expect(await write(index, survivor)).toBe('written');
  }
});

describe('an invalidation that marks stale', () => {
  test('marks a marked item again if a fill of it is in progress', async () => {
    const { clock, keyOf, fill, lease, store, invalidation } = start();
    const key = keyOf(card('1'));
    await fill(key, '77');
    await invalidation.customers(['77'], 'mark-stale');
    const held = await lease(key);
    clock.advance(1000);
    expect(await invalidation.customers(['77'], 'mark-stale')).toBe(0);
    expect(await store.writeEntry(key, held, anEntry())).toBe('lost');
  });

  test('ignores items without an entry or a lease', async () => {
    const { keyOf, lease, store, invalidation } = start();
    const key = keyOf(card('1'));
    const held = await lease(key);
    await store.endLease(key, held, { outcome: { kind: 'given-up', token: held.token } });
    store.calls.length = 0;
    expect(await invalidation.subjects([card('1')], 'mark-stale')).toBe(0);
    expect(store.calls).not.toContain('markStale');
  });
});

describe.each(MODES)('an event that names a card alone, and says %s', (mode) => {
  const reaching: SubjectInvalidationOptions = { reachesCustomers: true };

  test('reaches the customers of its entries, under every name that an entry has for them', async () => {
    const { keyOf, fill, invalidation, isVoid } = start();
    await fill(keyOf(card('1')), '77', { aliases: [customerHash('77', SECOND)] });
    await fill(keyOf(card('1'), 'v2;account=x'), '78');
    const others = [keyOf(mobile('2')), keyOf(mobile('3'), 'v2', SECOND), keyOf(mobile('4'))];
    await fill(others[0]!, '77');
    await fill(others[1]!, '77', { secret: SECOND });
    await fill(others[2]!, '78');
    await fill(keyOf(mobile('9')), '99');
    expect(await invalidation.subjects([card('1')], mode, reaching)).toBe(5);
    for (const key of others) expect(await isVoid(key)).toBe(true);
    expect(await isVoid(keyOf(mobile('9')))).toBe(false);
  });

  test('reaches no further customer unless it is asked to', async () => {
    const { keyOf, fill, invalidation, isVoid } = start();
    await fill(keyOf(card('1')), '77');
    await fill(keyOf(mobile('2')), '77');
    expect(await invalidation.subjects([card('1')], mode)).toBe(1);
    expect(await isVoid(keyOf(mobile('2')))).toBe(false);
  });

  test('can be repeated after every failure: it handles the card’s entries last', async () => {
    const operation = mode === 'mark-stale' ? 'markStale' : 'deleteItems';
    // Fails at the first write, then at the second, then at the third, until it does not fail.
    for (let writes = 0; ; writes += 1) {
      const { keyOf, fill, store, invalidation, isVoid } = start();
      const keys = [keyOf(card('1')), keyOf(mobile('2')), keyOf(mobile('3'))];
      for (const key of keys) await fill(key, '77');
      const act = store[operation] as (...parameters: unknown[]) => Promise<void>;
      let left = writes;
      Object.assign(store, {
        [operation]: async (...parameters: unknown[]) => {
          if (left === 0) store.failing.add(operation);
          left -= 1;
          return act.apply(store, parameters);
        },
      });
      const hasFailed = await invalidation.subjects([card('1')], mode, reaching).then(
        () => false,
        () => true,
      );
      store.failing.clear();
      left = Number.POSITIVE_INFINITY;
      if (hasFailed) await invalidation.subjects([card('1')], mode, reaching);
      for (const key of keys) expect([writes, keyText(key), await isVoid(key)]).toEqual([writes, keyText(key), true]);
      if (!hasFailed) {
        expect(writes).toBe(3);
        break;
      }
    }
  });

  test('reaches a customer of an entry that was written under the card meanwhile', async () => {
    const { keyOf, fill, store, invalidation, isVoid } = start();
    await fill(keyOf(card('1')), '77');
    await fill(keyOf(mobile('2')), '78');
    const gate = store.hold('fenceCustomer', 'before');
    const invalidating = invalidation.subjects([card('1')], mode, reaching);
    await gate.reached;
    await fill(keyOf(card('1'), 'v1.1'), '78');
    await gate.release();
    await invalidating;
    expect(await isVoid(keyOf(mobile('2')))).toBe(true);
    expect(await isVoid(keyOf(card('1'), 'v1.1'))).toBe(true);
  });

  test('leaves nothing to read of an item that was empty', async () => {
    const { store, keyOf, invalidation } = start();
    expect(await invalidation.subjects([card('1')], mode, reaching)).toBe(0);
    expect(await store.read(keyOf(card('1')))).toEqual(EMPTY_ITEM);
  });
});
