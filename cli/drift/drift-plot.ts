import { linePlot } from '../line-plot.ts';
import type { CurveRow, DriftFindings } from './findings.ts';

/** The share of wrong hits by their age, with its 95 % band and the fitted curve, as an SVG document. */
export function driftPlot({ curve, freshness }: Pick<DriftFindings, 'curve' | 'freshness'>): string {
  const series = (name: string, shareOf: (row: CurveRow) => number) => ({
    name,
    points: curve.map((row) => [row.meanAgeSeconds, shareOf(row) * 100] as const),
  });
  const percent = freshness.share * 100;
  return linePlot({
    title: 'Wrong hits by their age',
    x: 'age when served, in seconds (the mean of each row)',
    y: 'per cent of the hits',
    series: [
      series('wrong', ({ share }) => share),
      series('95 % band, high', ({ band }) => band[1]),
      series('fitted', ({ fitted }) => fitted),
      series('95 % band, low', ({ band }) => band[0]),
    ],
    mark: { at: percent, label: `${Number(percent.toPrecision(3))} %` },
  });
}
