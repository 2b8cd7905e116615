import type { Quartiles } from '../statistics.ts';
import type { PathFigures } from './measure-paths.ts';

type Column = readonly [title: string, cell: (figures: PathFigures) => string];

const COLUMNS: readonly Column[] = [
  ['path', ({ name }) => name],
  ['warm, ms', ({ warmCpuMs }) => withQuartiles(warmCpuMs)],
  ['÷ a hit', ({ toHit }) => short(toHit.median)],
  ['cold, ms', ({ coldCpuMs }) => withQuartiles(coldCpuMs)],
  ['requests to DynamoDB', ({ requests }) => String(sum(requests) - others(requests))],
  ['to the upstream', ({ requests }) => String(requests.upstream ?? 0)],
];

/** The figures as a table in Markdown. CPU times are medians with their quartiles. */
export function pathsTable(figures: readonly PathFigures[]): string {
  const rows = [COLUMNS.map(([title]) => title), ...figures.map((each) => COLUMNS.map(([, cell]) => cell(each)))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const padded = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)));
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [titles = [], ...body] = rows.map(padded);
  return [titles, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function withQuartiles({ median, lower, upper }: Quartiles): string {
  return `${short(median)} [${short(lower)}–${short(upper)}]`;
}

/** Two digits that count, or all before the point. */
function short(value: number): string {
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}

function sum(requests: PathFigures['requests']): number {
  return Object.values(requests).reduce((total, count) => total + count, 0);
}

/** Those that do not go to DynamoDB. */
function others({ upstream = 0, Invoke = 0 }: PathFigures['requests']): number {
  return upstream + Invoke;
}
