import type { Cost, MeasuredWay } from './join-measurement.ts';

/** The base of the durations: the time of a client that asks the upstream directly and loses no time. */
const BASELINE = 'the two APIs, at once';

/** The results as a Markdown table. Durations are shares of the time that the upstream's two APIs take at once. */
export function measuredTable(measured: readonly MeasuredWay[]): string {
  const baseMs = measured.find(({ way }) => way === BASELINE)?.miss.durationMs ?? Number.NaN;
  const cells = ({ upstream, dynamoDb, durationMs }: Cost) => [
    String(upstream),
    String(dynamoDb),
    (durationMs / baseMs).toFixed(2),
  ];
  const rows = [
    ['profile + coupons', 'miss: upstream', 'DynamoDB', 'duration', 'hit: upstream', 'DynamoDB', 'duration'],
    ...measured.map(({ way, miss, hit }) => [way, ...cells(miss), ...cells(hit)]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)].join('\n');
}
