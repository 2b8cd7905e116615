import type { Settings } from '../../functions/settings/settings.ts';
import type { LocalSettings } from '../settings.ts';

/** The facts about the service, as the page gets them. */
export type AboutService = ReturnType<typeof aboutService>;

/** The facts about the service that the page shows. None is secret. */
export function aboutService(
  { upstream, cache, freshness, customer }: Settings,
  { apiKeys, isSimulated }: Pick<LocalSettings, 'apiKeys' | 'isSimulated'>,
) {
  return {
    cacheMode: cache.mode,
    upstreamUrl: upstream.baseUrl,
    isSimulated,
    needsKey: apiKeys !== undefined,
    defaultCountry: customer.defaultCountry,
    primaryIdentifier: customer.primaryIdentifier,
    freshForMs: freshness.freshForMs,
    notFoundFreshForMs: freshness.notFoundFreshForMs,
    staleSoftTimeoutMs: upstream.staleSoftTimeoutMs,
  };
}
