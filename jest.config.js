import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What every project shares. The mutation test takes it too. */
export const shared = {
  // An absolute path: Stryker knows no <rootDir>.
  testEnvironment: fileURLToPath(new URL('test/support/plain-global-environment.ts', import.meta.url)),
  // The client's sources, not what is built of them.
  testEnvironmentOptions: { customExportConditions: ['lookaside-source', 'node', 'node-addons'] },
  // The copies that the mutation test makes.
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
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
  // One worker more than cores: the system tests wait more than they compute.
  maxWorkers: availableParallelism() + 1,
  // A worker whose heap is larger ends after its test file, and a new one takes its place. Node does not free the modules
  // of a test file (nodejs/node#59118): without the limit a worker grows to a gigabyte, and takes longer to end than the
  // half second that Jest waits.
  workerIdleMemoryLimit: '400MB',
  projects: [
    { ...shared, displayName: 'unit', testMatch: UNIT_TESTS.map((glob) => `**/${glob}`) },
    {
      ...shared,
      displayName: 'system',
      globalSetup: '<rootDir>/test/infra/share-templates.ts',
      testMatch: ['**/test/**/*.test.ts', ...UNIT_TESTS.map((glob) => `!**/${glob}`)],
    },
  ],
};
