import { describe, expect, test } from '@jest/globals';
import { answerBatch } from '../../../functions/batch/answers.ts';
import { AS_VALUES, type ValueResult } from '../../../functions/batch/result-form.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { startLookupService } from '../../support/lookup-service.ts';

const lookupOf = (n: number) => ({ source: 'INSTORE', identifierName: 'externalId', identifierValue: `MP${n}` });
const kindOf = ({ outcome }: ValueResult) => (outcome.kind === 'error' ? outcome.code : outcome.kind);
const LOOKUPS = Array.from({ length: 40 }, (_, n) => lookupOf(n));

describe('a batch that takes long', () => {
  const BEGIN_WITHIN_MS = 5000;

  test('begins no look-up when it is too late: it answers from the cache, and tells the others', async () => {
    const { service, upstream, clock } = startLookupService();
    clock.advance(10 * BEGIN_WITHIN_MS);
    await answerBatch(service, [lookupOf(38)], AS_VALUES, { purpose: 'answer' });
    upstream.takesMs = 2400;

    const answering = answerBatch(service, LOOKUPS, AS_VALUES, { purpose: 'answer', beginWithinMs: BEGIN_WITHIN_MS });
    await clock.run(10_000);
    const { answer, report } = await answering;

    // Ten at once, at 0, 2.4 and 4.8 s; the fourth ten would begin at 7.2 s.
    const kinds = answer.map(kindOf);
    expect(kinds.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 'found'));
    expect(kinds[38]).toBe('found');
    const late = kinds.filter((_, n) => n >= 30 && n !== 38);
    expect(late).toEqual(Array.from({ length: 9 }, () => 'upstream_timeout'));
    expect(answer[39]?.outcome).toEqual({
      kind: 'error',
      code: 'upstream_timeout',
      message: 'The batch took so long that this look-up did not begin. Ask for it again, with fewer others.',
    });
    expect(upstream.requests).toHaveLength(1 + 30);
    expect(report.lookups).toHaveLength(40);
  });

  test('does not wait for a store that throttles: the last look-up must not cost all answers', async () => {
    const { service, store, upstream, clock } = startLookupService();
    // It throttles four partitions of five, so it is not down.
    const throttled = new Set<string>();
    const failure = () => new StoreUnavailableError('ThrottlingException', { trouble: 'throttled' });
    const readItem = store.read.bind(store);
    store.readAll = async (keys) => {
      for (const [n, { partition }] of keys.entries()) if (n % 5 !== 0) throttled.add(partition);
      return Promise.all(keys.map((key) => (throttled.has(key.partition) ? failure() : readItem(key))));
    };
    store.read = async (key) => {
      if (throttled.has(key.partition)) throw failure();
      return readItem(key);
    };
    Object.assign(upstream, { outcome: { kind: 'failed', failure: 'timeout' }, takesMs: 2500 });

    let tookMs: number | undefined;
    const startedAt = clock.monotonicNow();
    const batch = { purpose: 'answer', beginWithinMs: BEGIN_WITHIN_MS } as const;
    const lookups = Array.from({ length: 100 }, (_, n) => lookupOf(n));
    const answering = answerBatch(service, lookups, AS_VALUES, batch).finally(() => {
      tookMs = clock.monotonicNow() - startedAt;
    });
    await clock.run(120_000);

    expect((await answering).answer.map(kindOf)).toEqual(lookups.map(() => 'upstream_timeout'));
    expect(tookMs).toBeLessThan(BEGIN_WITHIN_MS + service.deadlineMs);
  });

  test('does not change a look-up that wants only the cache', async () => {
    const { service, upstream, clock } = startLookupService();
    upstream.takesMs = 6000;
    const patient = Array.from({ length: 10 }, (_, n) => lookupOf(n));
    const cached = { ...lookupOf(10), cacheControl: 'only-if-cached' };
    const answering = answerBatch(service, [...patient, cached], AS_VALUES, {
      purpose: 'answer',
      beginWithinMs: BEGIN_WITHIN_MS,
    });
    await clock.run(10_000);
    expect(kindOf((await answering).answer[10] as ValueResult)).toBe('not_cached');
  });

  test('has no such limit if none is given', async () => {
    const { service, upstream, clock } = startLookupService();
    upstream.takesMs = 2400;
    const answering = answerBatch(service, LOOKUPS, AS_VALUES, { purpose: 'answer' });
    await clock.run(10_000);
    expect((await answering).answer.map(kindOf)).toEqual(LOOKUPS.map(() => 'found'));
  });
});

test.each([
  ['answer', undefined],
  ['revalidate', 'revalidate'],
] as const)(
  'a look-up waits no longer than its deadline; its log line says whether it revalidates: %s',
  async (purpose, logged) => {
    const { service, clock } = startLookupService();
    const waits: unknown[] = [];
    const noting: typeof service = {
      ...service,
      lookup: (asked, directives, options) => {
        waits.push(options?.waitMs);
        return service.lookup(asked, directives, options);
      },
    };
    const lookups = [undefined, 0, 1, 1e9].map((waitMs, n) => ({ ...lookupOf(n), waitMs }));
    const answering = answerBatch(noting, lookups, AS_VALUES, { purpose });
    await clock.run(service.deadlineMs);
    const { report } = await answering;
    expect(waits).toEqual([undefined, 0, 1, service.deadlineMs]);
    const reports = report.lookups as readonly { readonly purpose?: string }[];
    for (const each of reports) expect(each.purpose).toBe(logged);
  },
);
