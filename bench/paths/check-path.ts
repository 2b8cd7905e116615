import type { Path, Requests } from './paths.ts';

/** How many requests of one name a process makes when it starts, at most: to rehearse, and to read the secret. */
const START_REQUESTS = 4;

/**
 * How many requests of one name a process makes a second of its running, at most. About once a second, each miss that is in
 * progress reads whether the upstream pauses: in a batch there are many.
 */
const REQUESTS_A_SECOND = 10;

/** What calls of one path did. */
export interface Taken {
  /** How they ended (`outcomeOf`), without repetition. */
  readonly outcomes: readonly string[];
  /** All requests of the process, by their names. */
  readonly requests: readonly string[];
  /** How many calls there were. */
  readonly calls: number;
  /** How long the process lasted. */
  readonly seconds: number;
}

/**
 * Checks that calls took their path: each ended as it does, and together they made its requests.
 *
 * @throws {Error} if one did not; the message names the path, what happened, and what is expected
 */
export function assertTaken(path: Path, { outcomes, requests, calls, seconds }: Taken): void {
  const other = outcomes.filter((outcome) => outcome !== path.outcome);
  if (outcomes.length === 0 || other.length > 0) {
    throw new Error(`The path "${path.name}" ended with "${other.join('", "')}"; expected is "${path.outcome}".`);
  }
  const counts = countsOf(requests);
  const others = START_REQUESTS + Math.ceil(seconds) * REQUESTS_A_SECOND;
  for (const name of new Set([...Object.keys(counts), ...Object.keys(path.requests)])) {
    const expected = calls * (path.requests[name] ?? 0);
    const counted = counts[name] ?? 0;
    if (counted >= expected && counted <= expected + others) continue;
    throw new Error(
      `${calls} calls of the path "${path.name}" made ${counted} requests "${name}"; ` +
        `expected are ${expected}, and ${others} more at most that belong to no call.`,
    );
  }
}

/** How often each name occurs. */
function countsOf(names: readonly string[]): Requests {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
