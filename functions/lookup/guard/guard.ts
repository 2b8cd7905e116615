import { lazily } from '../lazily.ts';
import type { LookupResult } from '../lookup-result.ts';
import type { Clock } from '../ports.ts';
import type { AddUpOptions } from './add-up.ts';
import { Pending } from './pending.ts';
import { isWithin, windowEndAfter } from './window.ts';

/** What the guard needs. */
export interface GuardOptions extends AddUpOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** After this time a call of the store counts as failed. Milliseconds. */
  readonly storeTimeoutMs: number;
}

/** The most callers that an instance counts in one window: more would fill its memory. */
const MAX_CALLERS = 10_000;

/**
 * Refuses a caller that tries numbers out, until the window has passed.
 *
 * Every look-up runs this code, which counts in memory. A hit that finds a customer makes no call to the store. A
 * look-up asks the store for the counts of all instances only if it found no customer or was pending. A hit without a
 * customer asks only if the caller has had several such answers since the counts were added. It must ask then: if a
 * caller asks without waiting, or another caller asked before, hits are all that it gets. The first look-up that asks
 * loads the code for that (`add-up.ts`). If the store fails, no caller is refused.
 */
export class Guard {
  readonly #options: GuardOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #refused = new Set<string>();
  #windowEndsAt = 0;
  readonly #loadAddUp = lazily(async () => (await import('./add-up.ts')).addUp);

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /**
   * For how long the service refuses this caller; undefined: it does not refuse the caller. Milliseconds, more than 0.
   */
  refusedForMs(caller: string): number | undefined {
    const now = this.#options.clock.now();
    this.#turnWindow(now);
    return this.#refused.has(caller) ? this.#windowEndsAt - now : undefined;
  }

  /**
   * Counts the results of a caller's look-ups.
   * @param leftMs the time until the caller must have an answer. Milliseconds. If the store may take longer, the guard
   *   does not ask it now.
   * @returns undefined: there is nothing more to do. Otherwise for how long the service refuses the caller from now on,
   *   as `refusedForMs`
   */
  counted(caller: string, results: readonly LookupResult[], leftMs: number): Promise<number | undefined> | undefined {
    const { clock, storeTimeoutMs } = this.#options;
    this.#turnWindow(clock.now());
    const pending = this.#pendingOf(caller);
    if (pending === undefined) return undefined;
    const notFound = results.filter(foundNobody).length;
    // A pending look-up has no result yet: the look-up that gets the answer counts.
    const lookups = results.filter(({ answer }) => answer.kind !== 'pending').length;
    pending.add({ lookups, notFound });
    // If the store failed during a look-up, that look-up does not use the store again.
    const mayAsk = leftMs >= 2 * storeTimeoutMs && results.every(({ storeFailure }) => storeFailure === undefined);
    const isDue = results.some(asksTheStore) || (notFound > 0 && pending.hasManyNotFound);
    return mayAsk && isDue ? this.#judge(caller, pending) : undefined;
  }

  async #judge(caller: string, pending: Pending): Promise<number | undefined> {
    const windowEndsAt = this.#windowEndsAt;
    const addUp = await this.#loadAddUp();
    const isEnumerating = await addUp(this.#options, caller, windowEndsAt, pending);
    if (isEnumerating && windowEndsAt === this.#windowEndsAt) this.#refused.add(caller);
    return this.refusedForMs(caller);
  }

  #turnWindow(now: number): void {
    if (isWithin(this.#windowEndsAt, now)) return;
    this.#windowEndsAt = windowEndAfter(now);
    this.#pending.clear();
    this.#refused.clear();
  }

  #pendingOf(caller: string): Pending | undefined {
    const known = this.#pending.get(caller);
    if (known !== undefined || this.#pending.size >= MAX_CALLERS) return known;
    const pending = new Pending();
    this.#pending.set(caller, pending);
    return pending;
  }
}

function foundNobody({ answer }: LookupResult): boolean {
  return answer.kind === 'not-found' || answer.kind === 'erased';
}

/**
 * Whether a look-up by itself makes the guard ask the store. A hit does not. A pending look-up does, because a moment
 * later a hit may tell the caller that there is no customer.
 */
function asksTheStore(result: LookupResult): boolean {
  return result.cache.status !== 'hit' && (foundNobody(result) || result.answer.kind === 'pending');
}
