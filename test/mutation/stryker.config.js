/** One part of the mutation test: what is mutated and where its report goes is told by the environment (run.ts). */
export default {
  mutate: (process.env.MUTATION_FILES ?? '').split(' '),
  testRunner: 'in-process',
  plugins: [`${import.meta.dirname}/test-runner.ts`],
  testRunnerNodeArgs: ['--conditions=lookaside-source', '--disable-warning=ExperimentalWarning'],
  // A mutant in code that runs when its module is loaded leaves its modules behind.
  maxTestRunnerReuse: 100,
  coverageAnalysis: 'perTest',
  // tsconfig.json stays outside: Stryker reads it by an API that TypeScript 7 does not have.
  ignorePatterns: [
    '*',
    '!functions/**',
    '!test/functions/**',
    '!test/support/**',
    '!test/mutation/**',
    '!local/**',
    '!simulator/**',
    '!bench/**',
    '!cli/**',
    '!client/**',
    '!infra/phone-library.ts',
    '!package.json',
  ],
  concurrency: 2,
  // Generous: only a loop without an end meets this limit, however busy the machine is. A test that waits for ever is found earlier.
  timeoutMS: 10_000,
  timeoutFactor: 2,
  // A bar with the remaining time of the part, on a terminal.
  reporters: [...(process.stdout.isTTY ? ['progress'] : []), 'clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: process.env.MUTATION_REPORT },
  // Each run has its own: the first run that ends deletes it.
  tempDirName: `.cache/stryker-${process.pid}`,
};
