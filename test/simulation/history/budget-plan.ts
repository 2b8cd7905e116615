import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import { BudgetCheck } from '../checker/budget.ts';
import type { Callers } from './callers.ts';
import { anyInstance, type Stage } from './stage.ts';

const MINUTE_MS = 60_000;

/**
 * For some minutes callers ask for more than the budget, or for about as much, or for less.
 * @returns when it is over
 */
export function planBudget(stage: Stage, callers: Callers): number {
  const { random, scheduler } = stage.world;
  const { callLimits: limits = {} } = anyInstance(stage).policy;
  stage.checker.add(new BudgetCheck(stage.checker, limits));
  const lastsMs = random.int(70_000, 190_000);
  const perMinute = (limits.v2 ?? 1) * random.pick([0.5, 1.2, 4, 10]);
  const everyMs = Math.ceil(MINUTE_MS / perMinute);
  for (let moment = 0; moment < lastsMs; moment += random.int(Math.ceil(everyMs / 2), 2 * everyMs)) {
    const directives = random.chance(0.6) ? { ...NO_DIRECTIVES, noCache: true } : NO_DIRECTIVES;
    scheduler.at(moment, () => callers.look(random.pick(stage.subjects), directives));
  }
  // Many look-ups come around the beginning of a minute.
  for (let edge = MINUTE_MS; edge < lastsMs; edge += MINUTE_MS) {
    for (let rushes = random.int(0, 6); rushes > 0; rushes -= 1) {
      scheduler.at(edge + random.int(-900, 900), () =>
        callers.rush(random.int(2, 6), { ...NO_DIRECTIVES, noCache: true }),
      );
    }
  }
  return lastsMs;
}
