import { NO_DIRECTIVES } from '../../functions/lookup/directives.ts';
import { type CacheEntry, EMPTY_ITEM, MAX_FRESHNESS_CUT, type StoredItem } from '../../functions/lookup/entry.ts';
import { decide, expiryOf, toStandIn } from '../../functions/lookup/freshness.ts';
import { askingMark, failureMark, isHeldBack } from '../../functions/lookup/revalidation.ts';
import { type ForecastPlan, isOut } from './plan.ts';
import type { PlayedBudget, PlayedPriority } from './played-budget.ts';
import { around, type Random } from './random.ts';
import type { Tally, Write } from './tally.ts';

/** The time between the request for a revalidation and its call to the upstream. Milliseconds. */
const REVALIDATION_DELAY_MS = 50;

/** The stored form of an upstream answer. */
const FILLS: Readonly<Record<CacheEntry['kind'], Write>> = { found: 'foundFill', 'not-found': 'notFoundFill' };

/** The part of a plan that the play of one customer needs. */
export type Played = Pick<ForecastPlan, 'windows' | 'staleSoftTimeoutMs' | 'upstreamMs' | 'outage'>;

/** The parts that the customers of a forecast share. */
export interface Stage {
  readonly tally: Tally;
  /** Undefined: the upstream may be called at any time. */
  readonly budget?: Pick<PlayedBudget, 'admits'> | undefined;
}

/** A fetch in progress. */
interface Fetch {
  readonly askedAt: number;
  readonly endsAt: number;
  readonly isAnswered: boolean;
}

/**
 * Plays the look-ups of one customer, and tallies the cost of each. The service's own code makes the decisions:
 * `decide`, `toStandIn`, the marks of a revalidation. Entries of different customers do not affect each other, so each
 * customer is played alone.
 * @param times in their order, milliseconds
 */
export function playCustomer(
  times: readonly number[],
  kind: CacheEntry['kind'],
  plan: Played,
  random: Random,
  { tally, budget }: Stage,
): void {
  const { windows } = plan;
  let item: StoredItem = EMPTY_ITEM;
  let fetch: Fetch | undefined;

  /** A mark or a lease: the item is written as a whole. */
  const write = (at: number): void => tally.write(item.entry?.kind === 'found' ? 'onEntry' : 'onNothing', at);

  const end = (now: number): void => {
    if (fetch === undefined || fetch.endsAt > now) return;
    if (fetch.isAnswered) {
      const entry = entryOf(kind, fetch.askedAt, plan, random);
      if (entry !== undefined) {
        // An entry replaces the item, and its mark with it.
        item = { ...EMPTY_ITEM, entry };
        tally.write(FILLS[kind], fetch.endsAt);
      }
    } else write(fetch.endsAt);
    fetch = undefined;
  };

  /** @returns undefined: the budget has no call for it */
  const ask = (at: number, priority: PlayedPriority): Fetch | undefined => {
    if (budget?.admits(at, priority) === false) {
      tally.refusal(at);
      return undefined;
    }
    const isAnswered = !isOut(plan, at);
    tally.upstreamCall(at);
    return { askedAt: at, endsAt: at + around(plan.upstreamMs, random), isAnswered };
  };

  const revalidate = (now: number): void => {
    if (fetch !== undefined || isHeldBack(item, now)) return;
    item = { ...item, revalidation: askingMark(item, now) };
    write(now);
    const askedAt = now + REVALIDATION_DELAY_MS;
    tally.revalidation(askedAt);
    tally.read(askedAt);
    // It takes its lease even without a call.
    write(askedAt);
    fetch = ask(askedAt, 'revalidation');
    if (fetch?.isAnswered !== true) item = { ...item, revalidation: failureMark(item, fetch?.endsAt ?? askedAt) };
  };

  for (const now of times) {
    end(now);
    tally.read(now);
    const decision = decide(item.entry, NO_DIRECTIVES, windows, now);
    if (decision.use === 'hit') {
      tally.served(decision.detail === undefined ? 'hit' : 'stale', decision.ageMs, now);
      if (decision.detail !== undefined) revalidate(now);
      continue;
    }
    const spare = toStandIn(item.entry, NO_DIRECTIVES, windows, now);
    const isJoined = fetch !== undefined;
    fetch ??= ask(now, 'miss');
    if (fetch === undefined) {
      tally.served(spare === undefined ? 'error' : 'stale', spare?.ageMs ?? 0, now);
      continue;
    }
    if (!isJoined) write(now);
    const { endsAt, isAnswered } = fetch;
    const isTooSlow = endsAt - now > plan.staleSoftTimeoutMs;
    if (spare !== undefined && (isTooSlow || !isAnswered)) {
      tally.served('stale', spare.ageMs, now);
      // A fetch that is given up is aborted, and a revalidation takes its place.
      if (isTooSlow && !isJoined) {
        fetch = undefined;
        revalidate(now + plan.staleSoftTimeoutMs);
      }
    } else if (!isAnswered) tally.served('error', 0, now);
    else tally.served(isJoined ? 'collapsed' : 'miss', endsAt - now, now);
  }
  end(Number.POSITIVE_INFINITY);
}

/** The stored part of an answer; undefined: "not found" is not stored. */
function entryOf(
  kind: CacheEntry['kind'],
  askedAt: number,
  { windows }: Played,
  random: Random,
): CacheEntry | undefined {
  if (kind === 'not-found' && windows.notFoundFreshForMs === 0) return undefined;
  return {
    kind,
    askedAt,
    expiresAt: expiryOf(kind, askedAt, windows),
    freshnessCut: kind === 'found' ? random() * MAX_FRESHNESS_CUT : 0,
    staleFrom: undefined,
    status: 200,
    body: '',
    customer: undefined,
    customerAliases: [],
  };
}
