import { expect, test } from '@jest/globals';
import { dollarsOf } from '../../../cli/cost/cost-of.ts';
import { costByKind } from '../../../cli/cost/kinds.ts';
import { amountsOf } from '../../../cli/forecast/amounts.ts';
import { playCustomer } from '../../../cli/forecast/cached-customer.ts';
import { DAY_MS, HOUR_MS } from '../../../cli/forecast/plan.ts';
import { Tally } from '../../../cli/forecast/tally.ts';
import { aPlan } from './plans.ts';

// Compares two calculations: a forecast's look-ups cost as much as `npx lookaside cost` says of their kinds.

const NINE = 9 * HOUR_MS;
const S = 1000;
const UPSTREAM_MS = 200;

test.each<[string, 'found' | 'not-found', readonly number[], readonly string[]]>([
  ['a miss', 'found', [0], ['miss']],
  ['a miss and two hits', 'found', [0, 10, 20], ['miss', 'hit', 'hit']],
  ['a stale one with its revalidation', 'found', [0, 290], ['miss', 'stale']],
  ['no customer, twice', 'not-found', [0, 100], ['not found', 'not found']],
])('%s', (_title, kind, seconds, kinds) => {
  const plan = aPlan({ days: 1, upstreamMs: UPSTREAM_MS });
  const tally = new Tally(DAY_MS, 0);
  playCustomer(
    seconds.map((each) => NINE + each * S),
    kind,
    plan,
    () => 0.5,
    { tally },
  );
  const amounts = amountsOf(plan, tally);
  const costs = costByKind(UPSTREAM_MS);
  const ofOne = kinds.flatMap((name) => costs.filter((each) => each.kind === name));
  for (const name of ['readUnits', 'writeUnits', 'upstreamCalls', 'lambdaRequests'] as const) {
    expect([name, amounts[name]]).toEqual([name, ofOne.reduce((sum, each) => sum + each.amounts[name] / 1e6, 0)]);
  }
  // The log line of a look-up that finds no customer is a little longer than that of another miss.
  const dollars = ofOne.reduce((sum, each) => sum + each.dollars.total / 1e6, 0);
  expect(Math.abs(dollarsOf(amounts).total / dollars - 1)).toBeLessThan(0.01);
});
