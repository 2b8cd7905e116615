import type { Api } from '../../../functions/customer/request/canonical-request.ts';
import { NO_DIRECTIVES, type RequestDirectives } from '../../../functions/lookup/directives.ts';
import type { Cast } from './plan.ts';
import { whoOf } from './purges.ts';
import { anyInstance, type Stage } from './stage.ts';
import { byV2, type CallersSubject } from './subjects.ts';

const NO_CACHE = { ...NO_DIRECTIVES, noCache: true };

/** The APIs that know of an erasure. */
const ERASED_FROM: readonly (readonly Api[])[] = [['v2', 'v1.1'], ['v2'], ['v1.1']];

/** How long callers look for what is left. Milliseconds. */
const LOOKS_MS = 5000;

/**
 * For one customer after the other: fills entries by every way that finds the customer. Then the customer is erased or
 * merged, while some fetches are in progress. A caller learns it, and others look for the entries that are left.
 * @returns when it is over. True time
 */
export function planUnfolding(stage: Stage, { callers, events }: Cast): number {
  const { random, scheduler } = stage.world;
  let moment = 0;
  for (const customer of new Set(stage.subjects.map((subject) => subject.customer))) {
    if (customer === undefined) continue;
    const kin = stage.subjects.filter((subject) => stage.upstream.customers.of(whoOf(subject)) === customer);
    // If no caller asks v1.1 before, no entry of v1.1 names the customer.
    const isByV2Alone = random.chance(0.5);
    const ask = (subject: CallersSubject, directives: RequestDirectives) => {
      const embed = random.pick(['', 'points']);
      if (isByV2Alone) callers.ask(anyInstance(stage), byV2(subject, embed), directives, 'answer');
      else callers.look(subject, directives);
    };
    for (const subject of kin) {
      for (let left = 5; left > 0; left -= 1) {
        scheduler.at(moment + random.int(0, 1500), () => ask(subject, NO_DIRECTIVES));
      }
      for (let left = random.int(0, 3); left > 0; left -= 1) {
        scheduler.at(moment + random.int(2400, 3000), () => ask(subject, NO_CACHE));
      }
    }
    const happensAt = moment + 3000;
    scheduler.at(happensAt, () => {
      random.weighted([
        [5, () => events.erase(customer, random.pick(ERASED_FROM))],
        [3, () => events.merge(customer)],
        [
          2,
          () => {
            for (const subject of kin) stage.upstream.customers.assign(whoOf(subject), undefined);
          },
        ],
      ])();
    });
    const learntAt = happensAt + random.int(0, random.pick([300, 1500]));
    scheduler.at(learntAt, () => {
      const subject = random.pick(kin);
      if (subject.v1 === undefined || random.chance(0.5)) callers.look(subject, NO_CACHE);
      else callers.ask(anyInstance(stage), byV2(subject, 'coupons'), NO_CACHE, 'answer');
    });
    for (const subject of kin) {
      for (let left = 5; left > 0; left -= 1) {
        scheduler.at(learntAt + random.int(0, LOOKS_MS), () => callers.look(subject, NO_DIRECTIVES));
      }
    }
    moment = learntAt + LOOKS_MS;
  }
  return moment;
}
