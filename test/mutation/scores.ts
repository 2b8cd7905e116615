/** What the mutation test found in one part. */
export interface PartScore {
  readonly name: string;
  /** Mutants that a test noticed. */
  readonly noticed: number;
  /** All mutants that could run. */
  readonly all: number;
}

/** The least score of a part. Percent. The rooms of the look-up hold the protocol. */
const LEAST_OF_LOOKUP = 95;
const LEAST = 90;

export function leastOf(name: string): number {
  return name.startsWith('lookup-') ? LEAST_OF_LOOKUP : LEAST;
}

/** The parts whose score is too low. */
export function tooLow(scores: readonly PartScore[]): readonly string[] {
  return scores.filter((each) => percent(each) < leastOf(each.name)).map(({ name }) => name);
}

/** A row for each part, and one for all. */
export function scoresTable(scores: readonly PartScore[]): string {
  const sum = (what: 'noticed' | 'all') => scores.reduce((total, each) => total + each[what], 0);
  const rows = [...scores, { name: 'all', noticed: sum('noticed'), all: sum('all') }].map((each) => [
    `\`${each.name}\``,
    `${each.noticed} of ${each.all}`,
    `${percent(each).toFixed(2)} %`,
  ]);
  const cells = [['part', 'noticed', 'score'], ['---', '---', '---'], ...rows];
  return cells.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function percent({ noticed, all }: PartScore): number {
  return all === 0 ? 100 : (100 * noticed) / all;
}
