import { compileProjection, EVERYTHING } from '../../functions/customer/reply/projection.ts';
import { partitionKey } from '../../functions/customer/request/cache-key.ts';
import type { CanonicalRequest, Subject } from '../../functions/customer/request/canonical-request.ts';
import { respell } from '../../functions/customer/request/respelling.ts';
import { readV2Request } from '../../functions/customer/v2/v2-request.ts';
import { readSubject } from '../../functions/customer/v2/v2-subject.ts';
import { NO_DIRECTIVES, type RequestDirectives } from '../../functions/lookup/directives.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../functions/lookup/fleet.ts';
import type { FreshnessWindows } from '../../functions/lookup/freshness.ts';
import { createInvalidation, type InvalidationMode } from '../../functions/lookup/invalidation.ts';
import { createLookup } from '../../functions/lookup/lookup.ts';
import { type FirstRead, keyOf, type LookupPolicy, type LookupPurpose } from '../../functions/lookup/lookup-policy.ts';
import { type CacheStore, StoreUnavailableError } from '../../functions/lookup/ports.ts';
import { DEFAULT_READING } from '../support/request-reading.ts';
import { askedBy } from './asked.ts';
import { Checker, type Violation } from './checker.ts';
import { Instance } from './instance.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { SimulatedStore, type StoreUser } from './simulated-store.ts';
import { SimulatedUpstream, type UpstreamMood } from './simulated-upstream.ts';

export interface HistoryOptions {
  readonly seed: number;
  /** Reads of the store may show an older state. */
  readonly isEventuallyConsistent?: boolean;
  /** Gets a line for each step. */
  readonly trace?: (line: string) => void;
}

/** What came of a history. */
export interface HistoryResult {
  /** The first promise that did not hold. */
  readonly violation: Violation | undefined;
  readonly operations: number;
  readonly upstreamCalls: number;
}

type Parameters = Readonly<Record<string, string>>;

const UPSTREAM_TIMEOUT_MS = 2500;
const CACHE_TIMEOUT_MS = 150;
const STALE_SOFT_TIMEOUT_MS = 600;
/** As in functions/invalidate/invalidate-options.ts: nobody waits at a till for a purge. */
const PURGE_TIMEOUT_MS = 2000;
/** The most that asking for a revalidation holds an answer up, as in the Lambda revalidator. */
const REVALIDATE_TIMEOUT_MS = 200;

/** Look-ups whose subjects differ in one part each, and their customers. */
const SUBJECTS: readonly (readonly [Parameters, customer: string | undefined])[] = [
  [{ source: 'INSTORE', identifierName: 'externalId', identifierValue: 'A' }, '1'],
  [{ source: 'INSTORE', identifierName: 'cardnumber', identifierValue: 'A' }, '1'],
  [{ source: 'WECHAT', accountId: 'one', identifierName: 'wechat', identifierValue: 'A' }, '2'],
  [{ source: 'WECHAT', accountId: 'two', identifierName: 'wechat', identifierValue: 'A' }, '3'],
  [{ source: 'INSTORE', identifierName: 'externalId', identifierValue: 'B' }, undefined],
];
const CUSTOMERS = ['1', '2', '3'];
/** Spellings of three variants. */
const EMBEDS = ['', '', '', 'points', 'points,mlp', 'mlp,Points'];

const NARROW = { v2: compileProjection('id,profiles(firstName)'), 'v1.1': EVERYTHING };
const WIDE = { v2: compileProjection('id,profiles(firstName,lastName)'), 'v1.1': EVERYTHING };

/** The two deploys of which a rotation of the key's secret may have instances at a time. */
const KEY_SECRETS: readonly (readonly [LookupPolicy['keySecrets'], LookupPolicy['keySecrets']])[] = [
  [['old'], ['old', 'new']],
  [
    ['old', 'new'],
    ['new', 'old'],
  ],
  [['new', 'old'], ['new']],
];

const WELL: UpstreamMood = { failProbability: 0, slowProbability: 0, oddProbability: 0 };
const SLOW: UpstreamMood = { failProbability: 0, slowProbability: 0.7, oddProbability: 0 };
const MOODS: readonly UpstreamMood[] = [
  WELL,
  SLOW,
  { failProbability: 0.3, slowProbability: 0.3, oddProbability: 0.1 },
  { failProbability: 0, slowProbability: 0.2, oddProbability: 0.3 },
  { failProbability: 1, slowProbability: 0.3, oddProbability: 0 },
];

/** Runs one history: a fleet, its callers, and all that befalls them, as the seed decides. */
export function runHistory(options: HistoryOptions): Promise<HistoryResult> {
  return new History(options).run();
}

class History {
  readonly #random: Random;
  readonly #scheduler: Scheduler;
  readonly #upstream: SimulatedUpstream;
  readonly #store: SimulatedStore;
  readonly #checker: Checker;
  readonly #instances: readonly Instance[];
  readonly #subjects: readonly Parameters[];
  readonly #trace: (line: string) => void;
  /** Whether the same customers are purged again and again, while fills of theirs are under way. */
  readonly #isPurging: boolean;
  #violation: Violation | undefined;
  #operations = 0;
  #tokens = 0;

  constructor({ seed, isEventuallyConsistent = false, trace }: HistoryOptions) {
    const random = new Random(seed);
    this.#random = random;
    this.#scheduler = new Scheduler(random);
    this.#trace = trace === undefined ? () => {} : (line) => trace(`${this.#scheduler.now}\t${line}`);
    const subjects = SUBJECTS.filter(() => random.chance(0.5));
    const chosen = subjects.length === 0 ? SUBJECTS.slice(0, 1) : subjects;
    this.#subjects = chosen.map(([parameters]) => parameters);
    this.#isPurging = random.chance(0.2);
    const mood = this.#isPurging ? SLOW : random.pick(MOODS);
    this.#upstream = new SimulatedUpstream(this.#scheduler, random, UPSTREAM_TIMEOUT_MS, mood, this.#trace);
    for (const [parameters, customer] of SUBJECTS) this.#upstream.assign(askedBy(parameters).subject, customer);
    const secrets = random.chance(0.8) ? undefined : random.pick(KEY_SECRETS);
    this.#checker = new Checker({
      scheduler: this.#scheduler,
      upstream: this.#upstream,
      upstreamTimeoutMs: UPSTREAM_TIMEOUT_MS,
      cacheTimeoutMs: CACHE_TIMEOUT_MS,
      isOneSecret: secrets === undefined || secrets[0][0] === secrets[1][0],
      isLeaseHeld: (token) => this.#store.isLeaseHeld(token),
      onViolation: (violation) => this.#onViolation(violation),
    });
    const weather = {
      troubleProbability: random.weighted([
        [4, 0],
        [3, 0.03],
        [this.#isPurging ? 8 : 2, 0.15],
      ]),
      slowestMs: random.pick([8, 40, CACHE_TIMEOUT_MS - 4]),
      sweepMs: random.pick([2000, 20_000, 200_000]),
      // A hot partition: far below DynamoDB's rates, since a history asks far less than a fleet does.
      partitionRates: random.weighted([
        [9, undefined],
        [1, { reads: 20, writes: 5 }],
      ]),
      isEventuallyConsistent,
    };
    this.#store = new SimulatedStore(this.#scheduler, random, weather, this.#checker, this.#trace);
    this.#instances = this.#drawInstances(secrets);
    this.#trace(`store trouble ${weather.troubleProbability}, upstream ${JSON.stringify(mood)}`);
  }

  async run(): Promise<HistoryResult> {
    const lastsMs = this.#plan();
    this.#store.sweepUntil(lastsMs);
    await this.#scheduler.run();
    if (this.#violation === undefined) this.#checker.end();
    return {
      violation: this.#violation,
      operations: this.#operations,
      upstreamCalls: this.#checker.upstreamCallCount,
    };
  }

  #onViolation(violation: Violation): void {
    this.#trace(`PROMISE ${violation.promise} BROKEN: ${violation.what}`);
    this.#violation ??= violation;
    this.#scheduler.stop();
  }

  #drawInstances(secrets: (typeof KEY_SECRETS)[number] | undefined): readonly Instance[] {
    const random = this.#random;
    const windows: FreshnessWindows = {
      freshForMs: random.pick([0, 2000, 2000, 5000, 5000, 10_000, 10_000, 300_000, 300_000]),
      staleWhileRevalidateMs: random.pick([0, 3000, 10_000, 900_000]),
      staleIfErrorMs: random.pick([0, 5000, 30_000, 86_400_000]),
      notFoundFreshForMs: random.pick([0, 2000, 15_000]),
    };
    const raised = { ...windows, freshForMs: windows.freshForMs * 3, staleIfErrorMs: windows.staleIfErrorMs * 2 };
    const isDeploying = random.chance(0.3);
    const freezeProbability = random.weighted([
      [5, 0],
      [2, 0.005],
      [1, 0.03],
    ]);
    const crashProbability = random.weighted([
      [5, 0],
      [2, 0.003],
      [1, 0.02],
    ]);
    return Array.from({ length: random.int(3, 8) }, (_, index) => {
      const isNewer = isDeploying && random.chance(0.5);
      const half = MAX_CLOCK_DIFFERENCE_MS / 2;
      const policy: LookupPolicy = {
        windows: isNewer ? raised : windows,
        staleSoftTimeoutMs: STALE_SOFT_TIMEOUT_MS,
        leaseMs: UPSTREAM_TIMEOUT_MS + CACHE_TIMEOUT_MS,
        storeTimeoutMs: CACHE_TIMEOUT_MS,
        projections: isNewer && random.chance(0.5) ? WIDE : NARROW,
        keySecrets: secrets === undefined ? ['only'] : random.pick(secrets),
        reading: DEFAULT_READING,
      };
      const instance = new Instance(
        {
          name: `i${index + 1}`,
          aheadMs: random.chance(0.5) ? random.pick([-half, half]) : random.int(-half, half),
          monotonicOriginMs: random.int(0, 1_000_000),
          freezeProbability,
          crashProbability,
          policy,
          reading: { ...DEFAULT_READING, embedAlways: isNewer && random.chance(0.5) ? ['points'] : [] },
        },
        this.#scheduler,
        random,
        this.#trace,
      );
      this.#trace(`${instance.name}: clock ${instance.aheadMs} ms ahead, ${JSON.stringify(policy.windows)}`);
      return instance;
    });
  }

  /** Draws what callers and the world do, and when. */
  #plan(): number {
    const random = this.#random;
    let moment = 0;
    if (this.#isPurging) {
      for (const subject of this.#subjects) {
        const customer = this.#upstream.customerOf(askedBy(subject).subject);
        if (customer === undefined) continue;
        this.#scheduler.at(random.int(0, 4000), () => this.#purgeAgain(subject, customer));
      }
      moment = random.int(4000, 8000);
    }
    for (let left = random.int(5, 25); left > 0; left -= 1) {
      moment += random.weighted([
        [6, random.int(0, 30)],
        [3, random.int(0, 600)],
        [3, random.int(0, 4000)],
        [1, random.int(0, 40_000)],
      ]);
      this.#scheduler.at(moment, () => this.#act());
    }
    // At last, when all has come to rest, look what is left: with the upstream down, so that the store must show it.
    moment += random.pick([100, 3000, 12_000]);
    this.#scheduler.at(moment, () => {
      if (random.chance(0.5)) this.#turn(MOODS.at(-1)!);
    });
    for (const subject of this.#subjects) {
      this.#scheduler.at(moment + random.int(0, 50), () => this.#look(this.#anybody(), subject));
    }
    return moment;
  }

  /** One thing that callers, the webhook or the upstream's customers do. */
  #act(): void {
    const random = this.#random;
    const subject = random.pick(this.#subjects);
    const name = askedBy(subject).subject;
    const customer = this.#upstream.customerOf(name) ?? random.pick(CUSTOMERS);
    const act = random.weighted<() => void>([
      [14, () => this.#look(this.#anybody(), subject)],
      [3, () => this.#crowd(subject)],
      [this.#isPurging ? 12 : 2, () => this.#invalidate('delete', customer, undefined)],
      [2, () => this.#invalidate('delete', undefined, subject)],
      [2, () => this.#invalidate('mark-stale', customer, undefined)],
      [1, () => this.#invalidate('mark-stale', undefined, subject)],
      [this.#isPurging ? 6 : 0, () => this.#purgeAgain(subject, customer)],
      [1, () => this.#erase(customer)],
      [1, () => this.#merge(customer, random.pick(CUSTOMERS))],
      [1, () => this.#reassign(subject, random.pick([...CUSTOMERS, undefined]))],
      [2, () => this.#turn(random.pick(MOODS))],
    ]);
    act();
  }

  /** Several ask for the same at a time. */
  #crowd(subject: Parameters): void {
    for (let left = this.#random.int(2, 6); left > 0; left -= 1) {
      this.#scheduler.after(this.#random.int(0, 60), () => this.#look(this.#anybody(), subject));
    }
  }

  /** Purges a customer, lets the first fills of theirs begin, and purges again while these are under way. */
  #purgeAgain(subject: Parameters, customer: string): void {
    const random = this.#random;
    this.#invalidate('delete', customer, undefined);
    const fillsAfterMs = random.int(300, 3000);
    this.#scheduler.after(fillsAfterMs, () => this.#crowd(subject));
    const purgesAfterMs = fillsAfterMs + random.int(50, 1500);
    this.#scheduler.after(purgesAfterMs, () => this.#invalidate('delete', customer, undefined));
  }

  #erase(customer: string): void {
    this.#trace(`customer ${customer} is erased`);
    this.#upstream.erase(customer);
    if (this.#random.chance(0.5)) this.#invalidate('delete', customer, undefined);
  }

  #merge(customer: string, survivor: string): void {
    if (customer === survivor) return;
    this.#trace(`customer ${customer} is merged into ${survivor}`);
    this.#upstream.merge(customer, survivor);
    if (this.#random.chance(0.3)) this.#invalidate('delete', customer, undefined);
  }

  #reassign(subject: Parameters, heir: string | undefined): void {
    const name = askedBy(subject).subject;
    this.#trace(`${name} finds ${heir === undefined ? 'nobody' : `customer ${heir}`} from now on`);
    this.#upstream.assign(name, heir);
    if (this.#random.chance(0.5)) this.#invalidate('delete', undefined, subject);
  }

  #turn(mood: UpstreamMood): void {
    this.#trace(`the upstream's mood: ${JSON.stringify(mood)}`);
    this.#upstream.mood = mood;
  }

  /** An instance that still runs; where none does, one that answers nobody. */
  #anybody(): Instance {
    const running = this.#instances.filter(({ isCrashed }) => !isCrashed);
    return running.length === 0 ? this.#instances[0]! : this.#random.pick(running);
  }

  #look(instance: Instance, subject: Parameters): void {
    const embed = this.#random.pick(EMBEDS);
    const parameters = embed === '' ? subject : { ...subject, embed };
    this.#start(instance, Object.entries(parameters), this.#drawDirectives(), 'answer');
  }

  #drawDirectives(): RequestDirectives {
    const random = this.#random;
    if (random.chance(0.6)) return NO_DIRECTIVES;
    const drawn = random.weighted<Partial<RequestDirectives>>([
      [3, { noCache: true }],
      [1, { noStore: true }],
      [1, { onlyIfCached: true }],
      [2, { maxAgeMs: random.pick([0, 1000, 5000]) }],
      [1, { minFreshMs: random.pick([0, 1000, 5000]) }],
      [2, { maxStaleMs: random.pick([3000, 20_000, Number.POSITIVE_INFINITY]) }],
      [1, { maxAgeMs: 4000, maxStaleMs: 20_000 }],
      [1, { staleIfErrorMs: random.pick([0, 2000, 20_000]) }],
    ]);
    return { ...NO_DIRECTIVES, ...drawn };
  }

  /** Lets an instance answer a look-up. */
  #start(
    instance: Instance,
    parameters: readonly (readonly [string, string])[],
    directives: RequestDirectives,
    purpose: LookupPurpose,
  ): void {
    instance.resume(this.#scheduler.now, () => {
      this.#operations += 1;
      this.#answer(instance, parameters, directives, purpose).catch((error: unknown) => this.#onFault(error));
    });
  }

  async #answer(
    instance: Instance,
    parameters: readonly (readonly [string, string])[],
    directives: RequestDirectives,
    purpose: LookupPurpose,
  ): Promise<void> {
    const { policy, reading } = instance;
    const { request } = await readV2Request(parameters, reading);
    const asked = askedBy(Object.fromEntries(parameters), reading.embedAlways);
    const partition = partitionKey(request.subject!, policy.keySecrets[0]);
    const watched = this.#checker.watch({ instance, asked, partition, directives });
    this.#trace(`${watched.name} ${purpose} ${asked.identity} ${describeDirectives(directives)}`);
    const store = this.#store.for(watched);
    const lookup = createLookup(
      {
        clock: instance.clock,
        random: () => this.#random.next(),
        newToken: () => {
          this.#tokens += 1;
          return `t${this.#tokens}`;
        },
        store,
        upstream: this.#upstream.for(watched),
        revalidator: { revalidate: (stale) => this.#revalidate(instance, stale) },
      },
      policy,
    );
    const firstRead = this.#random.chance(0.2) ? await this.#readAhead(instance, store, request) : undefined;
    watched.begin();
    const result = await lookup(request, directives, purpose, firstRead);
    this.#trace(`${watched.name} is answered: ${JSON.stringify(result.answer)} ${JSON.stringify(result.cache)}`);
    this.#checker.answered(watched, result);
  }

  /** Reads together with other look-ups of a batch, and has these go first. */
  async #readAhead(instance: Instance, store: CacheStore, request: CanonicalRequest): Promise<FirstRead> {
    const reading = store.readAll([keyOf(request, instance.policy)!]);
    reading.catch(() => undefined);
    await instance.clock.sleep(this.#random.pick([0, 20, 400, 3000, 12_000]));
    return async () => {
      const item = (await reading)[0]!;
      if (item instanceof Error) throw item;
      return item;
    };
  }

  /** Asks for a revalidation; the event may come late, twice or never, whether or not it is reported as asked. */
  #revalidate(asker: Instance, request: CanonicalRequest): Promise<boolean> {
    const random = this.#random;
    return new Promise((resolve) => {
      const sentAt = asker.departure();
      if (sentAt === Number.POSITIVE_INFINITY) return;
      const deliveries = random.weighted([
        [6, 1],
        [2, 2],
        [1, 0],
      ]);
      for (let left = deliveries; left > 0; left -= 1) {
        const delayMs = random.chance(0.7) ? random.int(5, 300) : random.int(5, 60_000);
        this.#scheduler.at(sentAt + delayMs, () => {
          const directives = { ...NO_DIRECTIVES, minFreshMs: 0 };
          this.#start(this.#anybody(), respell(request), directives, 'revalidate');
        });
      }
      const tookMs = random.int(5, REVALIDATE_TIMEOUT_MS);
      const isReported = tookMs < 0.9 * REVALIDATE_TIMEOUT_MS;
      asker.resume(sentAt + tookMs, () => resolve(isReported));
    });
  }

  /** Lets an instance purge or mark; repeated, here or elsewhere, until it is acknowledged. */
  #invalidate(
    mode: InvalidationMode,
    customer: string | undefined,
    subject: Parameters | undefined,
    attemptsLeft = 6,
  ): void {
    const instance = this.#anybody();
    let isAcknowledged = false;
    const repeat = () => {
      if (!isAcknowledged && attemptsLeft > 0) this.#invalidate(mode, customer, subject, attemptsLeft - 1);
    };
    instance.resume(this.#scheduler.now, () => {
      this.#operations += 1;
      this.#tryInvalidate(instance, mode, customer, subject).then(
        () => {
          isAcknowledged = true;
          this.#probe(customer, subject);
        },
        (error: unknown) => {
          if (error instanceof StoreUnavailableError) this.#scheduler.after(this.#random.int(50, 3000), repeat);
          else this.#onFault(error);
        },
      );
    });
    // A purger that crashes is repeated by whoever sees no answer; one that is slow is overtaken.
    if (this.#random.chance(0.3)) this.#scheduler.after(this.#random.int(20, 5000), repeat);
  }

  async #tryInvalidate(
    instance: Instance,
    mode: InvalidationMode,
    customer: string | undefined,
    subject: Parameters | undefined,
  ): Promise<void> {
    const startedAt = this.#scheduler.now;
    const whose = customer === undefined ? askedBy(subject!).subject : `customer ${customer}`;
    const user: StoreUser = { instance, name: `${instance.name}/${mode} ${whose}`, timeoutMs: PURGE_TIMEOUT_MS };
    this.#trace(`${user.name} begins`);
    const { clock, policy } = instance;
    const invalidation = createInvalidation({
      store: this.#store.for(user),
      clock,
      keySecrets: policy.keySecrets,
    });
    const options = this.#random.chance(0.5) ? { withinMs: this.#random.pick([500, 5000]) } : undefined;
    if (customer !== undefined) {
      await invalidation.customers([customer], mode, options);
    } else {
      const found: Subject = await readSubject(Object.entries(subject!), instance.reading);
      await invalidation.subjects([found], mode, options);
    }
    this.#trace(`${user.name} is acknowledged`);
    this.#checker.acknowledge({
      mode,
      startedAt,
      acknowledgedAt: this.#scheduler.now,
      ...(customer === undefined ? { subject: askedBy(subject!).subject } : { customer }),
    });
  }

  /** Looks, after an invalidation, for what should be gone. */
  #probe(customer: string | undefined, subject: Parameters | undefined): void {
    const concerned = this.#subjects.filter(
      (each) => each === subject || this.#upstream.customerOf(askedBy(each).subject) === customer,
    );
    for (const each of concerned) {
      this.#scheduler.after(this.#random.int(1, 60), () => this.#look(this.#anybody(), each));
      this.#scheduler.after(this.#random.int(60, 5000), () => this.#look(this.#anybody(), each));
    }
  }

  #onFault(error: unknown): void {
    this.#onViolation({
      promise: 'fault',
      what: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  }
}

function describeDirectives(directives: RequestDirectives): string {
  return Object.entries(directives)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
