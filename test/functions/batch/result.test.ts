import { expect, test } from '@jest/globals';
import { cacheOf, toOutcome } from '../../../functions/batch/result.ts';
import type { CacheUse } from '../../../functions/lookup/lookup-result.ts';
import { RESULTS } from '../../support/lookup-results.ts';

test.each<[CacheUse, string]>([
  [{ status: 'hit' } as CacheUse, 'hit'],
  [{ status: 'hit', detail: 'max-stale' } as CacheUse, 'stale'],
  [{ status: 'collapsed', reason: 'miss' } as CacheUse, 'collapsed'],
  [{ status: 'forward', reason: 'bypass', isStored: false } as CacheUse, 'bypass'],
  [{ status: 'forward', reason: 'miss', isStored: true } as CacheUse, 'miss'],
  [{ status: 'forward', reason: 'stale', isStored: true } as CacheUse, 'miss'],
])('the cache used as %j is told as %s, in whole seconds', (cache, status) => {
  const reply = { ageMs: 1999, ttlMs: -1 } as Parameters<typeof cacheOf>[0];
  expect(cacheOf(reply, cache)).toEqual({ status, ageSeconds: 1, ttlSeconds: -1 });
});

test('a refusal is told with the words of the upstream', () => {
  const refusal = RESULTS.find(([title]) => title === 'a refusal');
  if (refusal === undefined) throw new Error('There is no refusal.');
  const [, result, api] = refusal;
  expect(toOutcome(result, api, undefined)).toMatchObject({
    kind: 'error',
    code: 'upstream_refused',
    message: 'The upstream refuses this look-up.',
    upstream: { message: 'Customer not found – उदाहरण' },
  });
});
