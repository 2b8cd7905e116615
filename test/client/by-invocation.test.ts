import type { InvokeCommand, Lambda, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { createLookaside } from '../../client/src/index.ts';

const QUERY = { source: 'INSTORE', identifierName: 'mobile', identifierValue: '9876543210' };
const FOUND = { kind: 'found', customer: { id: 1 }, cache: { status: 'hit', ageSeconds: 1, ttlSeconds: 2 } };

/** A Lambda client with a function that answers this. */
function lambdaAnswering(answer: unknown, functionError?: string) {
  const inputs: InvokeCommand['input'][] = [];
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  const output = { FunctionError: functionError, Payload: new TextEncoder().encode(text) };
  const send = async ({ input }: InvokeCommand) => {
    inputs.push(input);
    return output;
  };
  return { lambda: { send } as unknown as LambdaClient, inputs };
}

/** A Lambda client with a service that refuses. */
function lambdaRefusing(name: string, httpStatusCode: number) {
  const error = Object.assign(new Error('with a host in it'), { name, $metadata: { httpStatusCode } });
  return { lambda: { send: () => Promise.reject(error) } as unknown as LambdaClient, error };
}

describe('by direct invocation the client', () => {
  test('invokes the function with the query, and returns its outcome', async () => {
    const { lambda, inputs } = lambdaAnswering(FOUND);
    const query = { ...QUERY, embed: ['points'], cacheControl: 'max-age=60' };
    expect(await createLookaside({ lambda }).lookup(query)).toEqual(FOUND);
    expect(inputs).toEqual([{ FunctionName: 'lookaside-invoke', Payload: JSON.stringify(query) }]);
  });

  test('sends a batch to the given function', async () => {
    const results = [{ kind: 'error', code: 'not_cached', message: 'x' }];
    const { lambda, inputs } = lambdaAnswering({ results });
    expect(await createLookaside({ lambda, functionName: 'other' }).lookupBatch([QUERY])).toEqual(results);
    expect(inputs).toEqual([{ FunctionName: 'other', Payload: JSON.stringify({ lookups: [QUERY] }) }]);
  });

  test('sends extra parameters beside the others, and never in place of one', async () => {
    const { lambda, inputs } = lambdaAnswering(FOUND);
    const query = { ...QUERY, includedNPS: true, extra: { tenantKey: 'North', source: 'ALL' } };
    await createLookaside({ lambda }).lookup(query);
    await createLookaside({ lambda }).lookupBatch([query]);
    const sent = { ...QUERY, includedNPS: true, tenantKey: 'North' };
    expect(inputs.map(({ Payload }) => JSON.parse(String(Payload)))).toEqual([sent, { lookups: [sent] }]);
  });

  test('takes a query of the v1.1 API', async () => {
    const { lambda, inputs } = lambdaAnswering({ kind: 'error', code: 'not_cached', message: 'x' });
    const query = { api: 'v1.1', mobile: '9876543210', slab_history: true, coupon_limit: 5, language: 'zh' } as const;
    await createLookaside({ lambda }).lookup(query);
    expect(inputs).toEqual([{ FunctionName: 'lookaside-invoke', Payload: JSON.stringify(query) }]);
  });

  test("accepts the SDK's other client, which invokes by itself", async () => {
    const inputs: unknown[] = [];
    const invoke = async (input: unknown) => {
      inputs.push(input);
      return { Payload: new TextEncoder().encode(JSON.stringify(FOUND)) };
    };
    const send = () => Promise.reject(new Error('not by this'));
    expect(await createLookaside({ lambda: { invoke, send } as unknown as Lambda }).lookup(QUERY)).toEqual(FOUND);
    expect(inputs).toEqual([{ FunctionName: 'lookaside-invoke', Payload: JSON.stringify(QUERY) }]);
  });

  test('keeps the digits of numbers', async () => {
    const { lambda } = lambdaAnswering('{"kind":"found","customer":{"id":9007199254740993},"cache":{}}');
    expect(await createLookaside({ lambda }).lookup(QUERY)).toMatchObject({ customer: { id: '9007199254740993' } });
  });
});

describe('an invocation without an outcome is an error outcome', () => {
  test.each<[string, unknown, string | undefined, object]>([
    [
      'the function failed',
      { errorType: 'LookasideFault', errorMessage: 'x' },
      'Unhandled',
      { code: 'function_failed', message: 'lookaside-invoke failed (Unhandled).' },
    ],
    ['another function', { statusCode: 200 }, undefined, { code: 'invalid_answer' }],
    ['another function, which gives nothing', 'null', undefined, { code: 'invalid_answer' }],
    ['no JSON', 'x', undefined, { code: 'invalid_answer' }],
    ['found, without a customer', { kind: 'found', cache: {} }, undefined, { code: 'invalid_answer' }],
    ['an error without a code', { kind: 'error' }, undefined, { code: 'invalid_answer' }],
    ['no payload', '', undefined, { code: 'invalid_answer' }],
    [
      'a batch that is refused as a whole',
      { kind: 'error', code: 'too_many_lookups', message: 'Too many.' },
      undefined,
      { code: 'too_many_lookups', message: 'Too many.' },
    ],
  ])('%s', async (_title, answer, functionError, expected) => {
    const { lambda } = lambdaAnswering(answer, functionError);
    const lookaside = createLookaside({ lambda });
    const outcome = expect.objectContaining({ kind: 'error', ...expected });
    expect(await lookaside.lookup(QUERY)).toEqual(outcome);
    expect(await lookaside.lookupBatch([QUERY, QUERY])).toEqual([outcome, outcome]);
  });

  test('Lambda does not answer', async () => {
    const cause = Object.assign(new Error('with a host in it'), { name: 'TimeoutError' });
    const lambda = { send: () => Promise.reject(cause) } as unknown as LambdaClient;
    const message = 'lookaside-invoke could not be invoked (TimeoutError).';
    expect(await createLookaside({ lambda }).lookup(QUERY)).toEqual({
      kind: 'error',
      code: 'unreachable',
      message,
      cause,
    });
  });

  test.each([
    ['AccessDeniedException', 403, 'forbidden', ' Check the AWS identity, and its right lambda:InvokeFunction.'],
    ['TooManyRequestsException', 429, 'too_many_requests', ''],
    ['ResourceNotFoundException', 404, 'unreachable', " Check the function's name and the region."],
    ['ServiceException', 500, 'unreachable', ''],
  ])('Lambda answers %s', async (name, status, code, hint) => {
    const { lambda, error } = lambdaRefusing(name, status);
    const message = `lookaside-invoke could not be invoked (${name}).${hint}`;
    expect(await createLookaside({ lambda }).lookup(QUERY)).toEqual({ kind: 'error', code, message, cause: error });
  });

  test('Lambda says that the payload is too large: no repetition would help', async () => {
    const { lambda, error } = lambdaRefusing('RequestTooLargeException', 413);
    const message = 'The query is larger than Lambda allows. Send fewer look-ups at once.';
    const outcome = { kind: 'error', code: 'too_large', message, cause: error };
    expect(await createLookaside({ lambda }).lookup(QUERY)).toEqual(outcome);
    expect(await createLookaside({ lambda }).lookupBatch([QUERY, QUERY])).toEqual([outcome, outcome]);
  });

  test('Lambda throttles, and says when to try again', async () => {
    const { lambda, error } = lambdaRefusing('TooManyRequestsException', 429);
    Object.assign(error, { retryAfterSeconds: '3' });
    const outcome = { code: 'too_many_requests', retryAfterSeconds: 3 };
    expect(await createLookaside({ lambda }).lookup(QUERY)).toMatchObject(outcome);
  });

  test('the deadline passes: the invocation is given up', async () => {
    const signals: AbortSignal[] = [];
    const send = (_command: unknown, { abortSignal }: { abortSignal: AbortSignal }) => {
      signals.push(abortSignal);
      return new Promise(() => {});
    };
    const lambda = { send } as unknown as LambdaClient;
    const outcome = await createLookaside({ lambda, deadlineMs: 50 }).lookup(QUERY);
    expect(outcome).toMatchObject({ kind: 'error', code: 'deadline_exceeded' });
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });
});

test("a function's name that is empty, as of an empty variable, is refused at once", () => {
  const { lambda } = lambdaAnswering(FOUND);
  expect(() => createLookaside({ lambda, functionName: '' })).toThrow(
    new TypeError("functionName is empty; give the function's name or ARN."),
  );
});
