/**
 * What the tests import as `@jest/globals`. Jest makes these functions anew for each test file. But a module that
 * several test files import is loaded once, so each name here leads to the function of the file that runs.
 */
import type * as Globals from '@jest/globals';
import { ModuleMocker } from 'jest-mock';

type Name = 'afterAll' | 'afterEach' | 'beforeAll' | 'beforeEach' | 'describe' | 'test';
export type FileGlobals = Pick<typeof Globals, Name>;

let current: FileGlobals | undefined;

/** @param globals the functions of the test file that is loaded next */
export function setFileGlobals(globals: FileGlobals): void {
  current = globals;
}

function ofCurrentFile<N extends Name>(name: N): FileGlobals[N] {
  const now = () => {
    if (current === undefined) throw new Error(`Jest has loaded no test file yet. Call ${name}() in a test file.`);
    return current[name];
  };
  return new Proxy((() => undefined) as unknown as FileGlobals[N], {
    apply: (_target, self, parameters) => Reflect.apply(now() as unknown as () => unknown, self, parameters),
    get: (_target, key) => Reflect.get(now(), key),
  });
}

export const afterAll = ofCurrentFile('afterAll');
export const afterEach = ofCurrentFile('afterEach');
export const beforeAll = ofCurrentFile('beforeAll');
export const beforeEach = ofCurrentFile('beforeEach');
export const describe = ofCurrentFile('describe');
export const test = ofCurrentFile('test');
export { expect } from './quick-expect.ts';
/** Functions that are mocked, and no more of Jest's `jest`: it cannot replace modules or clocks here. */
export const jest = new ModuleMocker(globalThis);
