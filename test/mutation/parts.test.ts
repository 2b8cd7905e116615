import { existsSync, globSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { LEFT_OUT, MEASURED_FOLDERS, PARTS, WITHOUT_FUNCTIONS } from './parts.ts';

// The mutation test is no part of CI: here its parts are held to the files that they name.

describe('the parts of the mutation test', () => {
  test.each(Object.entries(PARTS))('%s names files and tests that exist', (_name, { files, tests }) => {
    expect(files.filter((file) => !existsSync(`functions/${file}`))).toEqual([]);
    for (const pattern of alternatives(tests)) {
      expect([pattern, globSync(`test/functions/${pattern}.test.ts`)]).not.toEqual([pattern, []]);
    }
  });

  test('hold no file twice', () => {
    const files = Object.values(PARTS).flatMap((part) => part.files);
    expect(new Set(files).size).toBe(files.length);
  });

  test('include each file of the measured folders that holds a function, except for those that are left out', () => {
    const measured = new Set(Object.values(PARTS).flatMap((part) => part.files));
    const files = globSync(`{${MEASURED_FOLDERS.join()}}/**/*.ts`, { cwd: 'functions' });
    const others = [...WITHOUT_FUNCTIONS, ...Object.keys(LEFT_OUT)];
    expect(files.filter((file) => !measured.has(file)).toSorted()).toEqual(others.toSorted());
  });

  test.each(WITHOUT_FUNCTIONS)('leave out %s, which holds no function', async (file) => {
    const exported = Object.values((await import(`../../functions/${file}`)) as Record<string, unknown>);
    expect(exported.filter((value) => typeof value === 'function')).toEqual([]);
  });
});

/** The patterns that braces stand for. */
function alternatives(pattern: string): readonly string[] {
  const [whole = '', inner = ''] = /\{([^{}]*)\}/.exec(pattern) ?? [];
  if (whole === '') return [pattern];
  return inner.split(',').flatMap((choice) => alternatives(pattern.replace(whole, choice)));
}
