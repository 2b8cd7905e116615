import type { Observation } from './observation.ts';

/** A request, with its number since the start: a later request has a greater number. */
export interface NumberedObservation extends Observation {
  readonly number: number;
}

/** The latest requests. */
export interface RecentRequests {
  add(observation: Observation): void;
  /** The requests after this number, oldest first. Default: all that are kept. */
  after(number?: number): readonly NumberedObservation[];
}

/** @param limit how many are kept; the oldest goes first */
export function keepRecent(limit = 500): RecentRequests {
  const kept: NumberedObservation[] = [];
  let count = 0;
  return {
    add: (observation) => {
      count += 1;
      kept.push({ ...observation, number: count });
      if (kept.length > limit) kept.shift();
    },
    after: (number = 0) => kept.filter((each) => each.number > number),
  };
}
