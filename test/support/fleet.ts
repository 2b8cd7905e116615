import { compileProjection } from '../../functions/customer/reply/projection.ts';
import type { CanonicalRequest } from '../../functions/customer/request/canonical-request.ts';
import type { RequestReading } from '../../functions/customer/request/reading.ts';
import { readV2Request } from '../../functions/customer/v2/v2-request.ts';
import { createAudit } from '../../functions/lookup/audit/audit.ts';
import type { AuditRequest } from '../../functions/lookup/audit/audit-words.ts';
import { createCustomerLookup, createReadTogether } from '../../functions/lookup/customer-lookup.ts';
import { NO_DIRECTIVES, type RequestDirectives } from '../../functions/lookup/directives.ts';
import { createLookup } from '../../functions/lookup/lookup.ts';
import type {
  Lookup,
  LookupPolicy,
  LookupPorts,
  LookupPurpose,
  LookupWishes,
} from '../../functions/lookup/lookup-policy.ts';
import type { Clock, RevalidateOptions, Revalidator } from '../../functions/lookup/ports.ts';
import type { CustomerUpstream } from '../../functions/lookup/upstream.ts';
import { GatedCacheStore } from './gated-cache-store.ts';
import { ManualClock } from './manual-clock.ts';
import { DEFAULT_READING } from './request-reading.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';

export const DEFAULT_POLICY: LookupPolicy = {
  windows: {
    freshForMs: 300_000,
    staleWhileRevalidateMs: 900_000,
    staleIfErrorMs: 86_400_000,
    notFoundFreshForMs: 15_000,
  },
  staleSoftTimeoutMs: 600,
  leaseMs: 2650,
  storeTimeoutMs: 150,
  projections: { v2: compileProjection('id,profiles(firstName)'), 'v1.1': compileProjection('user_id,firstname') },
  keySecrets: ['secret'],
  reading: DEFAULT_READING,
};

/** Requested revalidations that have not run yet. */
export class RecordingRevalidator implements Revalidator {
  readonly requests: CanonicalRequest[] = [];
  /** The hits that they are compared with. */
  readonly audits: (AuditRequest | undefined)[] = [];
  /** Whether the revalidator reports its requests as made. */
  isReached = true;

  async revalidate(
    request: CanonicalRequest,
    { audit }: RevalidateOptions = { isForPrefetch: false },
  ): Promise<boolean> {
    this.requests.push(request);
    this.audits.push(audit);
    return this.isReached;
  }
}

export interface FleetOptions {
  readonly policy?: Partial<LookupPolicy>;
  readonly isCacheOn?: boolean;
  readonly random?: () => number;
}

/** A fleet over one store in memory, one scripted upstream and a clock that the test turns. */
export function startFleet({ policy = {}, isCacheOn = true, random = () => 0 }: FleetOptions = {}) {
  const clock = new ManualClock();
  const store = new GatedCacheStore();
  const upstream = new ScriptedUpstream(clock);
  const revalidator = new RecordingRevalidator();
  let tokens = 0;

  /** One instance; its clock may be ahead of the others'. */
  const instance = (aheadMs = 0, own: Partial<LookupPolicy> = {}) => {
    const skewed: Clock = {
      now: () => clock.now() + aheadMs,
      monotonicNow: () => clock.monotonicNow(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      sleepFree: (ms, signal) => clock.sleepFree(ms, signal),
    };
    // An instance's own clock gives the time of its requests.
    const skewedUpstream: CustomerUpstream = {
      prepare: () => upstream.prepare(),
      fetch: async (request, options) => {
        const { outcome, call } = await upstream.fetch(request, options);
        return { outcome, call: { ...call, askedAt: call.askedAt + aheadMs } };
      },
    };
    const newToken = () => `token-${++tokens}`;
    const ports: LookupPorts = {
      clock: skewed,
      random,
      newToken,
      revalidator,
      store: isCacheOn ? store : undefined,
      upstream: skewedUpstream,
    };
    const ownPolicy = { ...DEFAULT_POLICY, ...policy, ...own };
    const lookup: Lookup = createLookup(ports, ownPolicy);
    const readTogether = createReadTogether(ports, ownPolicy);
    const customerLookup = createCustomerLookup(lookup, readTogether, ports, ownPolicy);
    const ask = async (
      query: Readonly<Record<string, string>> = {},
      directives: Partial<RequestDirectives> = {},
      reading: RequestReading = DEFAULT_READING,
      purpose: LookupPurpose = 'answer',
      wishes: LookupWishes = {},
    ) => {
      const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'MP1', ...query };
      const { request } = await readV2Request(Object.entries(parameters), reading);
      return lookup(request, { ...NO_DIRECTIVES, ...directives }, purpose, undefined, wishes);
    };
    const audit = createAudit({ lookup, store: isCacheOn ? store : undefined, clock: skewed }, ownPolicy);
    return { ask, lookup, customerLookup, readTogether, audit };
  };
  return { clock, store, upstream, revalidator, instance, ...instance() };
}
