import type { Api } from '../../../customer/request/canonical-request.ts';
import type { CallLimits, LookupPurpose } from '../../lookup-policy.ts';
import type { Clock, UpstreamCallCounters } from '../../ports.ts';
import type { StoreAccess } from '../../store-access.ts';
import type { UpstreamFailure } from '../../upstream.ts';
import { batchSize, type LastBatch } from './batch-size.ts';
import { budgetMinute } from './budget-minute.ts';
import { priorityOf } from './call-priority.ts';
import { MinuteCalls, type Verdict } from './minute-calls.ts';

/**
 * If the store does not answer, the instance does not ask it for calls for this time. During this time there is no
 * budget. Milliseconds.
 */
const OPEN_MS = 1000;

/** The facts about a look-up that the budget needs. */
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
  /** Gets the right to one more call, just before the call. */
  extend(): Promise<boolean>;
  /** Says how many calls were made. Other look-ups may use the calls that were not made. */
  settle(made: number): void;
}

/** A permitted call. */
interface Obtained {
  /** The minute for which it counts; undefined: there is no budget at the moment. */
  readonly from: MinuteCalls | undefined;
}

/** One instance's knowledge of the budget of one API. */
interface Share {
  calls: MinuteCalls;
  /** How many look-ups wait for calls. */
  waiting: number;
  /** The call that takes a batch from the counter, while it is in progress. */
  taking: Promise<void> | undefined;
  /** The last batch, and when it was taken. Monotonic milliseconds. */
  last: { readonly size: number; readonly takenAt: number } | undefined;
  /** There is no budget until this moment: the store did not answer. Monotonic milliseconds. */
  openUntil: number;
}

/**
 * The fleet's budget for the upstream: a number of calls a minute, counted in the store. An instance takes calls in
 * small batches, while a look-up writes its lease, so a miss waits for no further round trip. If the store does not
 * answer, there is no budget for a moment.
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
   * Makes a write, and takes calls at the same time if the instance has none. `refused`: there are no calls, so it does
   * not make the write. If no caller waits, it makes the write in any case: with the lease, the look-up can hold the
   * next such fetch back.
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
      // No work may continue after the answer.
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

  /** Waits for a call and uses it. @returns undefined: there is no call */
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

  /** `open`: no budget limits the call, at least at the moment. */
  #judge(caller: Caller, share: Share | undefined): Verdict | 'open' {
    if (share === undefined) return 'open';
    const verdict = share.calls.judge(budgetMinute(this.#clock.now()), priorityOf(caller));
    const isOpen = caller.store.isBypassed || this.#clock.monotonicNow() < share.openUntil;
    return verdict === 'take' && isOpen ? 'open' : verdict;
  }

  /**
   * Takes a batch from the counter, or waits for the batch that is being taken. The next batch is for all look-ups that
   * got no call.
   */
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
    const told = await store.aside(async (each) => ({
      taken: await each.takeCalls(api, calls.minute, count, ceiling),
    }));
    if (told === undefined) {
      share.openUntil = this.#clock.monotonicNow() + OPEN_MS;
    } else if (told.taken === undefined) {
      calls.noteRefusal(ceiling);
    } else {
      calls.noteTaken(now, count, told.taken);
      share.last = { size: count, takenAt: askedAt };
    }
  }

  /** This instance's knowledge of the present minute; undefined: the API has no limit. */
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
