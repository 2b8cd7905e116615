/**
 * Runs the tests for Stryker, in one process and without jest. The modules stay loaded from one mutant to the next. They are loaded anew
 * for a mutant in code that runs when its module is loaded.
 */
import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { withQueryOfImporter } from '../support/query-of-importer.ts';
import { failureOf } from './run-test.ts';
import { type DeclaredTest, testsOf } from './test-api.ts';

/** What the instrumented code and its runner tell each other (Stryker's `InstrumenterContext`). */
interface Instruments {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: unknown;
}

interface MutantRun {
  readonly activeMutant: { readonly id: string };
  readonly testFilter?: readonly string[];
  readonly disableBail: boolean;
  readonly hitLimit?: number;
  readonly reloadEnvironment: boolean;
}

type TestOfFile = DeclaredTest & { readonly file: string };

interface TestResult {
  readonly id: string;
  readonly name: string;
  readonly fileName: string;
  readonly timeSpentMs: number;
  readonly status: typeof PASSED | typeof FAILED;
  readonly failureMessage: string;
}

/** Stryker's `TestStatus`. */
const PASSED = 0;
const FAILED = 1;

type Results = readonly TestResult[];

const TEST_API = new URL('./test-api.ts', import.meta.url).href;
/** Stryker names it in the instrumented code. */
const instruments: Instruments = {};
Object.assign(globalThis, { __stryker__: instruments });

class TestRunner {
  #generation = 0;
  #tests: readonly TestOfFile[] = [];

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const sandbox = pathToFileURL(`${process.cwd()}${path.sep}`).href;
    registerHooks({
      resolve: (specifier, context, next) => {
        if (specifier === '@jest/globals') return { url: TEST_API, shortCircuit: true };
        return withQueryOfImporter(next(specifier, context), context.parentURL, sandbox);
      },
    });
  }

  async dryRun() {
    await this.#load();
    const tests = await this.#run(() => true, false);
    return { status: 'complete', tests, mutantCoverage: instruments.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit, reloadEnvironment }: MutantRun) {
    if (this.#tests.length === 0 && !reloadEnvironment) await this.#load();
    Object.assign(instruments, { activeMutant: activeMutant.id, hitLimit, hitCount: hitLimit && 0 });
    try {
      if (reloadEnvironment) await this.#load();
      const wanted = testFilter && new Set(testFilter);
      return resultOf(await this.#run(({ id }) => wanted?.has(id) ?? true, !disableBail));
    } catch (error) {
      // The modules cannot be loaded: no test passes.
      return { status: 'killed', killedBy: testFilter ?? [], nrOfTests: 0, failureMessage: String(error) };
    } finally {
      instruments.activeMutant = undefined;
      // What was loaded with this mutant serves no other one.
      if (reloadEnvironment) this.#tests = [];
    }
  }

  /** Loads the mutated files first: what they do when they are loaded belongs to no test, even if a test loads them late. */
  async #load(): Promise<void> {
    this.#generation += 1;
    const load = (file: string) => import(`${pathToFileURL(path.resolve(file)).href}?${this.#generation}`);
    for (const file of (process.env.MUTATION_FILES ?? '').split(' ')) await load(file);
    const files = (process.env.MUTATION_TEST_FILES ?? '').split(' ');
    const tests: TestOfFile[] = [];
    for (const file of files) tests.push(...(await testsOf(file, () => load(file))).map((each) => ({ ...each, file })));
    this.#tests = tests;
  }

  async #run(isWanted: (test: DeclaredTest) => boolean, endsAtFailure: boolean): Promise<Results> {
    const results: TestResult[] = [];
    for (const { id, body, file } of this.#tests.filter(isWanted)) {
      instruments.currentTestId = id;
      const startedAt = performance.now();
      const failureMessage = await failureOf(body);
      const timeSpentMs = performance.now() - startedAt;
      const status = failureMessage === undefined ? PASSED : FAILED;
      const fileName = path.resolve(file);
      results.push({ id, name: id, fileName, timeSpentMs, status, failureMessage: failureMessage ?? '' });
      if (status === FAILED && endsAtFailure) break;
    }
    instruments.currentTestId = undefined;
    return results;
  }
}

function resultOf(results: Results) {
  const { hitCount = 0, hitLimit } = instruments;
  if (hitLimit !== undefined && hitCount > hitLimit) {
    return { status: 'timeout', reason: `Hit limit reached (${hitCount}/${hitLimit})` };
  }
  const failed = results.filter(({ status }) => status === FAILED);
  const [first] = failed;
  if (first === undefined) return { status: 'survived', nrOfTests: results.length };
  const killedBy = failed.map(({ id }) => id);
  return { status: 'killed', killedBy, failureMessage: first.failureMessage, nrOfTests: results.length };
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', injectableClass: TestRunner }];
