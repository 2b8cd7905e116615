import { describe, expect, test } from '@jest/globals';
import { boxPlot } from '../../bench/hit/box-plot.ts';
import { compare } from '../../bench/hit/compared.ts';
import { readUnits, writeUnits } from '../../bench/hit/item-size.ts';
import { whatIsNotRecorded, whatIsSlower } from '../../bench/hit/judge.ts';
import { quartiles, ratios } from '../../bench/statistics.ts';

describe('quartiles', () => {
  test.each([
    [[1], { median: 1, lower: 1, upper: 1, count: 1 }],
    [[3, 1, 2], { median: 2, lower: 1.5, upper: 2.5, count: 3 }],
    [[4, 1, 3, 2], { median: 2.5, lower: 1.75, upper: 3.25, count: 4 }],
  ])('of %j', (numbers, expected) => {
    expect(quartiles(numbers)).toEqual(expected);
  });
});

test('a ratio compares a pair: work that slows down both of a pair changes nothing', () => {
  expect(ratios([2, 20, 2], [1, 10, 1])).toEqual([2, 2, 2]);
});

describe('the compared code', () => {
  test('costs more only if every estimate says so: other work spoils some pairs, not all', () => {
    const bare = [10, 10, 10, 10, 10];
    expect(compare([12, 12, 12, 12, 12], bare).steadyRatio).toBeCloseTo(1.2);
    expect(compare([12, 12, 30, 30, 30], bare).steadyRatio).toBeCloseTo(1.2);
    expect(compare([24, 24, 24, 24, 24], bare).steadyRatio).toBeCloseTo(2.4);
  });
});

describe('the cost of an item', () => {
  test.each([
    [1, 1, 1],
    [1024, 1, 1],
    [1025, 1, 2],
    [4096, 1, 4],
    [4097, 2, 5],
  ])('of %i bytes is %i read units, %i write units', (bytes, read, write) => {
    expect([readUnits(bytes), writeUnits(bytes)]).toEqual([read, write]);
  });
});

describe('the gate', () => {
  const recorded = { coldCpu: 1, warmCpu: 0.6 };

  test.each([
    ['as recorded', recorded, 0],
    ['15 % more', { coldCpu: 1.149, warmCpu: 0.689 }, 0],
    ['a slower cold start', { coldCpu: 1.16, warmCpu: 0.6 }, 1],
    ['a slower warm hit', { coldCpu: 1, warmCpu: 0.7 }, 1],
    ['both slower', { coldCpu: 2, warmCpu: 2 }, 2],
    ['no figure at all', { coldCpu: Number.NaN, warmCpu: 0.6 }, 1],
  ])('%s', (_, measured, problemCount) => {
    expect(whatIsSlower(measured, recorded)).toHaveLength(problemCount);
  });
});

describe('the record of the functions that a first hit calls', () => {
  const recorded = { 'a.ts': Array.from({ length: 99 }, (_, index) => `f${index}`), 'b.ts': ['gone'] };

  test('may lack a few of them, and may have others', () => {
    expect(whatIsNotRecorded({ 'a.ts': [...recorded['a.ts'], 'new'] }, recorded)).toBeUndefined();
    expect(whatIsNotRecorded({}, recorded)).toBeUndefined();
  });

  test('is too old if it lacks many: the message says how many, which, and what to do', () => {
    const called = {
      'a.ts': recorded['a.ts'].slice(0, 90),
      'c.ts': Array.from({ length: 10 }, (_, index) => `g${index}`),
    };
    expect(whatIsNotRecorded(called, recorded)).toBe(
      'A first hit calls 100 functions, and 10 of them are not in infra/first-hit-functions.json, such as c.ts: g0, ' +
        'c.ts: g1, c.ts: g2; allowed are 5 %. Record them: npm run bench:first-hit.',
    );
  });

  test('is the same only for a function of the same file', () => {
    expect(whatIsNotRecorded({ 'b.ts': ['f0'] }, recorded)).toContain('b.ts: f0');
  });
});

test('a plot shows each row with its median, and describes itself in text that no character breaks', () => {
  const svg = boxPlot({
    title: 'A & B',
    axis: 'times < 2',
    rows: [{ name: 'one', values: [1, 1.5, 2] }],
    marks: [{ at: 1, label: 'bare' }],
  });
  expect(svg).toContain('A &amp; B');
  expect(svg).toContain('times &lt; 2');
  expect(svg).toContain('>1.50</text>');
  expect(svg.match(/<circle/g)).toHaveLength(3);
  expect(svg).not.toMatch(/NaN|Infinity/);
});
