// Code that the code under test loads when it first needs it is loaded here first: that takes real time.
import '../../../functions/lookup/audit/draw-audits.ts';
import '../../../functions/lookup/forward/budget/upstream-budget.ts';
import '../../../functions/lookup/forward/forward.ts';
import '../../../functions/lookup/invalidation.ts';
import '../../../functions/lookup/join.ts';
import { Checker } from '../checker/checker.ts';
import { HandedOverCheck } from '../checker/handed-over.ts';
import type { Violation } from '../checker/violation.ts';
import type { Instance } from '../instance.ts';
import { Random } from '../random.ts';
import { Scheduler } from '../scheduler.ts';
import { SimulatedStore } from '../store/simulated-store.ts';
import { SimulatedUpstream } from '../upstream/simulated-upstream.ts';
import type { World } from '../world.ts';
import { Callers } from './callers.ts';
import { auditShareOf, drawInstances } from './fleet.ts';
import { plan } from './plan.ts';
import { Purges, whoOf } from './purges.ts';
import { anyDeliveries, Revalidations, soonDeliveries } from './revalidations.ts';
import { drawScenery } from './scenery.ts';
import { Service } from './service.ts';
import { CACHE_TIMEOUT_MS, UPSTREAM_TIMEOUT_MS } from './settings.ts';
import type { Stage } from './stage.ts';
import { SUBJECTS } from './subjects.ts';
import { type Theme, themeOf } from './theme.ts';
import { UpstreamEvents } from './upstream-events.ts';
import { Wishes } from './wishes.ts';

export interface HistoryOptions {
  readonly seed: number;
  /** Default: the theme of the seed. */
  readonly theme?: Theme | undefined;
  /** Reads of the store may show an older state. */
  readonly isEventuallyConsistent?: boolean;
  /** Some of the hits are audited: their share has its own random stream. */
  readonly isAudited?: boolean;
  /** Some callers do not wait, or want a prefetch: their wishes have their own random stream. */
  readonly hasWishes?: boolean;
  /** Gets a line for each step. */
  readonly trace?: (line: string) => void;
}

/** The result of a history. */
export interface HistoryResult {
  /** The first broken promise. */
  readonly violation: Violation | undefined;
  readonly operations: number;
  readonly upstreamCalls: number;
}

/** Runs one history: a fleet, its callers, and all its troubles, as the seed decides. */
export function runHistory(options: HistoryOptions): Promise<HistoryResult> {
  return new History(options).run();
}

/** Further parts of a history, each with its own random stream. */
interface Extras {
  readonly auditShare: number | undefined;
  readonly wishes: Wishes;
}

class History {
  readonly #world: World;
  readonly #stage: Stage;
  readonly #lastsMs: number;
  #callers: Callers | undefined;
  #violation: Violation | undefined;
  #operations = 0;
  #tokens = 0;

  constructor({
    seed,
    theme = themeOf(seed),
    isEventuallyConsistent = false,
    isAudited = false,
    hasWishes = false,
    trace,
  }: HistoryOptions) {
    const random = new Random(seed);
    const scheduler = new Scheduler(random);
    const say = trace === undefined ? () => {} : (line: string) => trace(`${scheduler.now}\t${line}`);
    this.#world = { random, scheduler, trace: say };
    this.#stage = this.#setStage(theme, isEventuallyConsistent, {
      auditShare: isAudited ? auditShareOf(seed) : undefined,
      wishes: new Wishes(hasWishes ? seed : undefined),
    });
    if (hasWishes && !isEventuallyConsistent) this.#stage.checker.add(new HandedOverCheck(this.#stage.checker));
    const callers = new Callers(this.#stage);
    const purges = new Purges(this.#stage, callers);
    this.#callers = callers;
    this.#lastsMs = plan(this.#stage, { callers, purges, events: new UpstreamEvents(this.#stage, callers, purges) });
  }

  async run(): Promise<HistoryResult> {
    const { checker, store } = this.#stage;
    store.sweepUntil(this.#lastsMs);
    await this.#world.scheduler.run();
    if (this.#violation === undefined) checker.end();
    return { violation: this.#violation, operations: this.#operations, upstreamCalls: checker.upstreamCallCount };
  }

  #setStage(theme: Theme, isEventuallyConsistent: boolean, { auditShare, wishes }: Extras): Stage {
    const world = this.#world;
    const { random } = world;
    const scenery = drawScenery(random, theme, isEventuallyConsistent);
    world.trace(`${theme}: store ${JSON.stringify(scenery.weather)}, upstream ${JSON.stringify(scenery.mood)}`);
    const upstream = new SimulatedUpstream(world, UPSTREAM_TIMEOUT_MS, scenery.mood);
    for (const subject of SUBJECTS) upstream.customers.assign(whoOf(subject), subject.customer);
    const checker = new Checker({
      world,
      answers: upstream.answers,
      upstreamTimeoutMs: UPSTREAM_TIMEOUT_MS,
      cacheTimeoutMs: CACHE_TIMEOUT_MS,
      onViolation: (violation) => this.#onViolation(violation),
    });
    const store = new SimulatedStore(world, scenery.weather, checker);
    checker.table = store.table;
    const instances = drawInstances(world, scenery, auditShare);
    const deliveries = theme === 'slow' ? soonDeliveries(world, 1) : () => anyDeliveries(world);
    const revalidations = new Revalidations({ world, instances }, () => this.#callers!, deliveries);
    const options = {
      world,
      store,
      upstream,
      checker,
      newToken: () => {
        this.#tokens += 1;
        return `t${this.#tokens}`;
      },
      revalidator: (asker: Instance) => revalidations.for(asker),
    };
    const services = new Map(instances.map((instance) => [instance, new Service(instance, options)]));
    const chosen = SUBJECTS.filter(() => random.chance(theme === 'throttling' ? 0.8 : 0.5));
    const subjects = chosen.length === 0 ? SUBJECTS.slice(0, 1) : chosen;
    return {
      theme,
      world,
      store,
      upstream,
      checker,
      instances,
      services,
      subjects,
      wishes,
      begin: (instance, act) => this.#begin(instance, act),
    };
  }

  #begin(instance: Instance, act: () => Promise<void>): void {
    const { scheduler } = this.#world;
    instance.resume(scheduler.now, () => {
      this.#operations += 1;
      act().catch((error: unknown) => this.#onFault(error));
    });
  }

  #onViolation(violation: Violation): void {
    this.#world.trace(`PROMISE ${violation.promise} BROKEN: ${violation.what}`);
    this.#violation ??= violation;
    this.#world.scheduler.stop();
  }

  #onFault(error: unknown): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#onViolation({ promise: 'fault', what });
  }
}
