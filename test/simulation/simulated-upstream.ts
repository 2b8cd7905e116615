import type { JsonObject } from '../../functions/customer/json/json.ts';
import type { CanonicalRequest } from '../../functions/customer/request/canonical-request.ts';
import type { CustomerUpstream, FailureKind, UpstreamOutcome } from '../../functions/lookup/upstream.ts';
import { type Asked, askedOf } from './asked.ts';
import type { Instance } from './instance.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** An answer of the upstream, as the checker knows it. Its serial number stands in the answer's text. */
export interface Fetched {
  readonly serial: number;
  readonly asked: Asked;
  /** True time of the attempt that gave it, as `askedAt` has it. */
  readonly askedAt: number;
  /** True time at which the upstream looked: the answer tells the truth of that moment. */
  readonly truthAt: number;
  readonly outcome: UpstreamOutcome;
  /** The customer whose data it holds. */
  readonly customer: string | undefined;
  readonly isAboutSomebodyElse: boolean;
}

/** How the upstream fares: what the next answers are like. */
export interface UpstreamMood {
  readonly failProbability: number;
  readonly slowProbability: number;
  /** Found, but incomplete; found, but somebody else; refused. */
  readonly oddProbability: number;
}

interface Customer {
  state: 'here' | 'erased';
}

/** Who is told of the upstream's calls. */
export interface UpstreamUser {
  readonly instance: Instance;
  readonly name: string;
  onUpstreamCall(asked: Asked): void;
  onUpstreamAnswer(fetched: Fetched): void;
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

/** How long the upstream goes on for one who gave up: its word may be on its way. */
const ABORT_MS = 2;

/** The upstream and its truth: customers who come, change, are erased and merged, and whose identifiers move on. */
export class SimulatedUpstream {
  mood: UpstreamMood;
  readonly fetched: Fetched[] = [];
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #trace: (line: string) => void;
  readonly #timeoutMs: number;
  /** Whom a subject finds. */
  readonly #customerBySubject = new Map<string, string>();
  readonly #customers = new Map<string, Customer>();
  /** Subjects whose customer was merged into the one they find now. */
  readonly #merged = new Set<string>();

  constructor(
    scheduler: Scheduler,
    random: Random,
    timeoutMs: number,
    mood: UpstreamMood,
    trace: (line: string) => void,
  ) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#timeoutMs = timeoutMs;
    this.mood = mood;
    this.#trace = trace;
  }

  customerOf(subject: string): string | undefined {
    return this.#customerBySubject.get(subject);
  }

  /** The subject finds this customer from now on; undefined: nobody. */
  assign(subject: string, customer: string | undefined): void {
    this.#merged.delete(subject);
    if (customer === undefined) this.#customerBySubject.delete(subject);
    else {
      this.#customerBySubject.set(subject, customer);
      this.#customers.set(customer, this.#customers.get(customer) ?? { state: 'here' });
    }
  }

  erase(customer: string): void {
    this.#customers.set(customer, { state: 'erased' });
  }

  /** Whoever looks for the one customer finds the other from now on. */
  merge(customer: string, survivor: string): void {
    for (const [subject, found] of this.#customerBySubject) {
      if (found !== customer) continue;
      this.assign(subject, survivor);
      this.#merged.add(subject);
    }
  }

  /** The upstream as one look-up uses it: the adapter's own behaviour, as far as the look-up can see it. */
  for(user: UpstreamUser): CustomerUpstream {
    return {
      // Some instances are cold.
      prepare: async () => {
        if (this.#random.chance(0.1)) await this.#pause(user.instance, this.#random.int(50, 600));
      },
      fetch: async (request, { signal } = {}) => {
        const asked = askedOf(request);
        const { instance } = user;
        const startedAt = this.#scheduler.now;
        user.onUpstreamCall(asked);
        const isRetried = this.#random.chance(this.mood.failProbability / 2);
        if (isRetried) await this.#pause(instance, this.#random.int(10, 200));
        // Stamped, then sent: the instance may stand still in between.
        const stampedAt = instance.clock.now();
        const fetched = await this.#attempt(user, request, asked, startedAt + this.#timeoutMs, signal);
        user.onUpstreamAnswer(fetched);
        const { outcome } = fetched;
        const isUnasked = outcome.kind === 'failed' && outcome.failure === 'breaker-open';
        return {
          outcome,
          call: {
            askedAt: stampedAt,
            durationMs: this.#scheduler.now - startedAt,
            attempts: isUnasked ? 0 : isRetried ? 2 : 1,
            status: 'status' in outcome ? outcome.status : undefined,
            requestId: `cap-${fetched.serial}`,
          },
        };
      },
    };
  }

  #pause(instance: Instance, ms: number): Promise<void> {
    return new Promise((go) => instance.resume(this.#scheduler.now + ms, go));
  }

  #attempt(
    { instance, name }: UpstreamUser,
    request: CanonicalRequest,
    asked: Asked,
    timesOutAt: number,
    signal: AbortSignal | undefined,
  ): Promise<Fetched> {
    const askedAt = this.#scheduler.now;
    return new Promise((resolve) => {
      const sentAt = instance.departure();
      if (sentAt === Number.POSITIVE_INFINITY) return;
      const durationMs = this.#durationMs();
      const answersAt = sentAt + durationMs;
      const looksAt = this.#random.int(sentAt, answersAt);
      let isOver = false;
      const answer = (moment: number, say: () => Fetched) => {
        if (isOver) return;
        isOver = true;
        instance.resume(moment, () => {
          const fetched = say();
          this.#trace(`${name} upstream s${fetched.serial}: ${describe(fetched)}`);
          resolve(fetched);
        });
      };
      const fail = (failure: FailureKind) => () => this.#note(asked, askedAt, failed(failure, this.#random));
      let told: Fetched | undefined;
      this.#scheduler.at(looksAt, () => {
        told = this.#look(request, asked, askedAt);
        const isInTime = answersAt < timesOutAt;
        const fetched = told;
        if (isInTime) this.#scheduler.at(answersAt, () => answer(answersAt, () => fetched));
      });
      this.#scheduler.at(Math.max(sentAt, timesOutAt), () => answer(this.#scheduler.now, fail('timeout')));
      signal?.addEventListener('abort', () => {
        const fetched = this.#random.chance(0.2) ? told : undefined;
        answer(this.#scheduler.now + ABORT_MS, fetched === undefined ? fail('timeout') : () => fetched);
      });
    });
  }

  #durationMs(): number {
    return this.#random.chance(this.mood.slowProbability)
      ? this.#random.int(400, this.#timeoutMs + 400)
      : this.#random.int(10, 150);
  }

  /** What the upstream says at this moment. */
  #look(request: CanonicalRequest, asked: Asked, askedAt: number): Fetched {
    const random = this.#random;
    if (random.chance(this.mood.failProbability)) {
      return this.#note(asked, askedAt, failed(random.pick(FAILURES), random));
    }
    const customer = this.#customerBySubject.get(asked.subject);
    const errors = this.#errors();
    const isOdd = random.chance(this.mood.oddProbability);
    const oddity = isOdd ? random.pick(['refused', 'incomplete', 'somebody-else'] as const) : 'none';
    if (oddity === 'refused') return this.#note(asked, askedAt, { kind: 'refused', status: 400, errors });
    if (customer === undefined) return this.#note(asked, askedAt, { kind: 'not-found', status: 404, errors });
    if (this.#customers.get(customer)?.state === 'erased') {
      return this.#note(asked, askedAt, { kind: 'erased', status: 200, errors });
    }
    const { name = '', value = '' } = request.subject?.identifier ?? {};
    const listed = oddity === 'somebody-else' ? `not-${value}` : value;
    const outcome: UpstreamOutcome = {
      kind: 'found',
      status: 200,
      customerId: customer,
      isComplete: oddity !== 'incomplete',
      isMerged: this.#merged.has(asked.subject),
      reply: {
        id: customer,
        profiles: [
          {
            firstName: `s${this.#nextSerial}`,
            lastName: `of ${customer}`,
            identifiers: [{ type: name, value: listed }],
          },
        ],
        cardDetails: name === 'cardnumber' ? [{ cardNumber: listed }] : [],
        pointsSummary: { of: asked.identity },
      },
    };
    return this.#note(asked, askedAt, outcome, customer, oddity === 'somebody-else');
  }

  #errors(): JsonObject {
    return { errors: [{ status: false, message: `s${this.#nextSerial}` }], warnings: [] };
  }

  get #nextSerial(): number {
    return this.fetched.length + 1;
  }

  #note(
    asked: Asked,
    askedAt: number,
    outcome: UpstreamOutcome,
    customer?: string,
    isAboutSomebodyElse = false,
  ): Fetched {
    const truthAt = this.#scheduler.now;
    const fetched = { serial: this.#nextSerial, asked, askedAt, truthAt, outcome, customer, isAboutSomebodyElse };
    this.fetched.push(fetched);
    return fetched;
  }

  /** The answer whose text this is. */
  readBack(body: string): Fetched | undefined {
    const serial = /"s(\d+)"/.exec(body)?.[1];
    return serial === undefined ? undefined : this.fetched[Number(serial) - 1];
  }
}

function failed(failure: FailureKind, random: Random): UpstreamOutcome {
  const retryAfterMs = failure === 'throttled' && random.chance(0.5) ? random.int(1, 5) * 1000 : undefined;
  return { kind: 'failed', failure, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function describe({ outcome, customer, isAboutSomebodyElse }: Fetched): string {
  if (outcome.kind === 'failed') return outcome.failure;
  if (outcome.kind !== 'found') return outcome.kind;
  const oddities = [
    outcome.isComplete ? '' : 'incomplete',
    outcome.isMerged ? 'merged' : '',
    isAboutSomebodyElse ? 'somebody else' : '',
  ];
  return ['customer', customer, ...oddities].filter((part) => part !== '').join(' ');
}
