import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import type { Cast } from './plan.ts';
import type { Purged } from './purges.ts';
import type { Stage } from './stage.ts';

/** How long callers look after the last mark. Milliseconds. */
const LOOKS_MS = 6000;

/**
 * Lets callers ask for the subjects, and marks what they ask for while their fetches are in progress: before there is an
 * entry, and again after the entry was marked. @returns when it is over. True time
 */
export function planMarks(stage: Stage, { callers, purges, events }: Cast): number {
  const { random, scheduler } = stage.world;
  let lastsMs = 0;
  for (const subject of stage.subjects) {
    let moment = random.int(0, 2000);
    for (let left = random.int(2, 4); left > 0; left -= 1) {
      scheduler.at(moment, () => callers.crowd(subject, random.int(1, 3), NO_DIRECTIVES));
      const marked = (): Purged => (random.chance(0.5) ? { customer: events.customerOf(subject) } : { subject });
      moment += random.int(30, random.pick([400, 1500]));
      scheduler.at(moment, () => purges.invalidate('mark-stale', marked(), 1));
      moment += random.int(100, 1500);
    }
    for (let left = 5; left > 0; left -= 1) {
      scheduler.at(moment + random.int(0, LOOKS_MS), () => callers.look(subject, NO_DIRECTIVES));
    }
    lastsMs = Math.max(lastsMs, moment + LOOKS_MS);
  }
  return lastsMs;
}
