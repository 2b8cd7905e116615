import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Bundle } from '../../infra/bundle.ts';
import { type CpuController, type CpuGroup, createCpuGroup } from './cpu-share.ts';
import { endGroup } from './end-groups.ts';
import type { EventMessage, RuntimeMessage } from './lambda-runtime.ts';

export interface InstanceOptions {
  readonly bundle: Bundle;
  /** The function's environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** The function's memory. Its share of a CPU follows from it. MB. */
  readonly memoryMb: number;
  /** The place of its quota. Undefined: it computes as fast as the machine. */
  readonly controller: CpuController | undefined;
  /** The beginning of its group's name. */
  readonly prefix: string;
}

/** The result of one event. */
export interface Invocation {
  /** The handler's return value. */
  readonly answer: unknown;
  /** From the event's sending to the answer. Milliseconds. */
  readonly tookMs: number;
  /** The CPU time of the process meanwhile. Milliseconds. */
  readonly cpuMs: number;
  /** How the store failed, by the function's own log line; each once. */
  readonly storeFailures: readonly string[];
}

/** The output of a process. */
interface Output {
  log: string;
  errors: string;
}

/** As long as Lambda lets the slowest function run: a batch by direct invocation. Milliseconds. */
const PATIENCE_MS = 65_000;

let instanceCount = 0;

/**
 * An instance of a function, as Lambda runs it: init at full speed, then one event at a time at the CPU share of its
 * memory, and frozen (SIGSTOP) in between.
 */
export class LambdaInstance {
  readonly #child: ChildProcess;
  readonly #group: CpuGroup | undefined;
  readonly #output: Output;

  private constructor(child: ChildProcess, group: CpuGroup | undefined, output: Output) {
    this.#child = child;
    this.#group = group;
    this.#output = output;
  }

  /** Starts the process and waits until the function is ready. */
  static async start({ bundle, environment, memoryMb, controller, prefix }: InstanceOptions): Promise<LambdaInstance> {
    const child = fork(path.join(import.meta.dirname, 'lambda-runtime.ts'), [path.join(bundle.folder, 'index.mjs')], {
      env: { ...environment, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${memoryMb}` },
      execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output: Output = { log: '', errors: '' };
    child.stdout?.on('data', (chunk: Buffer) => {
      output.log += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      output.errors += chunk.toString();
    });
    await nextMessage(child, output);
    instanceCount += 1;
    const group = controller && createCpuGroup(controller, `${prefix}-${instanceCount}`, memoryMb);
    if (child.pid !== undefined) group?.add(child.pid);
    child.kill('SIGSTOP');
    return new LambdaInstance(child, group, output);
  }

  /** Sends an event, and waits for the answer. @throws {Error} if the handler throws, or the process ends */
  async invoke(event: unknown, requestId: string): Promise<Invocation> {
    const startedAt = performance.now();
    const replied = nextMessage(this.#child, this.#output);
    this.#child.kill('SIGCONT');
    this.#child.send({ event, requestId } satisfies EventMessage);
    const { answer, error, cpuMs } = await replied;
    const tookMs = performance.now() - startedAt;
    this.#child.kill('SIGSTOP');
    // The output that the process wrote before its answer may not have been read yet.
    await turn();
    const failures = [...this.#output.log.matchAll(/"storeFailure":"(\w+)"/g)].map(([, failure = '']) => failure);
    this.#output.log = '';
    if (error !== undefined) throw new Error(`The handler threw: ${error}`);
    return { answer, tookMs, cpuMs, storeFailures: [...new Set(failures)] };
  }

  /** Ends the process and removes its group. */
  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    if (this.#group !== undefined) await endGroup(this.#group);
  }
}

async function nextMessage(child: ChildProcess, output: Output): Promise<RuntimeMessage> {
  const done = new AbortController();
  const { signal } = done;
  try {
    const ended = once(child, 'exit', { signal }).then(([code, by]) => {
      throw new Error(`The function's process ended (${code ?? by}). ${output.errors}`);
    });
    const late = sleep(PATIENCE_MS, undefined, { signal }).then(() => {
      throw new Error(`The function did not answer within ${PATIENCE_MS} ms.`);
    });
    const [message] = await Promise.race([once(child, 'message', { signal }), ended, late]);
    return message as RuntimeMessage;
  } finally {
    done.abort();
  }
}
