import { jestExpect } from '@jest/expect';
import { equals, iterableEquality, subsetEquality } from '@jest/expect-utils';

type JestExpect = typeof jestExpect;

/**
 * Compares as Jest's `expect` does. Jest makes three hundred functions for each value that a test expects something of,
 * and reads the stack: in the unit tests that is a seventh of all time. Here the matchers that tests use most compare
 * first, by Jest's own comparison. Jest makes its functions only for a comparison that fails, and for every other matcher.
 */
class Expectation {
  readonly #actual: unknown;

  constructor(actual: unknown) {
    this.#actual = actual;
  }

  toBe(expected: unknown): void {
    if (Object.is(this.#actual, expected)) notePass();
    else fail(() => jestExpect(this.#actual).toBe(expected), this.toBe);
  }

  toEqual(expected: unknown): void {
    if (equals(this.#actual, expected, [iterableEquality])) notePass();
    else fail(() => jestExpect(this.#actual).toEqual(expected), this.toEqual);
  }

  toMatchObject(expected: unknown): void {
    const areObjects = isObject(this.#actual) && isObject(expected);
    if (areObjects && equals(this.#actual, expected, [iterableEquality, subsetEquality])) notePass();
    else fail(() => jestExpect(this.#actual).toMatchObject(expected as object), this.toMatchObject);
  }

  static {
    const quick = Object.getOwnPropertyNames(Expectation.prototype);
    for (const name of Object.keys(jestExpect(undefined)) as (keyof ReturnType<JestExpect>)[]) {
      if (quick.includes(name)) continue;
      Object.defineProperty(Expectation.prototype, name, {
        get(this: Expectation) {
          return jestExpect(this.#actual)[name];
        },
      });
    }
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** As Jest does for each comparison: `expect.assertions` counts them. */
function notePass(): void {
  const state = jestExpect.getState();
  state.assertionCalls += 1;
  state.numPassingAsserts += 1;
}

/** Has Jest say what differs, with a stack that begins in the test. */
function fail(compare: () => void, matcher: (expected: unknown) => void): void {
  try {
    compare();
  } catch (error) {
    if (error instanceof Error) Error.captureStackTrace(error, matcher);
    throw error;
  }
}

function expectOf(...given: unknown[]): unknown {
  return given.length > 1 ? jestExpect(...(given as [unknown])) : new Expectation(given[0]);
}

/** Jest's `expect`, at less cost. */
export const expect = Object.setPrototypeOf(expectOf, jestExpect) as JestExpect;
