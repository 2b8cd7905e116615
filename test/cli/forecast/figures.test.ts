import { describe, expect, test } from '@jest/globals';
import { busiest, figuresOf } from '../../../cli/forecast/figures.ts';
import { estimateInstances } from '../../../cli/forecast/instances.ts';
import { DAY_MS, HOUR_MS } from '../../../cli/forecast/plan.ts';
import { Tally } from '../../../cli/forecast/tally.ts';
import { aPlan } from './plans.ts';

const MINUTE_MS = 60_000;

describe('the figures of a forecast', () => {
  test('cover one day, and leave out the first of two', () => {
    const tally = new Tally(2 * DAY_MS, DAY_MS);
    for (const day of [0, DAY_MS]) {
      const nine = day + 9 * HOUR_MS;
      tally.read(nine);
      tally.upstreamCall(nine);
      tally.served('miss', 300, nine);
      tally.write('onNothing', nine);
      tally.write('foundFill', nine);
      for (const seconds of [10, 20, 30]) {
        tally.read(nine + seconds * 1000);
        tally.served('hit', seconds * 1000, nine + seconds * 1000);
      }
    }
    expect(figuresOf(aPlan(), tally, 0)).toMatchObject({
      lookupsPerDay: 4,
      shares: { hit: 0.75, miss: 0.25, stale: 0, collapsed: 0, error: 0 },
      answeredByCache: 0.75,
      ageAtServing: { p50Seconds: 10, p99Seconds: 30 },
      upstream: { callsPerDay: 1, mostPerMinute: 1, minutesOverLimit: 1 },
      dynamoDb: { readUnitsPerDay: 5, writeUnitsPerDay: 3 },
    });
  });

  test('say nothing about a limit that was not given, and show 0 if there was no look-up', () => {
    const { upstream, shares } = figuresOf(aPlan(), new Tally(DAY_MS, 0));
    expect(upstream.minutesOverLimit).toBeUndefined();
    expect(shares.hit).toBe(0);
  });

  test.each([
    [1, 9],
    [2, 7],
    [4, 4],
  ])('the busiest %d minutes have %d calls a minute', (minutes, calls) => {
    expect(busiest(new Uint32Array([1, 0, 5, 9, 1, 0]), minutes)).toBe(calls);
  });
});

describe('the instances', () => {
  const minutes = (counts: readonly number[]) => new Uint32Array(counts);

  test('are zero if no caller asks, and otherwise as many as are busy at once, with room', () => {
    expect(estimateInstances(minutes([0, 0]), minutes([0, 0]), 0.3)).toEqual({ most: 0, coldStarts: 0 });
    // 6,000 look-ups of 15 ms and 1,200 calls of 300 ms in a minute keep 7.5 instances busy.
    const { most } = estimateInstances(minutes([6000]), minutes([1200]), 0.3);
    expect(most).toBe(Math.ceil(7.5 + 3 * Math.sqrt(7.5)));
  });

  test('stay for a short break, and start again after a long one', () => {
    const startsAfter = (quiet: number) =>
      estimateInstances(minutes([6000, ...Array(quiet).fill(0), 6000]), minutes(Array(quiet + 2).fill(0)), 0.3);
    expect(startsAfter(3).coldStarts).toBe(startsAfter(0).coldStarts);
    expect(startsAfter(20).coldStarts).toBe(2 * startsAfter(0).coldStarts);
  });

  test('a minute of 60,000 ms is one minute of the tally', () => {
    const tally = new Tally(DAY_MS, 0);
    tally.upstreamCall(MINUTE_MS - 1);
    tally.upstreamCall(MINUTE_MS);
    expect(Array.from(tally.callsByMinute.slice(0, 3))).toEqual([1, 1, 0]);
  });
});
