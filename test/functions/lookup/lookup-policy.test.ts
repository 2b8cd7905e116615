import { describe, expect, test } from '@jest/globals';
import { cacheKey } from '../../../functions/customer/request/cache-key.ts';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { isRevalidating, keyOf, type LookupPurpose } from '../../../functions/lookup/lookup-policy.ts';
import { DEFAULT_POLICY } from '../../support/fleet.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';

test.each<[LookupPurpose, boolean]>([
  ['answer', false],
  ['prefetch', false],
  ['revalidate', true],
  ['audit', true],
])('a look-up to %s has no caller: %p', (purpose, expected) => {
  expect(isRevalidating(purpose)).toBe(expected);
});

describe("the key of a request's entry", () => {
  test('is made with the first secret, and the projection of the API', async () => {
    const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1' };
    const { request } = await readV2Request(Object.entries(parameters), DEFAULT_READING);
    const policy = { ...DEFAULT_POLICY, keySecrets: ['new', 'old'] as const };
    expect(keyOf(request, policy)).toEqual(cacheKey(request, policy.projections.v2, 'new'));
    expect(keyOf({ ...request, subject: undefined }, policy)).toBeUndefined();
  });
});
