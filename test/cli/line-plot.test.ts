import { describe, expect, test } from '@jest/globals';
import { linePlot, niceCeiling } from '../../cli/line-plot.ts';

describe('a plot of lines', () => {
  const plot = { title: 'Hits & misses', x: 'seconds', y: 'per cent', most: 100 };

  test('has a point at its height, and its ticks in their order', () => {
    const svg = linePlot({
      ...plot,
      series: [
        {
          name: 'hits',
          points: [
            [30, 0],
            [60, 50],
            [3600, 100],
          ],
        },
      ],
    });
    expect(svg).toContain('points="70,304 310,176 550,48"');
    expect([...svg.matchAll(/text-anchor="middle" fill="#555555">([\dk.]+)</g)].map(([, tick]) => tick)).toEqual([
      '30',
      '60',
      '3600',
    ]);
    expect(svg).toContain('<title>Hits &#38; misses: per cent by seconds</title>');
  });

  test('separates the names of lines that end at one height', () => {
    const series = ['a', 'b', 'c'].map((name) => ({ name, points: [[1, 50]] as const }));
    const svg = linePlot({ ...plot, series, mark: { at: 50, label: 'limit' } });
    const heights = [...svg.matchAll(/<text x="558" y="([\d.]+)"/g)].map(([, at]) => Number(at)).sort((a, b) => a - b);
    expect(heights).toEqual([180, 196, 212, 228]);
  });

  test.each([
    [0, 1],
    [0.7, 1],
    [1, 2],
    [97, 100],
    [1743, 2000],
    [3338, 5000],
  ])('an axis for %d ends at %d', (value, expected) => {
    expect(niceCeiling(value)).toBe(expected);
  });
});
