import type { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type CustomerDetailsQuery,
  type CustomerGetQuery,
  createLookasideClient,
  LookasideInvocationError,
  parseKeepingNumbers,
} from '../../functions/client.ts';
import type { V1_PARAMETER_NAMES } from '../../functions/customer/v1/v1-parameters.ts';
import type { V2_PARAMETER_NAMES } from '../../functions/customer/v2/v2-parameters.ts';

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
  test('sends extra parameters beside the others, and never in place of one', async () => {
    const { lambda, inputs } = lambdaAnswering('{"results":[]}');
    const client = createLookasideClient(lambda);
    const query = { ...QUERY, includedNPS: true, extra: { tenantKey: 'North', source: 'ALL' } };
    await client.lookup(query);
    await client.lookupBatch([query]);
    const sent = { ...QUERY, includedNPS: true, tenantKey: 'North' };
    expect(inputs.map(({ Payload }) => JSON.parse(String(Payload)))).toEqual([sent, { lookups: [sent] }]);
  });

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

  test('takes a query of the v1.1 API', async () => {
    const { lambda, inputs } = lambdaAnswering('{"kind":"error","code":"not_cached","message":"x"}');
    const query: CustomerGetQuery = {
      api: 'v1.1',
      mobile: '9876543210',
      slab_history: true,
      coupon_limit: 5,
      language: 'zh',
    };
    await createLookasideClient(lambda).lookup(query);
    expect(inputs).toEqual([{ FunctionName: 'lookaside-invoke', Payload: JSON.stringify(query) }]);
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

  test('are numbers exactly if a JavaScript number holds them', () => {
    // Beyond 1e21 a number is printed with an exponent.
    const whole = fc.bigInt({ min: -(2n ** 69n), max: 2n ** 69n });
    fc.assert(
      fc.property(whole, fc.nat(6), (value, zeros) => {
        const written = zeros === 0 ? String(value) : `${value}.${'0'.repeat(zeros)}`;
        const isHeld = String(Number(value)) === String(value);
        expect(parseKeepingNumbers(`{"a":${written}}`)).toEqual({ a: isHeld ? Number(value) : written });
      }),
    );
  });
});

/** The members of whichever of these types. */
type KeyOf<T> = T extends unknown ? keyof T : never;
type Missing<Parameters extends readonly string[], Query> = Exclude<Parameters[number], KeyOf<Query>>;

test('the types of the queries have every parameter, and no other', () => {
  // The compiler holds these; `format` is JSON's own affair in a direct invocation.
  const missing: readonly [
    Missing<typeof V2_PARAMETER_NAMES, CustomerDetailsQuery> extends never ? 'none' : 'some',
    Missing<typeof V1_PARAMETER_NAMES, CustomerGetQuery> extends 'format' ? 'none' : 'some',
    Exclude<
      KeyOf<CustomerDetailsQuery>,
      (typeof V2_PARAMETER_NAMES)[number] | 'api' | 'cacheControl' | 'extra'
    > extends never
      ? 'none'
      : 'some',
    Exclude<
      KeyOf<CustomerGetQuery>,
      (typeof V1_PARAMETER_NAMES)[number] | 'api' | 'cacheControl' | 'extra' | 'language'
    > extends never
      ? 'none'
      : 'some',
  ] = ['none', 'none', 'none', 'none'];
  expect(missing).not.toContain('some');
});
