import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

// Runs Jest with our runner on made-up test files, in one worker: a runner that cannot fail would hide every fault.

const IMPORTS = `import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals';`;

/** A test of more than one file: the first of them to run leaves something to the next. */
const SEES_NO_OTHER = `test('the environment is that of the run', () => {
  const { LEFT_BY_A_TEST, CHANGED_BY_A_TEST } = process.env;
  Object.assign(process.env, { LEFT_BY_A_TEST: 'yes', CHANGED_BY_A_TEST: 'after', NUMBER: 1 });
  expect([LEFT_BY_A_TEST, CHANGED_BY_A_TEST]).toEqual([undefined, 'before']);
  // Only Node's own object makes a text of it.
  expect(process.env.NUMBER).toBe('1');
  process.env = { ...process.env };
});`;
/** A module that both import: it declares a hook, and counts in its own variable. */
const HELPER = `import { afterEach } from '@jest/globals';
let count = 0;
export const ended = () => count;
afterEach(() => { count += 1; });`;
const COUNTS_ENDS = `test('no test has ended', () => expect(ended()).toBe(0));
test('one test has ended', () => expect(ended()).toBe(1));`;
const COUNTED_ENDS = { 'no test has ended': 'passed', 'one test has ended': 'passed' };
const SAW_NO_OTHER = { 'the environment is that of the run': 'passed' };

/** The file's text, and what Jest must say: the status of each test by its full name. */
const FILES: readonly (readonly [name: string, text: string, expected: Readonly<Record<string, string>>])[] = [
  [
    'a-passes.test.mjs',
    `describe('sum', () => { test.each([[1, 2], [2, 3]])('of one and %i is %i', (a, b) => expect(a + 1).toBe(b)); });
     test.skip('skipped', () => { throw new Error(); });
     test('a mocked function', () => { const call = jest.fn(() => 7); expect(call()).toBe(7); expect(call).toHaveBeenCalledTimes(1); });
     ${SEES_NO_OTHER}`,
    {
      'sum of one and 1 is 2': 'passed',
      'sum of one and 2 is 3': 'passed',
      skipped: 'pending',
      'a mocked function': 'passed',
      ...SAW_NO_OTHER,
    },
  ],
  [
    'b-fails.test.mjs',
    `test('wrong', () => expect(1).toBe(2));
     test('rejects', async () => { throw new Error('late'); });
     test('leaves a rejection', async () => { Promise.reject(new Error('alone')); await new Promise((end) => setTimeout(end, 50)); });
     test('never ends', () => new Promise(() => setTimeout(() => {}, 60_000).unref()), 200);
     test('right', () => expect({ a: [1] }).toEqual({ a: [1] }));`,
    { wrong: 'failed', rejects: 'failed', 'leaves a rejection': 'failed', 'never ends': 'failed', right: 'passed' },
  ],
  [
    'c-hooks.test.mjs',
    `let count = 0;
     beforeEach(() => { count += 1; if (count === 2) throw new Error('not ready'); });
     test('first', () => expect(count).toBe(1));
     test('second', () => {});
     ${SEES_NO_OTHER}`,
    { first: 'passed', second: 'failed', ...SAW_NO_OTHER },
  ],
  ['d-helper.test.mjs', `import { ended } from './helper.mjs'; ${COUNTS_ENDS}`, COUNTED_ENDS],
  ['e-same-helper.test.mjs', `import { ended } from './helper.mjs'; ${COUNTS_ENDS}`, COUNTED_ENDS],
  ['f-does-not-load.test.mjs', `throw new Error('at the top');`, {}],
  ['g-has-no-test.test.mjs', '', {}],
];

/** A reporter that writes the name of each test when it ends, as the one of `npm run jest:long` does. */
const REPORTER = `import { appendFileSync } from 'node:fs';
export default class {
  onTestCaseResult(_file, { fullName }) { appendFileSync(new URL('ended.txt', import.meta.url), fullName + '\\n'); }
}`;

interface Told {
  readonly success: boolean;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

let folder: string;
let told: Told;

beforeAll(async () => {
  mkdirSync('.cache', { recursive: true });
  // A clone may be in such a folder. In an address these characters mean something else.
  folder = mkdtempSync(path.resolve('.cache', 'runner in C# ? %41-'));
  const tests = path.join(folder, 'test');
  mkdirSync(tests);
  writeFileSync(path.join(tests, 'helper.mjs'), HELPER);
  for (const [name, text] of FILES) writeFileSync(path.join(tests, name), `${IMPORTS}\n${text}\n`);
  writeFileSync(path.join(folder, 'reporter.mjs'), REPORTER);
  const config = {
    rootDir: folder,
    reporters: ['default', '<rootDir>/reporter.mjs'],
    testMatch: ['<rootDir>/test/*.test.mjs'],
    testRunner: path.resolve('test/support/jest/run-test-file.mts'),
    testEnvironment: path.resolve('test/support/jest/environment.mts'),
    transform: {},
    maxWorkers: 1,
    workerIdleMemoryLimit: '1GB',
  };
  const report = path.join(folder, 'report.json');
  const parameters = ['--config', JSON.stringify(config), '--json', '--outputFile', report];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, CHANGED_BY_A_TEST: 'before' };
  const program = path.resolve('node_modules/jest/bin/jest.js');
  await new Promise((end) => execFile(process.execPath, [program, ...parameters], { env }, end));
  told = (await import(pathToFileURL(report).href, { with: { type: 'json' } })).default;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const resultOf = (name: string) => {
  const found = told.testResults.find((each) => path.basename(each.name) === name);
  if (found === undefined) throw new Error(`Jest did not tell the result of ${name}.`);
  return found;
};

describe('our runner of test files', () => {
  test.each(FILES)('%s has the results that it must have', (name, _text, expected) => {
    const { assertionResults } = resultOf(name);
    expect(Object.fromEntries(assertionResults.map(({ fullName, status }) => [fullName, status]))).toEqual(expected);
  });

  test('a reporter of the run hears of each test when it ends', () => {
    const ended = readFileSync(path.join(folder, 'ended.txt'), 'utf8').trim().split('\n');
    const ran = told.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status !== 'pending');
    expect(ended.sort()).toEqual(ran.map(({ fullName }) => fullName).sort());
  });

  test('a file that cannot be loaded, and one without a test, fail the run', () => {
    expect(resultOf('f-does-not-load.test.mjs').message).toMatch('at the top');
    expect(resultOf('g-has-no-test.test.mjs').message).toMatch('must contain at least one test');
    expect(told).toMatchObject({ success: false, numFailedTestSuites: 4 });
  });
});
