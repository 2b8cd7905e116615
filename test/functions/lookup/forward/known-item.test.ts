import { describe, expect, test } from '@jest/globals';
import { Crowd } from '../../../../functions/lookup/crowd.ts';
import { EMPTY_ITEM, type Lease, type StoredItem } from '../../../../functions/lookup/entry.ts';
import { KnownItem } from '../../../../functions/lookup/forward/known-item.ts';
import { LeaseEnds } from '../../../../functions/lookup/forward/polls/lease-ends.ts';
import { Polls } from '../../../../functions/lookup/forward/polls/polls.ts';
import { StoreAccess } from '../../../../functions/lookup/store-access.ts';
import { StoreUnavailableError } from '../../../../functions/lookup/store-unavailable-error.ts';
import { StoreVitality } from '../../../../functions/lookup/store-vitality.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemoryCacheStore } from '../../../support/memory-cache-store.ts';

const KEY = { partition: 'partition', variant: 'variant' };
const LEASE: Lease = { token: 'lease', until: 0, durationMs: 1 };
const STORED: StoredItem = { ...EMPTY_ITEM, version: 'stored' };

/** The item of one look-up that began at 0. The store takes this long for a read, and then answers or fails. */
function start(first: StoredItem | undefined, { takesMs = 0, fails = false, beganAt = 0 } = {}) {
  const clock = new ManualClock();
  const memory = new MemoryCacheStore();
  memory.items.set(JSON.stringify(KEY), STORED);
  const read = memory.read.bind(memory);
  let readCount = 0;
  memory.read = async (key) => {
    readCount += 1;
    await clock.sleep(takesMs);
    if (fails) throw new StoreUnavailableError('Throttled', { trouble: 'throttled' });
    return read(key);
  };
  const store = new StoreAccess({ store: memory, clock, random: () => 0, vitality: new StoreVitality() });
  const crowd = new Crowd(clock, () => undefined);
  const ends = new LeaseEnds(clock);
  const polls = new Polls({ clock, random: () => 0 }, ends);
  const noted: StoredItem[] = [];
  const noteRead = (item: StoredItem) => noted.push(item);
  const item = new KnownItem({ key: KEY, startedAt: 0, store, crowd }, first && { value: first, beganAt }, {
    clock,
    polls,
    noteRead,
  });
  const during = async (work: Promise<unknown>) => {
    await clock.run(1000);
    await work;
  };
  return { clock, memory, crowd, ends, noted, item, during, readCount: () => readCount };
}

const knownOf = ({ value, isRead, readAt, triedAt }: KnownItem) => ({ value, isRead, readAt, triedAt });

describe('at the start', () => {
  test.each([[-400], [30]])('the first read may have begun before the look-up, or later: at %d', (beganAt) => {
    const { item } = start(STORED, { beganAt });
    expect(knownOf(item)).toEqual({ value: STORED, isRead: true, readAt: beganAt, triedAt: beganAt });
  });

  test('the item of the first read is known', () => {
    const { item } = start(STORED);
    expect(knownOf(item)).toEqual({ value: STORED, isRead: true, readAt: 0, triedAt: 0 });
  });

  test('the item is empty and not known if the store did not answer', () => {
    const { item } = start(undefined);
    expect(knownOf(item)).toEqual({ value: EMPTY_ITEM, isRead: false, readAt: 0, triedAt: 0 });
  });
});

describe('a read', () => {
  test('makes the item known as of the beginning of the read, and tells it', async () => {
    const { clock, item, noted, during } = start(undefined, { takesMs: 30 });
    clock.advance(100);
    await during(item.read());
    expect(knownOf(item)).toEqual({ value: STORED, isRead: true, readAt: 100, triedAt: 100 });
    expect(noted).toEqual([STORED]);
  });

  test('that the store does not answer leaves the item as it was', async () => {
    const { clock, item, noted, during } = start({ ...STORED, lease: LEASE }, { fails: true });
    clock.advance(100);
    await during(item.read());
    expect(knownOf(item)).toEqual({ value: { ...STORED, lease: LEASE }, isRead: true, readAt: 0, triedAt: 100 });
    expect(noted).toEqual([]);
  });

  test('that another look-up has begun is shared, and counts from its own beginning', async () => {
    const { clock, memory, crowd, item, during, readCount } = start(STORED, { takesMs: 20 });
    clock.advance(100);
    const other = crowd.readSince(0, () => memory.read(KEY));
    clock.advance(10);
    await during(Promise.all([other, item.read()]));
    expect([readCount(), item.readAt, item.triedAt]).toEqual([1, 100, 100]);
  });

  test('asks the store again if the last read of another look-up is too old', async () => {
    const { clock, memory, crowd, item, during, readCount } = start(STORED);
    clock.advance(100);
    await during(crowd.readSince(0, () => memory.read(KEY)));
    await during(item.read());
    expect([readCount(), item.readAt]).toEqual([2, 1100]);
  });
});

describe('a write', () => {
  test('that is uncertain makes the item unknown until the next read', async () => {
    const { item, during } = start(STORED);
    item.noteUncertainWrite();
    expect([item.isRead, item.value]).toEqual([false, STORED]);
    await during(item.read());
    expect(item.isRead).toBe(true);
  });

  test("of another look-up's lease shows on the item", () => {
    const { item } = start(STORED);
    item.noteLease(LEASE);
    expect([item.isRead, item.value]).toEqual([true, { ...STORED, lease: LEASE }]);
  });
});

describe('a look-up sleeps', () => {
  const LIMITS = { untilEndMs: 300, atMostMs: 1000 };

  async function sleptMs(isUncertain: boolean) {
    const { clock, ends, item } = start({ ...STORED, lease: LEASE });
    if (isUncertain) item.noteUncertainWrite();
    let ms: number | undefined;
    void item.sleep(LIMITS).then(() => {
      ms = clock.monotonicNow();
    });
    void clock.sleep(50).then(() => ends.tell(LEASE.token, clock.monotonicNow()));
    await clock.run(1000);
    return ms;
  }

  test('until this instance learns of the end of the lease', async () => {
    expect(await sleptMs(false)).toBe(50);
  });

  test('its whole time if it does not know which lease the item has', async () => {
    expect(await sleptMs(true)).toBe(300);
  });
});
