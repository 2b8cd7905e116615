import type { UpstreamOutcome } from '../../../functions/lookup/upstream.ts';
import type { Asked } from '../asked.ts';

/** An answer of the upstream, as the checker knows it. The answer's text has its serial number. */
export interface Fetched {
  readonly serial: number;
  readonly asked: Asked;
  /** True time of the attempt that gave it, as `askedAt` has it. */
  readonly askedAt: number;
  /** True time at which the upstream looked: the answer has the truth of that moment. */
  readonly truthAt: number;
  readonly outcome: UpstreamOutcome;
  /** The customer whose data it holds. */
  readonly customer: string | undefined;
  readonly isAboutSomebodyElse: boolean;
}

/** Every answer that the upstream has given, by the serial numbers in their texts. */
export class Answers {
  readonly #all: Fetched[] = [];

  get nextSerial(): number {
    return this.#all.length + 1;
  }

  note(answer: Omit<Fetched, 'serial'>): Fetched {
    const fetched = { ...answer, serial: this.nextSerial };
    this.#all.push(fetched);
    return fetched;
  }

  /** The answer with this text. */
  readBack(body: string): Fetched | undefined {
    return this.readBackAll(body)[0];
  }

  /** The answers with texts that are in this one, each once. */
  readBackAll(body: string): readonly Fetched[] {
    const serials = new Set([...body.matchAll(/"s(\d+)"/g)].map(([, serial]) => Number(serial)));
    return [...serials].flatMap((serial) => this.#all[serial - 1] ?? []);
  }
}

export function describeFetched({ outcome, customer, isAboutSomebodyElse }: Fetched): string {
  if (outcome.kind === 'failed') return `${outcome.failure} ${outcome.retryAfterMs ?? ''}`;
  if (outcome.kind !== 'found') return outcome.kind;
  const oddities = [
    outcome.isComplete ? '' : 'incomplete',
    outcome.isMerged ? 'merged' : '',
    isAboutSomebodyElse ? 'somebody else' : '',
  ];
  return ['customer', customer, ...oddities].filter((part) => part !== '').join(' ');
}
