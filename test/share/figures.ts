import type { Step } from './stage.ts';

/** The steps of one kind at one memory size. */
export interface Figure {
  readonly memoryMb: number;
  readonly step: Step;
}

/** Medians and the slowest of all rounds, as a Markdown table: one row for each kind of step and memory size. */
export function figuresTable(figures: readonly Figure[]): string {
  const groups = Map.groupBy(figures, ({ memoryMb, step }) => `${step.title}|${memoryMb}`);
  const rows = [...groups.values()].map((group) => {
    const [first] = group;
    const took = group.map(({ step }) => step.tookMs);
    const right = group.filter(({ step }) => step.problems.length === 0).length;
    return [
      first?.step.title ?? '',
      `${first?.memoryMb}`,
      `${right} of ${group.length}`,
      `${Math.round(median(took))}`,
      `${Math.round(Math.max(...took))}`,
      `${Math.round(median(group.map(({ step }) => step.cpuMs)))}`,
      `${Math.round(Math.max(...group.map(({ step }) => step.storeMs)))}`,
    ];
  });
  return markdown(['event', 'MB', 'right', 'median ms', 'slowest ms', 'CPU ms', 'slowest DynamoDB ms'], rows);
}

export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
