import { PRICES } from '../cost/prices.ts';
import { counted } from '../counted.ts';
import type { ForecastFigures } from './figures.ts';
import type { ForecastPlan } from './plan.ts';

/** The text of a forecast for a person, one figure a line. */
export function forecastLines(plan: ForecastPlan, figures: ForecastFigures): readonly string[] {
  const { shares, upstream, dynamoDb, instances, ageAtServing } = figures;
  const rows: readonly (readonly [name: string, value: string])[] = [
    ['look-ups a day', number(figures.lookupsPerDay)],
    ['answered by the cache', percent(figures.answeredByCache)],
    ['  fresh', percent(shares.hit)],
    ['  stale', percent(shares.stale)],
    ['  collapsed', percent(shares.collapsed)],
    ['fetched', percent(shares.miss)],
    ['failed', percent(shares.error)],
    ['age when served, half', seconds(ageAtServing.p50Seconds)],
    ['age when served, 99 %', seconds(ageAtServing.p99Seconds)],
    ['upstream calls a day', number(upstream.callsPerDay)],
    ['  in the busiest minute', number(upstream.mostPerMinute)],
    ...(upstream.minutesOverLimit === undefined
      ? []
      : [['  minutes over the limit', `${number(upstream.minutesOverLimit)} a day`] as const]),
    ...(figures.refusedPerDay === undefined
      ? []
      : [['  refused by the budget', `${number(figures.refusedPerDay)} a day`] as const]),
    ['DynamoDB read units', `${number(dynamoDb.readUnitsPerDay)} a day`],
    ['DynamoDB write units', `${number(dynamoDb.writeUnitsPerDay)} a day`],
    [
      'Lambda instances',
      `${number(instances.most)} at most, ${counted(instances.coldStartsPerDay, 'cold start')} a day`,
    ],
    ['cost of a million', `$${figures.dollarsPerMillion.toFixed(2)} (prices: ${PRICES.region}, ${PRICES.asOf})`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    `${counted(plan.stores, 'store')}, ${counted(plan.tills, 'till')} each, ${counted(plan.customers, 'customer')}`,
    ...rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
  ];
}

const number = (value: number): string => value.toLocaleString('en-US');
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const seconds = (value: number): string => (value < 600 ? `${value} s` : `${Math.round(value / 60)} min`);
