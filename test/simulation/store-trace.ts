import type { CacheKey } from '../../functions/customer/request/cache-key.ts';
import type { StoredItem } from '../../functions/lookup/entry.ts';
import type { PartitionPage, UpstreamPause } from '../../functions/lookup/ports.ts';

/* What the trace shows of the store. */

/** A key as the trace shows it. */
export function nameOf({ partition, variant }: CacheKey): string {
  return `${partition.slice(0, 4)} ${variant}`;
}

export function describeItem({ version, entry, lease, outcome }: StoredItem): string {
  const parts = [
    version === undefined ? 'no entry' : `entry of ${version}`,
    entry?.staleFrom === undefined ? '' : 'marked',
    lease === undefined ? '' : `lease ${lease.token}`,
    outcome === undefined ? '' : `${outcome.kind} ${outcome.token}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export function describePause(pause: UpstreamPause | undefined): string {
  return pause === undefined ? 'none' : `until ${pause.until}`;
}

export function describePage({ items }: PartitionPage): string {
  return items.map(({ key }) => nameOf(key)).join(' ');
}
