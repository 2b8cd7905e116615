import { randomUUID } from 'node:crypto';
import { DynamoDbCacheStore } from './adapters/dynamodb/dynamodb-cache-store.ts';
import { systemClock } from './adapters/system-clock.ts';
import type { Credentials } from './credentials.ts';
import type { RequestReading } from './customer/request/reading.ts';
import {
  type CustomerLookup,
  createCustomerLookup,
  createReadTogether,
  createVoidCustomer,
  type ReadTogether,
} from './lookup/customer-lookup.ts';
import { leaseMs, lookupDeadlineMs } from './lookup/fleet.ts';
import { lazily } from './lookup/lazily.ts';
import { createLookup } from './lookup/lookup.ts';
import type { LookupPolicy, LookupPorts } from './lookup/lookup-policy.ts';
import type { Clock, Revalidator } from './lookup/ports.ts';
import type { CustomerUpstream } from './lookup/upstream.ts';
import type { Overrides } from './overrides.ts';
import { requestReading } from './request-reading.ts';
import { type CredentialsSource, type Settings, timeLimitsOf } from './settings/settings.ts';

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
  /**
   * Loads what a first miss would load for longest: the AWS SDK, if a secret holds the credentials. For init, which has a
   * whole CPU. It never fails: the first miss would try again.
   */
  readonly loadSecretsClient: () => Promise<unknown>;
}

/** Wires the look-up. Loads nothing that only a miss needs, and sends no request. */
export function createLookupService(settings: Settings, overrides: Overrides = {}): LookupService {
  const clock = systemClock;
  const { cache, customer, freshness, upstream } = settings;
  const store = cache.mode === 'on' ? createStore(settings, overrides) : undefined;
  const reading = requestReading(settings);
  const limits = timeLimitsOf(settings);
  const ports: LookupPorts = {
    clock,
    random: Math.random,
    newToken: randomUUID,
    store,
    upstream: lazyUpstream(settings, clock),
    revalidator: lazyRevalidator(settings, overrides),
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
    loadSecretsClient: async () => upstream.credentials.kind !== 'inline' && loadSecrets().catch(() => undefined),
  };
}

/** The store, not yet asked. */
function createStore({ cache, aws }: Settings, { dynamoDb }: Overrides): DynamoDbCacheStore {
  return new DynamoDbCacheStore({ ...cache, aws }, dynamoDb);
}

/** The upstream, loaded by the first look-up that needs it: a hit does not pay for ky (40 ms) and the secrets client. */
function lazyUpstream({ upstream }: Settings, clock: Clock): CustomerUpstream {
  const loaded = lazily(async () => {
    // Together, and before the time of the first fetch begins to run.
    const [{ CapillaryUpstream }, readCredentials] = await Promise.all([
      import('./adapters/capillary/capillary-upstream.ts'),
      loadCredentialsReader(upstream.credentials, clock),
    ]);
    const { baseUrl, timeoutMs } = upstream;
    return new CapillaryUpstream({ baseUrl, timeoutMs, clock, random: Math.random, readCredentials });
  });
  return {
    prepare: () =>
      loaded().then(
        (each) => each.prepare(),
        () => undefined,
      ),
    fetch: async (request, options) => (await loaded()).fetch(request, options),
  };
}

async function loadCredentialsReader(source: CredentialsSource, clock: Clock): Promise<() => Promise<Credentials>> {
  if (source.kind === 'inline') return async () => source.credentials;
  const [{ readCredentials, isAnsweredFailure }, { backedOff }] = await loadSecrets();
  return backedOff(
    () => readCredentials(source.arn),
    () => clock.monotonicNow(),
    isAnsweredFailure,
  );
}

const loadSecrets = () =>
  Promise.all([
    import('./adapters/secrets-manager/read-credentials.ts'),
    import('./adapters/secrets-manager/backed-off.ts'),
  ]);

/** The revalidator, loaded by the first stale answer. */
function lazyRevalidator({ revalidateFunction }: Settings, { lambda }: Overrides): Revalidator {
  const loaded = lazily(async () => {
    const { createClient, LambdaRevalidator } = await import('./adapters/lambda/lambda-revalidator.ts');
    return new LambdaRevalidator(revalidateFunction, createClient(lambda?.()));
  });
  return {
    revalidate: async (request) => {
      // The port never fails: the stale answer is at hand.
      const revalidator = await loaded().catch(() => undefined);
      return revalidator?.revalidate(request) ?? false;
    },
  };
}
