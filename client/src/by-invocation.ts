import { parseKeepingNumbers } from './json.ts';
import { type ErrorOutcome, type LookupOutcome, transportError } from './outcome.ts';
import { isErrorOutcome, isOutcome, isRecord, readResults, type Transport } from './transport.ts';
import { waitingOf } from './waiting.ts';

/** Lookaside's function, invoked directly: from another Lambda, without a gateway and without a key. */
export interface InvocationOptions {
  /** A `LambdaClient` or `Lambda` of `@aws-sdk/client-lambda`, version 3. */
  readonly lambda: LambdaLike;
  /**
   * The function's name or ARN: the output `InvokeFunctionName` of a deployment. Default: `lookaside-invoke`, the name
   * with `npm start`.
   */
  readonly functionName?: string | undefined;
}

/** The used part of the SDK's client. The types name no package, because a caller over HTTP does not have it. */
export interface LambdaLike {
  send(command: never, options?: never): Promise<unknown>;
}

interface Invocation {
  readonly FunctionName: string;
  readonly Payload: string;
}

type Invoke = (input: Invocation, options: { readonly abortSignal: AbortSignal }) => Promise<unknown>;

/**
 * Look-ups by invoking the function.
 *
 * @throws {TypeError} if the function's name is empty
 */
export function byInvocation({ lambda, functionName = 'lookaside-invoke' }: InvocationOptions): Transport {
  if (functionName === '') throw new TypeError("functionName is empty; give the function's name or ARN.");
  const invoke = async (payload: object, signal: AbortSignal): Promise<unknown> => {
    const input = { FunctionName: functionName, Payload: JSON.stringify(payload) };
    let output: unknown;
    try {
      output = await (await invokerOf(lambda))(input, { abortSignal: signal });
    } catch (error) {
      return toError(error, functionName);
    }
    const { FunctionError, Payload } = isRecord(output) ? output : {};
    if (FunctionError !== undefined) {
      return transportError('function_failed', `${functionName} failed (${String(FunctionError)}).`);
    }
    return readPayload(Payload);
  };
  const notLookaside = () =>
    transportError('invalid_answer', `The answer is not from Lookaside. Check the function's name, ${functionName}.`);

  return {
    name: functionName,
    one: async (payload, signal): Promise<LookupOutcome> => {
      const answer = await invoke(payload, signal);
      return isOutcome(answer) ? answer : notLookaside();
    },
    many: async (payloads, signal) => {
      const answer = await invoke({ lookups: payloads }, signal);
      return readResults(answer, payloads.length) ?? (isErrorOutcome(answer) ? answer : notLookaside());
    },
  };
}

/** `Lambda` invokes by itself. `LambdaClient` sends a command; its class is loaded here. */
async function invokerOf(lambda: LambdaLike): Promise<Invoke> {
  if ('invoke' in lambda && typeof lambda.invoke === 'function') {
    return (lambda.invoke as Invoke).bind(lambda);
  }
  const { InvokeCommand } = await loadSdk();
  const send = lambda.send.bind(lambda) as unknown as (command: object, options: object) => Promise<unknown>;
  return (input, options) => send(new InvokeCommand(input), options);
}

interface Sdk {
  readonly InvokeCommand: new (input: Invocation) => object;
}

async function loadSdk(): Promise<Sdk> {
  try {
    // A bundler leaves this package out, with a warning, if it is not installed.
    return (await import('@aws-sdk/client-lambda')) as unknown as Sdk;
  } catch (cause) {
    throw new MissingSdkError('Direct invocation needs the package @aws-sdk/client-lambda, version 3. Install it.', {
      cause,
    });
  }
}

/** The program that uses this package lacks the SDK. */
class MissingSdkError extends Error {
  override readonly name = 'MissingSdkError';
}

function readPayload(payload: unknown): unknown {
  const text = payload instanceof Uint8Array ? new TextDecoder().decode(payload) : 'null';
  try {
    return parseKeepingNumbers(text);
  } catch {
    return undefined;
  }
}

/** Advice for the caller, by the status of Lambda's refusal. */
const HINTS: Readonly<Record<number, string>> = {
  403: ' Check the AWS identity, and its right lambda:InvokeFunction.',
  404: " Check the function's name and the region.",
};

/** The error of an invocation that failed before the function answered. */
function toError(error: unknown, functionName: string): ErrorOutcome {
  if (error instanceof MissingSdkError) {
    return transportError('unreachable', `${functionName} could not be invoked. ${error.message}`, error);
  }
  const { $metadata, retryAfterSeconds } = isRecord(error) ? error : {};
  const status = isRecord($metadata) ? Number($metadata.httpStatusCode) : Number.NaN;
  if (status === 413) {
    const advice = 'The query is larger than Lambda allows. Send fewer look-ups at once.';
    return { kind: 'error', code: 'too_large', message: advice, cause: error };
  }
  const code = status === 403 ? 'forbidden' : status === 429 ? 'too_many_requests' : 'unreachable';
  const name = error instanceof Error ? error.name : typeof error;
  const message = `${functionName} could not be invoked (${name}).${HINTS[status] ?? ''}`;
  // The SDK gives Lambda's `Retry-After` as a text.
  return { ...transportError(code, message, error), ...waitingOf(retryAfterSeconds) };
}
