import { counted } from '../counted.ts';
import type { KindCost } from './kinds.ts';
import type { MonthCost } from './month.ts';
import { type CostPlan, shareOf } from './plan.ts';
import { PRICES } from './prices.ts';

const COLUMNS = ['gateway', 'Lambda', 'DynamoDB', 'logs', 'total', 'reads', 'writes'];
const COLUMN_WIDTH = 10;

/** The text of the cost command for a person. */
export function costLines(plan: CostPlan, kinds: readonly KindCost[], month: MonthCost): readonly string[] {
  const { dollars, amounts } = month;
  const width = Math.max(...kinds.map(({ kind }) => kind.length), '$ per million'.length);
  const line = (name: string, values: readonly string[]) =>
    name.padEnd(width) + values.map((value) => value.padStart(COLUMN_WIDTH)).join('');
  const instead = month.instead.map(
    ({ name, dollars: sum, upstreamCalls, lacks }) =>
      `- ${name}: $${money(sum)}, ${calls(upstreamCalls)} to Capillary. It lacks: ${lacks}.`,
  );
  return [
    line('$ per million', COLUMNS),
    ...kinds.map(({ kind, dollars: each, amounts: used }) =>
      line(kind, [
        ...[each.gateway, each.lambda, each.dynamoDb, each.logs, each.total].map(money),
        ...[used.readUnits / 1e6, used.writeUnits / 1e6].map((units) => units.toFixed(0)),
      ]),
    ),
    '',
    `${counted(plan.lookups, 'look-up')} a month: ${percent(plan.hit)} hits, ${percent(plan.stale)} stale, ${percent(shareOf(plan, 'miss'))} misses, ${percent(plan.notFound)} not found`,
    line('gateway (REST)', [money(dollars.gateway)]),
    line('Lambda', [money(dollars.lambda)]),
    line('DynamoDB', [money(dollars.dynamoDb)]),
    line('logs', [money(dollars.logs)]),
    line('secrets, key', [money(month.standingParts.secretsAndKey)]),
    line('firewall', [money(month.standingParts.firewall)]),
    line('alarms, dashboard', [money(month.standingParts.monitoring)]),
    line('$ a month', [money(month.total)]),
    `${calls(amounts.upstreamCalls)} to Capillary.`,
    '',
    'Instead:',
    ...instead,
    '',
    `Prices: ${PRICES.region}, ${PRICES.asOf}, ${PRICES.note}.`,
    "Not counted: the firewall's price of a request, metrics, the canary, what the table holds, data transfer, cold starts.",
  ];
}

const money = (value: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const calls = (value: number): string => counted(Math.round(value), 'call');
const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
