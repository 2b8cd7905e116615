import type { Supplement } from '../customer/request/canonical-request.ts';
import { type LookupTimes, lastVoidingMs } from './fleet.ts';
import { join } from './join.ts';
import type { LookupPorts } from './lookup-policy.ts';
import type { LookupResult } from './lookup-result.ts';
import { StoreUnavailableError } from './store-unavailable-error.ts';

/** The results of the two halves of a look-up: v2's, and v1.1's. */
export type Halves = readonly [main: LookupResult, other: LookupResult];

/** A look-up of both APIs, when its halves have been answered. */
export interface JoinedLookup {
  readonly supplement: Supplement;
  /** The start of both halves. Monotonic milliseconds. */
  readonly startedAt: number;
  /** How long the caller waits, counted from the start; undefined: for the whole look-up. Milliseconds. */
  readonly waitMs: number | undefined;
  /**
   * Looks a half up once more, by the same deadline as before. 0: v2's, 1: v1.1's. `storeFailure`: how the store failed
   * before; if it did, this look-up does not use the store.
   */
  readonly lookUpAgain: (half: 0 | 1, storeFailure: string | undefined) => Promise<LookupResult>;
  /** If the store is undefined, the cache is off. */
  readonly ports: Pick<LookupPorts, 'store' | 'clock'>;
  readonly times: LookupTimes;
}

/** Joins two halves. First it acts on what one half says about the customer of the other. */
export async function joinHalves(answered: Halves, asked: JoinedLookup): Promise<LookupResult> {
  const halves = await withoutFormer(answered, asked);
  // A half that was looked up again may say it too.
  await voidErased(halves, asked);
  return join(...halves, asked.supplement);
}

/**
 * If one half says that the customer was erased, and the other half names the customer, voids all entries of the
 * customer. If the store fails, the look-up goes on.
 */
async function voidErased(halves: Halves, { startedAt, ports: { store, clock }, times }: JoinedLookup): Promise<void> {
  const isErased = halves.some(({ answer }) => answer.kind === 'erased');
  const isStoreDown = halves.some(({ storeFailure }) => storeFailure !== undefined);
  if (store === undefined || !isErased || isStoreDown) return;
  const { createInvalidation } = await import('./invalidation.ts');
  const invalidation = createInvalidation({ store, clock, keySecrets: [] });
  for (const { answer } of halves) {
    if (!('customer' in answer) || answer.customer === undefined) continue;
    const endsAt = startedAt + lastVoidingMs(clock.monotonicNow() - startedAt, times);
    try {
      await invalidation.customerHashes([answer.customer, ...answer.customerAliases], 'retire', { endsAt });
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }
}

/**
 * If one half is a hit, and the other half is newer and finds another customer, looks the hit's half up once more. If
 * the customer was merged, the newer answer has voided the hit's entry, and the caller must not see it once more.
 */
async function withoutFormer(
  halves: Halves,
  { startedAt, waitMs = Number.POSITIVE_INFINITY, lookUpAgain, ports: { clock }, times }: JoinedLookup,
): Promise<Halves> {
  const [main, other] = halves;
  // A later fetch could not end by the deadline, and the caller does not wait for it.
  const isTooLate = clock.monotonicNow() - startedAt > Math.min(times.leaseMs, waitMs);
  if (isTooLate || !haveTwoCustomers(main, other)) return halves;
  const storeFailure = main.storeFailure ?? other.storeFailure;
  if (isPlainHit(main) && other.cache.status !== 'hit') return [after(main, await lookUpAgain(0, storeFailure)), other];
  if (isPlainHit(other) && main.cache.status !== 'hit') return [main, after(other, await lookUpAgain(1, storeFailure))];
  return halves;
}

/** Whether it is a hit that did not try the upstream first: another try would fail too. */
function isPlainHit({ cache, maskedFailure }: LookupResult): boolean {
  return cache.status === 'hit' && maskedFailure === undefined;
}

function haveTwoCustomers(...halves: Halves): boolean {
  const [main, other] = halves.map(({ answer }) => ('customer' in answer ? answer.customer : undefined));
  return main !== undefined && other !== undefined && main !== other;
}

/** The second result of a half. It also says whether the first look-up asked for a revalidation. */
function after(first: LookupResult, second: LookupResult): LookupResult {
  return {
    ...second,
    isRevalidationAsked: first.isRevalidationAsked || second.isRevalidationAsked,
    isRevalidationLost: first.isRevalidationLost || second.isRevalidationLost,
  };
}
