import {
  InvalidRequestContentException,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  RequestTooLargeException,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gateway, startGateway } from '../../../local/gateway/gateway.ts';
import { createLocalFunction } from '../../../local/lambda/local-function.ts';

const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
const MAX_EVENT_BYTES = 1024 * 1024;

let gateway: Gateway;
let client: LambdaClient;
let logged: unknown[][] = [];
let received: unknown[] = [];
let onReceived: () => void = () => undefined;

beforeAll(async () => {
  gateway = await startGateway({
    routes: [{ path: '/{proxy+}', method: 'ANY', authorization: 'api-key', entry: 'http' }],
    functions: {
      http: createLocalFunction({ name: 'lookaside-http', handler: async () => ({ statusCode: 200 }) }),
      invalidate: createLocalFunction({ name: 'lookaside-invalidate', handler: async () => ({ statusCode: 204 }) }),
    },
    otherFunctions: [
      createLocalFunction({
        name: 'lookaside-invoke',
        handler: async (event) => {
          received.push(event);
          onReceived();
          if (event.fails) throw new RangeError(`secret ${event.fails}`);
          return { got: event };
        },
      }),
    ],
    // The Invoke API asks for none of them.
    apiKeys: ['till-key'],
    allowsOrigins: false,
    log: { info: () => undefined, error: (...line) => void logged.push(line) },
    port: 0,
  });
  // As a client finds it: by its environment.
  process.env.AWS_ENDPOINT_URL_LAMBDA = gateway.url;
  process.env.AWS_REGION = 'eu-central-1';
  process.env.AWS_ACCESS_KEY_ID = 'made-up';
  process.env.AWS_SECRET_ACCESS_KEY = 'made-up';
  client = new LambdaClient({ maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await gateway.close();
});

afterEach(() => {
  logged = [];
  received = [];
});

function invoke(input: Partial<InvokeCommandInput>) {
  return client.send(new InvokeCommand({ FunctionName: 'lookaside-invoke', ...input }));
}

describe('an SDK client with AWS_ENDPOINT_URL_LAMBDA', () => {
  test('invokes a function and gets its result', async () => {
    const reply = await invoke({ Payload: '{"a":[1,"ü"]}' });

    expect(reply.StatusCode).toBe(200);
    expect(reply.ExecutedVersion).toBe('$LATEST');
    expect(reply.FunctionError).toBeUndefined();
    expect(reply.Payload?.transformToString()).toBe('{"got":{"a":[1,"ü"]}}');
  });

  test('invokes with nothing as with an empty object', async () => {
    expect((await invoke({})).Payload?.transformToString()).toBe('{"got":{}}');
  });

  test.each([
    'lookaside-invoke:live',
    'arn:aws:lambda:eu-central-1:000000000000:function:lookaside-invoke',
    'arn:aws:lambda:eu-central-1:000000000000:function:lookaside-invoke:live',
  ])('calls it %s', async (FunctionName) => {
    expect((await invoke({ FunctionName, Payload: '1' })).Payload?.transformToString()).toBe('{"got":1}');
  });

  test('gives a qualifier separately', async () => {
    expect((await invoke({ Qualifier: 'live', Payload: '1' })).StatusCode).toBe(200);
  });

  test('reaches every function', async () => {
    const reply = await invoke({ FunctionName: 'lookaside-http', Payload: '{}' });

    expect(reply.Payload?.transformToString()).toBe('{"statusCode":200}');
  });

  test('gets the error that a function throws', async () => {
    const reply = await invoke({ Payload: '{"fails":"here"}' });

    expect(reply.StatusCode).toBe(200);
    expect(reply.FunctionError).toBe('Unhandled');
    expect(JSON.parse(reply.Payload?.transformToString() ?? '')).toEqual({
      errorType: 'RangeError',
      errorMessage: 'secret here',
      trace: expect.arrayContaining([expect.stringContaining('RangeError')]),
    });
  });

  test('gets its answer before an event has run', async () => {
    const arrived = new Promise<void>((resolve) => {
      onReceived = resolve;
    });

    const reply = await invoke({ InvocationType: 'Event', Payload: '{"behind":true}' });
    await arrived;

    expect(reply.StatusCode).toBe(202);
    expect(reply.Payload?.transformToString() ?? '').toBe('');
    expect(received).toEqual([{ behind: true }]);
  });

  test('finds a failed event in the log, without its payload', async () => {
    await invoke({ InvocationType: 'Event', Payload: '{"fails":"here"}' });
    await invoke({});

    expect(logged).toEqual([
      ['event invocation failed', { function: 'lookaside-invoke', requestId: expect.any(String) }],
    ]);
  });

  test('can test an invocation without a run', async () => {
    expect((await invoke({ InvocationType: 'DryRun', Payload: '{}' })).StatusCode).toBe(204);
    expect(received).toEqual([]);
  });

  test.each(['lookaside-revalidate', 'arn:aws:lambda:eu-central-1:000000000000:function:other'])(
    'finds no function %s',
    async (FunctionName) => {
      const failure = await invoke({ FunctionName, Payload: '{}' }).catch((error: unknown) => error);

      expect(failure).toBeInstanceOf(ResourceNotFoundException);
      expect(failure).toMatchObject({ message: expect.stringContaining(`Function not found: ${FunctionName}`) });
      expect(failure).toMatchObject({ Type: 'User', $metadata: { httpStatusCode: 404 } });
    },
  );

  test.each([
    ['is not JSON', '{"identifierValue": "98765"'],
    ['has text behind it', '{"identifierValue": "98765"}{}'],
    ['is blank', ' '],
    ['is not UTF-8', Buffer.from('{"identifierValue": "98765\xff"}', 'latin1')],
    ['holds a surrogate as bytes', Buffer.from('{"identifierValue": "98765\xed\xa0\x80"}', 'latin1')],
  ])('gets a refusal for a payload that %s, and the refusal does not repeat it', async (_case, Payload) => {
    const failure = await invoke({ Payload }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(InvalidRequestContentException);
    expect(String(failure)).not.toContain('98765');
    expect(received).toEqual([]);
  });

  test.each([
    ['RequestResponse', MAX_PAYLOAD_BYTES],
    ['Event', MAX_EVENT_BYTES],
  ] as const)('gets a refusal for a payload above the limit of %s', async (InvocationType, limit) => {
    const textOf = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;

    expect((await invoke({ InvocationType, Payload: textOf(limit) })).StatusCode).toBeLessThan(300);
    await expect(invoke({ InvocationType, Payload: textOf(limit + 1) })).rejects.toThrow(RequestTooLargeException);
  });
});

test('a wrong invocation type is refused', async () => {
  const reply = await fetch(`${gateway.url}/2015-03-31/functions/lookaside-invoke/invocations`, {
    method: 'POST',
    headers: { 'X-Amz-Invocation-Type': 'Later' },
  });

  expect(reply.status).toBe(400);
  expect(reply.headers.get('x-amzn-errortype')).toBe('InvalidParameterValueException');
});

test('only POST invokes', async () => {
  const reply = await fetch(`${gateway.url}/2015-03-31/functions/lookaside-invoke/invocations`);

  expect(reply.status).toBe(405);
  expect(received).toEqual([]);
});

test('other addresses of Lambda behave like unknown routes', async () => {
  expect((await fetch(`${gateway.url}/2015-03-31/functions/`)).status).toBe(403);
});
