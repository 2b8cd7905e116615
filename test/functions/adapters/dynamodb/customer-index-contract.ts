import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ASKED_AT } from './entries.ts';
import { type Store, storeUnderTest } from './store-under-test.ts';

/** The rules that every store must keep for a customer’s index and fence. */
export function describeCustomerIndexPort(getStore: () => Store): void {
  const { store } = storeUnderTest(getStore);

  describe('a customer’s index and fence', () => {
    test('holds each partition once, and never forgets one', async () => {
      const customer = randomUUID();
      expect(await store.fenceCustomer(customer, ASKED_AT - 2000)).toEqual([]);
      for (const partition of ['p1', 'p2', 'p1']) {
        expect(await store.addToIndex(customer, partition, ASKED_AT)).toBe(true);
      }
      for (const at of [ASKED_AT + 1, ASKED_AT + 2]) {
        expect([...(await store.fenceCustomer(customer, at))].sort()).toEqual(['p1', 'p2']);
      }
    });

    test.each([
      ['before the fence', -1, false],
      ['at the fence', 0, false],
      ['as much after it as clocks may differ', 500, false],
      ['more after it than clocks differ', 501, true],
    ])('what was asked for %s is added: %s ms, %s', async (_title, afterMs, isAdded) => {
      const customer = randomUUID();
      await store.fenceCustomer(customer, ASKED_AT);
      expect(await store.addToIndex(customer, 'p', ASKED_AT + afterMs)).toBe(isAdded);
      expect(await store.fenceCustomer(customer, ASKED_AT)).toEqual(isAdded ? ['p'] : []);
    });

    test('an earlier fence does not replace a later one, and still says what is in the index', async () => {
      const customer = randomUUID();
      await store.addToIndex(customer, 'p', ASKED_AT);
      await store.fenceCustomer(customer, ASKED_AT + 1000);
      expect(await store.fenceCustomer(customer, ASKED_AT)).toEqual(['p']);
      expect(await store.addToIndex(customer, 'q', ASKED_AT + 1500)).toBe(false);
      expect(await store.addToIndex(customer, 'q', ASKED_AT + 1501)).toBe(true);
    });

    test('two customers share nothing', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      await store.fenceCustomer(one, ASKED_AT);
      expect(await store.addToIndex(other, 'p', ASKED_AT)).toBe(true);
      expect(await store.fenceCustomer(one, ASKED_AT)).toEqual([]);
    });

    test('a fill and a purge at once: either the fence refuses it or the list holds it', async () => {
      for (let time = 0; time < 10; time += 1) {
        const customer = randomUUID();
        const [isAdded, partitions] = await Promise.all([
          store.addToIndex(customer, 'p', ASKED_AT),
          store.fenceCustomer(customer, ASKED_AT),
        ]);
        if (isAdded) expect(partitions).toEqual(['p']);
      }
    });
  });
}
