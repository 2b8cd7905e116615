import type { Random } from './clock.ts';

/** How long a reply takes: evenly spread over `latencyMs` ± `jitterMs`, never below zero. No long tail: use a fault. */
export interface Latency {
  readonly latencyMs: number;
  readonly jitterMs: number;
}

/** Draws the latency of one reply, in milliseconds. */
export function drawLatencyMs({ latencyMs, jitterMs }: Latency, random: Random): number {
  return Math.max(0, latencyMs + (random() * 2 - 1) * jitterMs);
}
