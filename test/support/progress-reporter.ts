/**
 * A reporter for jest, for tests of minutes (`npm run jest:long`): a line for each test as soon as it ends, and the
 * progress of the run. jest's own reporter says nothing about a file before its last test has ended. With `--verbose`
 * the output of tests is shown.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { type LongRun, say, showProgress } from '../../bench/progress.ts';

/** The facts about a test from jest. */
export interface ToldTest {
  readonly fullName: string;
  readonly status: string;
  /** Milliseconds; undefined or null: it did not run. */
  readonly duration?: number | null | undefined;
}

/** The facts about a file from jest. */
export interface ToldFile {
  readonly failureMessage?: string | null | undefined;
  readonly testResults: readonly ToldTest[];
}

const WORDS: Readonly<Record<string, string>> = { passed: 'ok', failed: 'FAILED' };
const RAN = Object.keys(WORDS);
const READ_TEST = /^\s*test(\.\w+)?\(/gm;

export default class ProgressReporter {
  readonly #run: LongRun;
  readonly #readFile: (path: string) => string;
  #tell: (percent: number) => void = () => undefined;
  #files = 1;
  #filesDone = 0;
  #testsOfFile = 1;
  #testsDone = 0;

  constructor(
    _jestConfig?: unknown,
    _options?: unknown,
    _context?: unknown,
    run: LongRun = { say, showProgress },
    readFile = (path: string) => readFileSync(path, 'utf8'),
  ) {
    this.#run = run;
    this.#readFile = readFile;
  }

  onRunStart({ numTotalTestSuites }: { readonly numTotalTestSuites: number }): void {
    this.#files = numTotalTestSuites;
    this.#tell = this.#run.showProgress('Per cent of the tests', 100);
  }

  onTestFileStart({ path }: { readonly path: string }): void {
    this.#run.say(relative(process.cwd(), path));
    // A table of cases counts as one: its further cases take no more of the bar.
    this.#testsOfFile = this.#readFile(path).match(READ_TEST)?.length ?? 1;
    this.#testsDone = 0;
  }

  onTestCaseResult(_file: unknown, test: ToldTest): void {
    this.#line(test);
    this.#testsDone += 1;
    const share = Math.min(this.#testsDone / (this.#testsOfFile + 1), 0.99);
    this.#tell(Math.floor((100 * (this.#filesDone + share)) / this.#files));
  }

  onTestFileResult(_file: unknown, { failureMessage, testResults }: ToldFile): void {
    // jest reports a skipped test only here.
    for (const test of testResults) if (!RAN.includes(test.status)) this.#line(test);
    if (failureMessage) this.#run.say(failureMessage);
    this.#filesDone += 1;
    this.#tell(Math.floor((100 * this.#filesDone) / this.#files));
  }

  #line({ fullName, status, duration }: ToldTest): void {
    const took = typeof duration === 'number' ? ` (${(duration / 1000).toFixed(1)} s)` : '';
    this.#run.say(`${(WORDS[status] ?? 'skipped').padEnd(7)} ${fullName}${took}`);
  }
}
