import type { Api } from '../../../functions/customer/request/canonical-request.ts';
import { NO_DIRECTIVES, type RequestDirectives } from '../../../functions/lookup/directives.ts';
import { CONTRADICTING, type UpstreamMood, WELL } from '../upstream/mood.ts';
import type { Callers } from './callers.ts';
import { type Purges, whoOf } from './purges.ts';
import { anyInstance, type Stage } from './stage.ts';
import { byV2, type CallersSubject, CUSTOMERS } from './subjects.ts';

const APIS: readonly Api[] = ['v2', 'v1.1'];

/** Events at the upstream: of its customers, and of itself. */
export class UpstreamEvents {
  readonly #stage: Stage;
  readonly #callers: Callers;
  readonly #purges: Purges;

  constructor(stage: Stage, callers: Callers, purges: Purges) {
    this.#stage = stage;
    this.#callers = callers;
    this.#purges = purges;
  }

  /** The customer that a subject finds; if it finds none, any customer. */
  customerOf(subject: CallersSubject): string {
    return this.#stage.upstream.customers.of(whoOf(subject)) ?? this.#random.pick(CUSTOMERS);
  }

  /** @param apis those that know of it. Default: both, or one of the two */
  erase(customer: string, apis = this.#random.chance(0.7) ? APIS : [this.#random.pick(APIS)]): void {
    this.#say(`customer ${customer} is erased from ${apis.join(' and ')}`);
    this.#stage.upstream.customers.erase(customer, apis);
    if (this.#random.chance(0.4)) this.#purges.invalidate('delete', { customer });
  }

  /**
   * Lets callers ask in every way that finds a customer, then has the customer erased or merged, lets them ask in one
   * of these ways, and then in the others: this shows the entries that were left.
   */
  unfold(customer: string): void {
    const { subjects, world } = this.#stage;
    const { scheduler } = world;
    const all = subjects.filter((subject) => this.#stage.upstream.customers.of(whoOf(subject)) === customer);
    const [first = subjects[0]!] = all;
    const look = (subject: CallersSubject) => this.#callers.plainly(subject);
    for (const subject of all)
      for (let left = 4; left > 0; left -= 1) scheduler.after(this.#random.int(0, 300), () => look(subject));
    const happensAfterMs = this.#random.int(400, 4000);
    scheduler.after(happensAfterMs, () => {
      if (this.#random.chance(0.5)) this.erase(customer);
      else this.merge(customer);
    });
    const learntAfterMs = happensAfterMs + this.#random.int(10, 3000);
    scheduler.after(learntAfterMs, () => this.#callers.crowd(first));
    scheduler.after(learntAfterMs, () => look(first));
    for (const subject of all) {
      for (let left = 3; left > 0; left -= 1) {
        scheduler.after(learntAfterMs + this.#random.int(200, 3000), () => look(subject));
      }
    }
  }

  /**
   * Lets callers who do not wait for each other's fetches ask for one thing, while some fetches are slow and some are
   * refused. Then it lets callers look at the entry that was left.
   */
  contradict(subject: CallersSubject): void {
    const { scheduler } = this.#stage.world;
    const look = (directives: RequestDirectives) =>
      this.#callers.ask(anyInstance(this.#stage), byV2(subject, ''), directives, 'answer');
    this.turn(CONTRADICTING);
    for (let left = this.#random.int(4, 12); left > 0; left -= 1) {
      const noCache = this.#random.chance(0.7);
      scheduler.after(this.#random.int(0, 2500), () => look({ ...NO_DIRECTIVES, noCache }));
    }
    scheduler.after(2500, () => this.turn(WELL));
    for (let left = 3; left > 0; left -= 1) {
      scheduler.after(this.#random.int(2500, 5000), () => look(NO_DIRECTIVES));
    }
  }

  merge(customer: string, survivor = this.#random.pick(CUSTOMERS)): void {
    if (customer === survivor) return;
    this.#say(`customer ${customer} is merged into ${survivor}`);
    this.#stage.upstream.customers.merge(customer, survivor);
    if (this.#random.chance(0.3)) this.#purges.invalidate('delete', { customer });
  }

  /** From now on a subject finds another customer, or none: perhaps by one API only. */
  reassign(subject: CallersSubject, heir = this.#random.pick([...CUSTOMERS, undefined])): void {
    const apis = this.#random.chance(0.7) ? APIS : [this.#random.pick(APIS)];
    this.#say(`${whoOf(subject)} finds ${heir ?? 'nobody'} from now on, by ${apis.join(' and ')}`);
    this.#stage.upstream.customers.assign(whoOf(subject), heir, apis);
    if (this.#random.chance(0.5)) this.#purges.invalidate('delete', { subject });
  }

  turn(mood: UpstreamMood): void {
    this.#say(`the mood is ${JSON.stringify(mood)}`);
    this.#stage.upstream.mood = mood;
  }

  /** An API answers 429 for this long. @param retryAfterMs its Retry-After */
  throttle(api: Api, forMs: number, retryAfterMs: number | undefined): void {
    this.#say(`${api} throttles for ${forMs} ms, Retry-After ${retryAfterMs}`);
    this.#stage.upstream.throttle(api, { until: this.#stage.world.scheduler.now + forMs, retryAfterMs });
  }

  #say(what: string): void {
    this.#stage.world.trace(`upstream: ${what}`);
  }

  get #random() {
    return this.#stage.world.random;
  }
}
