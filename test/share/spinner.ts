import type { ProbeMessage } from './quota-probe.ts';

/** A process that computes all the time, for `quota-probe.ts`. Its first message says that it runs. */
const SPIN_MS = 400;

process.on('message', () => {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  while (performance.now() - startedAt < SPIN_MS);
  const { user, system } = process.cpuUsage(before);
  process.send?.({ share: (user + system) / 1000 / (performance.now() - startedAt) } satisfies ProbeMessage);
});
process.send?.('ready');
