import type { Subject } from '../../../functions/customer/request/canonical-request.ts';
import { readSubject } from '../../../functions/customer/v2/v2-subject.ts';
import { createInvalidation } from '../../../functions/lookup/invalidation.ts';
import type { InvalidationMode } from '../../../functions/lookup/item-change.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { partsOf } from '../asked.ts';
import type { Instance } from '../instance.ts';
import type { StoreUser } from '../store/store-user.ts';
import type { Callers } from './callers.ts';
import { PURGE_TIMEOUT_MS } from './settings.ts';
import { anyInstance, type Stage } from './stage.ts';
import { byV2, type CallersSubject } from './subjects.ts';

/** The target of an invalidation. */
export type Purged =
  | { readonly customer: string; readonly subject?: undefined }
  | { readonly subject: CallersSubject; readonly customer?: undefined };

/** Invalidations: by cache administration, and by the webhook's events. */
export class Purges {
  readonly #stage: Stage;
  readonly #callers: Callers;

  constructor(stage: Stage, callers: Callers) {
    this.#stage = stage;
    this.#callers = callers;
  }

  /** Lets an instance purge or mark. It is repeated, here or elsewhere, until it is acknowledged. */
  invalidate(mode: InvalidationMode, purged: Purged, attemptsLeft = 6): void {
    const { random, scheduler } = this.#stage.world;
    const instance = anyInstance(this.#stage);
    let isAcknowledged = false;
    const repeat = () => {
      if (!isAcknowledged && attemptsLeft > 0) this.invalidate(mode, purged, attemptsLeft - 1);
    };
    this.#stage.begin(instance, async () => {
      try {
        await this.#try(instance, mode, purged);
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        scheduler.after(random.int(50, 3000), repeat);
        return;
      }
      isAcknowledged = true;
      this.#probe(purged);
    });
    // If a purge crashes, its caller sees no answer and repeats it; a slow purge is overtaken.
    if (random.chance(0.3)) scheduler.after(random.int(20, 5000), repeat);
  }

  /** Purges a customer, lets the first fills of this customer begin, and purges again while these are in progress. */
  again(subject: CallersSubject, customer: string): void {
    const { random, scheduler } = this.#stage.world;
    this.invalidate('delete', { customer });
    const fillsAfterMs = random.int(300, 3000);
    scheduler.after(fillsAfterMs, () => this.#callers.crowd(subject));
    scheduler.after(fillsAfterMs + random.int(50, 1500), () => this.invalidate('delete', { customer }));
  }

  async #try(instance: Instance, mode: InvalidationMode, { customer, subject }: Purged): Promise<void> {
    const { checker, store, world } = this.#stage;
    const { random, scheduler, trace } = world;
    const startedAt = scheduler.now;
    const whose = customer === undefined ? nameOf(subject) : `customer ${customer}`;
    const user: StoreUser = { instance, name: `${instance.name}/${mode} ${whose}`, timeoutMs: PURGE_TIMEOUT_MS };
    trace(`${user.name} begins`);
    const { keySecrets } = instance.policy;
    const invalidation = createInvalidation({ store: store.for(user), clock: instance.clock, keySecrets });
    const options = random.chance(0.5)
      ? { endsAt: instance.clock.monotonicNow() + random.pick([500, 5000]) }
      : undefined;
    if (customer !== undefined) {
      await invalidation.customers([customer], mode, options);
    } else {
      const found: Subject = await readSubject(Object.entries(subject.v2), instance.reading);
      await invalidation.subjects([found], mode, options);
    }
    trace(`${user.name} is acknowledged`);
    const about = customer === undefined ? { subject: nameOf(subject) } : { customer };
    checker.acknowledge({ mode, startedAt, acknowledgedAt: scheduler.now, ...about });
  }

  /** Looks, after an invalidation, for entries that should be gone. */
  #probe({ customer, subject }: Purged): void {
    const { subjects, upstream, world } = this.#stage;
    const finds = (each: CallersSubject) => upstream.customers.of(whoOf(each)) === customer;
    for (const each of subjects.filter((one) => one === subject || (customer !== undefined && finds(one)))) {
      world.scheduler.after(world.random.int(1, 60), () => this.#callers.look(each));
      world.scheduler.after(world.random.int(60, 5000), () => this.#callers.look(each));
    }
  }
}

function nameOf(subject: CallersSubject): string {
  return partsOf(byV2(subject, '')).main.subject;
}

/** The ways to find the subject's customer at the upstream. */
export function whoOf(subject: CallersSubject): string {
  return partsOf(byV2(subject, '')).main.who;
}
