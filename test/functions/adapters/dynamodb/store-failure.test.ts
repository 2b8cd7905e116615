import { describe, expect, test } from '@jest/globals';
import { toStoreFailure } from '../../../../functions/adapters/dynamodb/store-failure.ts';
import { StoreUnavailableError } from '../../../../functions/lookup/store-unavailable-error.ts';

const AHEAD = new AbortController().signal;
const PASSED = AbortSignal.abort();

/** An error as a client throws it. */
const error = (name: string, members: object = {}) => Object.assign(new Error('made up'), { name, ...members });
const answer = (name: string, httpStatusCode = 400) => error(name, { $metadata: { httpStatusCode } });

describe('the failure of a call', () => {
  test.each<[string, unknown, AbortSignal, reason: string, trouble: string]>([
    ['the table throttles', answer('ProvisionedThroughputExceededException'), AHEAD, '', 'throttled'],
    ['the account throttles', answer('ThrottlingException'), AHEAD, '', 'throttled'],
    ['the account is over its limit', answer('RequestLimitExceeded'), AHEAD, '', 'throttled'],
    ['another writer is busy with the item', answer('TransactionConflictException'), AHEAD, '', 'throttled'],
    ['another region is busy with the item', answer('ReplicatedWriteConflictException'), AHEAD, '', 'throttled'],
    ['429 of any name', answer('Unknown', 429), AHEAD, '', 'throttled'],
    ['an answer that was read after the deadline', answer('ThrottlingException'), PASSED, '', 'throttled'],
    ['DynamoDB fails', answer('InternalServerError', 500), AHEAD, '', 'down'],
    ['it refuses, after the deadline', answer('AccessDeniedException'), PASSED, '', 'down'],
    ['the deadline has passed', error('AbortError'), PASSED, 'TimeoutError', 'late'],
    ['the deadline has passed, with a code', error('Error', { code: 'ECONNRESET' }), PASSED, 'TimeoutError', 'late'],
    ['a timeout of the client', error('TimeoutError'), AHEAD, '', 'late'],
    ['a timeout of the kernel', error('Error', { code: 'ETIMEDOUT' }), AHEAD, 'ETIMEDOUT', 'late'],
    ['a reset that the SDK calls so', error('TimeoutError', { code: 'ECONNRESET' }), AHEAD, 'ECONNRESET', 'down'],
    ['no server', error('Error', { code: 'ECONNREFUSED' }), AHEAD, 'ECONNREFUSED', 'down'],
    ['a code that is not the system’s', error('Error', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), AHEAD, '', 'down'],
    ['a name that may hold data', answer('Blocked for user asha@shops.example', 403), AHEAD, 'unknown', 'down'],
    ['a name longer than names are', answer('a'.repeat(65), 403), AHEAD, 'unknown', 'down'],
    ['no error at all', 'made up', AHEAD, 'unknown', 'down'],
  ])('%s', (_title, thrown, deadline, reason, trouble) => {
    const failure = toStoreFailure(thrown, deadline);
    expect([failure.reason, failure.trouble]).toEqual([reason || (thrown as Error).name, trouble]);
    expect(failure.cause).toBe(thrown);
  });

  test('that the store itself found stays as it is', () => {
    const failure = new StoreUnavailableError('UnreadableReply');
    expect(toStoreFailure(failure, PASSED)).toBe(failure);
  });
});
