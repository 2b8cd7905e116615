/**
 * Runs a test file by Jest's own jest-circus, but in Node itself. Jest would load each module anew in a context for
 * each test file. Here Node loads a module once for all test files of a worker, as an instance of Lambda does.
 */
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Config } from '@jest/types';
import { type FileGlobals, setFileGlobals } from './globals.ts';

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

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
    // The client's sources, not what is built of them.
    return next(specifier, { ...context, conditions: [...context.conditions, 'lookaside-source'] });
  },
});

/** Jest's message to a worker that has nothing left to do (`CHILD_MESSAGE_END` of jest-worker). */
const END = 2;

// Such a worker ends at once, and does not wait for a connection that a test left open. After half a second Jest warns
// of tests that leak.
if (process.send !== undefined) {
  process.on('message', (message) => {
    if (Array.isArray(message) && message[0] === END) process.exit();
  });
}

let filesRun = 0;

const runTestFile: RunTestFile = async (globalConfig, config, environment, _runtime, testPath, tell) => {
  const circusKeys: PropertyKey[] = [];
  const runtime: UsedRuntime = {
    // jest-circus keeps the tests of a file, and those who listen to them, in its module and on the global object.
    requireInternalModule(path) {
      delete require.cache[path];
      const before = new Set(Reflect.ownKeys(globalThis));
      const loaded = require(path);
      circusKeys.push(...Reflect.ownKeys(globalThis).filter((key) => !before.has(key)));
      return loaded;
    },
    requireModule: require,
    setGlobalsForRuntime: setFileGlobals,
    unstable_shouldLoadAsEsm: () => true,
    // A process that runs a file twice, as in watch mode, must load it twice.
    unstable_importModule: (path) => import(`${pathToFileURL(path).href}?${filesRun++}`),
    enterTestCode: () => undefined,
    leaveTestCode: () => undefined,
  };
  try {
    return await runByCircus(globalConfig, config, environment, runtime, testPath, tell);
  } finally {
    for (const key of circusKeys) Reflect.deleteProperty(globalThis, key);
  }
};

export default runTestFile;
