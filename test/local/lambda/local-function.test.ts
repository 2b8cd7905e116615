import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { createLocalFunction, MAX_PAYLOAD_BYTES } from '../../../local/lambda/local-function.ts';

describe('a local function', () => {
  test('accepts JSON and gives the JSON that the runtime would write', async () => {
    const { invoke } = createLocalFunction({
      name: 'f',
      handler: async (event) => ({ event, left: undefined, at: new Date(0) }),
    });

    expect(await invoke('{"a":[1,"ü"]}', 'id')).toEqual({
      isError: false,
      json: '{"event":{"a":[1,"ü"]},"at":"1970-01-01T00:00:00.000Z"}',
    });
  });

  test('gives null if there is no result', async () => {
    const { invoke } = createLocalFunction({ name: 'f', handler: async () => undefined });

    expect(await invoke('{}', 'id')).toEqual({ isError: false, json: 'null' });
  });

  test("tells the handler its name, the request's id and the time that is left", async () => {
    let context: Context | undefined;
    const { invoke } = createLocalFunction({
      name: 'f',
      handler: async (_, given) => {
        context = given;
      },
      timeoutMs: 1000,
    });

    await invoke('{}', 'the-id');

    expect(context).toMatchObject({ functionName: 'f', functionVersion: '$LATEST', awsRequestId: 'the-id' });
    expect(context?.getRemainingTimeInMillis()).toBeGreaterThan(0);
    expect(context?.getRemainingTimeInMillis()).toBeLessThanOrEqual(1000);
  });

  test.each<[string, () => unknown, object]>([
    [
      'an error that is thrown',
      () => {
        throw new RangeError('too far');
      },
      { errorType: 'RangeError', errorMessage: 'too far' },
    ],
    ['a rejected promise', () => Promise.reject('a text'), { errorType: 'Error', errorMessage: 'a text' }],
    ['a result that is not JSON', () => ({ n: 1n }), { errorType: 'TypeError' }],
    ['a result above the limit', () => 'x'.repeat(MAX_PAYLOAD_BYTES), { errorType: 'Function.ResponseSizeTooLarge' }],
    ['no result in time', () => sleep(5000, undefined, { ref: false }), { errorType: 'Sandbox.Timedout' }],
  ])('gives an error for %s', async (_, handle, expected) => {
    const { invoke } = createLocalFunction({ name: 'f', handler: async () => handle(), timeoutMs: 50 });

    const { isError, json } = await invoke('{}', 'id');

    expect(isError).toBe(true);
    expect(JSON.parse(json)).toMatchObject(expected);
  });
});
