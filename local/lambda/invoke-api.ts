import type { IncomingMessage } from 'node:http';
import type { RequestLog } from '../../functions/adapters/telemetry/logger.ts';
import { isFromForeignPage } from '../gateway/foreign-page.ts';
import { BodyTooLargeError, readBody, type WireReply } from '../gateway/wire.ts';
import { functionNameOf } from './function-name.ts';
import { type LocalFunction, MAX_PAYLOAD_BYTES } from './local-function.ts';

/** Lambda's Invoke API (API version 2015-03-31), as far as an SDK client needs it. */
export interface InvokeApi {
  /** The function's name in an address of this API; undefined for any other address. */
  functionIn(request: IncomingMessage): string | undefined;
  /** @param signal gives a synchronous invocation up, as its timeout does */
  answer(request: IncomingMessage, functionText: string, requestId: string, signal: AbortSignal): Promise<WireReply>;
  /** Waits for the invocations that still run after their answer. */
  settle(): Promise<void>;
}

const ADDRESS = /^\/2015-03-31\/functions\/([^/?#]+)\/invocations\/?(?:[?#]|$)/;
/** Lambda's limit for the payload of an Event: 1 MB since October 2025, 256 KB before. */
const MAX_EVENT_BYTES = 1024 * 1024;

/** An error of the API itself, with the names that SDKs know. */
class InvokeApiError extends Error {
  override readonly name = 'InvokeApiError';
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** Answers Lambda's Invoke API for these functions. Signatures are not checked: there is no IAM locally. */
export function createInvokeApi(functions: readonly LocalFunction[], log: RequestLog): InvokeApi {
  const background = new Set<Promise<void>>();

  const runBehind = (invoked: LocalFunction, payload: string, requestId: string): void => {
    const run = invoked.invoke(payload, requestId).then(({ isError }) => {
      // The line leaves out the payload and the error's message: both may name the customer.
      if (isError) log.error('event invocation failed', { function: invoked.name, requestId });
    });
    background.add(run);
    void run.finally(() => background.delete(run));
  };

  const invoke: InvokeApi['answer'] = async (request, functionText, requestId, signal) => {
    if (isFromForeignPage(request)) {
      throw new InvokeApiError(403, 'AccessDeniedException', 'A page of another site must not invoke functions.');
    }
    if (request.method !== 'POST') {
      throw new InvokeApiError(405, 'UnknownOperationException', 'Only POST is an operation of this address.');
    }
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type !== 'RequestResponse' && type !== 'Event' && type !== 'DryRun') {
      const allowed = 'allowed is RequestResponse, Event or DryRun.';
      throw new InvokeApiError(400, 'InvalidParameterValueException', `X-Amz-Invocation-Type is wrong; ${allowed}`);
    }
    const payload = await readPayload(request, type === 'Event' ? MAX_EVENT_BYTES : MAX_PAYLOAD_BYTES);
    const invoked = findFunction(functions, functionText);
    if (type === 'DryRun') return reply(204, '');
    if (type === 'Event') {
      runBehind(invoked, payload, requestId);
      return reply(202, '');
    }
    const { isError, json } = await invoked.invoke(payload, requestId, signal);
    return reply(200, json, {
      'X-Amz-Executed-Version': '$LATEST',
      ...(isError && { 'X-Amz-Function-Error': 'Unhandled' }),
    });
  };

  return {
    functionIn: ({ url = '' }) => ADDRESS.exec(url)?.[1],
    answer: async (request, functionText, requestId, signal) => {
      try {
        return await invoke(request, functionText, requestId, signal);
      } catch (error) {
        if (!(error instanceof InvokeApiError)) throw error;
        const body = JSON.stringify({ Type: 'User', Message: error.message });
        return reply(error.status, body, { 'x-amzn-ErrorType': error.type });
      }
    },
    settle: async () => {
      await Promise.allSettled(background);
    },
  };
}

function findFunction(functions: readonly LocalFunction[], text: string): LocalFunction {
  const decoded = decode(text);
  const name = functionNameOf(decoded);
  const found = functions.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  const known = functions.map((candidate) => candidate.name).join(', ');
  const message = `Function not found: ${decoded} (there is ${known})`;
  throw new InvokeApiError(404, 'ResourceNotFoundException', message);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** It refuses bytes that are not UTF-8. If it replaced them, the result could be the identifier of another customer. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The payload, checked to be JSON in UTF-8. No payload stands for `{}`. */
async function readPayload(request: IncomingMessage, maxBytes: number): Promise<string> {
  const payload = await readBody(request, maxBytes).catch((error: unknown) => {
    if (!(error instanceof BodyTooLargeError)) throw error;
    const message = `Request must be smaller than ${maxBytes} bytes for the Invoke operation`;
    throw new InvokeApiError(413, 'RequestTooLargeException', message);
  });
  if (payload.length === 0) return '{}';
  try {
    const text = utf8.decode(payload);
    JSON.parse(text);
    return text;
  } catch {
    // It leaves out the parser's message, which repeats the payload.
    throw new InvokeApiError(400, 'InvalidRequestContentException', 'Could not parse request body into json.');
  }
}

function reply(status: number, body: string, headers: Readonly<Record<string, string>> = {}): WireReply {
  return { status, headers: { ...(body !== '' && { 'Content-Type': 'application/json' }), ...headers }, body };
}
