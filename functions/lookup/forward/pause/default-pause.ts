/** After a 429 without a usable Retry-After the fleet pauses for this long. It doubles while such answers continue. */
const MIN_MS = 2000;
const MAX_MS = 30_000;
/** The random part that is added, so that fleets do not begin together. */
const MAX_JITTER = 0.25;
/** A pause that ended this long ago does not count for the doubling. */
const MEMORY_MS = 60_000;

/** The pause before this one. */
export interface FormerPause {
  /** Milliseconds. */
  readonly durationMs: number;
  /** How long ago it ended; negative: it has not ended. Milliseconds. */
  readonly endedMs: number;
}

/**
 * How long the fleet pauses after a 429 without a usable Retry-After (contract §3). Milliseconds.
 *
 * A 429 during a pause is the answer to a call from before the pause. Several such answers do not make the pause longer.
 *
 * @param former undefined: there was none, or the upstream has answered since
 * @param random from 0 (included) to 1 (excluded)
 */
export function defaultPauseMs(former: FormerPause | undefined, random: number): number {
  const goesOn = former !== undefined && former.endedMs >= 0 && former.endedMs < MEMORY_MS;
  const doubledMs = goesOn ? 2 * former.durationMs : 0;
  const pauseMs = Math.min(Math.max(doubledMs, MIN_MS), MAX_MS);
  return Math.min(pauseMs * (1 + MAX_JITTER * random), MAX_MS);
}
