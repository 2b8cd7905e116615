import { describe, expect, test } from '@jest/globals';
import type { CacheKey } from '../../../../functions/customer/request/cache-key.ts';
import { EMPTY_ITEM, type Lease, type LeaseOutcome, type StoredItem } from '../../../../functions/lookup/entry.ts';
import { ASKED_AT, aKey, anEntry } from './entries.ts';
import { aLease, type Store, storeUnderTest, WHOLLY } from './store-under-test.ts';

/** The rules that every store must keep for leases: each operation, its condition and its refusal. */
export function describeLeasesPort(getStore: () => Store): void {
  const { store, written, leased } = storeUnderTest(getStore);

  describe('taking the lease', () => {
    test('works if there is nothing', async () => {
      const key = aKey();
      const lease = aLease();
      expect(await store.takeLease(key, EMPTY_ITEM, lease)).toBe(true);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
    });

    test('works on an entry, which stays as it is, with its mark and how the last lease ended', async () => {
      const { key, item } = await written();
      const first = await leased(key);
      const outcome = { kind: 'not-stored', token: first.lease.token } as const;
      const revalidation = { until: ASKED_AT, backoffMs: 10_000 };
      await store.endLease(key, first.lease, { outcome, revalidation });
      const { lease } = await leased(key);
      expect(await store.read(key)).toEqual({ ...item, lease, outcome, revalidation });
    });

    test('works over the lapsed lease that was seen, void or not', async () => {
      const { key } = await leased();
      const { lease } = await leased(key);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
      await store.voidFetch(key, lease, WHOLLY);
      const next = await leased(key);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease: next.lease });
    });

    test.each<[string, () => Promise<{ key: CacheKey; seen: StoredItem }>]>([
      [
        'another lease was taken meanwhile',
        async () => {
          const { key, item } = await written();
          await leased(key);
          return { key, seen: item };
        },
      ],
      [
        'another took over the lapsed one',
        async () => {
          const { key } = await leased();
          const seen = await store.read(key);
          await leased(key);
          return { key, seen };
        },
      ],
      [
        'the lapsed one that was seen has ended',
        async () => {
          const { key, lease } = await leased();
          const seen = await store.read(key);
          await store.endLease(key, lease, { outcome: { kind: 'not-stored', token: lease.token } });
          return { key, seen };
        },
      ],
      [
        'the fetch of the lapsed one that was seen is void since',
        async () => {
          const { key, lease } = await leased();
          const seen = await store.read(key);
          await store.voidFetch(key, lease, WHOLLY);
          return { key, seen };
        },
      ],
      [
        'another entry was written meanwhile',
        async () => {
          const { key, item } = await written();
          await written({}, key);
          return { key, seen: item };
        },
      ],
      [
        'the first entry was written meanwhile',
        async () => {
          const { key } = await written();
          return { key, seen: EMPTY_ITEM };
        },
      ],
      [
        'the entry was deleted meanwhile',
        async () => {
          const { key, item } = await written();
          await store.deleteItems([key]);
          return { key, seen: item };
        },
      ],
    ])('is refused when %s', async (_title, arrange) => {
      const { key, seen } = await arrange();
      const before = await store.read(key);
      expect(await store.takeLease(key, seen, aLease())).toBe(false);
      expect(await store.read(key)).toEqual(before);
    });

    test('of many at once, exactly one takes it', async () => {
      const key = aKey();
      const leases = Array.from({ length: 10 }, () => aLease());
      const taken = await Promise.all(leases.map((lease) => store.takeLease(key, EMPTY_ITEM, lease)));
      expect(taken.filter((each) => each)).toHaveLength(1);
      expect((await store.read(key)).lease).toEqual(leases[taken.indexOf(true)]);
    });
  });

  describe('writing the entry', () => {
    test('replaces everything, and ends the lease', async () => {
      const { key } = await written();
      const first = await leased(key);
      await store.endLease(key, first.lease, {
        outcome: { kind: 'given-up', token: first.lease.token },
        revalidation: { until: 5, backoffMs: 1 },
      });
      const { lease } = await leased(key);
      const entry = anEntry({ body: '{"id":2}' });
      expect(await store.writeEntry(key, lease, entry)).toBe('written');
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, entry, version: lease.token });
    });

    test('is lost if another look-up has the lease, or if the lease was ended or deleted', async () => {
      const { key, lease } = await leased();
      expect(await store.writeEntry(key, aLease(), anEntry())).toBe('lost');
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
      await store.markStale(key, ASKED_AT);
      expect(await store.writeEntry(key, lease, anEntry())).toBe('lost');
      await store.deleteItems([key]);
      expect(await store.writeEntry(key, lease, anEntry())).toBe('lost');
      expect(await store.read(key)).toEqual(EMPTY_ITEM);
    });

    test('is lost if the fetch is void', async () => {
      const { key, lease } = await leased();
      await store.voidFetch(key, lease, WHOLLY);
      expect(await store.writeEntry(key, lease, anEntry())).toBe('lost');
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease: { ...lease, isVoid: true } });
    });

    test('is done for the survivor of a void fetch, under any of its hashes, and for no other customer', async () => {
      for (const [customer, alias, result] of [
        ['survivor', undefined, 'written'],
        ['another hash', 'survivor', 'written'],
        ['somebody else', 'another hash', 'lost'],
        [undefined, undefined, 'lost'],
      ] as const) {
        const { key, lease } = await leased();
        await store.voidFetch(key, lease, { ...WHOLLY, survivor: 'survivor' });
        const customerAliases = alias === undefined ? [] : [alias];
        expect(await store.writeEntry(key, lease, anEntry({ customer, customerAliases }))).toBe(result);
        expect(await store.writeEntry(key, aLease(), anEntry({ customer: 'survivor' }))).toBe('lost');
      }
    });

    test('removes the mark of the entry before', async () => {
      const { key } = await written();
      await store.markStale(key, ASKED_AT);
      await written({}, key);
      expect((await store.read(key)).entry?.staleFrom).toBeUndefined();
    });
  });

  describe('ending the lease', () => {
    const outcomes: readonly (Omit<LeaseOutcome, 'token'> & object)[] = [
      { kind: 'failed', failure: 'throttled', retryAfterMs: 5000 } as Omit<LeaseOutcome, 'token'>,
      { kind: 'failed', failure: 'connection', retryAfterMs: undefined } as Omit<LeaseOutcome, 'token'>,
      { kind: 'given-up' },
      { kind: 'ceded' },
      { kind: 'not-stored' },
      { kind: 'not-stored', why: 'another-customer' } as Omit<LeaseOutcome, 'token'>,
      { kind: 'erased', status: 404, body: '{"errors":[{"code":8055,"message":"नेहा"}]}', askedAt: ASKED_AT } as Omit<
        LeaseOutcome,
        'token'
      >,
    ];
    test.each(outcomes)('with %j', async (how) => {
      const { key, item } = await written();
      const { lease } = await leased(key);
      const outcome = { ...how, token: lease.token } as LeaseOutcome;
      expect(await store.endLease(key, lease, { outcome })).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, outcome });
    });

    test('with a hold-back, or leaving the one that is there', async () => {
      const { key, item } = await written();
      for (const revalidation of [{ until: ASKED_AT + 10_000, backoffMs: 10_000 }, undefined]) {
        const { lease } = await leased(key);
        const outcome = { kind: 'not-stored', token: lease.token } as const;
        await store.endLease(key, lease, { outcome, revalidation });
        const kept = { until: ASKED_AT + 10_000, backoffMs: 10_000 };
        expect(await store.read(key)).toEqual({ ...item, outcome, revalidation: kept });
      }
    });

    test('B11: ends the entry with it, and only then', async () => {
      const { key } = await written({ customerAliases: ['other-hash'] });
      await store.markStale(key, ASKED_AT);
      const { lease } = await leased(key);
      const outcome = { kind: 'not-stored', token: lease.token } as const;
      expect(await store.endLease(key, lease, { outcome, endsEntry: true })).toBe(true);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome });
      // A look-up that saw the entry cannot take the lease as if the entry were still there.
      const second = await leased(key);
      expect(await store.writeEntry(key, second.lease, anEntry())).toBe('written');
    });

    test('an erased customer’s outcome leaves nothing behind when the next lease ends otherwise', async () => {
      const { key, lease } = await leased();
      const erased = {
        kind: 'erased' as const,
        token: lease.token,
        status: 404,
        body: '{"errors":[]}',
        askedAt: ASKED_AT,
      } as const;
      await store.endLease(key, lease, { outcome: erased, endsEntry: true });
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome: erased });
      const second = (await leased(key)).lease;
      const outcome = { kind: 'given-up', token: second.token } as const;
      await store.endLease(key, second, { outcome });
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome });
    });

    test('replaces how the one before ended', async () => {
      const { key, lease } = await leased();
      await store.endLease(key, lease, {
        outcome: { kind: 'failed', token: lease.token, failure: 'timeout', retryAfterMs: 7 },
      });
      const second = (await leased(key)).lease;
      await store.endLease(key, second, { outcome: { kind: 'given-up', token: second.token } });
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome: { kind: 'given-up', token: second.token } });
    });

    test.each([undefined, 'survivor'])(
      'works if the fetch is void except for %s, and then the lease is gone',
      async (survivor) => {
        const { key } = await written();
        const { lease } = await leased(key);
        await store.voidFetch(key, lease, { ...WHOLLY, survivor });
        const outcome = {
          kind: 'erased',
          token: lease.token,
          status: 200,
          body: '{"errors":[]}',
          askedAt: ASKED_AT,
        } as const;
        expect(await store.endLease(key, lease, { outcome })).toBe(true);
        expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome });
        const next = await leased(key);
        expect(await store.writeEntry(key, next.lease, anEntry())).toBe('written');
      },
    );

    describe('if its look-up tried several times', () => {
      const others = [aLease(), aLease()];
      const outcome = { kind: 'failed', token: aLease().token, failure: 'timeout', retryAfterMs: 7 } as const;

      test.each([0, 1])('ends the one that the item has, with its token: %i', async (index) => {
        const lease = others[index] ?? aLease();
        const key = aKey();
        await store.takeLease(key, EMPTY_ITEM, lease);
        expect(await store.endLease(key, aLease({ token: outcome.token }), { outcome }, others)).toBe(true);
        expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome: { ...outcome, token: lease.token } });
      });

      test.each([undefined, 'survivor'])('even if its fetch is void except for %s', async (survivor) => {
        const [key, lease] = [aKey(), others[1] ?? aLease()];
        await store.takeLease(key, EMPTY_ITEM, lease);
        await store.voidFetch(key, lease, { ...WHOLLY, survivor });
        expect(await store.endLease(key, aLease({ token: outcome.token }), { outcome }, others)).toBe(true);
        expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome: { ...outcome, token: lease.token } });
      });

      test('and no lease of another look-up', async () => {
        const { key, lease } = await leased();
        expect(await store.endLease(key, aLease({ token: outcome.token }), { outcome }, others)).toBe(false);
        expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
      });
    });

    test('is refused if another look-up has it, or if there is none', async () => {
      const { key, lease } = await leased();
      const other = aLease();
      const end = (each: Lease) =>
        store.endLease(key, each, {
          outcome: { kind: 'not-stored', token: each.token },
          revalidation: { until: 1, backoffMs: 1 },
          endsEntry: true,
        });
      expect(await end(other)).toBe(false);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
      await store.deleteItems([key]);
      expect(await end(lease)).toBe(false);
      expect(await store.read(key)).toEqual(EMPTY_ITEM);
    });
  });
}
