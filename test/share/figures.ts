import type { Step } from './stage.ts';

/** A step at one memory size. */
export interface Figure {
  readonly memoryMb: number;
  readonly step: Step;
}

/**
 * All rounds as a Markdown table: one row for each kind of event. For each memory size: the time, as the median and the
 * slowest, in milliseconds. `CPU ms` is the median of an event's CPU time.
 */
export function figuresTable(figures: readonly Figure[]): string {
  const memoriesMb = [...new Set(figures.map(({ memoryMb }) => memoryMb))];
  const rows = [...Map.groupBy(figures, ({ step }) => step.title)].map(([title, group]) => [
    title,
    ...memoriesMb.map((memoryMb) => tookCell(group.filter((figure) => figure.memoryMb === memoryMb))),
    `${Math.round(median(group.map(({ step }) => step.cpuMs)))}`,
    `${group.filter(({ step }) => step.problems.length === 0).length} of ${group.length}`,
  ]);
  const head = ['median (slowest), ms', ...memoriesMb.map((memoryMb) => `${memoryMb} MB`), 'CPU ms', 'right'];
  return markdown(head, rows);
}

/** What Lambda charges for functions on arm64, in us-east-1, in November 2026. Dollars. */
const GB_SECOND_PRICE = 0.000_013_333_4;
const MILLION_REQUESTS_PRICE = 0.2;

/**
 * The cost of a million events of each kind, in dollars, if each takes the median: Lambda's time, by whole
 * milliseconds, and its requests. DynamoDB, API Gateway and logs cost extra, at every memory size. The init of a cold
 * start is not included.
 */
export function costTable(figures: readonly Figure[]): string {
  const memoriesMb = [...new Set(figures.map(({ memoryMb }) => memoryMb))];
  const rows = [...Map.groupBy(figures, ({ step }) => step.title)].map(([title, group]) => [
    title,
    ...memoriesMb.map((memoryMb) => costCell(group.filter((figure) => figure.memoryMb === memoryMb))),
  ]);
  return markdown(['$ per million', ...memoriesMb.map((memoryMb) => `${memoryMb} MB`)], rows);
}

function costCell(group: readonly Figure[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const billedMs = Math.ceil(median(group.map(({ step }) => step.tookMs)));
  const gbSeconds = (first.memoryMb / 1024) * (billedMs / 1000);
  return (gbSeconds * 1_000_000 * GB_SECOND_PRICE + MILLION_REQUESTS_PRICE).toFixed(2);
}

function tookCell(group: readonly Figure[]): string {
  if (group.length === 0) return '';
  const took = group.map(({ step }) => step.tookMs);
  return `${Math.round(median(took))} (${Math.round(Math.max(...took))})`;
}

/** A Markdown table whose first column is text and whose others are numbers. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) => {
    const width = widths[column] ?? 0;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  };
  const line = (cells: readonly string[]) => `| ${cells.map(pad).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
