import type { Api, CanonicalRequest } from '../../../functions/customer/request/canonical-request.ts';
import type {
  CustomerUpstream,
  FailureKind,
  FetchOptions,
  UpstreamAnswer,
  UpstreamOutcome,
} from '../../../functions/lookup/upstream.ts';
import { type Asked, askedOf } from '../asked.ts';
import type { Instance } from '../instance.ts';
import type { World } from '../world.ts';
import { Customers } from './customers.ts';
import { Answers, describeFetched, type Fetched } from './fetched.ts';
import type { Throttling, UpstreamMood } from './mood.ts';
import { ERRORS, REPLIES } from './replies.ts';

/** The listener of the upstream's calls. */
export interface UpstreamUser {
  readonly instance: Instance;
  readonly name: string;
  onUpstreamPreparing(): void;
  onUpstreamPrepared(): void;
  /** @param attempt the first is 1 */
  onUpstreamCall(asked: Asked, attempt: number): void;
  /** @param attempts how many requests were sent; 0: none, it is not asked for a moment */
  onUpstreamAnswer(fetched: Fetched, attempts: number, isGivenUp: boolean): void;
}

const FAILURES: readonly FailureKind[] = [
  'connection',
  'timeout',
  'throttled',
  'server-error',
  'invalid',
  'credentials-refused',
  'credentials-unreadable',
  'breaker-open',
];

/** How long the upstream continues for a caller that gave up: its answer may be on its way. Milliseconds. */
const ABORT_MS = 2;

/** The upstream: the behaviour of its adapter, as far as a look-up can see it, over the truth about its customers. */
export class SimulatedUpstream {
  readonly customers = new Customers();
  readonly answers = new Answers();
  mood: UpstreamMood;
  readonly #throttling = new Map<Api, Throttling>();
  readonly #world: World;
  readonly #timeoutMs: number;

  constructor(world: World, timeoutMs: number, mood: UpstreamMood) {
    this.#world = world;
    this.#timeoutMs = timeoutMs;
    this.mood = mood;
  }

  throttle(api: Api, throttling: Throttling): void {
    this.#throttling.set(api, throttling);
  }

  /** The upstream as one look-up uses it. */
  for(user: UpstreamUser): CustomerUpstream {
    return {
      prepare: () => this.#prepare(user),
      fetch: (request, options) => this.#fetch(user, request, options),
    };
  }

  /** Some instances are cold. */
  async #prepare(user: UpstreamUser): Promise<void> {
    const { random } = this.#world;
    user.onUpstreamPreparing();
    if (random.chance(0.1)) await this.#pause(user.instance, random.int(50, 600));
    user.onUpstreamPrepared();
  }

  async #fetch(
    user: UpstreamUser,
    request: CanonicalRequest,
    { signal, mayRepeat = () => true, takeRepetition }: FetchOptions = {},
  ): Promise<UpstreamAnswer> {
    const { random, scheduler, trace } = this.#world;
    const asked = askedOf(request);
    trace(`${user.name} calls the upstream`);
    const { clock } = user.instance;
    const startedAt = scheduler.now;
    user.onUpstreamCall(asked, 1);
    const isBroken = random.chance(this.mood.failProbability / 2);
    if (isBroken) await this.#pause(user.instance, random.int(10, 200));
    const mayRetry = isBroken && signal?.aborted !== true && mayRepeat();
    const isRetried = mayRetry && (takeRepetition === undefined || (await takeRepetition()));
    if (isRetried) user.onUpstreamCall(asked, 2);
    // Stamped, then sent: the instance may stand still between the two.
    const stampedAt = clock.now();
    const fetched =
      isBroken && !isRetried
        ? this.#note(asked, startedAt, { kind: 'failed', failure: 'connection' })
        : await this.#attempt(user, request, asked, startedAt + this.#timeoutMs, signal);
    const { outcome } = fetched;
    const isUnasked = outcome.kind === 'failed' && outcome.failure === 'breaker-open';
    const attempts = isUnasked ? 0 : isRetried ? 2 : 1;
    user.onUpstreamAnswer(fetched, attempts, signal?.aborted === true);
    const status = 'status' in outcome ? outcome.status : undefined;
    const durationMs = scheduler.now - startedAt;
    return { outcome, call: { askedAt: stampedAt, durationMs, attempts, status, requestId: `cap-${fetched.serial}` } };
  }

  #pause(instance: Instance, ms: number): Promise<void> {
    return new Promise((go) => instance.resume(this.#world.scheduler.now + ms, go));
  }

  #attempt(
    { instance, name }: UpstreamUser,
    request: CanonicalRequest,
    asked: Asked,
    timesOutAt: number,
    signal: AbortSignal | undefined,
  ): Promise<Fetched> {
    const { random, scheduler, trace } = this.#world;
    const askedAt = scheduler.now;
    return new Promise((resolve) => {
      const sentAt = instance.departure();
      if (sentAt === Number.POSITIVE_INFINITY) return;
      const answersAt = sentAt + this.#durationMs();
      const looksAt = random.int(sentAt, answersAt);
      let isOver = false;
      const answer = (moment: number, say: () => Fetched) => {
        if (isOver) return;
        isOver = true;
        instance.resume(moment, () => {
          const fetched = say();
          trace(`${name} upstream s${fetched.serial}: ${describeFetched(fetched)}`);
          resolve(fetched);
        });
      };
      const timeOut = () => this.#note(asked, askedAt, { kind: 'failed', failure: 'timeout' });
      let told: Fetched | undefined;
      scheduler.at(looksAt, () => {
        if (isOver) return;
        const fetched = this.#look(request, asked, askedAt);
        told = fetched;
        if (answersAt < timesOutAt) scheduler.at(answersAt, () => answer(answersAt, () => fetched));
      });
      scheduler.at(Math.max(sentAt, timesOutAt), () => answer(scheduler.now, timeOut));
      signal?.addEventListener('abort', () => {
        const fetched = random.chance(0.2) ? told : undefined;
        answer(scheduler.now + ABORT_MS, fetched === undefined ? timeOut : () => fetched);
      });
    });
  }

  #durationMs(): number {
    const { random } = this.#world;
    const { slowProbability, slowMs = [400, this.#timeoutMs + 400] } = this.mood;
    return random.chance(slowProbability) ? random.int(...slowMs) : random.int(10, 150);
  }

  /** The answer of the upstream at this moment. */
  #look(request: CanonicalRequest, asked: Asked, askedAt: number): Fetched {
    const { random, scheduler } = this.#world;
    const { api } = asked;
    const throttling = this.#throttling.get(api);
    if (throttling !== undefined && throttling.until > scheduler.now) {
      return this.#note(asked, askedAt, throttled(throttling.retryAfterMs));
    }
    if (random.chance(this.mood.failProbability)) {
      const failure = random.pick(FAILURES);
      const retryAfterMs = failure === 'throttled' && random.chance(0.5) ? random.int(1, 5) * 1000 : undefined;
      return this.#note(
        asked,
        askedAt,
        failure === 'throttled' ? throttled(retryAfterMs) : { kind: 'failed', failure },
      );
    }
    const known = this.customers.look(api, asked.who);
    const errors = ERRORS[api](this.answers.nextSerial);
    const isOdd = random.chance(this.mood.oddProbability);
    const oddity = isOdd ? random.pick(['refused', 'refused-in-silence', 'incomplete', 'somebody-else']) : 'none';
    if (oddity === 'refused') return this.#note(asked, askedAt, { kind: 'refused', status: 400, errors });
    if (oddity === 'refused-in-silence') {
      return this.#note(asked, askedAt, { kind: 'refused', status: 400, errors: undefined });
    }
    if (known === undefined) {
      return this.#note(asked, askedAt, { kind: 'not-found', status: 404, errors, isComplete: true });
    }
    const { customer, isErased, isMerged } = known;
    if (isErased) return this.#note(asked, askedAt, { kind: 'erased', status: 200, errors });
    const isAboutSomebodyElse = oddity === 'somebody-else';
    const value = request.subject?.identifier.value ?? '';
    const listed = isAboutSomebodyElse ? `not-${value}` : value;
    const reply = REPLIES[api]({ request, asked, customer, serial: this.answers.nextSerial, listed });
    const isComplete = oddity !== 'incomplete';
    const outcome = { kind: 'found', status: 200, customerId: customer, isComplete, isMerged, reply } as const;
    return this.#note(asked, askedAt, outcome, { customer, isAboutSomebodyElse });
  }

  #note(
    asked: Asked,
    askedAt: number,
    outcome: UpstreamOutcome,
    about: Pick<Fetched, 'customer' | 'isAboutSomebodyElse'> = { customer: undefined, isAboutSomebodyElse: false },
  ): Fetched {
    return this.answers.note({ asked, askedAt, truthAt: this.#world.scheduler.now, outcome, ...about });
  }
}

function throttled(retryAfterMs: number | undefined): UpstreamOutcome {
  return { kind: 'failed', failure: 'throttled', ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
