import { compileProjection, type Projection } from '../../functions/customer/reply/projection.ts';
import type { Api } from '../../functions/customer/request/canonical-request.ts';
import type { Answer, LookupResult } from '../../functions/lookup/lookup-result.ts';

/** The members of a result if nothing special happened, without the answer and the use of the cache. */
export const PLAIN_FACTS = {
  joined: undefined,
  upstreamCall: undefined,
  maskedFailure: undefined,
  storeFailure: undefined,
  isIdentityMismatch: false,
  isRevalidationAsked: false,
  isRevalidationLost: false,
} as const;

/** A look-up that was answered from the cache. @param body of a found customer */
export function resultOf(body: string, answer: Partial<Answer> = {}): LookupResult {
  return {
    answer: { kind: 'found', status: 200, body, ageMs: 13_500, ttlMs: -900_000, customer: undefined, ...answer },
    cache: { status: 'hit', detail: 'stale-if-error' },
    ...PLAIN_FACTS,
  } as LookupResult;
}

const ERRORS = '{"errors":[{"status":false,"code":8015,"message":"Customer not found – उदाहरण"}],"warnings":[]}';
const OF_V1 =
  '{"response":{"status":{"success":"true"},"customers":{"customer":[{"user_id":"7","lifetime_points":1.50}]}}}';

/** Results of each kind, by the API that gave them. */
export const RESULTS: readonly (readonly [string, LookupResult, Api, Projection | undefined])[] = [
  ['a customer', resultOf('{"id":9007199254740993,"name":"\\"Zoë\\" – उदाहरण","points":221350.000}'), 'v2', undefined],
  ['a customer, narrowed', resultOf('{"id":7,"profiles":[{"firstName":"A"}]}'), 'v2', compileProjection('id')],
  ['a customer of v1.1', resultOf(OF_V1), 'v1.1', undefined],
  ['a customer of v1.1, narrowed', resultOf(OF_V1), 'v1.1', compileProjection('user_id')],
  ['nobody', resultOf(ERRORS, { kind: 'not-found' }), 'v2', undefined],
  ['a refusal', resultOf(ERRORS, { kind: 'refused' }), 'v2', undefined],
  ['a failure', resultOf('', { kind: 'failed', failure: 'throttled' } as Partial<Answer>), 'v2', undefined],
];
