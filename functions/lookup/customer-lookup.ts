import { type CacheKey, keyText } from '../customer/request/cache-key.ts';
import type { AskedLookup, CanonicalRequest } from '../customer/request/canonical-request.ts';
import type { RequestDirectives } from './directives.ts';
import { type LookupTimes, MAX_READ_AGE_MS } from './fleet.ts';
import {
  type FirstRead,
  keyOf,
  type Lookup,
  type LookupPolicy,
  type LookupPorts,
  type LookupPurpose,
  type LookupWishes,
} from './lookup-policy.ts';
import type { LookupResult } from './lookup-result.ts';
import type { Entries } from './ports.ts';
import { SharedRead, type Shown } from './shared-read.ts';
import { StoreUnavailableError } from './store-unavailable-error.ts';

/**
 * Looks a customer up, with the sections that join the reply. It returns every business outcome. It throws only if
 * there is a bug.
 */
export type CustomerLookup = (
  asked: AskedLookup,
  directives: RequestDirectives,
  options?: CustomerLookupOptions,
) => Promise<LookupResult>;

/** What a caller wishes of one look-up, and what its reads share with others. */
export interface CustomerLookupOptions extends LookupWishes {
  /** Default: `answer`. */
  readonly purpose?: LookupPurpose;
  /** Reads that several look-ups share. Default: this look-up reads for itself. */
  readonly firstReads?: FirstReads;
}

/** The shared read of a request's entry; undefined if there is none. */
export type FirstReads = (request: CanonicalRequest) => FirstRead | undefined;

/** Makes the first reads of several look-ups together: one request to the store for each hundred keys. */
export type ReadTogether = (asked: readonly AskedLookup[]) => FirstReads;

/** The items under some keys, in their order. */
type ReadItems = Awaited<ReturnType<Entries['readAll']>>;

/** Where the item of a key is in the read. */
interface Place {
  readonly key: CacheKey;
  readonly position: number;
}

/** @param ports if the store is undefined, the cache is off */
export function createReadTogether(
  { store, clock }: Pick<LookupPorts, 'store' | 'clock'>,
  policy: LookupPolicy,
): ReadTogether {
  const sharedReads = new Map<string, SharedRead<ReadItems>>();
  return (asked) => {
    const requests = asked.flatMap(({ request, supplement }) => [request, ...(supplement ? [supplement.request] : [])]);
    // A look-up reads a single key by itself.
    if (store === undefined || requests.length < 2) return () => undefined;
    const places = new Map<string, Place>();
    const placeByRequest = new Map<CanonicalRequest, Place>();
    for (const request of requests) {
      const key = keyOf(request, policy);
      if (key === undefined) continue;
      const name = keyText(key);
      const place = places.get(name) ?? { key, position: places.size };
      places.set(name, place);
      placeByRequest.set(request, place);
    }
    if (places.size === 0) return () => undefined;
    const keys = [...places.values()].map(({ key }) => key);
    const reading = shareRead(sharedReads, [...places.keys()], clock, () => store.readAll(keys));
    // A look-up that uses the read gets its failure. If no look-up uses it, the failure must not count as unhandled.
    reading.catch(() => undefined);
    return (request) => {
      const place = placeByRequest.get(request);
      if (place === undefined) return undefined;
      return async () => {
        const { value, beganAt } = await reading;
        // A purge may have been acknowledged meanwhile.
        const now = clock.monotonicNow();
        if (now - beganAt > MAX_READ_AGE_MS) return { value: await store.read(place.key), beganAt: now };
        const item = value[place.position];
        if (item === undefined) throw new Error('The store answered with fewer items than keys.');
        // Each look-up gets the failure of its own key. It reads again if the store throttled the read. It also reads
        // again if the store was late, but has answered another call since the read began.
        if (item instanceof Error) {
          const { reason, trouble } = item;
          throw new StoreUnavailableError(reason, { cause: item, trouble, begunAt: beganAt });
        }
        return { value: item, beganAt };
      };
    };
  };
}

/**
 * Shares one read between the look-ups of an instance that read the same keys at the same time, such as a crowd with
 * joined replies.
 */
async function shareRead(
  sharedReads: Map<string, SharedRead<ReadItems>>,
  names: readonly string[],
  clock: LookupPorts['clock'],
  read: () => Promise<ReadItems>,
): Promise<Shown<ReadItems>> {
  const name = names.join();
  const shared = sharedReads.get(name) ?? new SharedRead(clock);
  sharedReads.set(name, shared);
  try {
    return await shared.readAnew(read);
  } finally {
    if (shared.isIdle) sharedReads.delete(name);
  }
}

/**
 * Adds the second half to a look-up: a look-up of the other API, at the same time. Each half has its own entry, lease
 * and freshness; the joined reply is never stored. The first joined look-up loads the code that joins, so that a hit of
 * one API does not.
 */
export function createCustomerLookup(
  lookup: Lookup,
  readTogether: ReadTogether,
  ports: Pick<LookupPorts, 'store' | 'clock'>,
  times: LookupTimes,
): CustomerLookup {
  return async (asked, directives, { purpose = 'answer', firstReads = readTogether([asked]), ...wishes } = {}) => {
    const { request, supplement } = asked;
    const main = lookup(request, directives, purpose, firstReads(request), wishes);
    if (supplement === undefined) return main;
    const { startedAt = ports.clock.monotonicNow() } = wishes;
    const other = lookup(supplement.request, directives, purpose, firstReads(supplement.request), wishes);
    // Wait for the end of both, even if one throws: no work may continue after the answer.
    const [{ joinHalves }] = await Promise.all([import('./joined-lookup.ts'), Promise.allSettled([main, other])]);
    const requests = [request, supplement.request] as const;
    const lookUpAgain = (half: 0 | 1, storeFailure: string | undefined) => {
      const firstRead = storeFailure === undefined ? undefined : failedRead(storeFailure);
      return lookup(requests[half], directives, purpose, firstRead, { ...wishes, startedAt });
    };
    const { waitMs } = wishes;
    return joinHalves([await main, await other], { supplement, startedAt, waitMs, lookUpAgain, ports, times });
  };
}

/** A read that fails at once, because an earlier read failed. A look-up that begins with it does not ask the store. */
function failedRead(reason: string): FirstRead {
  return () => Promise.reject(new StoreUnavailableError(reason));
}
