import { describe, expect, test } from '@jest/globals';
import { driftLines } from '../../../cli/drift/drift-lines.ts';
import { driftPlot } from '../../../cli/drift/drift-plot.ts';
import { driftFindings } from '../../../cli/drift/findings.ts';
import { hitsOf } from './hits.ts';

type Row = readonly [ageSeconds: number, same: number, wrong: number];
const findingsOf = (rows: readonly Row[], share = 0.01) =>
  driftFindings({ hits: hitsOf(...rows), notFoundHits: [], skipped: 0 }, share);

/** The share of an exponential curve whose rate is 0.001 a second: 1 % after 10 s. */
const EXPONENTIAL: readonly Row[] = [10, 100, 1000].map((age): Row => {
  const same = Math.round(1000 * Math.exp(-age / 1000));
  return [age, same, 1000 - same];
});

describe('the freshness at which a share of the hits is wrong', () => {
  test.each([
    [0.01, 10],
    [0.001, 1],
    [0.05, 51],
    [0.5, 693],
  ])('is that of the fitted curve: %d at %d s', (share, seconds) => {
    const { freshness } = findingsOf(EXPONENTIAL, share);
    expect(Math.abs((freshness.seconds ?? 0) - seconds)).toBeLessThanOrEqual(Math.max(1, seconds * 0.01));
    expect(freshness.atLeastSeconds).toBeLessThanOrEqual(seconds);
    expect(freshness.atMostSeconds).toBeGreaterThanOrEqual(seconds);
  });

  test.each<readonly [title: string, rows: readonly Row[], freshness: object]>([
    ['no hit was wrong', [[100, 50, 0]], { seconds: undefined, atLeastSeconds: 26, atMostSeconds: undefined }],
    ['each was', [[100, 0, 50]], { seconds: 0, atLeastSeconds: 0, atMostSeconds: 0, isBeyondAudits: false }],
    ['none was audited', [], { seconds: undefined, atLeastSeconds: 0, atMostSeconds: undefined }],
    ['it is older than any', [[10, 999, 1]], { seconds: 100, isBeyondAudits: true }],
    ['it is not', [[10, 980, 20]], { seconds: 4, isBeyondAudits: false }],
  ])('if %s', (_title, rows, freshness) => {
    expect(findingsOf(rows).freshness).toMatchObject(freshness);
  });
});

describe('the rows', () => {
  test('show the share of the fitted curve at the ages of their hits', () => {
    const { curve } = findingsOf(EXPONENTIAL);
    expect(curve.map(({ fitted, isOff }) => [fitted, isOff])).toEqual(
      [10, 100, 1000].map((age) => [expect.closeTo(1 - Math.exp(-age / 1000), 2), false]),
    );
  });

  test('are off if some customers change more often than others, and a line says so', () => {
    const some: readonly Row[] = [
      [10, 800, 200],
      [100, 800, 200],
      [1000, 800, 200],
    ];
    const findings = findingsOf(some);
    expect(findings.curve.map(({ isOff }) => isOff)).toEqual([true, true, true]);
    expect(driftLines(findings).at(-1)).toBe(
      'The fitted curve misses 3 rows: customers may not all change as often. Trust the rows, not the fit.',
    );
    expect(driftLines(findingsOf(EXPONENTIAL)).join('\n')).not.toContain('misses');
  });

  test.each([
    [1, false],
    [2, true],
  ])('say so if %i of them is off: one may be by chance', (count, says) => {
    const findings = findingsOf(EXPONENTIAL);
    const curve = findings.curve.map((row, index) => ({ ...row, isOff: index < count }));
    expect(
      driftLines({ ...findings, curve })
        .join('\n')
        .includes('misses'),
    ).toBe(says);
  });
});

test('sections are counted, the most frequent first', () => {
  const hits = [['id', 'segments'], ['segments'], ['profiles']].map((sections) => {
    return { ageSeconds: 1, isWrong: true, sections };
  });
  const { sections } = driftFindings({ hits, notFoundHits: [], skipped: 0 }, 0.01);
  expect(sections).toEqual([
    ['segments', 2],
    ['id', 1],
    ['profiles', 1],
  ]);
});

describe('the words', () => {
  test('are a table, the sections and the freshness', () => {
    const rows: readonly Row[] = [
      [4, 1999, 1],
      [4000, 1, 3],
    ];
    const [hits, notFoundHits] = [hitsOf(...rows), hitsOf([1, 3, 1])];
    expect(driftLines(driftFindings({ hits, notFoundHits, skipped: 1200 }, 0.005))).toEqual([
      'hits compared: 2,004, wrong: 4 (0.2 %)',
      '"not found" compared: 4, wrong: 1 (25.0 %)',
      'audits that compared nothing: 1,200',
      '',
      'age when served   hits  wrong   share           95 % band   fitted',
      'up to 5 s        2,000      1  0.05 %  0.0088 % to 0.28 %  0.094 %',
      'over 60 min          4      3  75.0 %    30.1 % to 95.4 %   60.8 %',
      '',
      'wrong in: loyaltyInfo 4',
      'FRESH_SECONDS at which 0.5 % of the hits of that age are wrong: 21 (95 %: 8 to 70)',
    ]);
  });

  test('say so if no hit was wrong', () => {
    expect(driftLines(findingsOf([[100, 50, 0]]))).toEqual([
      'hits compared: 50, wrong: 0 (0.0 %)',
      '',
      'age when served  hits  wrong  share       95 % band  fitted',
      'up to 2 min        50      0  0.0 %  0.0 % to 7.1 %   0.0 %',
      '',
      'FRESH_SECONDS at which 1.0 % of the hits of that age are wrong: no hit was wrong, so it is 26 or more (95 %)',
    ]);
  });

  test('say so if no hit was compared', () => {
    expect(driftLines(findingsOf([]))).toEqual(['hits compared: 0, wrong: 0']);
  });
});

test('the plot has the rows at their ages, the band, the fitted curve and the share', () => {
  const svg = driftPlot(findingsOf(EXPONENTIAL));
  expect([...svg.matchAll(/text-anchor="middle" fill="#555555">([\dk.]+)</g)].map(([, tick]) => tick)).toEqual([
    '10',
    '100',
    '1000',
  ]);
  expect(svg.match(/<polyline/g)).toHaveLength(4);
  for (const name of ['wrong', '95 % band, high', 'fitted', '95 % band, low', '1 %'])
    expect(svg).toContain(`>${name}</text>`);
});
