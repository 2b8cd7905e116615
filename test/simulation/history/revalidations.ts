import type { CanonicalRequest } from '../../../functions/customer/request/canonical-request.ts';
import { respell } from '../../../functions/customer/request/respelling.ts';
import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import type { RevalidateOptions, Revalidator } from '../../../functions/lookup/ports.ts';
import type { Instance } from '../instance.ts';
import type { World } from '../world.ts';
import type { Callers } from './callers.ts';
import { REVALIDATE_TIMEOUT_MS } from './settings.ts';
import { anyInstance, type Stage } from './stage.ts';

/** How a requested invocation arrives. */
export interface Deliveries {
  /** After how long each comes; there may be none, or two. Milliseconds. */
  readonly delaysMs: readonly number[];
  /** Whether it is reported as requested. An invocation that is reported lost may still come. */
  readonly isReported: boolean;
}

/** An event may come late, twice or never, whether or not it is reported as requested. */
export function anyDeliveries({ random }: World): Deliveries {
  const count = random.weighted([
    [6, 1],
    [2, 2],
    [1, 0],
  ]);
  const delayMs = () => (random.chance(0.7) ? random.int(5, 300) : random.int(5, 60_000));
  return { delaysMs: Array.from({ length: count }, delayMs), isReported: random.chance(0.85) };
}

/** Each event comes soon, except the first few of a history. */
export function soonDeliveries({ random }: World, lossesAtMost: number): () => Deliveries {
  let losses = random.int(0, lossesAtMost);
  return () => {
    losses -= 1;
    if (losses >= 0) return { delaysMs: [], isReported: random.chance(0.5) };
    return { delaysMs: [random.int(5, 300)], isReported: true };
  };
}

/** Asks for revalidations by separate invocations, which any instance may get. */
export class Revalidations {
  readonly #stage: Pick<Stage, 'world' | 'instances'>;
  readonly #callers: () => Callers;
  readonly #deliveries: () => Deliveries;

  constructor(stage: Pick<Stage, 'world' | 'instances'>, callers: () => Callers, deliveries: () => Deliveries) {
    this.#stage = stage;
    this.#callers = callers;
    this.#deliveries = deliveries;
  }

  for(asker: Instance): Revalidator {
    return { revalidate: (request, options) => this.#revalidate(asker, request, options) };
  }

  #revalidate(asker: Instance, request: CanonicalRequest, options: RevalidateOptions | undefined): Promise<boolean> {
    const { random, scheduler } = this.#stage.world;
    return new Promise((resolve) => {
      const sentAt = asker.departure();
      if (sentAt === Number.POSITIVE_INFINITY) return;
      const { delaysMs, isReported } = this.#deliveries();
      for (const delayMs of delaysMs) scheduler.at(sentAt + delayMs, () => this.#deliver(request, options));
      asker.resume(sentAt + random.int(5, REVALIDATE_TIMEOUT_MS), () => resolve(isReported));
    });
  }

  #deliver(request: CanonicalRequest, { audit, isForPrefetch = false }: Partial<RevalidateOptions> = {}): void {
    const sent = { api: request.api, parameters: Object.fromEntries(respell(request)) };
    const [callers, instance] = [this.#callers(), anyInstance(this.#stage)];
    if (audit !== undefined) callers.audit(instance, sent, audit);
    else callers.ask(instance, sent, { ...NO_DIRECTIVES, minFreshMs: 0 }, 'revalidate', isForPrefetch);
  }
}
