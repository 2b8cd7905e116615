import { describe, expect, test } from '@jest/globals';
import { playCustomer } from '../../../cli/forecast/cached-customer.ts';
import { DAY_MS, type ForecastPlan, HOUR_MS } from '../../../cli/forecast/plan.ts';
import { inRounds, type PlayedBudget } from '../../../cli/forecast/played-budget.ts';
import { randomFrom } from '../../../cli/forecast/random.ts';
import { type Outcome, Tally } from '../../../cli/forecast/tally.ts';
import { lookupTimes } from '../../../cli/forecast/visits.ts';
import { readDirectives } from '../../../functions/lookup/directives.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import { startFleet } from '../../support/fleet.ts';
import { found } from '../../support/scripted-upstream.ts';
import { aPlan } from './plans.ts';

// Compares the forecast with the service: the same look-ups, played by the forecast, and answered by four instances of
// the wired look-up over one store and one upstream. The clock is turned from look-up to look-up.

const INSTANCES = 4;
const CUSTOMERS = 400;
const UPSTREAM_MS = 300;
/** The allowed difference of the two: a share of the look-ups. */
const MOST_APART = 0.02;

/** The tally's name of it. */
function outcomeOf({ answer, cache }: LookupResult): Outcome {
  if (answer.kind !== 'found') return 'error';
  if (cache.status !== 'hit') return cache.status === 'collapsed' ? 'collapsed' : 'miss';
  return cache.detail === undefined ? 'hit' : 'stale';
}

type Trace = readonly (readonly number[])[];

/** The results of the customers' look-ups by the forecast. */
function forecasted(plan: ForecastPlan, trace: Trace) {
  const play = (budget?: PlayedBudget) => {
    const tally = new Tally(DAY_MS, 0);
    // Always a half: the upstream takes as long each time.
    const steady = { ...plan, upstreamMs: UPSTREAM_MS / 0.67 };
    for (const times of trace) playCustomer(times, 'found', steady, () => 0.5, { tally, budget });
    return { lookups: tally.lookups, calls: tally.upstreamCalls };
  };
  return plan.callsPerMinute === undefined ? play() : inRounds(plan.callsPerMinute, DAY_MS, play);
}

/** The same results by the service. */
async function answered({ outage = NEVER, callsPerMinute }: ForecastPlan, trace: Trace) {
  const policy = callsPerMinute === undefined ? {} : { callLimits: { v2: callsPerMinute } };
  const { clock, upstream, revalidator, instance } = startFleet({ random: () => 0.5, policy });
  const instances = Array.from({ length: INSTANCES }, () => instance());
  const lookups: Record<Outcome, number> = { hit: 0, stale: 0, collapsed: 0, miss: 0, error: 0 };
  const midnight = clock.now() - (clock.now() % DAY_MS) + DAY_MS;
  const works: Promise<unknown>[] = [];
  upstream.takesMs = UPSTREAM_MS;
  const events = trace
    .flatMap((times, customer) => times.map((at) => ({ at, customer })))
    .sort((left, right) => left.at - right.at);
  for (const [index, { at, customer }] of events.entries()) {
    await clock.run(midnight + at - clock.now());
    const isOut = at >= outage.from && at < outage.to;
    upstream.outcome = isOut ? { kind: 'failed', failure: 'server-error' } : found('{"id":1,"profiles":[]}');
    const asked = instances[index % INSTANCES];
    const asking = asked?.ask({ identifierValue: `customer-${customer}` });
    works.push(
      Promise.resolve(asking).then((result) => {
        if (result !== undefined) lookups[outcomeOf(result)] += 1;
      }),
    );
    await clock.run(50);
    for (const request of revalidator.requests.splice(0)) {
      works.push(instances[0]?.lookup(request, readDirectives('min-fresh=0'), 'revalidate') ?? Promise.resolve());
    }
  }
  await clock.run(60_000);
  await Promise.all(works);
  return { lookups, calls: upstream.requests.length };
}

const NEVER = { from: 0, to: 0 };
const SCENES: readonly (readonly [title: string, changes: Partial<ForecastPlan>])[] = [
  ['a day with an outage', { outage: { from: 14 * HOUR_MS, to: 14.5 * HOUR_MS } }],
  ['a busy hour, with a third of the calls that it wants', { opens: 9, closes: 10, callsPerMinute: 9 }],
];

describe('a forecast agrees within 2 % with what four instances answer to the same look-ups', () => {
  test.each(SCENES)('%s', async (_title, changes) => {
    const plan = aPlan({ days: 1, upstreamMs: UPSTREAM_MS, ...changes });
    const random = randomFrom(11);
    const trace = Array.from({ length: CUSTOMERS }, (_, rank) => lookupTimes(plan, rank % 10 === 0 ? 30 : 3, random));
    const count = trace.reduce((sum, times) => sum + times.length, 0);
    expect(count).toBeGreaterThan(2000);
    const [expected, real] = [await forecasted(plan, trace), await answered(plan, trace)];
    const apart = (one: number, other: number) => Math.abs(one - other) / count;
    for (const outcome of ['hit', 'stale', 'miss', 'error'] as const) {
      expect([outcome, apart(expected.lookups[outcome], real.lookups[outcome]) < MOST_APART, real.lookups]).toEqual([
        outcome,
        true,
        real.lookups,
      ]);
    }
    expect(apart(expected.calls, real.calls)).toBeLessThan(MOST_APART);
    // Each result occurs, so the comparison is not empty.
    for (const outcome of ['hit', 'stale', 'miss', 'error'] as const) {
      expect(real.lookups[outcome]).toBeGreaterThan(count / 200);
    }
  });
});
