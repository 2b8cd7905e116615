import { NO_DIRECTIVES } from '../../functions/lookup/directives.ts';
import { type CacheEntry, EMPTY_ITEM, MAX_FRESHNESS_CUT, type StoredItem } from '../../functions/lookup/entry.ts';
import { decide, expiryOf, standIn } from '../../functions/lookup/freshness.ts';
import { askingMark, failureMark, isHeldBack } from '../../functions/lookup/revalidation.ts';
import { type ForecastPlan, isOut } from './plan.ts';
import { around, type Random } from './random.ts';
import type { Tally } from './tally.ts';

/** How long after it is asked for a revalidation asks the upstream. Milliseconds. */
const REVALIDATION_DELAY_MS = 50;

/** A fetch under way. */
interface Fetch {
  readonly askedAt: number;
  readonly endsAt: number;
  readonly isAnswered: boolean;
}

/**
 * Plays the look-ups of one customer, and tallies what each of them cost. What is decided is decided by the service's own
 * code: `decide`, `standIn`, the marks of a revalidation. Entries of different customers have nothing to do with each other, so
 * each customer is played alone.
 *
 * @param times in their order, milliseconds
 */
export function playCustomer(
  times: readonly number[],
  kind: CacheEntry['kind'],
  plan: ForecastPlan,
  random: Random,
  tally: Tally,
): void {
  const { windows } = plan;
  let item: StoredItem = EMPTY_ITEM;
  let fetch: Fetch | undefined;

  const end = (now: number): void => {
    if (fetch === undefined || fetch.endsAt > now) return;
    if (fetch.isAnswered) {
      const entry = entryOf(kind, fetch.askedAt, plan, random);
      item = { ...item, entry: entry ?? item.entry };
      if (entry !== undefined) tally.fill(fetch.endsAt);
    }
    fetch = undefined;
  };

  const ask = (at: number): Fetch => {
    const isAnswered = !isOut(plan, at);
    tally.upstreamCall(at);
    return { askedAt: at, endsAt: at + around(plan.upstreamMs, random), isAnswered };
  };

  const revalidate = (now: number): void => {
    if (fetch !== undefined || isHeldBack(item, now)) return;
    item = { ...item, revalidation: askingMark(item, now) };
    tally.mark(now);
    fetch = ask(now + REVALIDATION_DELAY_MS);
    if (!fetch.isAnswered) item = { ...item, revalidation: failureMark(item, fetch.endsAt) };
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
    const spare = standIn(item.entry, NO_DIRECTIVES, windows, now);
    const isJoined = fetch !== undefined;
    fetch ??= ask(now);
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
}

/** What is stored of an answer; undefined: "not found" is not kept. */
function entryOf(
  kind: CacheEntry['kind'],
  askedAt: number,
  { windows }: ForecastPlan,
  random: Random,
): CacheEntry | undefined {
  if (kind === 'not-found' && windows.notFoundFreshForMs === 0) return undefined;
  return {
    kind,
    askedAt,
    expiresAt: expiryOf(kind, askedAt, windows),
    freshnessCut: kind === 'found' ? random() * MAX_FRESHNESS_CUT : 0,
    staleFrom: undefined,
    ...{ status: 200, body: '', customer: undefined, customerAliases: [] },
  };
}
