import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** The common parts of a history: chance, true time, and the trace. */
export interface World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly trace: (line: string) => void;
}
