/**
 * One process that calls functions in turn, many times, and measures the CPU time of each call. Run by fork(): a
 * `WarmOrder` is the message to it, `WarmMessage`s are its answers.
 */
import type { LambdaEvent } from './lambda-events.ts';

// The runtime's own client has loaded it before the function is.
process.getBuiltinModule('node:http');

/** The function to call. */
export interface WarmSubject {
  /** The bundle's index.mjs. */
  readonly index: string;
  readonly event: LambdaEvent;
}

export interface WarmOrder {
  readonly subjects: readonly WarmSubject[];
  /** The number of each subject's turns. */
  readonly rounds: number;
  /** The number of calls in a turn. */
  readonly callsPerRound: number;
  /** The number of rounds before the measured ones. */
  readonly warmUpRounds: number;
}

/** The result of the last call of a subject. */
export interface CallResult {
  readonly status: number;
  readonly cacheStatus: string;
  /** How long the body is, as API Gateway sends it. */
  readonly bodyBytes: number;
}

export type WarmMessage =
  | { readonly kind: 'round'; readonly round: number }
  | {
      readonly kind: 'done';
      readonly results: readonly CallResult[];
      /** The CPU time of a call, by subject and round: all threads of the process together. Microseconds. */
      readonly cpuUs: readonly (readonly number[])[];
    };

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

process.once('message', async (order: WarmOrder) => {
  const { rounds, callsPerRound, warmUpRounds } = order;
  const subjects: { readonly event: LambdaEvent; readonly handler: Handler; readonly cpuUs: number[] }[] = [];
  for (const { index, event } of order.subjects) {
    const { handler } = (await import(index)) as { readonly handler: Handler };
    subjects.push({ event, handler, cpuUs: [] });
  }
  const results: CallResult[] = [];
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    // At the first one the machine may be in another state than at the last one.
    const turns = [...subjects.entries()];
    if (round % 2 !== 0) turns.reverse();
    for (const [position, { event, handler, cpuUs }] of turns) {
      const before = process.cpuUsage();
      for (let call = 0; call < callsPerRound; call += 1) {
        // A copy, because the runtime makes one of the text that it gets; and a text, because it sends one.
        const result = await handler(JSON.parse(JSON.stringify(event)), { awsRequestId: `request-${call}` });
        JSON.stringify(result);
        if (call === callsPerRound - 1) results[position] = toCallResult(result);
      }
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) cpuUs.push((user + system) / callsPerRound);
    }
    process.send?.({ kind: 'round', round: Math.max(0, round + 1) } satisfies WarmMessage);
  }
  const done: WarmMessage = { kind: 'done', results, cpuUs: subjects.map(({ cpuUs }) => cpuUs) };
  process.send?.(done, () => process.exit(0));
});

function toCallResult(result: unknown): CallResult {
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
