import type { Bundle, Entry } from '../../infra/bundle.ts';
import type { CpuController } from './cpu-share.ts';
import { batchPayload, outcomes } from './lambda-events.ts';
import { type Invocation, LambdaInstance } from './lambda-instance.ts';
import type { OpenTable } from './open-table.ts';
import type { UpstreamCalls, World } from './world.ts';

/** One event, and the problems of its result. */
export interface Step {
  /** The kind of the event, such as `cold miss`. */
  readonly title: string;
  readonly tookMs: number;
  readonly cpuMs: number;
  /** How long DynamoDB's slowest reply took meanwhile, measured outside the instance. Milliseconds. */
  readonly storeMs: number;
  /** Empty: there is no problem. */
  readonly problems: readonly string[];
}

/** The expected result of an event. */
export interface Expected {
  /** Checks the answer itself; returns its problems. */
  readonly answer: (answer: unknown) => readonly string[];
  /** The number of upstream calls. Default: none. */
  readonly calls?: UpstreamCalls;
  /** The time by which it is answered. Milliseconds. */
  readonly deadlineMs: number;
}

export interface StageOptions {
  readonly world: World;
  readonly table: OpenTable;
  readonly bundles: Readonly<Record<Entry, Bundle>>;
  readonly memoryMb: number;
  readonly controller: CpuController;
  /** The beginning of the names of the instances' groups. */
  readonly prefix: string;
}

/** One scenario's round: an empty table, instances at one memory size, and the steps so far. */
export class Stage {
  readonly #options: StageOptions;
  readonly #instances: LambdaInstance[] = [];
  readonly steps: Step[] = [];

  constructor(options: StageOptions) {
    this.#options = options;
  }

  get world(): World {
    return this.#options.world;
  }

  get table(): OpenTable {
    return this.#options.table;
  }

  /** Starts an instance at its CPU share. Its settings are the defaults, except for the given ones. */
  async start(entry: Entry, settings: Readonly<Record<string, string>> = {}): Promise<LambdaInstance> {
    const { memoryMb, controller } = this.#options;
    return this.#start(entry, settings, memoryMb, controller);
  }

  /** Fills the cache with these customers by an instance without a quota, which waits long for its store. */
  async fill(mobiles: readonly string[]): Promise<void> {
    const instance = await this.#start('invoke', { CACHE_TIMEOUT_MS: '5000' }, 1769, undefined);
    const { answer } = await instance.invoke(batchPayload(mobiles), 'fill');
    const problems = outcomes(answer).filter(({ kind }) => kind !== 'found');
    if (problems.length > 0) throw new Error(`The cache could not be filled: ${JSON.stringify(problems[0])}`);
    if ((await this.table.countLeases()) > 0) throw new Error('Filling the cache left a lease behind.');
    await this.world.takeUpstreamCalls();
  }

  /** Sends an event to an instance, and notes the problems of its result. */
  async step(title: string, instance: LambdaInstance, event: unknown, expected: Expected): Promise<Invocation> {
    this.world.takeSlowestStoreMs();
    const invocation = await instance.invoke(event, `request-${this.steps.length + 1}`);
    this.steps.push(await this.#judge(title, invocation, expected));
    return invocation;
  }

  /**
   * Sends an event to several instances at once, and notes the problems of the results: the slowest counts.
   * @param expected `answer` gets the answers of all of them
   */
  async stepTogether(
    title: string,
    instances: readonly LambdaInstance[],
    event: unknown,
    expected: Expected,
  ): Promise<void> {
    this.world.takeSlowestStoreMs();
    const requestId = `request-${this.steps.length + 1}`;
    const invocations = await Promise.all(instances.map((instance) => instance.invoke(event, requestId)));
    const together = {
      answer: invocations.map(({ answer }) => answer),
      tookMs: Math.max(...invocations.map(({ tookMs }) => tookMs)),
      cpuMs: Math.max(...invocations.map(({ cpuMs }) => cpuMs)),
      storeFailures: [...new Set(invocations.flatMap(({ storeFailures }) => storeFailures))],
    };
    this.steps.push(await this.#judge(title, together, expected));
  }

  async #judge(title: string, invocation: Invocation, expected: Expected): Promise<Step> {
    const storeMs = this.world.takeSlowestStoreMs();
    const { answer, tookMs, cpuMs, storeFailures } = invocation;
    const { v2, v1 } = await this.world.takeUpstreamCalls();
    const calls = expected.calls ?? { v2: 0, v1: 0 };
    const leases = await this.table.countLeases();
    const problems = [
      ...expected.answer(answer),
      ...storeFailures.map((failure) => `storeFailure: ${failure}`),
      ...(v2 === calls.v2 && v1 === calls.v1 ? [] : [`upstream calls: ${v2} of v2, ${v1} of v1.1`]),
      ...(leases === 0 ? [] : [`leases left: ${leases}`]),
      ...(tookMs <= expected.deadlineMs ? [] : [`took ${Math.round(tookMs)} ms, allowed are ${expected.deadlineMs}`]),
    ];
    return { title, tookMs, cpuMs, storeMs, problems };
  }

  /** Notes a further condition that must hold after the last step. */
  check(problem: string, holds: boolean): void {
    const last = this.steps.pop();
    if (last === undefined) throw new Error('There is no step to check.');
    this.steps.push(holds ? last : { ...last, problems: [...last.problems, problem] });
  }

  async close(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.close()));
  }

  async #start(
    entry: Entry,
    settings: Readonly<Record<string, string>>,
    memoryMb: number,
    controller: CpuController | undefined,
  ): Promise<LambdaInstance> {
    const { world, table, bundles, prefix } = this.#options;
    const environment = { ...world.environment, CACHE_TABLE: table.name, ...settings };
    const instance = await LambdaInstance.start({ bundle: bundles[entry], environment, memoryMb, controller, prefix });
    this.#instances.push(instance);
    return instance;
  }
}
