import type { Api } from '../../../customer/request/canonical-request.ts';
import type { CallLimits, LookupPurpose } from '../../lookup-policy.ts';
import type { Clock, UpstreamCallCounters } from '../../ports.ts';
import type { StoreAccess } from '../../store-access.ts';
import type { UpstreamFailure } from '../../upstream.ts';
import { batchSize, type LastBatch } from './batch-size.ts';
import { budgetMinute } from './budget-minute.ts';
import { priorityOf } from './call-priority.ts';
import { MinuteCalls, type Verdict } from './minute-calls.ts';

/** How long an instance asks the store for no calls after it did not answer: so long there is no budget. Milliseconds. */
const OPEN_MS = 1000;

/** What the budget needs to know of a look-up that wants to call the upstream. */
export interface Caller {
  readonly request: { readonly api: Api };
  readonly purpose: LookupPurpose;
  /** Whether it is a revalidation that a prefetch asked for. Default: no. */
  readonly isForPrefetch?: boolean;
  readonly store: StoreAccess<UpstreamCallCounters>;
}

/** The right to call the upstream once. */
export interface CallRight {
  readonly kind: 'call-right';
  /** Gets the right to one more call, which is about to be made. */
  extend(): Promise<boolean>;
  /** Says how many calls were made: the others may be made by another look-up. */
  settle(made: number): void;
}

/** A call that may be made. */
interface Obtained {
  /** The minute whose calls it is one of; undefined: there is no budget at the moment. */
  readonly from: MinuteCalls | undefined;
}

/** What one instance knows of the budget of one API. */
interface Share {
  calls: MinuteCalls;
  /** How many look-ups wait for calls. */
  waiting: number;
  /** Taking calls from the counter, while it lasts. */
  taking: Promise<void> | undefined;
  /** The last batch, and when it was taken. Monotonic milliseconds. */
  last: { readonly size: number; readonly takenAt: number } | undefined;
  /** Until then there is no budget: the store did not answer. Monotonic milliseconds. */
  openUntil: number;
}

/**
 * The fleet's budget for the upstream: so many calls a minute, counted in the store.
 *
 * An instance takes calls in small batches, at the moment at which a look-up writes its lease, so that a miss waits for no
 * further round trip. If the store does not answer, there is no budget for a moment.
 */
export class UpstreamBudget {
  readonly #clock: Pick<Clock, 'now' | 'monotonicNow'>;
  readonly #limits: CallLimits;
  readonly #shares = new Map<Api, Share>();

  constructor(clock: Pick<Clock, 'now' | 'monotonicNow'>, limits: CallLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Makes a write, and at the same moment takes calls if there are none. `refused`: there are none to be had, so that it is
   * not made. For what no caller waits for it is made all the same: under the lease, the next such fetch is held back.
   */
  async beside<T>(caller: Caller, write: () => Promise<T>): Promise<T | 'refused'> {
    const share = this.#shareOf(caller.request.api);
    const verdict = this.#judge(caller, share);
    if (verdict === 'refuse' && caller.purpose === 'answer') return 'refused';
    if (verdict !== 'take' || share === undefined) return write();
    share.waiting += 1;
    const taking = this.#take(caller, share);
    try {
      return await write();
    } finally {
      // Nothing may run on after the answer.
      await taking;
      share.waiting -= 1;
    }
  }

  /** Gets the right to one call. The failure says when there are calls again. */
  async enter(caller: Caller): Promise<CallRight | UpstreamFailure> {
    const first = await this.#obtain(caller);
    if (first === undefined) {
      return { kind: 'failed', failure: 'over-budget', retryAfterMs: budgetMinute(this.#clock.now()).refillsInMs };
    }
    const obtained = [first];
    return {
      kind: 'call-right',
      extend: async () => {
        const next = await this.#obtain(caller);
        if (next !== undefined) obtained.push(next);
        return next !== undefined;
      },
      settle: (made) => {
        for (const { from } of obtained.splice(made)) from?.putBack();
      },
    };
  }

  /** Uses a call, once there is one. @returns undefined: there is none to be had */
  async #obtain(caller: Caller): Promise<Obtained | undefined> {
    let waitsFor: Share | undefined;
    try {
      for (;;) {
        const share = this.#shareOf(caller.request.api);
        const verdict = this.#judge(caller, share);
        if (verdict === 'refuse') return undefined;
        if (verdict === 'open' || share === undefined) return { from: undefined };
        if (verdict === 'spend') {
          share.calls.spend();
          return { from: share.calls };
        }
        if (waitsFor === undefined) share.waiting += 1;
        waitsFor = share;
        await this.#take(caller, share);
      }
    } finally {
      if (waitsFor !== undefined) waitsFor.waiting -= 1;
    }
  }

  /** `open`: there is no budget, or none at the moment. */
  #judge(caller: Caller, share: Share | undefined): Verdict | 'open' {
    if (share === undefined) return 'open';
    const verdict = share.calls.judge(budgetMinute(this.#clock.now()), priorityOf(caller));
    const isOpen = caller.store.isBypassed || this.#clock.monotonicNow() < share.openUntil;
    return verdict === 'take' && isOpen ? 'open' : verdict;
  }

  /** Takes a batch from the counter; or it is the one that is being taken: the next is for all who wait for it in vain. */
  #take(caller: Caller, share: Share): Promise<void> {
    share.taking ??= this.#takeBatch(caller, share).finally(() => {
      share.taking = undefined;
    });
    return share.taking;
  }

  async #takeBatch(caller: Caller, share: Share): Promise<void> {
    const { calls, waiting } = share;
    const {
      request: { api },
      store,
    } = caller;
    const priority = priorityOf(caller);
    const now = budgetMinute(this.#clock.now());
    const askedAt = this.#clock.monotonicNow();
    const last: LastBatch | undefined = share.last && { size: share.last.size, lastedMs: askedAt - share.last.takenAt };
    const left = calls.left(now, priority);
    const count = batchSize({ last, waiting, left, isEdge: now.isEdge });
    const ceiling = calls.ceiling(now, priority);
    const told = await store.poll(async (each) => ({ taken: await each.takeCalls(api, calls.minute, count, ceiling) }));
    if (told === undefined) {
      share.openUntil = this.#clock.monotonicNow() + OPEN_MS;
    } else if (told.taken === undefined) {
      calls.noteRefusal(ceiling);
    } else {
      calls.noteTaken(now, count, told.taken);
      share.last = { size: count, takenAt: askedAt };
    }
  }

  /** What this instance knows of the running minute; undefined: the API has no limit. */
  #shareOf(api: Api): Share | undefined {
    const limit = this.#limits[api];
    if (limit === undefined) return undefined;
    const { minute } = budgetMinute(this.#clock.now());
    const known = this.#shares.get(api);
    if (known?.calls.minute === minute) return known;
    const calls = new MinuteCalls(minute, limit);
    if (known !== undefined) return Object.assign(known, { calls });
    const share: Share = { calls, waiting: 0, taking: undefined, last: undefined, openUntil: Number.NEGATIVE_INFINITY };
    this.#shares.set(api, share);
    return share;
  }
}
