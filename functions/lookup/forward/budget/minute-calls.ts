import { type BudgetMinute, callsByNow } from './budget-minute.ts';
import { type CallPriority, ceilingOf } from './call-priority.ts';

/** What a look-up does that wants to call the upstream. */
export type Verdict =
  /** Use one of the calls that the instance has taken. */
  | 'spend'
  /** Take calls from the fleet's counter. */
  | 'take'
  /** Call nobody: what is left is for calls that matter more, or nothing is left. */
  | 'refuse';

/** What one instance knows of a minute's calls, and what it has taken of them. */
export class MinuteCalls {
  readonly minute: number;
  readonly #limit: number;
  /** How many the instance has taken and not used. */
  #stock = 0;
  /** How many the fleet has taken, at least. */
  #taken = 0;

  /** @param limit calls a minute */
  constructor(minute: number, limit: number) {
    this.minute = minute;
    this.#limit = limit;
  }

  /**
   * | the instance has calls | the fleet has used fewer than the priority's ceiling, as far as is known | verdict |
   * |---|---|---|
   * | yes | yes | spend |
   * | no | yes | take |
   * | any | no | refuse |
   */
  judge(now: BudgetMinute, priority: CallPriority): Verdict {
    if (this.#taken - this.#stock >= this.ceiling(now, priority)) return 'refuse';
    return this.#stock > 0 ? 'spend' : 'take';
  }

  /** How many calls the fleet may take by now before this priority stops. */
  ceiling(now: BudgetMinute, priority: CallPriority): number {
    return ceilingOf(priority, callsByNow(now, this.#limit));
  }

  /** How many calls may still be taken for this priority, as far as is known. */
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
   * Takes note of what the counter says after calls were taken. What goes beyond all that may be made by now is not ours.
   *
   * @param count how many were taken
   * @param taken how many the fleet has taken with them
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
