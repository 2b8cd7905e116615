import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { CacheKey } from '../../../../functions/customer/request/cache-key.ts';
import { EMPTY_ITEM, type Lease, type LeaseState, type StoredItem } from '../../../../functions/lookup/entry.ts';
import { MemoryCacheStore } from '../../../support/memory-cache-store.ts';
import { fc, runs } from '../../../support/properties.ts';
import { ASKED_AT, aKey, anEntry } from './entries.ts';
import { aLease, listPartition, type Store } from './store-under-test.ts';

/** One step of a history: an operation, its key or customer out of a few, and its time. */
type Step = readonly [operation: string, key: number, at: number, seen: number];

/** Tests that two stores do the same, whatever operations they get in whatever order. */
export function describeSameStore(getStore: () => Store): void {
  const OPERATIONS = [
    'takeLease',
    'takeLease',
    'writeEntry',
    'writeEntry',
    'endLease',
    'markRevalidation',
    'addToIndex',
    'fenceCustomer',
    'listPartition',
    'voidFetch',
    'deleteItems',
    'markStale',
    'readAll',
    'dropEntry',
    'dropFetch',
    'takeBackMark',
    'writePause',
    'takeTurn',
    'takeProbe',
    'endPause',
    'takeCalls',
  ];
  const steps: fc.Arbitrary<readonly Step[]> = fc.array(
    fc.tuple(fc.constantFrom(...OPERATIONS), fc.nat(1), fc.nat(1500), fc.nat(2)),
    { minLength: 5, maxLength: 20 },
  );

  /** Three customers. */
  const customerOf = (at: number) => [undefined, 'one', 'two'][at % 3];

  /** A lease as it was seen, or with a fetch that is void in another way. */
  const stateOf = (lease: Lease, at: number): LeaseState =>
    at % 5 === 0 ? { token: lease.token, isVoid: true, survivor: customerOf(at + 1) } : lease;

  /** The time at which the pauses of a history begin; it also numbers the minutes. */
  let pausesFrom = Date.now() + 1000 * 86_400_000;

  async function play(store: Store, history: readonly Step[], keys: readonly CacheKey[], customer: string) {
    const said: unknown[] = [];
    // The items that were seen of each key, the latest first: a step may act upon an older one.
    const seenOf = keys.map((): StoredItem[] => [EMPTY_ITEM]);
    const leaseOf = keys.map((): Lease[] => [aLease({ token: 'none' })]);
    // Longer than any pause of another history, so that both stores begin with the same state.
    await store.writePause('v2', { since: pausesFrom, until: pausesFrom });
    for (const [index, [operation, keyIndex, at, ago]] of history.entries()) {
      const key = keys[keyIndex] ?? aKey();
      const seen = seenOf[keyIndex]?.at(ago) ?? EMPTY_ITEM;
      const lease = leaseOf[keyIndex]?.at(Math.min(ago, 1)) ?? aLease();
      const time = ASKED_AT + at;
      const mark = { until: time, backoffMs: 10_000 };
      switch (operation) {
        case 'takeLease': {
          const taken = aLease({ token: `token-${index}`, until: time });
          said.push(await store.takeLease(key, seen, taken));
          leaseOf[keyIndex]?.unshift(taken);
          break;
        }
        case 'writeEntry':
          said.push(
            await store.writeEntry(
              key,
              lease,
              anEntry({ askedAt: time, body: `{"id":${index}}`, customer: customerOf(at) }),
            ),
          );
          break;
        case 'endLease': {
          const outcome = { kind: 'not-stored', token: lease.token } as const;
          const revalidation = at % 2 === 0 ? mark : undefined;
          const others = at % 5 === 0 ? leaseOf[keyIndex] : undefined;
          said.push(await store.endLease(key, lease, { outcome, revalidation, endsEntry: at % 3 === 0 }, others));
          break;
        }
        case 'markRevalidation':
          // Only an item with an entry is ever marked.
          if (seen.version !== undefined) said.push(await store.markRevalidation(key, seen, mark));
          break;
        case 'addToIndex':
          said.push(await store.addToIndex(customer, `p${keyIndex}`, time));
          break;
        case 'fenceCustomer':
          said.push([...(await store.fenceCustomer(customer, time))].sort());
          break;
        case 'listPartition': {
          said.push(await listPartition(store, key.partition));
          break;
        }
        case 'readAll':
          said.push(await store.readAll([key, ...keys, aKey()]));
          break;
        case 'dropEntry':
          said.push(await store.dropEntry(key, seen));
          break;
        case 'dropFetch':
          if (seen.lease !== undefined) said.push(await store.dropFetch(key, seen.lease));
          break;
        case 'takeBackMark':
          if (seen.revalidation !== undefined) said.push(await store.takeBackMark(key, seen.revalidation, undefined));
          break;
        case 'writePause':
          await store.writePause('v2', { since: pausesFrom, until: pausesFrom + 1000 * (at % 3) });
          break;
        case 'takeTurn':
          said.push(await store.takeTurn('v2', pausesFrom + 1000 * (at % 3), 2));
          break;
        case 'takeProbe':
          said.push(await store.takeProbe('v2', pausesFrom + 1000 * (at % 3), pausesFrom, time));
          break;
        case 'takeCalls':
          said.push(await store.takeCalls('v2', 2 * Math.floor(pausesFrom / 10_000) + (at % 2), 1 + (at % 3), 4));
          break;
        case 'endPause':
          await store.endPause('v2', pausesFrom + 1000 * (at % 3), pausesFrom + at);
          break;
        case 'voidFetch':
          said.push(
            await store.voidFetch(key, stateOf(seen.lease ?? lease, at), {
              survivor: customerOf(at),
              endsEntry: at % 2 === 0,
            }),
          );
          break;
        case 'deleteItems':
          await store.deleteItems([key]);
          break;
        case 'markStale':
          await store.markStale(key, time);
          break;
      }
      if (/Pause|Turn|Probe/.test(operation)) said.push(await store.readPause('v2'));
      const now = await store.read(key);
      seenOf[keyIndex]?.unshift(now);
      said.push(now);
    }
    return said;
  }

  test('does the same as the store in memory, whatever is done to both', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const keys = [aKey(), aKey()];
        const customer = randomUUID();
        pausesFrom += 10_000;
        const expected = await play(new MemoryCacheStore(), history, keys, customer);
        expect(await play(getStore(), history, keys, customer)).toEqual(expected);
      }),
      runs(60),
    );
  });
}
