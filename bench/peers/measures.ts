import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../../simulator/simulator.ts';
import { lookUp, percentile } from './client.ts';

/** The boxes of a peer, and the servers behind them. */
export interface Stage {
  readonly urls: readonly string[];
  readonly simulator: Simulator;
  /** The requests that DynamoDB has had. */
  storeRequests(): Promise<number>;
  /** An external id that the upstream knows. No asker has asked for it. */
  newCustomer(): string;
}

/** How long the upstream takes for a reply. Milliseconds. */
export const UPSTREAM_MS = 300;

/** How many callers ask for one cold key at once, and for how many keys, one after the other. */
export interface Askers {
  readonly askers: number;
  readonly rounds: number;
}

/** A crowd for one key. */
export const CROWD: Askers = { askers: 1000, rounds: 3 };
/** As many as a fleet of tills may be. */
export const FEW: Askers = { askers: 40, rounds: 15 };
/** One at each of four boxes. */
export const FOUR: Askers = { askers: 4, rounds: 15 };

/** How long the entries of an outage stay fresh. Seconds. */
export const FRESH_SECONDS = 2;
const OUTAGE_CUSTOMERS = 40;
const OUTAGE_LOOKUPS = 200;
const OUTAGE_MS = 10_000;
const HITS = 50;

/** What callers of a cold key got. */
export interface ColdAskers {
  /** Of all rounds, the least and the most. */
  readonly upstreamCalls: readonly [least: number, most: number];
  /** The share of askers that got the answer. */
  readonly answered: number;
  /** Beyond the upstream's own time. Milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The first answer of a round, beyond the upstream's own time: the median of all rounds. Milliseconds. */
  readonly firstMs: number;
  /** How much later than the first answer half of a round's askers are answered: the median of all rounds. Milliseconds. */
  readonly behindFirstMs: number;
}

/** This number of callers asks for one cold key at once, over all boxes. */
export async function measureColdAskers(
  { urls, simulator, newCustomer }: Stage,
  { askers, rounds }: Askers,
): Promise<ColdAskers> {
  const calls: number[] = [];
  const beyondMs: number[][] = [];
  // The code and connections that the first look-ups load and open do not count.
  for (const url of urls) await lookUp(url, 'externalId', newCustomer());
  for (let round = 0; round < rounds; round += 1) {
    const customer = newCustomer();
    const before = simulator.counters.requests;
    const asking = Array.from({ length: askers }, (_, n) =>
      lookUp(urls[n % urls.length] ?? '', 'externalId', customer),
    );
    const answers = (await Promise.all(asking)).filter(({ status }) => status === 200);
    beyondMs.push(answers.map(({ tookMs }) => tookMs - UPSTREAM_MS));
    calls.push(simulator.counters.requests - before);
  }
  return {
    upstreamCalls: [Math.min(...calls), Math.max(...calls)],
    answered: beyondMs.flat().length / (askers * rounds),
    ...waitsOf(beyondMs),
  };
}

/**
 * How long the askers wait beyond the upstream's own time.
 * @param rounds the answered askers of each round. Milliseconds
 */
export function waitsOf(
  rounds: readonly (readonly number[])[],
): Pick<ColdAskers, 'p50Ms' | 'p99Ms' | 'firstMs' | 'behindFirstMs'> {
  const answeredRounds = rounds.filter(({ length }) => length > 0);
  const firstMs = answeredRounds.map((round) => Math.min(...round));
  const behindFirstMs = answeredRounds.map((round) => percentile(round, 0.5) - Math.min(...round));
  return {
    p50Ms: percentile(rounds.flat(), 0.5),
    p99Ms: percentile(rounds.flat(), 0.99),
    firstMs: percentile(firstMs, 0.5),
    behindFirstMs: percentile(behindFirstMs, 0.5),
  };
}

/** What callers got during an outage of the upstream. */
export interface Outage {
  readonly answered: number;
  /** Of all look-ups, the refused ones too. Milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * The upstream is gone after freshness has ended. Each customer was looked up at two boxes before.
 *
 * @param fault `reset`: it refuses connections; `hang`: it accepts them and never answers
 */
export async function measureOutage(stage: Stage, fault: 'reset' | 'hang'): Promise<Outage> {
  const { urls, simulator, newCustomer } = stage;
  const customers = Array.from({ length: OUTAGE_CUSTOMERS }, newCustomer);
  for (const [n, customer] of customers.entries()) {
    for (const box of [n, n + 1]) await lookUp(urls[box % urls.length] ?? '', 'externalId', customer);
  }
  await sleep(FRESH_SECONDS * 1000 + 500);
  simulator.control({ fault: { kind: fault } });
  const asking: ReturnType<typeof lookUp>[] = [];
  for (let n = 0; n < OUTAGE_LOOKUPS; n += 1) {
    const customer = customers[(n * 7) % customers.length] ?? '';
    asking.push(lookUp(urls[(n * 3 + Math.floor(n / customers.length)) % urls.length] ?? '', 'externalId', customer));
    await sleep(OUTAGE_MS / OUTAGE_LOOKUPS);
  }
  const seen = await Promise.all(asking);
  simulator.reset('faults');
  const tookMs = seen.map((each) => each.tookMs);
  return {
    answered: seen.filter(({ status }) => status === 200).length / seen.length,
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
  };
}

/** Spellings of one number, as tills send them. */
const SPELLINGS = ['+919876501234', '919876501234', '9876501234', '09876501234', '+91 98765 01234'] as const;

/** How often the upstream is asked for one customer, if the number is spelled in five ways. */
export async function measureSpellings({ urls, simulator }: Stage): Promise<number> {
  simulator.control({ add: { id: '7400000001', identifiers: { mobile: '919876501234' } } });
  const before = simulator.counters.requests;
  for (const spelling of SPELLINGS) await lookUp(urls[0] ?? '', 'mobile', spelling);
  return simulator.counters.requests - before;
}

/** How many requests of DynamoDB a hit costs: on average over hits at the box that fetched. */
export async function measureHitRequests({ urls, storeRequests, newCustomer }: Stage): Promise<number> {
  const [url = ''] = urls;
  const customer = newCustomer();
  await lookUp(url, 'externalId', customer);
  await sleep(100);
  const before = await storeRequests();
  // All of them come while the entry is fresh. Fewer than these would leave the average to chance.
  for (let n = 0; n < HITS; n += 1) await lookUp(url, 'externalId', customer);
  return ((await storeRequests()) - before) / HITS;
}

const RATE_MS = 3000;
const CONNECTIONS = 32;

/** Hits a second at one box, over 32 connections. The client is a program of Node's: it is the limit of the fastest peers. */
export async function measureHitRate({ urls, newCustomer }: Stage): Promise<number> {
  const [url = ''] = urls;
  const customer = newCustomer();
  await lookUp(url, 'externalId', customer);
  const until = performance.now() + RATE_MS;
  let hits = 0;
  const ask = async () => {
    while (performance.now() < until) {
      const { status } = await lookUp(url, 'externalId', customer);
      if (status === 200) hits += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  return (hits * 1000) / RATE_MS;
}
