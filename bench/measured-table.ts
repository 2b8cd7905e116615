import type { Cost, MeasuredWay } from './join-measurement.ts';
import { markdownTable } from './markdown-table.ts';

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
  return markdownTable(
    ['profile + coupons', 'miss: upstream', 'DynamoDB', 'duration', 'hit: upstream', 'DynamoDB', 'duration'],
    measured.map(({ way, miss, hit }) => [way, ...cells(miss), ...cells(hit)]),
  );
}
