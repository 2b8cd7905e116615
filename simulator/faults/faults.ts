import * as z from 'zod/mini';
import { type Api, FaultValuesSchema } from './fault-values.ts';
import { WRONG_CONTENTS } from './wrong-content.ts';
import { WRONG_SENDINGS } from './wrong-sending.ts';

/** `slow` is the right reply, after `latencyMs` instead of the usual time. The tables say what the other kinds do. */
export type FaultKind = 'slow' | keyof typeof WRONG_CONTENTS | keyof typeof WRONG_SENDINGS;
/** The kinds of faults. */
export const FAULT_KINDS = ['slow', ...Object.keys(WRONG_CONTENTS), ...Object.keys(WRONG_SENDINGS)] as FaultKind[];

/** A fault: its kind and its values. */
export const FaultSchema = z.strictObject({ kind: z.enum(FAULT_KINDS), ...FaultValuesSchema.shape });

/** Something that goes wrong on purpose. */
export type Fault = z.output<typeof FaultSchema>;

/** The faults in force, in the order they were added: the first that fits happens. */
export class Faults {
  readonly #random: () => number;
  #faults: Fault[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  add(fault: Fault): void {
    if (fault.times !== 0) this.#faults.push(fault);
  }

  /** The fault that happens to this request; undefined: none. Counts down `times`. */
  take(api: Api | undefined, url: string): Fault | undefined {
    const at = this.#faults.findIndex(
      (fault) =>
        api !== undefined &&
        (fault.api ?? api) === api &&
        url.includes(fault.urlIncludes ?? '') &&
        this.#random() < (fault.share ?? 1),
    );
    const fault = this.#faults[at];
    if (fault?.times === undefined) return fault;
    if (fault.times > 1) this.#faults[at] = { ...fault, times: fault.times - 1 };
    else this.#faults.splice(at, 1);
    return fault;
  }

  clear(): void {
    this.#faults = [];
  }

  list(): readonly Fault[] {
    return [...this.#faults];
  }
}
