import type { CapillaryUpstream } from './adapters/capillary/capillary-upstream.ts';
import { DynamoDbCacheStore } from './adapters/dynamodb/dynamodb-cache-store.ts';
import type { RequestReading } from './customer/customer-details-request.ts';
import { phoneMetadata } from './customer/phone-metadata.ts';
import { createLookup, type Lookup } from './lookup/lookup.ts';
import type { Clock, CustomerUpstream } from './lookup/ports.ts';
import type { CredentialsSource, Settings } from './settings.ts';

/** What the entries share: the look-up, wired to the world by the settings. */
export interface LookupService {
  readonly lookup: Lookup;
  /** How look-ups are read. */
  readonly reading: RequestReading;
  readonly clock: Clock;
  /** Undefined: the cache is off. */
  readonly store: DynamoDbCacheStore | undefined;
}

const systemClock: Clock = { now: () => Date.now() };

/** Wires the look-up. Loads nothing that only a miss needs, and asks nobody. */
export function createLookupService(settings: Settings, clock: Clock = systemClock): LookupService {
  const { cache, customer, freshness } = settings;
  const store = cache.mode === 'on' ? new DynamoDbCacheStore(cache) : undefined;
  const upstream = lazyUpstream(settings, clock);
  const ports = { clock, random: Math.random, store, upstream };
  const policy = { windows: freshness, projection: customer.profileFields, keySecret: cache.keySecrets[0] };
  return {
    lookup: createLookup(ports, policy),
    reading: {
      defaultCountry: customer.defaultCountry,
      primaryIdentifier: customer.primaryIdentifier,
      embedAlways: customer.embedAlways,
      phoneMetadata: {
        near: phoneMetadata,
        world: async () => (await import('./customer/phone-metadata-world.ts')).phoneMetadata,
      },
    },
    clock,
    store,
  };
}

/** The upstream, loaded by the first look-up that needs it: a hit does not pay for ky (40 ms) and the secrets client. */
function lazyUpstream(settings: Settings, clock: Clock): CustomerUpstream {
  let loaded: Promise<CapillaryUpstream> | undefined;
  return {
    fetch: async (request) => {
      loaded ??= loadUpstream(settings, clock);
      return (await loaded).fetch(request);
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
