import type { CacheEntry } from '../../../functions/lookup/entry.ts';
import type { Instance } from '../instance.ts';

/** Whether an entry is fresh by the clock and the settings of an instance. */
export function isFreshTo({ clock, policy }: Instance, entry: CacheEntry): boolean {
  const { freshForMs, notFoundFreshForMs } = policy.windows;
  const lifetimeMs = entry.kind === 'found' ? freshForMs * (1 - entry.freshnessCut) : notFoundFreshForMs;
  const now = clock.now();
  const ageMs = Math.max(0, now - entry.askedAt);
  return ageMs < lifetimeMs && entry.expiresAt > now && entry.staleFrom === undefined;
}
