import type { Bundle } from '../../infra/bundle.ts';
import { RuntimeInstance, type Invocation as RuntimeInvocation } from '../runtime/runtime-instance.ts';
import { type CpuController, type CpuGroup, createCpuGroup } from './cpu-share.ts';
import { endGroup } from './end-groups.ts';

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
export interface Invocation extends Omit<RuntimeInvocation, 'lines'> {
  /** How the store failed, by the function's own log line; each once. */
  readonly storeFailures: readonly string[];
}

let instanceCount = 0;

/** An instance of a function, as Lambda runs it: init at full speed, then each event at the CPU share of its memory. */
export class LambdaInstance {
  readonly #instance: RuntimeInstance;
  readonly #group: CpuGroup | undefined;

  private constructor(instance: RuntimeInstance, group: CpuGroup | undefined) {
    this.#instance = instance;
    this.#group = group;
  }

  /** Starts the process and waits until the function is ready. */
  static async start({ controller, prefix, ...options }: InstanceOptions): Promise<LambdaInstance> {
    instanceCount += 1;
    const group = controller && createCpuGroup(controller, `${prefix}-${instanceCount}`, options.memoryMb);
    const instance = await RuntimeInstance.start({ ...options, onReady: (pid) => group?.add(pid) });
    return new LambdaInstance(instance, group);
  }

  /** Sends an event, and waits for the answer. @throws {Error} if the handler throws, or the process ends */
  async invoke(event: unknown, requestId: string): Promise<Invocation> {
    const { lines, ...invocation } = await this.#instance.invoke(event, requestId);
    const failures = [...lines.join('\n').matchAll(/"storeFailure":"(\w+)"/g)].map(([, failure = '']) => failure);
    return { ...invocation, storeFailures: [...new Set(failures)] };
  }

  /** Ends the process and removes its group. */
  async close(): Promise<void> {
    await this.#instance.close();
    if (this.#group !== undefined) await endGroup(this.#group);
  }
}
