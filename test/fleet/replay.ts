import { setTimeout as sleep } from 'node:timers/promises';
import { type Played, playCustomer } from '../../cli/forecast/cached-customer.ts';
import { DAY_MS } from '../../cli/forecast/plan.ts';
import { poisson, type Random, randomFrom } from '../../cli/forecast/random.ts';
import { Tally } from '../../cli/forecast/tally.ts';
import { harmonic } from '../../cli/forecast/visits.ts';
import { addCustomer, instanceAt, lookUp, type Parameters, warmUp } from './asker.ts';
import { startFleet, startPlainStore } from './running-fleet.ts';
import type { Reply } from './send.ts';

/** Look-ups that four processes answer in real time, and the forecast plays afterwards. */
export interface ReplayPlan {
  /** How long look-ups are sent. */
  readonly seconds: number;
  readonly lookupsPerSecond: number;
  readonly customers: number;
  /** FRESH_SECONDS. A stale entry is served for twice as long. */
  readonly freshSeconds: number;
  readonly seed: number;
}

/** The results of the look-ups: counts. */
export interface Outcomes {
  readonly hit: number;
  readonly stale: number;
  readonly upstreamCalls: number;
}

export interface Replayed {
  readonly lookups: number;
  readonly real: Outcomes;
  readonly forecast: Outcomes;
}

/** A look-up to be sent. */
interface Visit {
  readonly customer: number;
  /** Milliseconds since the first one. */
  readonly at: number;
}

const SIZE = 4;
const UPSTREAM_MS = 300;
/** The exponent of Zipf's law, by which some customers come more often than others. */
const SKEW = 0.6;
/** A chance of a half each time: the forecast's upstream then takes this share of its median. */
const STEADY: Random = () => 0.5;
const SHARE_OF_MEDIAN = 0.67;

/**
 * Sends look-ups to four processes on one DynamoDB, and has the forecast play them at the moments at which they were
 * really sent.
 * @param onSecond gets the number of seconds that have passed
 */
export async function replay(
  plan: ReplayPlan,
  onSecond: (seconds: number) => void = () => undefined,
): Promise<Replayed> {
  const { freshSeconds, customers } = plan;
  const fleet = await startFleet({
    settings: {
      FRESH_SECONDS: `${freshSeconds}`,
      STALE_WHILE_REVALIDATE_SECONDS: `${2 * freshSeconds}`,
      STALE_IF_ERROR_SECONDS: `${4 * freshSeconds}`,
      // On a busy machine neither the store nor the upstream is late.
      CACHE_TIMEOUT_MS: '20000',
      UPSTREAM_TIMEOUT_MS: '10000',
      STALE_SOFT_TIMEOUT_MS: '9000',
    },
    size: SIZE,
    latencyMs: UPSTREAM_MS,
    store: startPlainStore,
    isUpstreamDirect: true,
  });
  try {
    await warmUp(fleet.instances);
    const parameters: Parameters[] = [];
    for (let n = 0; n < customers; n += 1) parameters.push(await addCustomer(fleet));
    const before = (await fleet.counters()).v2Lookups;
    const played = await play(visitsOf(plan), onSecond, (index, customer) =>
      lookUp(instanceAt(fleet.instances, index), parameters[customer] ?? {}),
    );
    // The last revalidations.
    await sleep(5 * UPSTREAM_MS);
    const upstreamCalls = (await fleet.counters()).v2Lookups - before;
    return {
      lookups: played.length,
      real: {
        hit: played.filter(({ reply }) => /^lookaside; hit; ttl=\d/.test(reply.cacheStatus)).length,
        stale: played.filter(({ reply }) => /^lookaside; hit; ttl=-/.test(reply.cacheStatus)).length,
        upstreamCalls,
      },
      forecast: forecasted(plan, played),
    };
  } finally {
    await fleet.close();
  }
}

/** When customers come, in the order of the moments. */
function visitsOf({ seconds, lookupsPerSecond, customers, seed }: ReplayPlan): readonly Visit[] {
  const random = randomFrom(seed);
  const ofFirst = (seconds * lookupsPerSecond) / harmonic(customers, SKEW);
  const visits = Array.from({ length: customers }, (_, customer) =>
    Array.from({ length: poisson(ofFirst * (customer + 1) ** -SKEW, random) }, () => ({
      customer,
      at: random() * seconds * 1000,
    })),
  );
  return visits.flat().sort((left, right) => left.at - right.at);
}

/** Sends every look-up when it is due. @returns with the moments at which they were sent */
async function play(
  visits: readonly Visit[],
  onSecond: (seconds: number) => void,
  send: (index: number, customer: number) => Promise<Reply>,
): Promise<readonly (Visit & { readonly reply: Reply })[]> {
  const beganAt = performance.now();
  const answers: Promise<Visit & { readonly reply: Reply }>[] = [];
  for (const [index, { customer, at }] of visits.entries()) {
    const earlyMs = at - (performance.now() - beganAt);
    if (earlyMs > 1) await sleep(earlyMs);
    const sentAt = performance.now() - beganAt;
    onSecond(sentAt / 1000);
    answers.push(send(index, customer).then((reply) => ({ customer, at: sentAt, reply })));
  }
  return Promise.all(answers);
}

function forecasted({ freshSeconds }: ReplayPlan, played: readonly Visit[]): Outcomes {
  const tally = new Tally(DAY_MS, 0);
  const plan: Played = {
    windows: {
      freshForMs: freshSeconds * 1000,
      staleWhileRevalidateMs: 2 * freshSeconds * 1000,
      staleIfErrorMs: 4 * freshSeconds * 1000,
      notFoundFreshForMs: 0,
    },
    staleSoftTimeoutMs: 9000,
    upstreamMs: UPSTREAM_MS / SHARE_OF_MEDIAN,
    outage: undefined,
  };
  for (const visits of Map.groupBy(played, ({ customer }) => customer).values()) {
    playCustomer(
      visits.map(({ at }) => at),
      'found',
      plan,
      STEADY,
      { tally },
    );
  }
  return { hit: tally.lookups.hit, stale: tally.lookups.stale, upstreamCalls: tally.upstreamCalls };
}
