import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM, type StoredItem } from '../../../functions/lookup/entry.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { aKey, anEntry } from '../../functions/adapters/dynamodb/entries.ts';
import { describeSameStore } from '../../functions/adapters/dynamodb/same-store-contract.ts';
import { describeStorePort } from '../../functions/adapters/dynamodb/store-port-contract.ts';
import { aLease, type Store } from '../../functions/adapters/dynamodb/store-under-test.ts';
import { DEFAULT_POLICY } from '../../support/fleet.ts';
import type { PartitionRates } from '../../support/partition-allowances.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { Instance } from '../instance.ts';
import { Random } from '../random.ts';
import { Scheduler } from '../scheduler.ts';
import { SimulatedStore } from './simulated-store.ts';
import type { StoreUser } from './store-user.ts';
import { ALL_TROUBLES } from './weather.ts';

interface StartOptions {
  readonly seed?: number;
  readonly troubleProbability?: number;
  readonly rates?: PartitionRates;
}

/** A simulated store with only one user, an instance that never stops. */
function start({ seed = 1, troubleProbability = 0, rates }: StartOptions = {}, user: Partial<StoreUser> = {}) {
  const random = new Random(seed);
  const scheduler = new Scheduler(random);
  const world = { random, scheduler, trace: () => {} };
  const trouble = { troubleProbability, troubles: ALL_TROUBLES, rates };
  const weather = { ...trouble, slowestMs: 40, sweepMs: 2000, isEventuallyConsistent: false };
  const observer = { onVoided: () => {}, onFetchVoided: () => {}, onPaused: () => {}, onPauseEnded: () => {} };
  const simulated = new SimulatedStore(world, weather, observer);
  const clocks = { aheadMs: 0, monotonicOriginMs: 0 };
  const calm = { freezeProbability: 0, crashProbability: 0 };
  const settings = { policy: DEFAULT_POLICY, reading: DEFAULT_READING };
  const instance = new Instance({ name: 'i', ...clocks, ...calm, ...settings }, world);
  const store = simulated.for({ instance, name: 'user', timeoutMs: 150, ...user });
  return { scheduler, store };
}

/** The store; time passes during every call until it is answered. */
function inPassingTime({ scheduler, store }: ReturnType<typeof start>): Store {
  return new Proxy(store, {
    get(target, name) {
      const operation = Reflect.get(target, name) as (...parameters: unknown[]) => Promise<unknown>;
      return async (...parameters: unknown[]) => {
        const answer = operation.apply(target, parameters);
        answer.catch(() => undefined);
        await scheduler.run();
        return answer;
      };
    },
  });
}

// A result over the simulated store holds over the real one only if the two do the same.
describe('the simulated store', () => {
  describeStorePort(() => inPassingTime(start()));
  const store = inPassingTime(start());
  describeSameStore(() => store);
});

describe('a partition of the simulated store with too many operations', () => {
  test('is throttled, alone, until it can take more', async () => {
    const { scheduler, store } = start({ rates: { reads: 2, writes: 1 } });
    const [key, other] = [aKey(), aKey()];
    const seen: string[] = [];
    const note = (name: string, operation: Promise<unknown>) =>
      operation.then(
        () => seen.push(name),
        (error: StoreUnavailableError) => seen.push(`${name}: ${error.trouble}`),
      );
    for (const name of ['read', 'read', 'read']) void note(name, store.read(key));
    void note('read of another', store.read(other));
    for (const name of ['write', 'write']) void note(name, store.takeLease(key, EMPTY_ITEM, aLease()));
    scheduler.after(1100, () => void note('later read', store.read(key)));
    await scheduler.run();
    expect(seen.sort()).toEqual([
      'later read',
      'read',
      'read',
      'read of another',
      'read: throttled',
      'write',
      'write: throttled',
    ]);
  });
});

describe('reading many keys from the simulated store', () => {
  test('is no snapshot: of two items that are deleted at once, one may be seen and the other not', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 100; seed += 1) {
      const started = start({ seed });
      const keys = [aKey(), aKey()];
      for (const key of keys) {
        const lease = aLease();
        await inPassingTime(started).takeLease(key, EMPTY_ITEM, lease);
        await inPassingTime(started).writeEntry(key, lease, anEntry());
      }
      const reading = started.store.readAll(keys);
      const deleting = keys.map((key) => started.store.deleteItems([key]));
      await started.scheduler.run();
      await Promise.all(deleting);
      const items = await reading;
      seen.add(items.map((item) => (item === EMPTY_ITEM ? 'deleted' : 'there')).join(', '));
    }
    expect([...seen].sort()).toEqual(['deleted, deleted', 'deleted, there', 'there, deleted', 'there, there']);
  });

  test('shows its user each item once', async () => {
    const items: StoredItem[] = [];
    const store = inPassingTime(start({}, { onRead: (item) => items.push(item) }));
    const [one, other] = [aKey(), aKey()];
    const lease = aLease();
    await store.takeLease(other, EMPTY_ITEM, lease);
    await store.readAll([one, other, one]);
    expect(items).toEqual([EMPTY_ITEM, { ...EMPTY_ITEM, lease }]);
  });

  test('R17: leaves out the keys that fail, gives the reason, and shows its user the others', async () => {
    const items: StoredItem[] = [];
    const failures = new Set<string>();
    const sizes = new Set<number>();
    for (let seed = 1; seed <= 100; seed += 1) {
      const store = inPassingTime(start({ seed, troubleProbability: 0.3 }, { onRead: (item) => items.push(item) }));
      const before = items.length;
      const read = await store.readAll([aKey(), aKey(), aKey()]);
      const failed = read.filter((item) => item instanceof StoreUnavailableError);
      expect(items).toHaveLength(before + read.length - failed.length);
      for (const { reason, trouble } of failed) failures.add(`${reason}: ${trouble}`);
      sizes.add(failed.length);
    }
    expect(failures).toEqual(new Set(['ThrottlingException: throttled', 'ECONNRESET: down', 'TimeoutError: late']));
    expect([...sizes].sort().slice(0, 3)).toEqual([0, 1, 2]);
  });
});
