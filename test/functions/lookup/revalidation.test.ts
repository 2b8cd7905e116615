import { describe, expect, test } from '@jest/globals';
import type { KeyedAsked } from '../../../functions/lookup/asked.ts';
import type { AuditRequest } from '../../../functions/lookup/audit/audit-words.ts';
import { EMPTY_ITEM, type RevalidationMark, type StoredItem } from '../../../functions/lookup/entry.ts';
import type { RevalidateOptions } from '../../../functions/lookup/ports.ts';
import {
  askForRevalidation,
  askingMark,
  endedMark,
  failureMark,
  handOverMark,
  invoke,
  isHeldBack,
} from '../../../functions/lookup/revalidation.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const NOW = 1_700_000_000_000;
const marked = (until: number, backoffMs: number): StoredItem => ({
  ...EMPTY_ITEM,
  revalidation: { until, backoffMs },
});

describe('the mark on an item', () => {
  test('for a requested revalidation holds the next one back for ten seconds, and keeps the hold-back of failures', () => {
    expect(askingMark(EMPTY_ITEM, NOW)).toEqual({ until: NOW + 10_000, backoffMs: 0 });
    expect(askingMark(marked(NOW - 1, 40_000), NOW)).toEqual({ until: NOW + 10_000, backoffMs: 40_000 });
  });

  test('for a fetch that is handed over holds the next one back for two seconds, and keeps the hold-back of failures', () => {
    expect(handOverMark(EMPTY_ITEM, NOW, 0)).toEqual({ until: NOW + 2000, backoffMs: 0 });
    expect(handOverMark(marked(NOW - 1, 20_000), NOW, 0)).toEqual({ until: NOW + 2000, backoffMs: 20_000 });
  });

  test('for a fetch that is handed over differs at random from that of another look-up in the same millisecond', () => {
    expect(handOverMark(EMPTY_ITEM, NOW, 0.25)).toEqual({ until: NOW + 2000.25, backoffMs: 0 });
  });

  test('for a fetch that has ended holds nothing back', () => {
    expect(endedMark(NOW)).toEqual({ until: NOW, backoffMs: 0 });
    expect(isHeldBack({ ...EMPTY_ITEM, revalidation: endedMark(NOW) }, NOW)).toBe(false);
  });

  test.each([
    ['the first failure', EMPTY_ITEM, 10_000],
    ['the second', marked(NOW, 10_000), 20_000],
    ['the third', marked(NOW, 20_000), 40_000],
    ['the fourth', marked(NOW, 40_000), 60_000],
    ['each further one', marked(NOW, 60_000), 60_000],
    ['one after a revalidation that was only asked for', marked(NOW, 0), 10_000],
  ])('for a failed revalidation: %s', (_title, item, backoffMs) => {
    expect(failureMark(item, NOW)).toEqual({ until: NOW + backoffMs, backoffMs });
  });

  test.each([
    ['no mark', EMPTY_ITEM, false],
    ['a mark until a moment later', marked(NOW + 1, 0), true],
    ['a mark until now', marked(NOW, 10_000), false],
  ])('holds back as long as it lasts: %s', (_title, item, expected) => {
    expect(isHeldBack(item, NOW)).toBe(expected);
  });
});

/** The ports of a look-up of a hit, and its calls. */
function start({ isMarked = true as boolean | 'unknown', isReached = true, purpose = 'answer' } = {}) {
  const clock = new ManualClock();
  const marks: RevalidationMark[] = [];
  const takenBack: unknown[] = [];
  const told: (RevalidateOptions | undefined)[] = [];
  const audit = { version: 'token-1' } as AuditRequest;
  const table = {
    markRevalidation: (_key: unknown, _item: unknown, mark: RevalidationMark) => {
      marks.push(mark);
      return isMarked === 'unknown' ? undefined : isMarked;
    },
    takeBackMark: (...all: unknown[]) => takenBack.push(all),
  };
  const store = {
    use: async (each: (port: typeof table) => unknown) => each(table),
    poll: async (each: (port: typeof table) => unknown) => each(table),
  };
  const key = { partition: 'p', variant: 'v' };
  const asked = { key, request: {}, purpose, store, audits: { drawDue: () => audit } } as unknown as KeyedAsked;
  const revalidator = {
    revalidate: async (_request: unknown, options?: RevalidateOptions) => {
      told.push(options);
      return isReached;
    },
  };
  return { ports: { clock, revalidator }, clock, asked, key, marks, takenBack, told, audit };
}

describe('asking for a revalidation', () => {
  test('marks the item first, and requests the audit of the hit with it', async () => {
    const { ports, clock, asked, marks, takenBack, told, audit } = start();
    expect(await askForRevalidation(ports, asked, EMPTY_ITEM)).toBe('asked');
    expect(marks).toEqual([askingMark(EMPTY_ITEM, clock.now())]);
    expect([told, takenBack]).toEqual([[{ isForPrefetch: false, audit }], []]);
  });

  test('requests no audit if the service makes none', async () => {
    const { ports, asked, told } = start();
    const withoutAudits = { ...asked, audits: undefined };
    expect(await askForRevalidation(ports, withoutAudits, EMPTY_ITEM)).toBe('asked');
    expect(told).toEqual([{ isForPrefetch: false, audit: undefined }]);
  });

  test.each([
    ['another look-up was first', false, 'not-asked'],
    ['the store does not say whether it was, and then the request is lost', 'unknown', 'lost'],
  ] as const)('asks for nothing if %s', async (_why, isMarked, asking) => {
    const { ports, asked, told, takenBack } = start({ isMarked });
    expect(await askForRevalidation(ports, asked, EMPTY_ITEM)).toBe(asking);
    expect([told, takenBack]).toEqual([[], []]);
  });

  test('takes its mark back if the other invocation is not reached, so that other look-ups ask', async () => {
    const { ports, asked, key, marks, takenBack } = start({ isReached: false });
    const before = marked(1, 20_000);
    expect(await askForRevalidation(ports, asked, before)).toBe('lost');
    expect(takenBack).toEqual([[key, marks[0], before.revalidation]]);
  });

  test.each([
    ['prefetch', true],
    ['answer', false],
    ['revalidate', false],
  ])('says whether a prefetch asks: %s', async (purpose, isForPrefetch) => {
    const { ports, asked, told } = start({ purpose });
    expect(await invoke(ports, asked, endedMark(NOW), undefined)).toBe('asked');
    expect(told).toEqual([{ isForPrefetch, audit: undefined }]);
  });
});
