import type { Reply } from './send.ts';

/** The value below which this share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** How many replies had each status. */
export function statusesOf(replies: readonly Reply[]): Readonly<Record<string, number>> {
  return countBy(replies, ({ status }) => `${status}`);
}

/** How many replies had each Cache-Status, whatever their ttl. */
export function usesOf(replies: readonly Reply[]): Readonly<Record<string, number>> {
  return countBy(replies, ({ cacheStatus }) => cacheStatus.replace(/ttl=-?\d+/, 'ttl=N'));
}

/** How long the replies took, as numbers to print. Milliseconds. */
export function timesOf(replies: readonly Reply[]): Readonly<Record<string, number>> {
  const times = replies.map(({ tookMs }) => tookMs);
  return { 'p50 ms': percentile(times, 0.5), 'p99 ms': percentile(times, 0.99), 'slowest ms': Math.max(...times) };
}

/** Numbers for the reader, besides those that the test asserts. */
export function print(what: string, numbers: Readonly<Record<string, number | string | object>>): void {
  const shown = Object.entries(numbers).map(([name, value]) => `${name} ${show(value)}`);
  process.stdout.write(`${what}: ${shown.join(', ')}\n`);
}

function show(value: number | string | object): string {
  if (typeof value === 'number') return `${Math.round(value * 10) / 10}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function countBy(replies: readonly Reply[], nameOf: (reply: Reply) => string): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(replies, nameOf)].map(([name, all]) => [name, all.length]));
}
