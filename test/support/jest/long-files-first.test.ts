import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import LongFilesFirst, { LONG_FILES } from './long-files-first.mts';

type Test = Parameters<LongFilesFirst['sort']>[0][number];

/** Test files of a run without Jest's cache: it does not know how long they take. A larger file has a longer path. */
const testsOf = (...files: readonly string[]): Test[] => {
  const context = { config: { cache: false }, hasteFS: { getSize: (file: string) => file.length } };
  return files.map((file) => ({ path: path.resolve(file), context }) as unknown as Test);
};

test('each long file exists', () => {
  expect(LONG_FILES.filter((file) => !existsSync(file))).toEqual([]);
});

test('the long files run first, in the order of the list, also if Jest knows how long each takes', async () => {
  const [first = '', second = ''] = LONG_FILES;
  const known = testsOf('test/a.test.ts', second, first).map((each) => ({ ...each, duration: each.path.length }));
  const sorted = await new LongFilesFirst({} as never).sort(known);
  expect(sorted.map((each) => path.relative('.', each.path))).toEqual([first, second, 'test/a.test.ts']);
});

test('the long files run first, in the order of the list, and the others from the largest to the smallest', async () => {
  const [first = '', second = ''] = LONG_FILES;
  const files = ['test/a.test.ts', second, 'test/much-larger.test.ts', 'test/larger.test.ts', first];
  const sorted = await new LongFilesFirst({} as never).sort(testsOf(...files));
  expect(sorted.map((each) => path.relative('.', each.path))).toEqual([
    first,
    second,
    'test/much-larger.test.ts',
    'test/larger.test.ts',
    'test/a.test.ts',
  ]);
});
