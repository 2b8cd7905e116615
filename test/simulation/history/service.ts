import { AsyncLocalStorage } from 'node:async_hooks';
import type { AskedLookup } from '../../../functions/customer/request/canonical-request.ts';
import { readV1Request } from '../../../functions/customer/v1/v1-request.ts';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { type Audit, createAudit } from '../../../functions/lookup/audit/audit.ts';
import type { AuditRequest } from '../../../functions/lookup/audit/audit-words.ts';
import {
  type CustomerLookup,
  createCustomerLookup,
  createReadTogether,
  type FirstReads,
  type ReadTogether,
} from '../../../functions/lookup/customer-lookup.ts';
import { createLookup } from '../../../functions/lookup/lookup.ts';
import { keyOf, type Lookup, type LookupPorts } from '../../../functions/lookup/lookup-policy.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { CacheStore, InvalidationStore, Revalidator } from '../../../functions/lookup/ports.ts';
import type { Sent } from '../asked.ts';
import type { Checker } from '../checker/checker.ts';
import type { WatchedLookup } from '../checker/watched-lookup.ts';
import type { WatchedRequest } from '../checker/watched-request.ts';
import type { Instance } from '../instance.ts';
import type { SimulatedStore } from '../store/simulated-store.ts';
import type { StoreUser } from '../store/store-user.ts';
import type { SimulatedUpstream } from '../upstream/simulated-upstream.ts';
import type { World } from '../world.ts';

type Store = CacheStore & InvalidationStore;

/**
 * The instance for which code runs: the ports of an instance are the same for all look-ups, and the checker watches
 * their calls.
 */
interface Running {
  readonly request: WatchedRequest | undefined;
  readonly lookup: WatchedLookup | undefined;
  readonly store: Store;
}

export interface ServiceOptions {
  readonly world: World;
  readonly store: SimulatedStore;
  readonly upstream: SimulatedUpstream;
  readonly checker: Checker;
  readonly newToken: () => string;
  /** Asks for a revalidation, for this instance. */
  readonly revalidator: (asker: Instance) => Revalidator;
}

/**
 * The look-up of one instance, wired once, as `createLookupService` wires it: its memory of the store and of pauses
 * lives as long as the instance.
 */
export class Service {
  readonly readTogether: ReadTogether;
  readonly #running = new AsyncLocalStorage<Running>();
  readonly #options: ServiceOptions;
  readonly #instance: Instance;
  readonly #lookup: CustomerLookup;
  readonly #audit: Audit;

  constructor(instance: Instance, options: ServiceOptions) {
    this.#instance = instance;
    this.#options = options;
    const { policy, clock } = instance;
    const { world, newToken, upstream, revalidator } = options;
    const ports: LookupPorts = {
      clock,
      random: () => world.random.next(),
      newToken,
      store: this.#storeOfRunning(),
      upstream: {
        prepare: () => upstream.for(this.#runningLookup).prepare(),
        fetch: (request, fetchOptions) => upstream.for(this.#runningLookup).fetch(request, fetchOptions),
      },
      revalidator: watchRevalidator(revalidator(instance), () => this.#runningLookup),
    };
    const readTogether = createReadTogether(ports, policy);
    const lookup = this.#watch(createLookup(ports, policy));
    this.#audit = createAudit({ lookup, store: ports.store, clock }, policy);
    this.#lookup = createCustomerLookup(lookup, readTogether, ports, policy);
    this.readTogether = (asked) => this.#run(this.#reader, undefined, undefined, () => readTogether(asked));
  }

  /** Reads the request of a caller. */
  read({ api, parameters }: Sent): Promise<AskedLookup> {
    const { reading } = this.#instance;
    const named = Object.entries(parameters);
    return api === 'v2' ? readV2Request(named, reading) : readV1Request(named, undefined, reading);
  }

  /** @param firstReads items that were read together with others; default: the look-up reads for itself */
  async answer(request: WatchedRequest, asked: AskedLookup, firstReads?: FirstReads): Promise<LookupResult> {
    const { checker, world } = this.#options;
    request.begin(checker.now);
    const { purpose, waitMs, isForPrefetch } = request;
    const options = { purpose, waitMs, isForPrefetch, ...(firstReads !== undefined && { firstReads }) };
    const result = await this.#run(request, request, undefined, () => this.#lookup(asked, request.directives, options));
    world.trace(`${request.name} is answered: ${JSON.stringify(result.answer)} ${JSON.stringify(result.cache)}`);
    checker.requestAnswered(request, result);
    return result;
  }

  /** Audits a hit, as an event requests it. */
  async audit(request: WatchedRequest, { request: asked }: AskedLookup, audit: AuditRequest): Promise<void> {
    const { checker, world } = this.#options;
    request.begin(checker.now);
    const audited = await this.#run(request, request, undefined, () => this.#audit(asked, audit));
    world.trace(`${request.name} audited: ${JSON.stringify(audited.outcome)}`);
    checker.audited(request, audit, audited);
  }

  /** Watches each look-up that is made for a caller: one, or the two halves of a joined one. */
  #watch(lookup: Lookup): Lookup {
    const { checker, world } = this.#options;
    return (request, directives, purpose, firstRead, wishes) => {
      const key = keyOf(request, this.#instance.policy);
      const caller = this.#running.getStore()?.request;
      if (caller === undefined || key === undefined) throw new Error('The simulation has no such look-up.');
      // An audit chooses its own directives.
      if (caller.purpose === 'audit') caller.directives = directives;
      const watched = checker.watchLookup(caller, request, key);
      const read = firstRead && (() => watched.readAhead(firstRead));
      return this.#run(watched, caller, watched, async () => {
        const result = await lookup(request, directives, purpose, read, wishes);
        if (watched.name !== caller.name) world.trace(`${watched.name}: ${JSON.stringify(result)}`);
        checker.answered(watched, result);
        return result;
      });
    };
  }

  #run<T>(user: StoreUser, request: WatchedRequest | undefined, lookup: WatchedLookup | undefined, run: () => T): T {
    return this.#running.run({ request, lookup, store: this.#options.store.for(user) }, run);
  }

  /** Reads for the look-ups of a batch. */
  get #reader(): StoreUser {
    const { name } = this.#instance;
    return { instance: this.#instance, name: `${name}/batch`, timeoutMs: this.#instance.policy.storeTimeoutMs };
  }

  get #runningLookup(): WatchedLookup {
    const lookup = this.#running.getStore()?.lookup;
    if (lookup === undefined) throw new Error('No look-up is running.');
    return lookup;
  }

  /** The store, as the running instance uses it. */
  #storeOfRunning(): Store {
    return new Proxy({} as Store, {
      get: (_, operation: keyof Store) => {
        const running = this.#running.getStore();
        if (running === undefined) throw new Error('No look-up is running.');
        return running.store[operation];
      },
    });
  }
}

function watchRevalidator(revalidator: Revalidator, running: () => WatchedLookup): Revalidator {
  return {
    revalidate: async (request, options) => {
      const lookup = running();
      // An audit that nothing else needs is no revalidation for its hit: it leaves no mark.
      if (options?.audit?.isExtra) return lookup.busyDuring(() => revalidator.revalidate(request, options));
      lookup.onRevalidationAsked();
      const isAsked = await revalidator.revalidate(request, options);
      lookup.onRevalidationReported(isAsked);
      return isAsked;
    },
  };
}
