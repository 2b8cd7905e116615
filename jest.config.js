import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const fileOf = (path) => fileURLToPath(new URL(path, import.meta.url));

// Jest's workers, and the programs that the tests start, keep compiled code here, and do not compile it again.
process.env.NODE_COMPILE_CACHE ??= fileOf('.cache/node');

// esbuild is a Go program. Its garbage collector would take a fifth of the CPU time of the bundles that tests make.
process.env.GOGC ??= '400';

// Jest gives its workers the options of its own process. Most objects of a test die young: with more room for them the
// garbage collector runs less often, and a run takes a thirtieth less time.
process.execArgv.push('--max-semi-space-size=64');

/** What both projects share: the tests run in Node itself, which strips the types. */
const shared = {
  testEnvironment: fileOf('test/support/jest/environment.mts'),
  testRunner: fileOf('test/support/jest/run-test-file.mts'),
  transform: {},
  // The copies that the mutation test makes.
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
};

/**
 * The tests that start no server and no process (test/architecture.test.ts looks), and take no time: a `*.long.test.ts` plays minutes
 * or days on a turned clock, or measures how time grows. Globs from the project's root.
 */
export const UNIT_TESTS = [
  'test/{cli,client,console,functions,simulation,support}/**/!(*.system|*.long).test.ts',
  'test/behaviour.test.ts',
];

export default {
  // A limit ends a test that hangs. It is no measure of speed: on a busy machine a test may take ten times as long.
  testTimeout: 300_000,
  // Two workers more than cores: the system tests wait more than they compute.
  maxWorkers: availableParallelism() + 2,
  // A worker whose heap is larger ends after its test file, and a new one takes its place. With a limit Jest also runs
  // even a single test file in a worker, and never in its own process.
  workerIdleMemoryLimit: '1GB',
  // On a busy machine a worker needs more than Jest's half second to end, and Jest would print a warning about a leak.
  workerGracefulExitTimeout: 60_000,
  testSequencer: fileOf('test/support/jest/long-files-first.mts'),
  projects: [
    { ...shared, displayName: 'unit', testMatch: UNIT_TESTS.map((glob) => `**/${glob}`) },
    {
      ...shared,
      displayName: 'system',
      globalSetup: '<rootDir>/test/infra/share-results.ts',
      testMatch: ['**/test/**/*.test.ts', ...UNIT_TESTS.map((glob) => `!**/${glob}`)],
    },
  ],
};
