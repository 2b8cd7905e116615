import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import { RefreshCheck } from '../checker/refresh.ts';
import { DOWN, MOODS, ODD, WELL } from '../upstream/mood.ts';
import { planBudget } from './budget-plan.ts';
import type { Callers } from './callers.ts';
import { planMarks } from './marks-plan.ts';
import { type Purges, whoOf } from './purges.ts';
import { anyInstance, type Stage } from './stage.ts';
import { byV2, type CallersSubject } from './subjects.ts';
import { planUnfolding } from './unfolding-plan.ts';
import type { UpstreamEvents } from './upstream-events.ts';

/** The actors of a history. */
export interface Cast {
  readonly callers: Callers;
  readonly purges: Purges;
  readonly events: UpstreamEvents;
}

/** Draws the acts of callers and of the world, and their times. @returns when it is over. True time */
export function plan(stage: Stage, cast: Cast): number {
  switch (stage.theme) {
    case 'throttling':
      return planPauses(stage, cast);
    case 'slow':
      return planSlowness(stage, cast);
    case 'budget':
      return planBudget(stage, cast.callers);
    case 'marking':
      return planMarks(stage, cast);
    case 'unfolding':
      return planUnfolding(stage, cast);
    default:
      return planActs(stage, cast);
  }
}

function planActs(stage: Stage, { callers, purges, events }: Cast): number {
  const { random, scheduler } = stage.world;
  let moment = 0;
  if (stage.theme === 'purging') {
    for (const subject of stage.subjects) {
      const customer = stage.upstream.customers.of(whoOf(subject));
      if (customer !== undefined) scheduler.at(random.int(0, 4000), () => purges.again(subject, customer));
    }
    moment = random.int(4000, 8000);
  }
  for (let left = random.int(5, 25); left > 0; left -= 1) {
    moment += random.weighted([
      [6, random.int(0, 30)],
      [3, random.int(0, 600)],
      [3, random.int(0, 4000)],
      [1, random.int(0, 40_000)],
    ]);
    scheduler.at(moment, () => act(stage, { callers, purges, events }));
  }
  // At the end, when all work is done, look at the rest: the upstream is down, so that the store must show it.
  moment += random.pick([100, 3000, 12_000]);
  scheduler.at(moment, () => {
    if (random.chance(0.5)) events.turn(DOWN);
  });
  for (const subject of stage.subjects) {
    scheduler.at(moment + random.int(0, 50), () => callers.look(subject));
  }
  return moment;
}

/** One act of callers, of the webhook or of the upstream's customers. */
function act({ theme, subjects, world: { random } }: Stage, { callers, purges, events }: Cast): void {
  const subject = random.pick(subjects);
  const customer = events.customerOf(subject);
  const isPurging = theme === 'purging';
  const isDefinite = theme === 'definite';
  const isBusy = theme === 'busy-store';
  random.weighted<() => void>([
    [14, () => callers.look(subject)],
    [isDefinite ? 8 : 3, () => callers.crowd(subject)],
    [isBusy ? 6 : 0, () => callers.crowd(subject, random.int(8, 20))],
    [3, () => callers.batch()],
    [isPurging ? 12 : 2, () => purges.invalidate('delete', { customer })],
    [2, () => purges.invalidate('delete', { subject })],
    [2, () => purges.invalidate('mark-stale', { customer })],
    [1, () => purges.invalidate('mark-stale', { subject })],
    [isPurging ? 6 : 0, () => purges.again(subject, customer)],
    [isDefinite ? 4 : 0, () => events.unfold(customer)],
    [isDefinite ? 4 : 0, () => events.contradict(subject)],
    [isDefinite ? 4 : 1, () => events.erase(customer)],
    [isDefinite ? 4 : 1, () => events.merge(customer)],
    [isDefinite ? 3 : 1, () => events.reassign(subject)],
    [2, () => events.turn(random.pick(isDefinite ? [ODD, WELL, DOWN] : MOODS))],
    [isDefinite ? 0 : 1, () => events.throttle(random.pick(['v2', 'v1.1']), random.int(500, 5000), undefined)],
  ])();
}

/** An API throttles for a while, says so in one way or another, and many callers come all the time. */
function planPauses(stage: Stage, { callers, events }: Cast): number {
  const { random, scheduler } = stage.world;
  const retryAfterMs = random.pick([undefined, 2000, 5000, 20_000, 90_000, 3_600_000]);
  const throttlesForMs = random.pick([1000, 5000, 30_000]);
  const begins = random.int(100, 3000);
  const api = random.chance(0.7) ? 'v2' : 'v1.1';
  scheduler.at(begins, () => events.throttle(api, throttlesForMs, retryAfterMs));
  const isLong = retryAfterMs !== undefined && retryAfterMs > 60_000;
  const lastsMs = begins + (isLong ? 150_000 : throttlesForMs + (retryAfterMs ?? 8000) + 8000);
  const everyMs = Math.max(300, lastsMs / 40);
  for (let moment = 0; moment < lastsMs; moment += random.int(everyMs / 2, everyMs)) {
    scheduler.at(moment, () => callers.look(random.pick(stage.subjects), { ...NO_DIRECTIVES, noCache: true }));
  }
  // Many wait for the end of a pause that they know.
  const endsMs = begins + (retryAfterMs ?? 2000);
  for (const moment of [endsMs, endsMs + random.int(0, 1000), endsMs + random.int(0, 3000)]) {
    if (moment > lastsMs) continue;
    scheduler.at(moment, () => callers.rush(random.int(4, 12), { ...NO_DIRECTIVES, noCache: true }));
  }
  return lastsMs;
}

/** How long callers ask for one subject of a slow upstream, again and again. Milliseconds. */
const SLOW_LASTS_MS = 70_000;
/** How long a mark holds back the next revalidation. Milliseconds. */
const MARK_MS = 10_000;

function planSlowness(stage: Stage, { callers, purges }: Cast): number {
  const { random, scheduler } = stage.world;
  const subject: CallersSubject = stage.subjects[0]!;
  const longestMs = random.pick([200, 700, 3000]);
  const lastsMs = longestMs === 200 ? SLOW_LASTS_MS / 2 : SLOW_LASTS_MS;
  // A mark that is lost, one that is used, and the time in which no caller asks or the answer is on its way.
  stage.checker.add(new RefreshCheck(stage.checker, 2 * MARK_MS + 2 * longestMs + 4000));
  for (let moment = 0; moment < lastsMs; moment += random.int(longestMs / 4, longestMs)) {
    const directives = random.chance(0.9) ? NO_DIRECTIVES : { ...NO_DIRECTIVES, maxStaleMs: 60_000 };
    scheduler.at(moment, () => callers.ask(anyInstance(stage), byV2(subject, ''), directives, 'answer'));
  }
  // A marked entry always waits for the upstream (contract §1): if one look-up directly follows another, no
  // revalidation can run.
  const mayMark = longestMs > 200;
  if (mayMark && random.chance(0.5)) {
    scheduler.at(random.int(0, lastsMs), () => purges.invalidate('mark-stale', { subject }));
  }
  return lastsMs;
}
