import { type BudgetMinute, callsByNow } from './budget-minute.ts';
import { type CallPriority, ceilingOf } from './call-priority.ts';

/** The next step of a look-up that needs a call to the upstream. */
export type Verdict =
  /** Use one of the instance's calls. */
  | 'spend'
  /** Take calls from the fleet's counter. */
  | 'take'
  /** Make no call: the calls left are for more important calls, or no call is left. */
  | 'refuse';

/** One instance's knowledge of a minute's calls, and the calls that it has taken. */
export class MinuteCalls {
  readonly minute: number;
  readonly #limit: number;
  /** How many calls the instance has taken and not used. */
  #stock = 0;
  /** How many calls the fleet has taken, at least. */
  #taken = 0;

  /** @param limit calls a minute */
  constructor(minute: number, limit: number) {
    this.minute = minute;
    this.#limit = limit;
  }

  /**
   * | the instance has calls | the fleet is known to have used fewer than the priority's ceiling | verdict |
   * |---|---|---|
   * | yes | yes | spend |
   * | no | yes | take |
   * | any | no | refuse |
   */
  judge(now: BudgetMinute, priority: CallPriority): Verdict {
    if (this.#taken - this.#stock >= this.ceiling(now, priority)) return 'refuse';
    return this.#stock > 0 ? 'spend' : 'take';
  }

  /** How many calls the fleet may have taken by now before this priority stops. */
  ceiling(now: BudgetMinute, priority: CallPriority): number {
    return ceilingOf(priority, callsByNow(now, this.#limit));
  }

  /** How many calls may still be taken for this priority, as far as the instance knows. */
  left(now: BudgetMinute, priority: CallPriority): number {
    return this.ceiling(now, priority) - this.#taken;
  }

  /** Uses one of the calls that the instance has. */
  spend(): void {
    this.#stock -= 1;
  }

  /** Takes back a call that was not made. */
  putBack(): void {
    this.#stock += 1;
  }

  /**
   * Takes note of the counter after calls were taken. If the counter passes the number that is allowed so far, the
   * calls above that number are not ours.
   *
   * @param count how many calls this instance took
   * @param taken how many calls the fleet has taken in all, with these
   */
  noteTaken(now: BudgetMinute, count: number, taken: number): void {
    this.#taken = Math.max(this.#taken, Math.min(taken, this.#limit));
    this.#stock += Math.min(Math.max(0, callsByNow(now, this.#limit) - (taken - count)), count);
  }

  /** Takes note that the counter has reached a priority's ceiling. */
  noteRefusal(ceiling: number): void {
    this.#taken = Math.max(this.#taken, ceiling);
  }
}
