import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import type { StoredItem } from '../../../functions/lookup/entry.ts';
import type { PartitionPage } from '../../../functions/lookup/partition-page.ts';
import type { UpstreamPause } from '../../../functions/lookup/ports.ts';

/* The content of the store, in the words of a history's trace. */

export function describeKey({ partition, variant }: CacheKey): string {
  return `${partition.slice(0, 4)} ${variant}`;
}

export function describeItem({ version, entry, lease, outcome, revalidation }: StoredItem): string {
  const parts = [
    version === undefined ? 'no entry' : `entry of ${version}`,
    entry?.staleFrom === undefined ? '' : 'marked',
    lease === undefined ? '' : `lease ${lease.token}`,
    outcome === undefined ? '' : `${outcome.kind} ${outcome.token}`,
    revalidation === undefined ? '' : `held back until ${revalidation.until}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export function describePause(pause: UpstreamPause | undefined): string {
  return pause === undefined ? 'none' : `until ${pause.until}`;
}

export function describePage({ items }: PartitionPage): string {
  return items.map(({ key }) => describeKey(key)).join(' ');
}
