import { randomUUID } from 'node:crypto';
import { DynamoDbCacheStore } from './adapters/dynamodb/dynamodb-cache-store.ts';
import { systemClock } from './adapters/system-clock.ts';
import { loadInvoke, loadSdkSecret, loadSecretReader, secretsConnection } from './aws-services.ts';
import type { Credentials } from './credentials.ts';
import type { RequestReading } from './customer/request/reading.ts';
import type { Audit } from './lookup/audit/audit.ts';
import {
  type CustomerLookup,
  createCustomerLookup,
  createReadTogether,
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
import { type Settings, timeLimitsOf } from './settings/settings.ts';

/** The part that the entries share: the look-up, connected to its adapters by the settings. */
export interface LookupService {
  readonly lookup: CustomerLookup;
  /** Makes the first reads of several look-ups together. */
  readonly readTogether: ReadTogether;
  /** How look-ups are read. */
  readonly reading: RequestReading;
  readonly clock: Clock;
  /** Compares a hit with the upstream's present answer. The first audit loads it. */
  readonly audit: Audit;
  /** The deadline of a look-up, counted from its start. Milliseconds. */
  readonly deadlineMs: number;
  /** Undefined: the cache is off. */
  readonly store: DynamoDbCacheStore | undefined;
  /**
   * Loads the slowest part of a first miss: the AWS SDK, if it reads the credentials. For init, which has a whole CPU.
   * It never fails: the first miss tries again.
   */
  readonly loadSecretsClient: () => Promise<unknown>;
  /** Loads all that the first fetch needs: its code, and the upstream's credentials. It never fails, as above. */
  readonly loadForFetch: () => Promise<unknown>;
}

/**
 * How long a start waits for the credentials, if it gets ready for a fetch. With the default settings, reading the
 * secret and then asking for a token take less time than this. Lambda freezes an instance after its start, maybe for
 * hours. If the read were still in progress then, the first miss would have to read again. Milliseconds of free time.
 */
const MAX_PREPARING_MS = 5000;

/** Connects the look-up. It loads no code that only a miss needs, and sends no request. */
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
    callLimits: upstream.callLimits,
    auditShare: settings.auditShare,
  };
  const lookup = createLookup(ports, policy);
  const audit = lazily(async () =>
    (await import('./lookup/audit/audit.ts')).createAudit({ lookup, store, clock }, policy),
  );
  const readTogether = createReadTogether(ports, policy);
  return {
    lookup: createCustomerLookup(lookup, readTogether, ports, policy),
    readTogether,
    reading,
    clock,
    audit: async (...given) => (await audit())(...given),
    deadlineMs: lookupDeadlineMs(limits),
    store,
    loadSecretsClient: async () => isSecretReadBySdk(settings) && loadSdkSecret().catch(() => undefined),
    loadForFetch: () =>
      Promise.allSettled([
        import('./lookup/forward/forward.ts'),
        store?.load(),
        ports.upstream.prepare(MAX_PREPARING_MS),
      ]),
  };
}

/** The store, before its first call. */
function createStore({ cache, aws }: Settings, { dynamoDb }: Overrides): DynamoDbCacheStore {
  return new DynamoDbCacheStore({ ...cache, aws }, dynamoDb);
}

/**
 * The upstream. The first look-up that needs the upstream loads its code, so that a hit does not load it and the
 * secrets client.
 */
function lazyUpstream(settings: Settings, clock: Clock): CustomerUpstream {
  const { upstream } = settings;
  const loaded = lazily(async () => {
    // They are loaded together, before the time of the first fetch begins to run.
    const [{ createCapillaryUpstream }, readCredentials] = await Promise.all([
      import('./adapters/capillary/capillary-upstream-over-http.ts'),
      loadCredentialsReader(settings, clock),
    ]);
    const { baseUrl, timeoutMs } = upstream;
    return createCapillaryUpstream({ baseUrl, timeoutMs, clock, random: Math.random, readCredentials });
  });
  return {
    prepare: (withinMs) =>
      loaded().then(
        (each) => each.prepare(withinMs),
        () => undefined,
      ),
    fetch: async (request, options) => (await loaded()).fetch(request, options),
  };
}

async function loadCredentialsReader(settings: Settings, clock: Clock): Promise<() => Promise<Credentials>> {
  const source = settings.upstream.credentials;
  if (source.kind === 'inline') return async () => source.credentials;
  const [{ readCredentials, isAnsweredFailure }, { backedOff }, readSecret] = await Promise.all([
    import('./adapters/secrets-manager/read-credentials.ts'),
    import('./adapters/secrets-manager/backed-off.ts'),
    loadSecretReader(secretsConnection(settings), source.arn),
  ]);
  return backedOff(
    () => readCredentials(source.arn, readSecret),
    () => clock.monotonicNow(),
    isAnsweredFailure,
  );
}

function isSecretReadBySdk(settings: Settings): boolean {
  return settings.upstream.credentials.kind !== 'inline' && secretsConnection(settings) === undefined;
}

/** The revalidator. The first stale answer loads it. */
function lazyRevalidator(settings: Settings, overrides: Overrides): Revalidator {
  const loaded = lazily(async () => {
    const [{ LambdaRevalidator }, invoke] = await Promise.all([
      import('./adapters/lambda/lambda-revalidator.ts'),
      loadInvoke(settings, overrides),
    ]);
    return new LambdaRevalidator(settings.revalidateFunction, invoke);
  });
  return {
    revalidate: async (request, options) => {
      // The port never fails: the stale answer is still available.
      const revalidator = await loaded().catch(() => undefined);
      return revalidator?.revalidate(request, options) ?? false;
    },
  };
}
