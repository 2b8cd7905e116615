import type { Bundle, Entry } from '../../infra/bundle.ts';
import { LOOKUP_RESOURCE, proxyEvent } from '../support/proxy-event.ts';
import type { CpuController } from './cpu-share.ts';
import { type Invocation, LambdaInstance } from './lambda-instance.ts';
import type { OpenTable } from './open-table.ts';
import type { UpstreamCalls, World } from './world.ts';

/** One event, and what was found wrong with what became of it. */
export interface Step {
  /** What the event was, such as `cold miss`. */
  readonly title: string;
  readonly tookMs: number;
  readonly cpuMs: number;
  /** Empty: all is right. */
  readonly problems: readonly string[];
}

/** What an event must come to. */
export interface Expected {
  /** Checks the answer itself; returns what is wrong with it. */
  readonly answer: (answer: unknown) => readonly string[];
  /** How often the upstream is asked. Default: not at all. */
  readonly calls?: UpstreamCalls;
  /** By when it is answered. Milliseconds. */
  readonly deadlineMs: number;
}

export interface StageOptions {
  readonly world: World;
  readonly table: OpenTable;
  readonly bundles: Readonly<Record<Entry, Bundle>>;
  readonly memoryMb: number;
  readonly controller: CpuController;
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

  /** Starts an instance at its CPU share. Its settings are the defaults, but for what is given. */
  async start(entry: Entry, settings: Readonly<Record<string, string>> = {}): Promise<LambdaInstance> {
    const { memoryMb, controller } = this.#options;
    return this.#start(entry, settings, memoryMb, controller);
  }

  /** Fills the cache with these look-ups by an instance without a quota, patient with its store. */
  async fill(lookups: readonly object[]): Promise<void> {
    const instance = await this.#start('invoke', { CACHE_TIMEOUT_MS: '5000' }, 1769, undefined);
    const { answer } = await instance.invoke({ lookups }, 'fill');
    const problems = results(answer).filter(({ kind }) => kind !== 'found');
    if (problems.length > 0) throw new Error(`The cache could not be filled: ${JSON.stringify(problems[0])}`);
    if ((await this.table.countLeases()) > 0) throw new Error('Filling the cache left a lease behind.');
    await this.world.takeUpstreamCalls();
  }

  /** Hands an event to an instance, and notes what is wrong with what became of it. */
  async step(title: string, instance: LambdaInstance, event: unknown, expected: Expected): Promise<Invocation> {
    const invocation = await instance.invoke(event, `request-${this.steps.length + 1}`);
    const { v2, v1 } = await this.world.takeUpstreamCalls();
    const calls = expected.calls ?? { v2: 0, v1: 0 };
    const leases = await this.table.countLeases();
    const { tookMs, cpuMs, answer } = invocation;
    const problems = [
      ...expected.answer(answer),
      ...(v2 === calls.v2 && v1 === calls.v1 ? [] : [`upstream calls: ${v2} of v2, ${v1} of v1.1`]),
      ...(leases === 0 ? [] : [`leases left: ${leases}`]),
      ...(tookMs <= expected.deadlineMs ? [] : [`took ${Math.round(tookMs)} ms, allowed are ${expected.deadlineMs}`]),
    ];
    this.steps.push({ title, tookMs, cpuMs, problems });
    return invocation;
  }

  /** Notes something else that must hold after the last step. */
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
    const { world, table, bundles } = this.#options;
    const environment = { ...world.environment, CACHE_TABLE: table.name, ...settings };
    const instance = await LambdaInstance.start({ bundle: bundles[entry], environment, memoryMb, controller });
    this.#instances.push(instance);
    return instance;
  }
}

/** The event of a till's look-up, by API Gateway. */
export function tillEvent(mobile: string, parameters: Readonly<Record<string, string>> = {}): unknown {
  const query = { source: 'INSTORE', identifierName: 'mobile', identifierValue: mobile, ...parameters };
  return proxyEvent({ resource: LOOKUP_RESOURCE, query: `${new URLSearchParams(query)}` });
}

/** The event of a batch, by API Gateway. */
export function batchEvent(mobiles: readonly string[]): unknown {
  return proxyEvent({ method: 'POST', resource: '/lookups', body: JSON.stringify(batchPayload(mobiles)) });
}

/** The payload of a batch, by direct invocation. */
export function batchPayload(mobiles: readonly string[]): { readonly lookups: readonly object[] } {
  return {
    lookups: mobiles.map((identifierValue) => ({ source: 'INSTORE', identifierName: 'mobile', identifierValue })),
  };
}

/** An outcome of a batch, as far as it is read here. */
interface Result {
  readonly kind: string;
  readonly cache?: { readonly status: string };
  readonly code?: string;
}

/** The outcomes in the answer to a batch, or the one outcome of a look-up. */
export function results(answer: unknown): readonly Result[] {
  const { body } = answer as { readonly body?: string };
  const outcome = (body === undefined ? answer : JSON.parse(body)) as Result & { readonly results?: readonly Result[] };
  return outcome.results ?? [outcome];
}
