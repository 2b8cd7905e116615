/**
 * Runs a test file by Jest's own jest-circus, but in Node itself. Jest would load each module anew in a context for
 * each test file. Here Node loads a module of the service or of a package once for all test files of a worker, as an
 * instance of Lambda does. It loads the modules in `test/` anew for each test file: they keep what a test set, and
 * declare hooks.
 */
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from '@jest/types';
import { withQueryOfImporter } from '../query-of-importer.ts';
import { type FileGlobals, setFileGlobals } from './globals.ts';
import { QueriesOfRuns } from './queries-of-runs.ts';

/** What jest-circus uses of Jest's runtime. */
interface UsedRuntime {
  requireInternalModule(path: string): unknown;
  requireModule(path: string): unknown;
  setGlobalsForRuntime(globals: FileGlobals): void;
  unstable_shouldLoadAsEsm(path: string): boolean;
  unstable_importModule(path: string): Promise<unknown>;
  enterTestCode(): void;
  leaveTestCode(): void;
}

type RunTestFile = (
  globalConfig: Config.GlobalConfig,
  config: Config.ProjectConfig,
  environment: unknown,
  runtime: UsedRuntime,
  testPath: string,
  tell?: unknown,
) => Promise<unknown>;

const require = createRequire(import.meta.url);
// It has no types.
const { default: runByCircus }: { readonly default: RunTestFile } = require('jest-circus/runner');
const GLOBALS = new URL('./globals.ts', import.meta.url).href;

/** The address of `test/`; before the first test file, of nothing. */
let testFolder = 'none:';

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
    // The client's sources, not what is built of them.
    const resolved = next(specifier, { ...context, conditions: [...context.conditions, 'lookaside-source'] });
    // The query names the run of the test file: see unstable_importModule.
    return withQueryOfImporter(resolved, context.parentURL, testFolder);
  },
});

/** Jest's message to a worker that has nothing left to do (`CHILD_MESSAGE_END` of jest-worker). */
const END = 2;

// Such a worker ends at once, and does not wait for a connection that a test left open. After half a second Jest warns
// of tests that leak.
if (process.send !== undefined) {
  process.on('message', (message) => {
    if (!Array.isArray(message) || message[0] !== END) return;
    // The channel closes first: otherwise Jest may ask the dead worker for its memory, and print an error.
    process.once('disconnect', () => process.exit());
    process.disconnect();
  });
}

const queries = new QueriesOfRuns();

const runTestFile: RunTestFile = async (globalConfig, config, environment, _runtime, testPath, tell) => {
  // Jest has just set a function here that maps each frame of each stack to its source. Node runs the sources as they
  // are, so each frame is right already; the mapping would take a fiftieth of all time.
  Reflect.deleteProperty(Error, 'prepareStackTrace');
  const circusKeys: PropertyKey[] = [];
  testFolder = pathToFileURL(path.join(config.rootDir, 'test', path.sep)).href;
  const runtime: UsedRuntime = {
    // jest-circus keeps the tests of a file, and those who listen to them, in its module and on the global object.
    requireInternalModule(file) {
      delete require.cache[file];
      const before = new Set(Reflect.ownKeys(globalThis));
      const loaded = require(file);
      circusKeys.push(...Reflect.ownKeys(globalThis).filter((key) => !before.has(key)));
      return loaded;
    },
    requireModule: require,
    setGlobalsForRuntime: setFileGlobals,
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (file) => import(`${pathToFileURL(file).href}${queries.next(file)}`),
    enterTestCode: () => undefined,
    leaveTestCode: () => undefined,
  };
  // Two messages for each test, of which Jest's own reporters print nothing: `npm run jest:long` has one that does.
  const told = globalConfig.reporters === undefined ? undefined : tell;
  try {
    return await runByCircus(globalConfig, config, environment, runtime, testPath, told);
  } finally {
    for (const key of circusKeys) Reflect.deleteProperty(globalThis, key);
  }
};

export default runTestFile;
