import { keyText } from '../../../functions/customer/request/cache-key.ts';
import type { StoredItem } from '../../../functions/lookup/entry.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import { EPOCH_MS } from '../instance.ts';
import type { StoreEffect } from '../store/store-user.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** How long a failed revalidation holds back the next at least. Milliseconds. */
const MIN_HOLD_BACK_MS = 10_000;

/**
 * Contract §3: one revalidation is requested at a time. A fetch that is given up asks for one. A failed revalidation
 * holds the next one back, and nothing else does. A revalidation that could not be requested leaves no mark. One that
 * was requested fetches. No look-up takes back the mark of another one.
 */
export class RevalidationCheck implements Check {
  readonly #scene: Scene;
  /** The look-up that set the last mark of each item: two look-ups may set the same one at the same millisecond. */
  readonly #markedBy = new Map<string, WatchedLookup>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  storeChanged(lookup: WatchedLookup, effect: StoreEffect): void {
    if (effect.kind === 'marked' && this.#isHeldBack(effect.before, MAX_CLOCK_DIFFERENCE_MS)) {
      this.#scene.fail('§3', lookup, `asks again (${effect.mark.until}) while revalidation is held back`);
    }
    if (effect.kind === 'marked') this.#markedBy.set(keyText(lookup.key), lookup);
    if (effect.kind === 'mark-taken-back') this.#checkTakenBack(lookup, effect.mark);
    // A change after the look-up's answer says nothing about that moment.
    if (effect.kind === 'lease-ended' && lookup.answeredAt === undefined) this.#checkEnd(lookup, effect);
  }

  /** A look-up sets its mark by a write of its own, or when it ends its lease. */
  #checkTakenBack(lookup: WatchedLookup, taken: StoredItem['revalidation']): void {
    const { ownMarks, mark } = lookup;
    const isOwn = taken !== undefined && (ownMarks.has(taken.until) || mark?.until === taken.until);
    if (!isOwn) this.#scene.fail('§3', lookup, 'takes back the mark of another look-up');
  }

  revalidationAsked(lookup: WatchedLookup): void {
    if (lookup.mark === undefined) this.#scene.fail('§3', lookup, 'asks for a revalidation without a mark');
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    const { cache, isRevalidationAsked, isRevalidationLost } = result;
    this.#checkIsMade(lookup, result);
    const { revalidation, mark, store } = lookup;
    // A look-up that could not even set its mark has lost its request too.
    const couldNotMark = revalidation === undefined && store.troubleCount('markRevalidation') > 0;
    const mayBeLost = store.isFailed || lookup.request.purpose === 'prefetch';
    const isLost = revalidation === 'lost' || couldNotMark || (mayBeLost && isRevalidationLost);
    const isTold = (revalidation === 'asked') === isRevalidationAsked && isLost === isRevalidationLost;
    if (cache.status === 'hit' && cache.detail === 'stale-while-revalidate' && !isTold) {
      this.#scene.fail('§3', lookup, `says wrongly whether a revalidation was asked for: it was ${revalidation}`);
    }
    const isHindered = store.isFailed || store.troubleCount('takeBackMark') > 0 || lookup.hasStoodStill;
    if (revalidation !== 'lost' || mark === undefined || isHindered) return;
    const left = this.#scene.table.item(lookup.key).revalidation;
    const isOthers = this.#markedBy.get(keyText(lookup.key)) !== lookup;
    const isLeft = left?.until === mark.until && left.backoffMs === mark.backoffMs && !isOthers;
    // A mark that has ended asks for nothing: it says that a fetch has ended.
    const isAsking = isLeft && this.#isHeldBack({ revalidation: left }, MAX_CLOCK_DIFFERENCE_MS);
    if (isAsking) this.#scene.fail('§3', lookup, 'leaves its mark though it could not ask for a revalidation');
  }

  /** A fetch that another look-up requested is made, unless something makes it unnecessary. */
  #checkIsMade(lookup: WatchedLookup, { answer }: LookupResult): void {
    if (lookup.request.purpose !== 'revalidate' || answer.kind !== 'not-cached') return;
    const { told, store, hasStoodStill, isVoided, wasExcused } = lookup;
    const isDisturbed = store.hasTrouble || store.mayAskAlone || hasStoodStill || isVoided || wasExcused;
    const { last } = told;
    const isEmpty = last !== undefined && !last.entry && !last.lease && !last.outcome && !last.revalidation;
    if (isEmpty && told.leases.size === 0 && !isDisturbed) {
      this.#scene.fail('§3', lookup, 'is the fetch that others asked for, and fetches nothing');
    }
  }

  #checkEnd(lookup: WatchedLookup, { before, end }: Extract<StoreEffect, { kind: 'lease-ended' }>): void {
    const { outcome, revalidation } = end;
    // A revalidation without a call from the budget gives way to the look-ups that wait.
    const hasBudget = lookup.instance.policy.callLimits !== undefined;
    const isRefused = hasBudget && outcome.kind === 'ceded' && lookup.calls === 0;
    const isFailedRevalidation = lookup.request.hasNoCaller && (outcome.kind === 'failed' || isRefused);
    const backoffMs = before.revalidation?.backoffMs ?? 0;
    const isHoldBack = revalidation !== undefined && revalidation.backoffMs > backoffMs;
    if (isHoldBack && !isFailedRevalidation) {
      this.#scene.fail('§3', lookup, `holds back revalidation for ${revalidation.backoffMs} ms, though none failed`);
    }
    if (isFailedRevalidation && before.entry !== undefined && (revalidation?.backoffMs ?? 0) < MIN_HOLD_BACK_MS) {
      this.#scene.fail('§3', lookup, 'fails as a revalidation and does not hold back the next');
    }
    if (isFailedRevalidation) return;
    // Its knowledge when it took the lease decides whether it may ask.
    const seen = lookup.knownItem;
    // If the answer to its try was lost, it learnt of its lease by a read, perhaps by that of another look-up of its
    // instance. Then it knows a newer item.
    if (seen === undefined || lookup.store.troubleCount('takeLease') > 0) return;
    // A mark that has ended asks for nothing: it says that the requested fetch has ended.
    const isAsking = this.#isHeldBack({ revalidation }, MAX_CLOCK_DIFFERENCE_MS);
    if (isAsking && this.#isHeldBack(seen, MAX_CLOCK_DIFFERENCE_MS)) {
      this.#scene.fail('§3', lookup, `asks again (${revalidation?.until}) while revalidation is held back`);
    }
    const isGivenUp = outcome.kind === 'given-up' && lookup.hasGivenUp && lookup.ownAnswer?.outcome.kind === 'failed';
    // An instance that stands still may have decided this a while ago, when the mark was not over.
    const isHeldBack = this.#isHeldBack(seen, -MAX_CLOCK_DIFFERENCE_MS) || lookup.hasStoodStill;
    if (isGivenUp && revalidation === undefined && !isHeldBack) {
      this.#scene.fail('§3', lookup, 'gives its fetch up and asks for no revalidation');
    }
  }

  /** Whether a revalidation was requested, or failed, a short time ago: for how much longer. */
  #isHeldBack({ revalidation }: Pick<StoredItem, 'revalidation'>, longerMs: number): boolean {
    return revalidation !== undefined && revalidation.until - (EPOCH_MS + this.#scene.now) > longerMs;
  }
}
