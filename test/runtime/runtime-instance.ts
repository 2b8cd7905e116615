import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { LAMBDA_ENVIRONMENT } from '../../bench/hit/lambda-environment.ts';
import { type Bundle, HANDLER } from '../../infra/bundle.ts';
import {
  LONGEST_RUN_MS,
  type RuntimeApi,
  type RuntimeError,
  type RuntimeMessage,
  startRuntimeApi,
} from './runtime-api.ts';
import { RUNTIME_CLIENT } from './runtime-client.ts';

export interface RuntimeOptions {
  readonly bundle: Bundle;
  /** The function's own variables. Those of Lambda are there too. */
  readonly environment: Readonly<Record<string, string>>;
  /** The function's memory. Nine tenths of it are for JavaScript's objects, as on Lambda. MB. */
  readonly memoryMb: number;
  /** Gets the process when its init has ended, before its first event. */
  readonly onReady?: (pid: number) => void;
}

/** The result of one event. */
export interface Invocation {
  /** The handler's return value. */
  readonly answer: unknown;
  /** From the event's sending to the answer. Milliseconds. */
  readonly tookMs: number;
  /** The CPU time of the process meanwhile, all threads together. Milliseconds. */
  readonly cpuMs: number;
  /** The lines that the process has written to standard output since the last event, or since its start. */
  readonly lines: readonly string[];
}

/** The init of a function, or an event, ended with an error. Its message has the error and the process's output. */
export class FunctionError extends Error {
  readonly error: RuntimeError;

  constructor(what: string, body: string, output: string) {
    const error = JSON.parse(body) as RuntimeError;
    super(`${what}: ${error.errorType}: ${error.errorMessage}\n${output}`);
    this.error = error;
  }
}

/** More than Lambda allows, for a busy machine. Milliseconds. */
const PATIENCE_MS = 2 * LONGEST_RUN_MS;

/**
 * An instance of a function under AWS's own runtime client: its init, then one event at a time. Between events it is
 * frozen (SIGSTOP), as Lambda freezes an instance that waits for its next event.
 */
export class RuntimeInstance {
  readonly #child: ChildProcess;
  readonly #api: RuntimeApi;
  #output = '';
  #errors = '';

  private constructor(child: ChildProcess, api: RuntimeApi) {
    this.#child = child;
    this.#api = api;
    child.stdout?.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
  }

  /**
   * Starts the process, and waits until it asks for its first event.
   * @throws {FunctionError} if the init fails
   */
  static async start({ bundle, environment, memoryMb, onReady }: RuntimeOptions): Promise<RuntimeInstance> {
    const api = await startRuntimeApi();
    const child = spawn(process.execPath, [`--max-old-space-size=${Math.floor(memoryMb * 0.9)}`, RUNTIME_CLIENT], {
      cwd: bundle.folder,
      env: {
        ...LAMBDA_ENVIRONMENT,
        ...environment,
        LAMBDA_TASK_ROOT: bundle.folder,
        _HANDLER: HANDLER,
        AWS_LAMBDA_RUNTIME_API: api.address,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${memoryMb}`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const instance = new RuntimeInstance(child, api);
    try {
      const { kind, body } = await instance.#next();
      if (kind === 'error') {
        // The client ends after that, and says why.
        await once(child, 'close');
        throw new FunctionError('The init failed', body ?? '', instance.#output);
      }
      if (child.pid !== undefined) onReady?.(child.pid);
      child.kill('SIGSTOP');
      return instance;
    } catch (error) {
      await instance.close();
      throw error;
    }
  }

  /**
   * Sends an event, and waits for the answer.
   * @throws {FunctionError} if the handler throws
   * @throws {Error} if the process ends, or answers much too late
   */
  async invoke(event: unknown, requestId: string): Promise<Invocation> {
    const cpuBeforeMs = this.#cpuMs();
    const startedAt = performance.now();
    this.#child.kill('SIGCONT');
    this.#api.send(event, requestId);
    const { kind, body = '' } = await this.#next();
    const tookMs = performance.now() - startedAt;
    await this.#next();
    this.#child.kill('SIGSTOP');
    const cpuMs = this.#cpuMs() - cpuBeforeMs;
    // The output that the process wrote before its answer may not have been read yet.
    await turn();
    const output = this.#output;
    this.#output = '';
    if (kind === 'error') throw new FunctionError('The handler threw', body, output);
    return { answer: JSON.parse(body), tookMs, cpuMs, lines: output.split('\n').filter((line) => line !== '') };
  }

  /** What it has written to standard error. */
  get errors(): string {
    return this.#errors;
  }

  /** Ends the process. */
  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await ended;
    }
    await this.#api.close();
  }

  async #next(): Promise<RuntimeMessage> {
    const done = new AbortController();
    const { signal } = done;
    try {
      const ended = once(this.#child, 'exit', { signal }).then(([code, by]) => {
        throw new Error(`The function's process ended (${code ?? by}). ${this.#errors}`);
      });
      const late = sleep(PATIENCE_MS, undefined, { signal }).then(() => {
        throw new Error(`The function did not answer within ${PATIENCE_MS} ms.`);
      });
      return await Promise.race([this.#api.next(), ended, late]);
    } finally {
      done.abort();
    }
  }

  /** The CPU time of the process so far, by the kernel's own clock of each thread. */
  #cpuMs(): number {
    const tasks = `/proc/${this.#child.pid}/task`;
    const nanoseconds = readdirSync(tasks).map((task) =>
      Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
  }
}
