import { describe, expect, test } from '@jest/globals';
import { createOutput } from '../../../cli/output.ts';
import { lastMinutes, queriesOf, toCommandError, toTally } from '../../../cli/watch/cloudwatch-source.ts';
import { frameOf } from '../../../cli/watch/frame.ts';
import { LOOKUP_OUTCOMES, OUTCOME_OF_METRIC, RunningTally } from '../../../cli/watch/tally.ts';
import { requestMetrics } from '../../../functions/adapters/telemetry/metrics.ts';
import { ANSWERED, METRIC_UNITS, type MetricName } from '../../../functions/metric-names.ts';
import { LABELS } from '../../../local/observation/live-line.ts';
import type { Observation } from '../../../local/observation/observation.ts';

/** A request that is not a look-up. */
const OTHER = { requestId: 'a', at: 0, durationMs: 2 } as const;
const seen = (changes: Partial<Observation>): Observation => ({
  ...OTHER,
  api: 'v2',
  outcome: 'hit',
  ...changes,
});
const REQUESTS: readonly Observation[] = [
  ...Array.from({ length: 8 }, (_, index) => seen({ durationMs: index + 1 })),
  seen({ outcome: 'miss', durationMs: 300, upstreamDurationMs: 290 }),
  seen({ outcome: 'failed', upstreamDurationMs: 10, upstreamFailure: 'timeout', storeFailure: 'TimeoutError' }),
  seen({ outcome: 'refused' }),
  { ...OTHER, outcome: 'batch', outcomes: ['hit', 'stale', 'collapsed'] },
  { ...OTHER, outcome: 'purge' },
];

const METRICS_OF_FAILURES = ['UpstreamFailure', 'BudgetRefused'] as const;

describe('the tally of what the service reports', () => {
  test('counts look-ups by outcome, those of a batch too, and nothing else', () => {
    expect(new RunningTally().add(REQUESTS).tally()).toEqual({
      counts: { hit: 9, miss: 1, failed: 1, refused: 1, stale: 1, collapsed: 1 },
      lookups: 14,
      // The cache could not have answered a refused look-up.
      hitRatio: 10 / 13,
      hitMs: { p50: 4, p99: 8 },
      upstreamMs: { p50: 10, p99: 290 },
      upstreamCalls: 2,
      upstreamFailures: 1,
      budgetRefusals: 0,
      storeFailures: 1,
    });
  });

  test('counts a used-up budget apart, as the metrics do: the upstream was not asked, so it did not fail', () => {
    const requests = [
      seen({ outcome: 'failed', upstreamFailure: 'over-budget' }),
      seen({ outcome: 'stale', upstreamFailure: 'over-budget' }),
      seen({ outcome: 'failed', upstreamFailure: 'connection' }),
    ];
    const counted = new RunningTally().add(requests).tally();
    expect(counted).toMatchObject({ upstreamFailures: 1, budgetRefusals: 2 });
    const metrics = requests.flatMap(({ upstreamFailure }) => requestMetrics({ upstreamFailure }));
    const results = METRICS_OF_FAILURES.map((name) => ({
      Id: `count_${name}`,
      Values: metrics.filter((metric) => metric.name === name).map(({ value }) => value),
    }));
    expect(toTally(results)).toMatchObject({ upstreamFailures: 1, budgetRefusals: 2 });
  });

  test('adds up', () => {
    const once = new RunningTally().add(REQUESTS).tally();
    const twice = new RunningTally().add(REQUESTS).add(REQUESTS).tally();
    expect(twice).toMatchObject({ lookups: 2 * once.lookups, upstreamCalls: 4, hitRatio: once.hitRatio });
  });

  test('of nothing has no ratio and no times', () => {
    expect(new RunningTally().tally()).toMatchObject({ lookups: 0, hitRatio: undefined, hitMs: undefined });
  });

  test('remembers the latest times only', () => {
    const tally = new RunningTally().add([seen({ durationMs: 9999 })]);
    tally.add(Array.from({ length: 10_000 }, () => seen({ durationMs: 1 })));
    expect(tally.tally()).toMatchObject({ lookups: 10_001, hitMs: { p50: 1, p99: 1 } });
  });
});

describe('the tally of what CloudWatch reports', () => {
  test('asks for each way in which a look-up is answered', () => {
    expect(Object.keys(OUTCOME_OF_METRIC)).toEqual(expect.arrayContaining([...ANSWERED]));
    const queries = queriesOf('production', 300);
    const asked = queries.map(({ MetricStat }) => MetricStat?.Metric?.MetricName);
    expect(asked).toEqual(expect.arrayContaining([...ANSWERED, 'Latency_Hit', 'UpstreamLatency']));
    expect(asked).toEqual(expect.arrayContaining([...METRICS_OF_FAILURES]));
    expect(asked.filter((name) => !METRIC_UNITS.has(name as MetricName))).toEqual([]);
    expect(queries.filter(({ Id = '' }) => !/^[a-z]\w*$/.test(Id))).toEqual([]);
    expect(new Set(queries.map(({ Id }) => Id)).size).toBe(queries.length);
    for (const { MetricStat } of queries) {
      expect(MetricStat?.Metric?.Dimensions).toEqual([{ Name: 'environment', Value: 'production' }]);
      expect(MetricStat?.Period).toBe(MetricStat?.Stat === 'Sum' ? 60 : 300);
    }
  });

  test('adds minutes up; a metric without a value counts as nothing', () => {
    const results = [
      { Id: 'count_Hit', Values: [50, 40] },
      { Id: 'count_Miss', Values: [5] },
      { Id: 'count_Request', Values: [5] },
      { Id: 'count_UpstreamCall', Values: [10, 1] },
      { Id: 'hit_p50', Values: [3] },
      { Id: 'hit_p99', Values: [9] },
      { Id: 'upstream_p50', Values: [] },
    ];
    expect(toTally(results)).toMatchObject({
      counts: { hit: 90, miss: 10, stale: 0 },
      lookups: 100,
      hitRatio: 0.9,
      upstreamCalls: 11,
      storeFailures: 0,
      hitMs: { p50: 3, p99: 9 },
      upstreamMs: undefined,
    });
    expect(toTally([])).toMatchObject({ lookups: 0, hitRatio: undefined });
  });
});

test.each([
  ['AccessDeniedException', 'not-allowed', /may not read CloudWatch's metrics \(AccessDeniedException\)/],
  ['ThrottlingException', 'unreachable', /throttles .*\(ThrottlingException\).*--every-seconds(?!.*network)/],
  ['Error', 'unreachable', /cannot be asked \(Error\)\. Check AWS_REGION/],
])('an error %s of CloudWatch ends the command as %s, with what to do', (name, exit, words) => {
  const error = toCommandError(Object.assign(new Error('made up'), { name }));
  expect([error.exit, error.message]).toEqual([exit, expect.stringMatching(words)]);
});

test.each([
  ['2026-11-28T10:00:00.000Z', '2026-11-28T09:55:00.000Z', '2026-11-28T10:00:00.000Z'],
  ['2026-11-28T10:00:59.999Z', '2026-11-28T09:55:00.000Z', '2026-11-28T10:00:00.000Z'],
])('at %s the last five whole minutes are those from %s to %s', (now, from, to) => {
  expect(lastMinutes(5, Date.parse(now))).toEqual({ StartTime: new Date(from), EndTime: new Date(to) });
});

test('the durations of a long watch are those of the latest ten thousand hits', () => {
  const hits = (count: number, durationMs: number) => Array.from({ length: count }, () => seen({ durationMs }));
  const tally = new RunningTally().add(hits(10_000, 900)).add(hits(9999, 4));
  expect(tally.tally().hitMs).toEqual({ p50: 4, p99: 4 });
  expect(tally.add(hits(101, 7)).tally().hitMs).toEqual({ p50: 4, p99: 7 });
});

describe('the output', () => {
  const plain = { paint: (text: string) => text };
  const tally = new RunningTally().add(REQUESTS).tally();
  const nothing = new RunningTally().tally();

  test('is a line if there is no terminal', () => {
    expect(frameOf({ of: 'here', seconds: 1, tally }, plain).line).toBe(
      '1 s  look-ups 14  hit 9  stale 1  collapsed 1  miss 1  refused 1  failed 1  hit ratio 76 %  ' +
        'hits p50 4 ms, p99 8 ms  upstream 2  upstream failures 1  store failures 1',
    );
    expect(frameOf({ of: 'here', seconds: 1, tally: nothing }, plain).line).toBe('1 s  look-ups 0  upstream 0');
  });

  test('says how often the budget had no call left, if it happened', () => {
    const requests = [...REQUESTS, seen({ outcome: 'failed', upstreamFailure: 'over-budget' })];
    const watched = { of: 'here', seconds: 1, tally: new RunningTally().add(requests).tally() };
    const { line, screen } = frameOf(watched, plain);
    expect(line).toContain('upstream 2  upstream failures 1  over budget 1  store failures 1');
    expect(screen).toContain('upstream   2 calls, 1 failure, 1 over budget, p50 10 ms, p99 290 ms');
  });

  test('is a table of each outcome on a terminal, now and since the start', () => {
    const { screen } = frameOf({ of: 'here', seconds: 1, tally: nothing, total: { seconds: 60, tally } }, plain);
    const rows = LOOKUP_OUTCOMES.map((outcome) =>
      screen.find((line) => line.startsWith(LABELS[outcome][0].padEnd(12))),
    );
    expect(rows).not.toContain(undefined);
    expect(rows[0]).toMatch(/^HIT +0 +9$/);
    expect(screen).toContain('hit ratio  76 %');
    expect(screen).toContain('upstream   2 calls, 1 failure, p50 10 ms, p99 290 ms');
  });

  test('replaces the output before it, but only on a terminal', () => {
    const written: string[] = [];
    const stream = (isTTY: boolean) => ({ isTTY, write: (text: string) => written.push(text) });
    const frame = { json: 1, screen: ['a', 'b'], line: 'c' };
    const onTerminal = createOutput(stream(true), { isJson: false, hasColour: false });
    for (const output of [onTerminal, onTerminal, createOutput(stream(false), { isJson: false, hasColour: false })]) {
      output.show(frame);
    }
    createOutput(stream(true), { isJson: true, hasColour: true }).show(frame);
    expect(written).toEqual(['a\nb\n', '\u001B[2A\u001B[Ja\nb\n', 'c\n', '1\n']);
  });
  test.each([
    [undefined, 3],
    [0, 3],
    [80, 3],
    [5, 3],
    [4, 4],
    [2, 5],
  ])('replaces all rows of a terminal that is %s characters wide, also those of wrapped lines', (columns, rows) => {
    const written: string[] = [];
    const stream = {
      isTTY: true,
      ...(columns !== undefined && { columns }),
      write: (text: string) => written.push(text),
    };
    const output = createOutput(stream, { isJson: false, hasColour: true });
    const frame = { json: 1, screen: ['\u001B[32mabcde\u001B[0m', '', 'ab'], line: 'c' };
    output.show(frame);
    output.show(frame);
    expect(written[1]).toMatch(new RegExp(`^\\u001B\\[${rows}A\\u001B\\[J`));
  });

  test('is a line on a terminal with too few rows for the table, because the cursor cannot go back to its top', () => {
    const written: string[] = [];
    const stream = { isTTY: true, rows: 3, write: (text: string) => written.push(text) };
    const output = createOutput(stream, { isJson: false, hasColour: false });
    const frame = { json: 1, screen: ['a', 'b'], line: 'c' };
    for (const rows of [3, 2, 3, 0]) {
      stream.rows = rows;
      output.show(frame);
    }
    expect(written).toEqual(['a\nb\n', 'c\n', 'a\nb\n', '\u001B[2A\u001B[Ja\nb\n']);
  });
});
