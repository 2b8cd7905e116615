import { randomUUID } from 'node:crypto';
import type { CapillaryUpstream } from './adapters/capillary/capillary-upstream.ts';
import { DynamoDbCacheStore } from './adapters/dynamodb/dynamodb-cache-store.ts';
import { systemClock } from './adapters/system-clock.ts';
import type { RequestReading } from './customer/reading.ts';
import {
  type CustomerLookup,
  createCustomerLookup,
  createReadTogether,
  createVoidCustomer,
  type ReadTogether,
} from './lookup/customer-lookup.ts';
import { leaseMs, lookupDeadlineMs } from './lookup/fleet.ts';
import { createLookup } from './lookup/lookup.ts';
import type { LookupPolicy, LookupPorts } from './lookup/lookup-policy.ts';
import type { Clock, Revalidator } from './lookup/ports.ts';
import type { CustomerUpstream } from './lookup/upstream.ts';
import { requestReading } from './request-reading.ts';
import { type CredentialsSource, type Settings, timeLimitsOf } from './settings.ts';

/** What the entries share: the look-up, wired to the world by the settings. */
export interface LookupService {
  readonly lookup: CustomerLookup;
  /** Reads what several look-ups need of the store first, together. */
  readonly readTogether: ReadTogether;
  /** How look-ups are read. */
  readonly reading: RequestReading;
  readonly clock: Clock;
  /** By when a look-up is answered, counted from its start. Milliseconds. */
  readonly deadlineMs: number;
  /** Undefined: the cache is off. */
  readonly store: DynamoDbCacheStore | undefined;
}

/** Wires the look-up. Loads nothing that only a miss needs, and asks nobody. */
export function createLookupService(settings: Settings, clock: Clock = systemClock): LookupService {
  const { cache, customer, freshness, upstream } = settings;
  const store = cache.mode === 'on' ? new DynamoDbCacheStore(cache) : undefined;
  const reading = requestReading(settings);
  const limits = timeLimitsOf(settings);
  const ports: LookupPorts = {
    clock,
    random: Math.random,
    newToken: randomUUID,
    store,
    upstream: lazyUpstream(settings, clock),
    revalidator: lazyRevalidator(settings),
  };
  const policy: LookupPolicy = {
    windows: freshness,
    staleSoftTimeoutMs: upstream.staleSoftTimeoutMs,
    leaseMs: leaseMs(limits),
    storeTimeoutMs: limits.storeTimeoutMs,
    projections: customer.profileFields,
    keySecrets: cache.keySecrets,
    reading,
  };
  const readTogether = createReadTogether(ports, policy);
  return {
    lookup: createCustomerLookup(createLookup(ports, policy), readTogether, createVoidCustomer(ports)),
    readTogether,
    reading,
    clock,
    deadlineMs: lookupDeadlineMs(limits),
    store,
  };
}

/** The upstream, loaded by the first look-up that needs it: a hit does not pay for ky (40 ms) and the secrets client. */
function lazyUpstream(settings: Settings, clock: Clock): CustomerUpstream {
  let loaded: Promise<CapillaryUpstream> | undefined;
  return {
    fetch: async (request, options) => {
      loaded ??= loadUpstream(settings, clock);
      return (await loaded).fetch(request, options);
    },
  };
}

/** The revalidator, loaded by the first stale answer. */
function lazyRevalidator({ revalidateFunction }: Settings): Revalidator {
  let loaded: Promise<Revalidator> | undefined;
  const load = async () => {
    const { LambdaRevalidator } = await import('./adapters/lambda/lambda-revalidator.ts');
    return new LambdaRevalidator(revalidateFunction);
  };
  return {
    revalidate: async (request) => {
      loaded ??= load();
      return (await loaded).revalidate(request);
    },
  };
}

async function loadUpstream({ upstream }: Settings, clock: Clock): Promise<CapillaryUpstream> {
  const { CapillaryUpstream } = await import('./adapters/capillary/capillary-upstream.ts');
  return new CapillaryUpstream({
    baseUrl: upstream.baseUrl,
    timeoutMs: upstream.timeoutMs,
    clock,
    random: Math.random,
    readCredentials: () => readCredentials(upstream.credentials),
  });
}

async function readCredentials(source: CredentialsSource) {
  if (source.kind === 'inline') return source.credentials;
  const { readCredentials } = await import('./adapters/secrets-manager/read-credentials.ts');
  return readCredentials(source.arn);
}
