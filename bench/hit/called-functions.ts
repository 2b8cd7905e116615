/* The functions that a process of the bench calls many times, and what a call gives. */
import { pathToFileURL } from 'node:url';
import type { LambdaEvent } from './lambda-events.ts';

// Lambda's runtime client has loaded it before the function is imported.
process.getBuiltinModule('node:http');

/** The function to call. */
export interface CallSubject {
  /** The bundle's index.mjs. */
  readonly index: string;
  readonly event: LambdaEvent;
  /** The events of its calls, one after the other, each once. Default: `event`, for all calls. */
  readonly events?: readonly LambdaEvent[] | undefined;
}

/** The message to a process: what it calls, and how often. */
export interface CallOrder {
  readonly subjects: readonly CallSubject[];
  /** The number of each subject's turns. */
  readonly rounds: number;
  /** The number of calls in a turn. */
  readonly callsPerRound: number;
  /** The number of rounds before the measured ones. */
  readonly warmUpRounds: number;
}

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/** A function that is loaded. */
export interface LoadedFunction extends Pick<CallSubject, 'event' | 'events'> {
  readonly handler: Handler;
}

/** The result of the last call of a subject. */
export interface CallResult {
  readonly status: number;
  readonly cacheStatus: string;
  /** How long the body is, as API Gateway sends it. */
  readonly bodyBytes: number;
}

/** Loads the functions, one after the other. */
export async function loadFunctions(subjects: readonly CallSubject[]): Promise<readonly LoadedFunction[]> {
  const loaded: LoadedFunction[] = [];
  for (const { index, event, events } of subjects) {
    const { handler } = (await import(pathToFileURL(index).href)) as { readonly handler: Handler };
    loaded.push({ event, events, handler });
  }
  return loaded;
}

/** What a function answered. */
export function toCallResult(result: unknown): CallResult {
  const {
    statusCode,
    headers = {},
    body = '',
    isBase64Encoded = false,
  } = result as {
    readonly statusCode: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly isBase64Encoded?: boolean;
  };
  const bodyBytes = Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');
  return { status: statusCode, cacheStatus: headers['Cache-Status'] ?? '', bodyBytes };
}
