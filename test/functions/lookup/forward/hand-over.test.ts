import { describe, expect, test } from '@jest/globals';
import type { KeyedAsked } from '../../../../functions/lookup/asked.ts';
import { NO_DIRECTIVES } from '../../../../functions/lookup/directives.ts';
import { EMPTY_ITEM, type RevalidationMark, type StoredItem } from '../../../../functions/lookup/entry.ts';
import { HandOver } from '../../../../functions/lookup/forward/hand-over.ts';
import type { ForwardReason } from '../../../../functions/lookup/freshness.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const LEASE_MS = 2650;
const WAIT_MS = 400;
/** How long ago the look-up began. */
const PASSED_MS = 100;

interface Options {
  readonly waitMs?: number | undefined;
  readonly directives?: Partial<KeyedAsked['directives']>;
  /** The store's answer to each try to mark the item; undefined: it did not answer. */
  readonly marking?: (boolean | undefined)[];
  /** Whether the other invocation is reached. */
  readonly isReached?: boolean;
  /** Whether another look-up of the crowd asks already. */
  readonly isCrowdAsking?: boolean;
  /** Whether the store is off, or has failed. */
  readonly isBypassed?: boolean;
  /** Whether a fetch is in progress. */
  readonly isFetching?: boolean;
  readonly random?: number;
}

function start(options: Options = {}) {
  const { directives = {}, marking = [], isReached = true, isCrowdAsking = false } = options;
  const { isBypassed = false, isFetching = false, random = 0.5 } = options;
  const waitMs = 'waitMs' in options ? options.waitMs : WAIT_MS;
  const clock = new ManualClock();
  const marks: RevalidationMark[] = [];
  const takenBack: unknown[] = [];
  let invocations = 0;
  const port = {
    markRevalidation: (_key: unknown, _item: unknown, mark: RevalidationMark) => {
      marks.push(mark);
      return marking.length === 0 ? true : marking.shift();
    },
    takeBackMark: (_key: unknown, mark: unknown, previous: unknown) => takenBack.push([mark, previous]),
  };
  const asked = {
    waitMs,
    key: { partition: 'p', variant: 'v' },
    request: {},
    purpose: 'answer',
    startedAt: clock.monotonicNow() - PASSED_MS,
    directives: { ...NO_DIRECTIVES, ...directives },
    store: {
      attempt: async (use: (each: typeof port) => unknown) => use(port),
      poll: async (use: (each: typeof port) => unknown) => use(port),
      isBypassed,
    },
    crowd: { askOnce: async (ask: () => Promise<unknown>) => (isCrowdAsking ? undefined : ask()) },
  } as unknown as KeyedAsked;
  const revalidator = {
    revalidate: async () => {
      invocations += 1;
      return isReached;
    },
  };
  const handOver = new HandOver(asked, {
    clock,
    revalidator,
    leaseMs: LEASE_MS,
    random: () => random,
    isFetching: () => isFetching,
  });
  const waitsFor = (item: Partial<StoredItem> = {}, reason: ForwardReason = 'miss') =>
    handOver.waitMsLeft({ ...EMPTY_ITEM, ...item }, reason);
  const isAsked = (item: Partial<StoredItem> = {}) => handOver.isAsked({ ...EMPTY_ITEM, ...item });
  const ask = (item: Partial<StoredItem> = {}) => handOver.ask({ ...EMPTY_ITEM, ...item });
  const askIfDue = (item: Partial<StoredItem> = {}) => handOver.askIfDue({ ...EMPTY_ITEM, ...item });
  const markAt = (inMs: number, backoffMs = 0) => ({ revalidation: { until: clock.now() + inMs, backoffMs } });
  return { waitsFor, isAsked, ask, askIfDue, markAt, marks, takenBack, invocations: () => invocations };
}

const outcome = (kind: string) => ({ outcome: { token: 't', kind } }) as unknown as Partial<StoredItem>;

describe('the remaining wait of the caller', () => {
  test.each<[string, Options, number | undefined]>([
    ['without a limit', { waitMs: undefined }, undefined],
    ['the rest of its wait', {}, WAIT_MS - PASSED_MS],
    ['no longer', { waitMs: 0 }, -PASSED_MS],
    ['less than a lease', { waitMs: LEASE_MS + PASSED_MS - 1 }, LEASE_MS - 1],
    ['a lease: it gets its own fetch', { waitMs: LEASE_MS + PASSED_MS }, undefined],
    ['no-store', { directives: { noStore: true } }, undefined],
  ])('%s', (_title, options, leftMs) => {
    expect(start(options).waitsFor()).toBe(leftMs);
  });

  test('has no limit, if a fresh entry is not new enough', () => {
    expect([start().waitsFor({}, 'request'), start().waitsFor({}, 'stale')]).toEqual([undefined, 300]);
  });

  test.each<[string, number | undefined]>([
    ['not-stored', undefined],
    ['erased', undefined],
    ['failed', 300],
    ['given-up', 300],
  ])('the last answer was %s', (kind, leftMs) => {
    expect(start().waitsFor(outcome(kind))).toBe(leftMs);
  });

  test.each<[string, number, number, number | undefined]>([
    ['holds back', 10_000, 10_000, undefined],
    ['held back until now', 0, 10_000, 300],
    ['did not fail: another look-up has asked', 2000, 0, 300],
  ])('a revalidation %s', (_title, inMs, backoffMs, leftMs) => {
    const { waitsFor, markAt } = start();
    expect(waitsFor(markAt(inMs, backoffMs))).toBe(leftMs);
  });

  test('is no longer than it said once the look-up has asked, whatever comes', async () => {
    const long = start({ waitMs: 2 * LEASE_MS });
    await long.ask();
    expect(long.waitsFor()).toBe(2 * LEASE_MS - PASSED_MS);
    const failing = start();
    await failing.ask();
    expect(failing.waitsFor(failing.markAt(10_000, 10_000))).toBe(300);
  });
});

describe('whether another invocation was asked', () => {
  test.each<[string, number, number, boolean]>([
    ['by a look-up a moment ago', 2000, 0, true],
    ['so long ago that its mark has ended', 0, 0, false],
    ['and failed', 10_000, 10_000, false],
  ])('%s', (_title, inMs, backoffMs, expected) => {
    const { isAsked, markAt } = start();
    expect(isAsked(markAt(inMs, backoffMs))).toBe(expected);
  });

  test('by no look-up', () => {
    expect(start().isAsked()).toBe(false);
  });

  test('does not matter to a caller without a limit', () => {
    const { isAsked, markAt } = start({ waitMs: undefined });
    expect(isAsked(markAt(2000))).toBe(false);
  });

  test('by this look-up', async () => {
    const { ask, isAsked } = start();
    expect(await ask()).toBe('asked');
    expect(isAsked()).toBe(true);
  });
});

describe('asking', () => {
  test('marks the item, and invokes once', async () => {
    const { ask, marks, invocations, takenBack } = start();
    expect(await ask()).toBe('asked');
    expect([marks.length, invocations(), takenBack]).toEqual([1, 1, []]);
  });

  test('leaves it to another look-up of the crowd', async () => {
    const { ask, marks, isAsked } = start({ isCrowdAsking: true });
    expect(await ask()).toBe('busy');
    expect([marks, isAsked()]).toEqual([[], false]);
  });

  test('takes its mark back if the invocation is not reached, and does not try again', async () => {
    const { ask, markAt, marks, takenBack, waitsFor, isAsked } = start({ isReached: false });
    const before = markAt(-1);
    expect(await ask(before)).toBe('lost');
    expect(takenBack).toEqual([[marks[0], before.revalidation]]);
    expect([waitsFor(), isAsked()]).toEqual([undefined, false]);
  });

  test('gives up after three marks of other look-ups', async () => {
    const { ask, waitsFor, invocations } = start({ marking: [false, false, false] });
    expect([await ask(), await ask(), waitsFor()]).toEqual(['busy', 'busy', 300]);
    expect([await ask(), waitsFor(), invocations()]).toEqual(['busy', undefined, 0]);
  });

  test('is possible at the third try', async () => {
    const { ask, waitsFor } = start({ marking: [false, undefined, true] });
    expect([await ask(), await ask(), await ask(), waitsFor()]).toEqual(['busy', 'busy', 'asked', 300]);
  });

  test('a mark that the store did not confirm but has is ours: it is used, and not written again', async () => {
    const { ask, isAsked, marks, invocations } = start({ marking: [undefined] });
    expect(await ask()).toBe('busy');
    const seen = { revalidation: marks[0] };
    expect([isAsked(seen), invocations()]).toEqual([false, 0]);
    expect(await ask(seen)).toBe('asked');
    expect([marks.length, invocations(), isAsked(seen)]).toEqual([1, 1, true]);
  });

  test('a mark that the store refused but has is ours: the store got it twice', async () => {
    const { ask, isAsked, marks, invocations } = start({ marking: [false] });
    expect(await ask()).toBe('busy');
    const seen = { revalidation: marks[0] };
    expect([isAsked(seen), invocations()]).toEqual([false, 0]);
    expect(await ask(seen)).toBe('asked');
    expect([marks.length, invocations()]).toEqual([1, 1]);
  });

  test('a first mark that the store wrote after it had got the second is ours', async () => {
    const { ask, marks, invocations } = start({ marking: [undefined, false] });
    expect([await ask(), await ask(), invocations()]).toEqual(['busy', 'busy', 0]);
    expect(await ask({ revalidation: marks[0] })).toBe('asked');
    expect([marks.length, invocations()]).toEqual([2, 1]);
  });

  test('a mark of another look-up of the same millisecond is not ours', async () => {
    const [one, other] = [start({ random: 0.25, marking: [false] }), start({ random: 0.75 })];
    expect([await one.ask(), await other.ask()]).toEqual(['busy', 'asked']);
    expect(one.isAsked({ revalidation: other.marks[0] })).toBe(true);
  });
});

describe('asking for a prefetch of a stale entry', () => {
  test.each<[string, Options, number | undefined, number, string]>([
    ['is made', {}, undefined, 0, 'asked'],
    ['is made after a mark that has ended', {}, -1, 0, 'asked'],
    ['is not needed: a fetch is in progress', { isFetching: true }, undefined, 0, 'not-asked'],
    ['is not needed: another look-up has asked', {}, 2000, 0, 'not-asked'],
    ['is held back: a revalidation failed', {}, 10_000, 10_000, 'not-asked'],
    ['is to be tried again: the store refuses the mark', { marking: [false] }, undefined, 0, 'busy'],
    ['is lost: the store has failed', { marking: [undefined], isBypassed: true }, undefined, 0, 'lost'],
    ['is lost: no invocation is reached', { isReached: false }, undefined, 0, 'lost'],
  ])('%s', async (_title, options, markedForMs, backoffMs, expected) => {
    const { askIfDue, markAt } = start(options);
    expect(await askIfDue(markedForMs === undefined ? {} : markAt(markedForMs, backoffMs))).toBe(expected);
  });

  test('is lost after three marks of other look-ups', async () => {
    const { askIfDue } = start({ marking: [false, false, false] });
    expect([await askIfDue(), await askIfDue(), await askIfDue()]).toEqual(['busy', 'busy', 'lost']);
  });
});
