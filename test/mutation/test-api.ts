/**
 * What the tests import as `@jest/globals`, without jest: the mutation test makes thousands of runs, and jest loads every module anew
 * for each. The matchers and the tables are jest's own.
 */
import { expect } from 'expect';
import { bind } from 'jest-each';
import * as mock from 'jest-mock';

type Body = () => unknown;

/** One test, as a file declares it. */
export interface DeclaredTest {
  /** The file's name, and the titles from the outermost `describe` on. */
  readonly id: string;
  readonly body: Body;
}

const declared: DeclaredTest[] = [];
let titles: readonly string[] = [];

function declareTest(title: string, body: Body): void {
  declared.push({ id: [...titles, title].join(' '), body });
}

function declareGroup(title: string, declareTests: Body): void {
  const outer = titles;
  titles = [...outer, title];
  declareTests();
  titles = outer;
}

export const test = Object.assign(declareTest, { each: bind(declareTest, false) });
export const describe = Object.assign(declareGroup, { each: bind(declareGroup, false) });
export const jest = { fn: mock.fn, spyOn: mock.spyOn };
export { expect };

/**
 * The tests that a file declares when it is loaded.
 * @param load imports the file
 */
export async function testsOf(file: string, load: () => Promise<unknown>): Promise<readonly DeclaredTest[]> {
  titles = [file];
  declared.length = 0;
  await load();
  return [...declared];
}
