import type { Context } from 'aws-lambda';
import { beforeDeadline } from './deadline.ts';

/** The result of an invocation, as Lambda's runtime writes it: the handler's result, or the error that it threw. */
export interface Invocation {
  readonly isError: boolean;
  readonly json: string;
}

/** A handler that runs in this process as it would on Lambda: JSON in, JSON out. */
export interface LocalFunction {
  readonly name: string;
  /** After this time Lambda gives an invocation up. Milliseconds. */
  readonly timeoutMs: number;
  /**
   * @param payload JSON text
   * @param signal gives the invocation up, as its timeout does. Default: only the timeout does
   */
  invoke(payload: string, requestId: string, signal?: AbortSignal): Promise<Invocation>;
}

/** A function, and the limits that Lambda would give it. */
export interface LocalFunctionOptions {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each handler has its own type of event, and gets JSON.
  readonly handler: (event: any, context: Context) => Promise<unknown>;
  /** After this time Lambda gives an invocation up. Milliseconds. Default: 30 000. */
  readonly timeoutMs?: number;
}

/** Lambda's limit for a payload and for a result. Bytes. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

const DEFAULT_TIMEOUT_MS = 30_000;
/** Made up: there is no account locally. */
const ARN_PREFIX = 'arn:aws:lambda:us-east-1:000000000000:function:';

/** Makes a function out of a handler: one instance, which serves any number of invocations at once. */
export function createLocalFunction(options: LocalFunctionOptions): LocalFunction {
  const { name, handler, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  return {
    name,
    timeoutMs,
    invoke: async (payload, requestId, signal) => {
      const event: unknown = JSON.parse(payload);
      const startedAt = performance.now();
      const work = run(() => handler(event, contextOf(name, requestId, timeoutMs)));
      return beforeDeadline(work, { timeoutMs, signal }, () => timedOut(requestId, performance.now() - startedAt));
    },
  };
}

async function run(handle: () => Promise<unknown>): Promise<Invocation> {
  try {
    const json = JSON.stringify(await handle()) ?? 'null';
    return Buffer.byteLength(json) > MAX_PAYLOAD_BYTES ? TOO_LARGE : { isError: false, json };
  } catch (error) {
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return failure(name, message, stack.split('\n'));
  }
}

const TOO_LARGE = failure(
  'Function.ResponseSizeTooLarge',
  `Response payload size exceeded maximum allowed payload size (${MAX_PAYLOAD_BYTES} bytes).`,
);

function timedOut(requestId: string, afterMs: number): Invocation {
  const seconds = (afterMs / 1000).toFixed(2);
  return failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`);
}

function failure(errorType: string, errorMessage: string, trace?: readonly string[]): Invocation {
  return { isError: true, json: JSON.stringify({ errorType, errorMessage, trace }) };
}

function contextOf(name: string, requestId: string, timeoutMs: number): Context {
  const endsAt = Date.now() + timeoutMs;
  const superseded = () => {
    throw new Error('Return a promise: this way of answering is not in the Node.js 24 runtime.');
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `${ARN_PREFIX}${name}`,
    memoryLimitInMB: '512',
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()),
    done: superseded,
    fail: superseded,
    succeed: superseded,
  };
}
