import { markdownTable } from '../markdown-table.ts';
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
  const rows = figures.map((each) => COLUMNS.map(([, cell]) => cell(each)));
  return markdownTable(
    COLUMNS.map(([title]) => title),
    rows,
  );
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
