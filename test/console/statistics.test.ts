import { describe, expect, test } from '@jest/globals';
import { durationsOf, hitRatio, lookupsOf, outcomesOf, percentile, usualUpstreamMs } from '../../console/statistics.js';
import type { NumberedObservation } from '../../local/observation/recent-requests.ts';

const seen = (request: Partial<NumberedObservation> & Pick<NumberedObservation, 'outcome'>): NumberedObservation => ({
  requestId: '',
  number: 1,
  at: 0,
  durationMs: 1,
  api: 'v2',
  ...request,
});

describe('the figures of the last look-ups', () => {
  test('leave out requests that are not look-ups', () => {
    const requests = [seen({ outcome: 'hit' }), seen({ outcome: 'revalidated' }), { ...seen({ outcome: 'purge' }) }];
    const { api: _, ...health } = seen({ outcome: 'other' });
    expect(lookupsOf([...requests, health])).toEqual([requests[0]]);
  });

  test('take no duration of a refused look-up', () => {
    const requests = [
      seen({ outcome: 'hit', durationMs: 4 }),
      seen({ outcome: 'refused', durationMs: 0 }),
      seen({ outcome: 'failed', durationMs: 2500 }),
    ];
    expect(durationsOf(requests)).toEqual([4, 2500]);
  });

  test('count the look-ups of a batch one by one, and leave out what is no look-up', () => {
    const { api: _, ...batch } = seen({ outcome: 'batch', outcomes: ['hit', 'miss'] });
    const requests = [seen({ outcome: 'stale' }), batch, seen({ outcome: 'revalidated' }), { ...batch, outcomes: [] }];
    expect(outcomesOf(requests)).toEqual(['stale', 'hit', 'miss']);
  });

  test.each([
    [[], undefined],
    [['hit'], 1],
    [['hit', 'stale', 'miss', 'failed'], 0.5],
    [['collapsed', 'miss'], 0],
    [['refused', 'bypass', 'not-cached'], undefined],
    [['refused', 'hit', 'miss'], 0.5],
  ] as const)('the hit ratio of %j is %s', (outcomes, ratio) => {
    expect(hitRatio(outcomes)).toBe(ratio);
  });

  test.each([
    [[], 0.5, undefined],
    [[7], 0.99, 7],
    [[3, 1, 2], 0.5, 2],
    [Array.from({ length: 100 }, (_, index) => 100 - index), 0.99, 99],
    [[1, 2], 0, 1],
  ] as const)('the percentile of %j at %d is %s', (values, share, expected) => {
    expect(percentile(values, share)).toBe(expected);
  });

  test('the upstream takes the median of those that asked it and got an answer', () => {
    const asked = [300, 100, 200].map((upstreamDurationMs) => seen({ outcome: 'miss', upstreamDurationMs }));
    const failed = seen({ outcome: 'failed', upstreamDurationMs: 5, upstreamFailure: 'connection' });
    expect(usualUpstreamMs([...asked, failed, seen({ outcome: 'hit' })])).toBe(200);
    expect(usualUpstreamMs([failed])).toBeUndefined();
  });

  test('the median is of the last twenty such look-ups', () => {
    const asked = (upstreamDurationMs: number) => seen({ outcome: 'miss', upstreamDurationMs });
    const slow = Array.from({ length: 30 }, () => asked(900));
    expect(usualUpstreamMs([...slow, ...Array.from({ length: 20 }, () => asked(100))])).toBe(100);
    expect(usualUpstreamMs([...slow, ...Array.from({ length: 9 }, () => asked(100))])).toBe(900);
  });
});
