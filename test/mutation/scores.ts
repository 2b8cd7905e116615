/** What the mutation test found in one part. */
export interface PartScore {
  readonly name: string;
  /** Mutants that a test noticed. */
  readonly noticed: number;
  /** Those of them that a time limit ended. On a busy machine, a time limit may end a run that no test would fail. */
  readonly timedOut: number;
  /** All mutants that could run. */
  readonly all: number;
}

/**
 * The least score of a part. Percent. The rooms of the look-up hold the protocol. A fault in how events, the upstream's
 * replies or requests are read shows a wrong customer.
 */
const LEAST_OF_STRICT = 95;
const STRICT = /^(?:lookup|invalidate|capillary|rest|batch)-/;
const LEAST = 90;

export function leastOf(name: string): number {
  return STRICT.test(name) ? LEAST_OF_STRICT : LEAST;
}

/** The parts whose score is too low. */
export function tooLow(scores: readonly PartScore[]): readonly string[] {
  return scores.filter((each) => percent(each) < leastOf(each.name)).map(({ name }) => name);
}

/** A row for each part, and one for all. */
export function scoresTable(scores: readonly PartScore[]): string {
  const sum = (what: 'noticed' | 'timedOut' | 'all') => scores.reduce((total, each) => total + each[what], 0);
  const rows = [...scores, { name: 'all', noticed: sum('noticed'), timedOut: sum('timedOut'), all: sum('all') }].map(
    (each) => [
      `\`${each.name}\``,
      `${each.noticed} of ${each.all}`,
      `${each.timedOut}`,
      `${percent(each).toFixed(2)} %`,
    ],
  );
  const cells = [['part', 'noticed', 'by timeout', 'score'], ['---', '---', '---', '---'], ...rows];
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function percent({ noticed, all }: PartScore): number {
  return all === 0 ? 100 : (100 * noticed) / all;
}
