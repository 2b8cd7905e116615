import { expect, test } from '@jest/globals';
import { costTable, type Figure, figuresTable } from './figures.ts';

const figure = (memoryMb: number, title: string, tookMs: number): Figure => ({
  memoryMb,
  step: { title, tookMs, cpuMs: 5, storeMs: 1, problems: [] },
});
const FIGURES = [
  figure(512, 'warm hit', 15.2),
  figure(512, 'warm hit', 17),
  figure(512, 'warm hit', 99),
  figure(1024, 'warm hit', 9),
];

test('the table of times shows the median and the slowest', () => {
  expect(figuresTable(FIGURES).split('\n').at(-1)).toBe(
    '| warm hit             | 17 (99) |   9 (9) |      5 | 4 of 4 |',
  );
});

test('the table of costs shows the cost of a million events: the median, by whole milliseconds, and the requests', () => {
  // 17 ms of half a GB, a million times, are 8,500 GB-seconds; 9 ms of a GB are 9,000.
  expect(costTable(FIGURES).split('\n').at(-1)).toBe('| warm hit      |   0.31 |    0.32 |');
});

test('a kind of event that was not measured at a size has no cost there', () => {
  expect(
    costTable([...FIGURES, figure(1024, 'cold hit', 19)])
      .split('\n')
      .at(-1),
  ).toBe('| cold hit      |        |    0.45 |');
});
