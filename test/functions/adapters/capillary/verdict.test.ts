import { describe, expect, test } from '@jest/globals';
import type { Verdict } from '../../../../functions/adapters/capillary/circuit-breaker.ts';
import { verdictOf } from '../../../../functions/adapters/capillary/verdict.ts';
import type { CanonicalRequest } from '../../../../functions/customer/request/canonical-request.ts';
import { readV2Request } from '../../../../functions/customer/v2/v2-request.ts';
import { FAILURE_KINDS, type FailureKind, type UpstreamOutcome } from '../../../../functions/lookup/upstream.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';
import { found, SILENTLY_REFUSED, said } from '../../../support/scripted-upstream.ts';

async function by(query: Readonly<Record<string, string>>): Promise<CanonicalRequest> {
  const parameters = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210', ...query };
  return (await readV2Request(Object.entries(parameters), DEFAULT_READING)).request;
}

const request = await by({});
const failed = (failure: FailureKind): UpstreamOutcome => ({ kind: 'failed', failure });
const INVALID = expect.objectContaining({ invalidOf: expect.any(String) }) as unknown as Verdict;

describe('the meaning of an outcome for the breaker', () => {
  test.each<[UpstreamOutcome, number | undefined, Verdict]>([
    [found('{"id":1}'), 200, 'well'],
    [said('not-found', 8015), 404, 'well'],
    [said('erased', 1), 500, 'well'],
    [said('refused', 8003), 400, 'well'],
    [SILENTLY_REFUSED, 400, 'well'],
    [failed('throttled'), 429, 'unknown'],
    [failed('timeout'), 400, 'unknown'],
    [failed('invalid'), 404, 'unknown'],
    [failed('invalid'), 499, 'unknown'],
    [failed('server-error'), 461, 'unknown'],
    [failed('timeout'), 404, 'unknown'],
    [failed('timeout'), 200, 'failed'],
    [failed('credentials-refused'), 401, 'unknown'],
    [failed('connection'), undefined, 'failed'],
    [failed('timeout'), undefined, 'failed'],
    [failed('server-error'), 500, 'failed'],
    [failed('server-error'), 200, 'failed'],
    [failed('invalid'), 200, INVALID],
    [failed('invalid'), 302, INVALID],
    [failed('invalid'), undefined, INVALID],
    [failed('throttled'), undefined, 'unknown'],
    [failed('credentials-refused'), undefined, 'unknown'],
    [failed('credentials-unreadable'), undefined, 'unknown'],
    [failed('breaker-open'), undefined, 'unknown'],
  ])('%j with status %j: %j', (outcome, status, verdict) => {
    expect(verdictOf(outcome, status, request)).toEqual(verdict);
  });

  test('has a row for each kind of failure', () => {
    for (const failure of FAILURE_KINDS) expect(verdictOf(failed(failure), 418, request)).toBe('unknown');
  });
});

describe('the customer of an invalid reply', () => {
  const invalidOf = async (query: Readonly<Record<string, string>>) =>
    verdictOf(failed('invalid'), 200, await by(query));

  test('is the same whatever else the look-up asks for', async () => {
    for (const query of [
      { embed: 'points' },
      { includedFraudDetails: 'true' },
      { identifierValue: '+91 98765 43210' },
    ]) {
      expect(await invalidOf(query)).toEqual(await invalidOf({}));
    }
  });

  test.each([
    { identifierValue: '9876543211' },
    { source: 'WECHAT', accountId: 'a' },
    { identifierName: 'externalId' },
  ])('is another one by %j', async (query) => {
    expect(await invalidOf(query)).not.toEqual(await invalidOf({}));
  });

  test('is identified by the parameters if no identifier stands for one customer', () => {
    const without = (value: string): CanonicalRequest => ({
      ...request,
      subject: undefined,
      subjectParameters: [['identifierValue', value]],
    });
    expect(verdictOf(failed('invalid'), 200, without('a'))).toEqual(verdictOf(failed('invalid'), 200, without('a')));
    expect(verdictOf(failed('invalid'), 200, without('a'))).not.toEqual(
      verdictOf(failed('invalid'), 200, without('b')),
    );
  });
});
