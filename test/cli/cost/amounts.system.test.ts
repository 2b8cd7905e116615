import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type Amounts, amountsOf, dollarsOf } from '../../../cli/cost/cost-of.ts';
import { MEASURED_MS, MEMORY_MB, requestMs, revalidationMs } from '../../../cli/cost/durations.ts';
import { KINDS } from '../../../cli/cost/kinds.ts';
import { ACCESS_BYTES } from '../../../cli/cost/logged.ts';
import { monthOf } from '../../../cli/cost/month.ts';
import type { CostPlan } from '../../../cli/cost/plan.ts';
import { PRICES } from '../../../cli/cost/prices.ts';
import { ACCESS_LOG_FIELDS } from '../../../infra/access-log.ts';
import { memoryOf } from '../../../infra/environment-defaults.ts';
import { ENVIRONMENTS } from '../../../infra/environments.ts';
import { httpApiMetrics, restApiMetrics } from '../../../infra/monitoring/api-metrics.ts';
import { DOLLARS_A_MILLION } from '../../../infra/monitoring/cost.ts';
import { rows } from '../../support/document-tables.ts';

const planOf = (over: Partial<CostPlan>): CostPlan => ({
  lookups: 1e6,
  hit: 0,
  stale: 0,
  notFound: 0,
  joined: 0,
  batch: 1,
  direct: 0,
  upstreamMs: 200,
  ...over,
});
const kind = (name: string) => planOf(KINDS[name] ?? {});

describe('the times', () => {
  const table = rows(readFileSync('docs/benchmarks/memory.md', 'utf8'), '## The time of each event');
  const column = table[0]?.indexOf(`${MEMORY_MB} MB`) ?? -1;

  test.each([
    ['warm hit', MEASURED_MS.hit],
    ['warm stale hit', MEASURED_MS.stale],
    ['warm miss', MEASURED_MS.miss],
    ['warm revalidation', MEASURED_MS.revalidation],
    ['hit after a warm joined miss', MEASURED_MS.joinedHit],
    ['warm joined miss', MEASURED_MS.joinedMiss],
    ['warm batch of 100 hits', MEASURED_MS.batchOf100Hits],
    ['warm batch of 100 misses', MEASURED_MS.batchOf100Misses],
  ])('of a %s are those of docs/benchmarks/memory.md', (name, ms) => {
    const median = table.find(([first]) => first === name)?.[column];
    expect(Number(median?.split(' ')[0])).toBe(ms);
  });

  test('are at the memory that the environments have', () => {
    expect(Object.values(ENVIRONMENTS).map(memoryOf)).toEqual(Object.values(ENVIRONMENTS).map(() => MEMORY_MB));
  });

  const content = { lookups: 1, fetched: 0, stale: 0, joined: 0 };
  test.each([
    ['a hit', content, MEASURED_MS.hit],
    ['a stale hit', { ...content, stale: 1 }, MEASURED_MS.stale],
    ['a miss', { ...content, fetched: 1 }, MEASURED_MS.miss],
    ['a joined hit', { ...content, joined: 1 }, MEASURED_MS.joinedHit],
    ['a joined miss', { ...content, fetched: 1, joined: 1 }, MEASURED_MS.joinedMiss],
    ['a hundred hits', { ...content, lookups: 100 }, MEASURED_MS.batchOf100Hits],
    ['a hundred misses', { ...content, lookups: 100, fetched: 100 }, MEASURED_MS.batchOf100Misses],
  ])('of a request with %s are the measured ones', (_what, given, ms) => {
    expect(requestMs(given, MEASURED_MS.upstream)).toBeCloseTo(ms, 6);
  });

  test('follow the upstream if something waits for it', () => {
    expect(requestMs({ ...content, fetched: 1 }, 1200)).toBeCloseTo(MEASURED_MS.miss + 1000, 6);
    expect(requestMs(content, 1200)).toBeCloseTo(MEASURED_MS.hit, 6);
    expect(revalidationMs(1200)).toBe(MEASURED_MS.revalidation + 1000);
  });
});

describe('the prices', () => {
  test("are those of the dashboard's estimate", () => {
    expect(restApiMetrics('', '').dollarsAMillion).toBe(PRICES.restApiMillionRequests);
    expect(httpApiMetrics('', '').dollarsAMillion).toBe(PRICES.httpApiMillionRequests);
    expect(DOLLARS_A_MILLION).toEqual({
      lambdaRequest: PRICES.lambdaMillionRequests,
      gbSecond: PRICES.lambdaMillionGbSeconds,
      read: PRICES.dynamoDbMillionReads,
      write: PRICES.dynamoDbMillionWrites,
    });
  });

  const memoryTable = rows(`\n${readFileSync('docs/benchmarks/memory.md', 'utf8')}`, '# What each memory size costs');
  test.each([
    ['warm hit', 'hit', 1],
    ['warm miss', 'miss', 1],
    ['warm joined miss', 'joined miss', 1],
    ['warm batch of 100 misses', 'miss, batch of 100', 100],
  ])('give a %s the cost that docs/benchmarks/memory.md says', (row, name, batch) => {
    const column = memoryTable[0]?.indexOf(`${MEMORY_MB} MB`) ?? -1;
    const dollars = Number(memoryTable.find(([first]) => first === row)?.[column]);
    expect(Math.abs(dollarsOf(amountsOf(kind(name))).lambda * batch - dollars)).toBeLessThan(0.01);
  });
});

describe('the metered amounts', () => {
  test.each<[string, Partial<Amounts>]>([
    ['hit', { gatewayRequests: 1e6, lambdaRequests: 1e6, readUnits: 1e6, writeUnits: 0, upstreamCalls: 0 }],
    ['stale', { lambdaRequests: 2e6, readUnits: 3e6, writeUnits: 4e6, upstreamCalls: 1e6 }],
    ['miss', { lambdaRequests: 1e6, readUnits: 2e6, writeUnits: 3e6, upstreamCalls: 1e6 }],
    ['not found', { readUnits: 2e6, writeUnits: 2e6, upstreamCalls: 1e6 }],
    ['joined stale', { lambdaRequests: 3e6, readUnits: 6e6, writeUnits: 8e6, upstreamCalls: 2e6 }],
    ['hit, batch of 10', { gatewayRequests: 1e5, lambdaRequests: 1e5, readUnits: 1e6 }],
    ['hit, batch of 100', { gatewayRequests: 1e4, lambdaRequests: 1e4, readUnits: 1e6 }],
    ['direct hit', { gatewayRequests: 0, lambdaRequests: 1e6 }],
  ])('of a million look-ups: %s', (name, amounts) => {
    expect(amountsOf(kind(name))).toMatchObject(amounts);
  });

  test('of a mixture is the sum of its kinds', () => {
    const mixture = amountsOf(planOf({ hit: 0.5, stale: 0.25, notFound: 0.125 }));
    const parts = [
      ['hit', 0.5],
      ['stale', 0.25],
      ['not found', 0.125],
      ['miss', 0.125],
    ] as const;
    for (const name of Object.keys(mixture) as (keyof Amounts)[]) {
      const sum = parts.reduce((all, [part, share]) => all + share * amountsOf(kind(part))[name], 0);
      expect(mixture[name] / sum || 1).toBeCloseTo(1, 9);
    }
  });

  test("of the gateway's log is about the length of a line with its fields", () => {
    const values = {
      requestId: 36,
      extendedRequestId: 16,
      functionRequestId: 36,
      requestTimeEpoch: 13,
      resourcePath: 35,
    };
    const line = Object.keys(ACCESS_LOG_FIELDS).map((name) => [name, 'x'.repeat(Object(values)[name] ?? 4)]);
    expect(Math.abs(JSON.stringify(Object.fromEntries(line)).length - ACCESS_BYTES)).toBeLessThan(40);
  });
});

describe('a month', () => {
  test('costs its parts, and what stands all the time, and no more', () => {
    const { dollars, standing, total } = monthOf(planOf({ lookups: 60e6, hit: 0.85 }));
    expect(dollars.gateway + dollars.lambda + dollars.dynamoDb + dollars.logs).toBeCloseTo(dollars.total, 9);
    expect(total).toBeCloseTo(dollars.total + standing, 9);
    // 60 million requests; 60 million reads, 9 million pauses read, 9 million misses of 3 units.
    expect(dollars.gateway).toBeCloseTo(210, 6);
    expect(dollars.dynamoDb).toBeCloseTo(69 * 0.125 + 27 * 0.625, 6);
  });

  test('is compared with the alternatives', () => {
    const plan = planOf({ lookups: 1e6, hit: 0.75, joined: 0.5 });
    const { instead, total, dollars } = monthOf(plan);
    const [http, gatewayCache, dax, elastiCache, none] = instead;
    // A million requests cost 2.5 dollars less, and an HTTP API has no firewall.
    expect(total - (http?.dollars ?? 0)).toBeCloseTo(2.5 + 12, 9);
    // One and a half million requests, and 730 hours.
    const logs = (1.5e6 * ACCESS_BYTES * 0.5) / 1e9;
    expect(gatewayCache?.dollars).toBeCloseTo(1.5 * 3.5 + logs + 730 * 0.038, 6);
    expect(gatewayCache?.upstreamCalls).toBe(375_000);
    const reads = (amountsOf(plan).readUnits / 1e6) * 0.125;
    expect(dax?.dollars).toBeCloseTo(total - reads + 730 * (3 * 0.04 + 0.045), 6);
    expect(elastiCache?.dollars).toBeCloseTo(total - dollars.dynamoDb + 730 * (2 * 0.0256 + 0.045), 6);
    expect(none).toMatchObject({ dollars: 0, upstreamCalls: 1.5e6 });
  });
});
