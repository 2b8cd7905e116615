import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../local/observation/facts.ts';
import { OUTCOMES, outcomeOf } from '../../../local/observation/outcome.ts';

const ROWS: readonly (readonly [expected: string, facts: Facts])[] = [
  ['fault', { code: 'internal_error' }],
  ['fault', { code: 'internal_error', lookups: [], event: 'unknown' }],
  ['batch', { lookups: [{ cache: 'hit' }] }],
  ['revalidated', { purpose: 'revalidate', cache: 'stale', isStored: true }],
  ['revalidated', { purpose: 'audit', cache: 'hit' }],
  ['event', { event: 'pointsRedeemed', markedStale: 1 }],
  ['event', { event: 'customerUpdated', purged: 1 }],
  ['purge', { purged: 0 }],
  ['failed', { answer: 'failed', cache: 'miss' }],
  ['failed', { answer: 'failed', cache: 'collapsed' }],
  ['not-cached', { answer: 'not-cached', cache: 'miss' }],
  ['prefetch', { answer: 'pending', cache: 'miss', isPrefetch: true }],
  ['prefetch', { answer: 'pending', cache: 'hit', isPrefetch: true }],
  ['pending', { answer: 'pending', cache: 'miss', isRevalidationAsked: true }],
  ['hit', { answer: 'found', cache: 'hit' }],
  ['hit', { answer: 'not-found', cache: 'hit' }],
  ['stale', { answer: 'found', cache: 'hit', detail: 'stale-if-error' }],
  ['collapsed', { answer: 'found', cache: 'collapsed' }],
  ['bypass', { answer: 'found', cache: 'bypass' }],
  ['miss', { answer: 'found', cache: 'miss' }],
  ['miss', { answer: 'found', cache: 'stale' }],
  ['miss', { answer: 'found', cache: 'request' }],
  ['refused', { code: 'invalid_identifier' }],
  ['other', { status: 200 }],
];

describe('the outcome of a request', () => {
  test.each(ROWS)('is %s for %j', (expected, facts) => {
    expect(outcomeOf(facts)).toBe(expected);
  });

  test('has a row for each outcome', () => {
    expect([...new Set(ROWS.map(([outcome]) => outcome))].sort()).toEqual([...OUTCOMES].sort());
  });
});
