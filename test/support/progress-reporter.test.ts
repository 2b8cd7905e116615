import { describe, expect, test } from '@jest/globals';
import { createLongRun } from '../../bench/progress.ts';
import ProgressReporter from './progress-reporter.ts';
import { turnedTerminal } from './turned-terminal.ts';

const FILES: Readonly<Record<string, string>> = {
  'a.ts': `test('one', () => {});\n  test.each([1, 2])('two %d', () => {});\ntest.skip('three', () => {});\n`,
  'b.ts': '// const test = nothing\n',
};

function reporting(isTTY: boolean) {
  const { written, stream, time, turn } = turnedTerminal(isTTY);
  const run = createLongRun(stream, time);
  const reporter = new ProgressReporter(undefined, undefined, undefined, run, (path) => FILES[path] ?? '');
  return { written, reporter, turn };
}

describe('the reporter of long tests', () => {
  test('writes a line for each test at its end, the failures, the skipped tests, and the progress', () => {
    const { written, reporter, turn } = reporting(false);
    reporter.onRunStart({ numTotalTestSuites: 2 });
    reporter.onTestFileStart({ path: 'a.ts' });
    turn(1000);
    reporter.onTestCaseResult({}, { fullName: 'one', status: 'passed', duration: 1000 });
    turn(2000);
    reporter.onTestCaseResult({}, { fullName: 'two 1', status: 'failed', duration: 2000 });
    reporter.onTestFileResult(
      {},
      {
        failureMessage: 'two 1: expected 1',
        testResults: [
          { fullName: 'one', status: 'passed', duration: 1000 },
          { fullName: 'two 1', status: 'failed', duration: 2000 },
          { fullName: 'three', status: 'pending', duration: null },
        ],
      },
    );
    expect(written).toEqual([
      'a.ts\n',
      'ok      one (1.0 s)\n',
      'FAILED  two 1 (2.0 s)\n',
      'Per cent of the tests: 25 of 100, 9 s left\n',
      'skipped three\n',
      'two 1: expected 1\n',
      'Per cent of the tests: 50 of 100, 3 s left\n',
    ]);
  });

  test('says why a file failed that has no test', () => {
    const { written, reporter } = reporting(false);
    reporter.onRunStart({ numTotalTestSuites: 1 });
    reporter.onTestFileStart({ path: 'b.ts' });
    reporter.onTestFileResult({}, { failureMessage: 'Cannot find module', testResults: [] });
    expect(written).toEqual(['b.ts\n', 'Cannot find module\n']);
  });

  test('never counts more cases than the whole, even if they are more than a file names', () => {
    const { written, reporter, turn } = reporting(true);
    reporter.onRunStart({ numTotalTestSuites: 1 });
    reporter.onTestFileStart({ path: 'a.ts' });
    turn(1000);
    for (let n = 1; n <= 30; n += 1) reporter.onTestCaseResult({}, { fullName: `two ${n}`, status: 'passed' });
    expect(written.at(-1)).toContain('(99 of 100)');
    reporter.onTestFileResult({}, { testResults: [] });
    expect(written.at(-1)).toBe('\r\u001B[K');
  });
});
