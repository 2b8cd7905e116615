import { type CacheKey, nameOf } from '../customer/cache-key.ts';
import type { AskedLookup, CanonicalRequest } from '../customer/canonical-request.ts';
import type { RequestDirectives } from './directives.ts';
import {
  type FirstRead,
  keyOf,
  type Lookup,
  type LookupPolicy,
  type LookupPorts,
  type LookupPurpose,
} from './lookup-policy.ts';
import type { LookupResult } from './lookup-result.ts';
import type { CacheStore } from './ports.ts';
import { StoreAccess } from './store-access.ts';

/** Looks a customer up, with what is to join the reply. Throws for nothing that is anybody's business outcome. */
export type CustomerLookup = (
  asked: AskedLookup,
  directives: RequestDirectives,
  options?: CustomerLookupOptions,
) => Promise<LookupResult>;

export interface CustomerLookupOptions {
  /** Default: `answer`. */
  readonly purpose?: LookupPurpose;
  /** What was read of the store together with other look-ups. Default: read for this one. */
  readonly firstReads?: FirstReads;
}

/** What was read of the store for a request; undefined where nothing was. */
export type FirstReads = (request: CanonicalRequest) => FirstRead | undefined;

/** Reads what several look-ups need of the store first, together: one request to it for each hundred keys. */
export type ReadTogether = (asked: readonly AskedLookup[]) => FirstReads;

/** @param store undefined when the cache is off */
export function createReadTogether(store: CacheStore | undefined, policy: LookupPolicy): ReadTogether {
  return (asked) => {
    const requests = asked.flatMap(({ request, supplement }) => [request, ...(supplement ? [supplement.request] : [])]);
    // One is what a look-up reads by itself.
    if (store === undefined || requests.length < 2) return () => undefined;
    const keys = new Map<string, CacheKey>();
    const nameByRequest = new Map<CanonicalRequest, string>();
    for (const request of requests) {
      const key = keyOf(request, policy);
      if (key === undefined) continue;
      const name = nameOf(key);
      keys.set(name, key);
      nameByRequest.set(request, name);
    }
    if (keys.size === 0) return () => undefined;
    const reading = store.readAll([...keys.values()]);
    // Whoever uses it meets its failure; nobody may.
    reading.catch(() => undefined);
    const positions = new Map([...keys.keys()].map((name, position) => [name, position]));
    return (request) => {
      const position = positions.get(nameByRequest.get(request) ?? '');
      if (position === undefined) return undefined;
      return async () => {
        const item = (await reading)[position];
        if (item === undefined) throw new Error('The store answered with fewer items than keys.');
        if (item instanceof Error) throw item;
        return item;
      };
    };
  };
}

/** Voids every entry of a customer, by their keyed hash. A store that fails at it surfaces in no error. */
export type VoidCustomer = (customer: string) => Promise<void>;

/** @param ports a store that is undefined holds nothing to void */
export function createVoidCustomer({ store, clock }: Pick<LookupPorts, 'store' | 'clock'>): VoidCustomer {
  return async (customer) => {
    const { createInvalidation } = await import('./invalidation.ts');
    await new StoreAccess(store).use((each) =>
      createInvalidation({ store: each, clock, keySecrets: [] }).customerHashes([customer], 'delete'),
    );
  };
}

/**
 * Adds to a look-up what is to join its reply: a second look-up, of the other API, at the same time. Each half has its
 * own entry, lease and freshness; what is joined is never stored.
 *
 * What joins them is loaded only now: a hit of one API does not pay for it.
 */
export function createCustomerLookup(
  lookup: Lookup,
  readTogether: ReadTogether,
  voidCustomer: VoidCustomer,
): CustomerLookup {
  return async (asked, directives, { purpose = 'answer', firstReads = readTogether([asked]) } = {}) => {
    const { request, supplement } = asked;
    const main = lookup(request, directives, purpose, firstReads(request));
    if (supplement === undefined) return main;
    const other = lookup(supplement.request, directives, purpose, firstReads(supplement.request));
    // Both to their end, also where one met a fault of our own: nothing may run on after the answer.
    const [{ join }] = await Promise.all([import('./join.ts'), Promise.allSettled([main, other])]);
    const halves = [await main, await other] as const;
    await voidErased(halves, voidCustomer);
    return join(...halves, supplement);
  };
}

/** Where one half says that the customer was erased, the other knows who that was, and what is kept of them goes. */
async function voidErased(halves: readonly LookupResult[], voidCustomer: VoidCustomer): Promise<void> {
  const isErased = halves.some(({ answer }) => answer.kind === 'erased');
  const isStoreDown = halves.some(({ storeFailure }) => storeFailure !== undefined);
  if (!isErased || isStoreDown) return;
  for (const { answer } of halves) {
    const customer = 'customer' in answer ? answer.customer : undefined;
    if (customer !== undefined) await voidCustomer(customer);
  }
}
