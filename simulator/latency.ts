import type { Random } from './clock.ts';

/** How long a reply takes: evenly spread over `latencyMs` ± `jitterMs`, never below zero. No long tail: use a fault. */
export interface Latency {
  readonly latencyMs: number;
  readonly jitterMs: number;
}

/** Draws the latency of one reply, in milliseconds. Without jitter nothing is drawn. */
export function drawLatencyMs({ latencyMs, jitterMs }: Latency, random: Random): number {
  if (jitterMs === 0) return latencyMs;
  return Math.max(0, latencyMs + (random() * 2 - 1) * jitterMs);
}
