import type { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { createLookasideClient, LookasideInvocationError, parseKeepingNumbers } from '../../functions/client.ts';

const QUERY = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' };

/** A Lambda client whose function answers this. */
function lambdaAnswering(text: string, functionError?: string) {
  const inputs: InvokeCommand['input'][] = [];
  const send = async ({ input }: InvokeCommand) => {
    inputs.push(input);
    return { FunctionError: functionError, Payload: { transformToString: () => text } };
  };
  return { lambda: { send } as unknown as LambdaClient, inputs };
}

describe('the typed client', () => {
  test('invokes the function with the query, and returns its outcome', async () => {
    const { lambda, inputs } = lambdaAnswering(
      '{"kind":"found","customer":{"id":1},"cache":{"status":"hit","ageSeconds":1,"ttlSeconds":2}}',
    );
    const outcome = await createLookasideClient(lambda).lookup({
      ...QUERY,
      embed: ['points'],
      cacheControl: 'max-age=60',
    });
    expect(outcome).toEqual({
      kind: 'found',
      customer: { id: 1 },
      cache: { status: 'hit', ageSeconds: 1, ttlSeconds: 2 },
    });
    expect(inputs).toEqual([
      {
        FunctionName: 'lookaside-invoke',
        Payload: JSON.stringify({ ...QUERY, embed: ['points'], cacheControl: 'max-age=60' }),
      },
    ]);
  });

  test('sends a batch to the function that it is told to', async () => {
    const { lambda, inputs } = lambdaAnswering('{"results":[{"kind":"error","code":"not_cached","message":"x"}]}');
    const outcomes = await createLookasideClient(lambda, { functionName: 'other' }).lookupBatch([QUERY]);
    expect(outcomes).toEqual([{ kind: 'error', code: 'not_cached', message: 'x' }]);
    expect(inputs).toEqual([{ FunctionName: 'other', Payload: JSON.stringify({ lookups: [QUERY] }) }]);
  });

  test('throws when the function itself failed, or refused the batch as a whole', async () => {
    const failed = createLookasideClient(lambdaAnswering('{"errorType":"LookasideFault"}', 'Unhandled').lambda);
    await expect(failed.lookup(QUERY)).rejects.toThrow(LookasideInvocationError);
    const refused = createLookasideClient(
      lambdaAnswering('{"kind":"error","code":"too_many_lookups","message":"Too many."}').lambda,
    );
    await expect(refused.lookupBatch([QUERY])).rejects.toThrow('lookaside-invoke refused the batch: Too many.');
  });

  test.each([
    ['1', 1],
    ['-0', -0],
    ['9007199254740992', 9007199254740992],
    ['9007199254740993', '9007199254740993'],
    ['9223372036854775807', '9223372036854775807'],
    ['10000000000000000000000', 1e22],
    ['221350.000', 221350],
    ['0.10', 0.1],
    ['0.000', 0],
    ['1E400', '1E400'],
    ['1.5e3', 1500],
    ['123456789.123456789123', '123456789.123456789123'],
  ])('the number %s reaches the caller as %p', (written, value) => {
    expect(parseKeepingNumbers(`[${written}]`)).toEqual([value]);
  });
});
