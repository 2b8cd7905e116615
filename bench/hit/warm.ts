import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Bundle } from '../../infra/bundle.ts';
import type { CallOrder, CallResult } from './called-functions.ts';
import type { LambdaEvent } from './lambda-events.ts';
import type { WarmMessage } from './warm-process.ts';

/** A function and the event that it is called with. */
export interface Call {
  readonly bundle: Bundle;
  readonly event: LambdaEvent;
  /** The events of its calls, one after the other, each once. Default: `event`, for all calls. */
  readonly events?: readonly LambdaEvent[];
}

/** The calls to measure, and under which settings. */
export interface CallsOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** They run in this order and in the opposite one, in turn. */
  readonly calls: readonly Call[];
  /** Default: 1. */
  readonly rounds?: number;
  /** Default: 1. */
  readonly callsPerRound?: number;
  /** Default: none. */
  readonly warmUpRounds?: number;
  /** Gets the number of completed rounds. */
  readonly onRound?: (round: number) => void;
}

/** The result of one of the calls. */
export interface CallFigures extends CallResult {
  /** The CPU time of a call, round by round. Microseconds. */
  readonly cpuUs: readonly number[];
  /** How the last calls of all rounds ended (`outcomeOf`), without repetition. */
  readonly outcomes: readonly string[];
  /** The size of the process's whole standard output; the same for all calls of one process. Bytes. */
  readonly logBytes: number;
}

/** Calls functions in turn in one process of their own. */
export async function runCalls(options: CallsOptions): Promise<readonly CallFigures[]> {
  const { environment, calls, rounds = 1, callsPerRound = 1, warmUpRounds = 0, onRound } = options;
  const child = fork(path.join(import.meta.dirname, 'warm-process.ts'), {
    env: environment,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let logBytes = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    logBytes += chunk.length;
  });
  let done: Extract<WarmMessage, { kind: 'done' }> | undefined;
  child.on('message', (message: WarmMessage) => {
    if (message.kind === 'done') done = message;
    else onRound?.(message.round);
  });
  const closed = once(child, 'close');
  const subjects = calls.map(({ bundle, event, events }) => ({
    index: path.join(bundle.folder, 'index.mjs'),
    event,
    events,
  }));
  child.send({ subjects, rounds, callsPerRound, warmUpRounds } satisfies CallOrder);
  const [code] = await closed;
  if (done === undefined) throw new Error(`The process of the calls ended with ${code} and no answer.`);
  const { results, cpuUs, outcomes } = done;
  return results.map((result, position) => ({
    ...result,
    cpuUs: cpuUs[position] ?? [],
    outcomes: outcomes[position] ?? [],
    logBytes,
  }));
}
