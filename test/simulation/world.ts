import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** What every part of a history shares: chance, true time, and the trace. */
export interface World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly trace: (line: string) => void;
}
