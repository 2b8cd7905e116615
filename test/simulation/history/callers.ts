import type { AuditRequest } from '../../../functions/lookup/audit/audit-words.ts';
import { NO_DIRECTIVES, type RequestDirectives } from '../../../functions/lookup/directives.ts';
import type { LookupPurpose } from '../../../functions/lookup/lookup-policy.ts';
import type { Sent } from '../asked.ts';
import type { Instance } from '../instance.ts';
import { anyInstance, type Stage } from './stage.ts';
import { byV1, byV2, type CallersSubject, SENT_AS } from './subjects.ts';
import { NO_WISH, type Wish } from './wishes.ts';

/** How many look-ups of a batch run at once: fewer than in functions/batch/batch.ts, so that some wait. */
const BATCH_CONCURRENCY = 2;

/** The callers: tills, kiosks, other functions. */
export class Callers {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** One look-up of a subject, by any API, in any variant. */
  look(subject: CallersSubject, directives = this.#drawDirectives()): void {
    this.ask(anyInstance(this.#stage), this.#drawSent(subject), directives, 'answer');
  }

  /** One look-up of a subject by v2, without embed and without a directive. */
  plainly(subject: CallersSubject): void {
    this.ask(anyInstance(this.#stage), byV2(subject, ''), NO_DIRECTIVES, 'answer');
  }

  /** Several callers ask for the same at a time: most of them in one variant. */
  crowd(subject: CallersSubject, size = this.#random.int(2, 6), directives?: RequestDirectives): void {
    const sent = this.#drawSent(subject);
    for (let left = size; left > 0; left -= 1) {
      this.#stage.world.scheduler.after(this.#random.int(0, 60), () => {
        const own = this.#random.chance(0.6) ? sent : this.#drawSent(subject);
        this.ask(anyInstance(this.#stage), own, directives ?? this.#drawDirectives(), 'answer');
      });
    }
  }

  /** Several callers ask for different things at a time. */
  rush(size: number, directives: RequestDirectives): void {
    for (let left = size; left > 0; left -= 1) {
      const subject = this.#random.pick(this.#stage.subjects);
      this.#stage.world.scheduler.after(this.#random.int(0, 60), () => this.look(subject, directives));
    }
  }

  /** Several look-ups in one request, which are read ahead together. */
  batch(): void {
    const { subjects } = this.#stage;
    const instance = anyInstance(this.#stage);
    const directives = this.#random.chance(0.7) ? NO_DIRECTIVES : this.#drawDirectives();
    const all = Array.from({ length: this.#random.int(2, 7) }, () => this.#drawSent(this.#random.pick(subjects)));
    this.#stage.begin(instance, () => this.#answerBatch(instance, all, directives));
  }

  /**
   * Lets an instance answer one look-up. A caller may wish for a short wait or a prefetch.
   * @param isForPrefetch for a revalidation: whether a prefetch requested it
   */
  ask(
    instance: Instance,
    sent: Sent,
    directives: RequestDirectives,
    purpose: LookupPurpose,
    isForPrefetch = false,
  ): void {
    const { checker, world, services, wishes } = this.#stage;
    this.#stage.begin(instance, async () => {
      const wish = purpose === 'answer' ? wishes.next() : NO_WISH;
      const request = checker.watchRequest({
        instance,
        sent,
        directives,
        isForPrefetch,
        waitMs: wish.waitMs,
        purpose: wish.isPrefetch ? 'prefetch' : purpose,
      });
      world.trace(
        `${request.name} ${request.purpose}${describeWait(wish)} ${request.identity} ${describeDirectives(directives)}`,
      );
      const service = services.get(instance)!;
      await service.answer(request, await service.read(sent));
    });
  }

  /** Lets an instance audit a hit. */
  audit(instance: Instance, sent: Sent, audit: AuditRequest): void {
    const { checker, world, services } = this.#stage;
    this.#stage.begin(instance, async () => {
      const purpose = audit.isExtra ? 'audit' : 'revalidate';
      const request = checker.watchRequest({
        instance,
        sent,
        directives: { ...NO_DIRECTIVES, minFreshMs: 0 },
        purpose,
      });
      world.trace(`${request.name} ${purpose} of a hit ${request.identity} ${JSON.stringify(audit)}`);
      const service = services.get(instance)!;
      await service.audit(request, await service.read(sent), audit);
    });
  }

  async #answerBatch(instance: Instance, all: readonly Sent[], directives: RequestDirectives): Promise<void> {
    const { checker, world, services, wishes } = this.#stage;
    const service = services.get(instance)!;
    const requests = all.map((sent) => {
      const { waitMs, isPrefetch } = wishes.next();
      return checker.watchRequest({ instance, sent, directives, waitMs, purpose: isPrefetch ? 'prefetch' : 'answer' });
    });
    for (const request of requests) {
      world.trace(`${request.name} ${request.purpose}${describeWait(request)} in a batch ${request.identity}`);
    }
    const asked = await Promise.all(all.map((sent) => service.read(sent)));
    const firstReads = service.readTogether(asked);
    const left = requests.entries();
    const work = async () => {
      for (const [position, request] of left) await service.answer(request, asked[position]!, firstReads);
    };
    await Promise.all(Array.from({ length: BATCH_CONCURRENCY }, work));
  }

  #drawSent(subject: CallersSubject): Sent {
    const random = this.#random;
    const isJoinable = subject.v1 !== undefined;
    const way = isJoinable
      ? random.weighted<keyof typeof SENT_AS>([
          [5, 'v2'],
          [2, 'v1.1'],
          [2, 'joined'],
        ])
      : 'v2';
    if (way === 'v1.1') return byV1(subject, random.pick(SENT_AS['v1.1']));
    return byV2(subject, random.pick(SENT_AS[way]));
  }

  #drawDirectives(): RequestDirectives {
    const random = this.#random;
    if (random.chance(0.6)) return NO_DIRECTIVES;
    const drawn = random.weighted<Partial<RequestDirectives>>([
      [3, { noCache: true }],
      [1, { noStore: true }],
      [1, { onlyIfCached: true }],
      [2, { maxAgeMs: random.pick([0, 0, 1000, 5000]) }],
      [1, { minFreshMs: random.pick([0, 1000, 5000]) }],
      [2, { maxStaleMs: random.pick([3000, 20_000, Number.POSITIVE_INFINITY]) }],
      [1, { maxAgeMs: 4000, maxStaleMs: 20_000 }],
      [1, { staleIfErrorMs: random.pick([0, 2000, 20_000]) }],
    ]);
    return { ...NO_DIRECTIVES, ...drawn };
  }

  get #random() {
    return this.#stage.world.random;
  }
}

function describeWait({ waitMs }: Pick<Wish, 'waitMs'>): string {
  return waitMs === undefined ? '' : ` wait=${waitMs}`;
}

function describeDirectives(directives: RequestDirectives): string {
  return Object.entries(directives)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
