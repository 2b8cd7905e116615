import { expect, test } from '@jest/globals';
import { withQueryOfImporter } from './query-of-importer.ts';

const FOLDER = 'file:///project/test/';

test.each<[title: string, url: string, importer: string | undefined, expected: string]>([
  ['takes the query of a module in the folder', 'a.ts', `${FOLDER}b.test.ts?3`, 'a.ts?3'],
  ['takes none of a module without one', 'a.ts', `${FOLDER}b.test.ts`, 'a.ts'],
  ['takes none of a module elsewhere', 'a.ts', 'file:///project/functions/b.ts?3', 'a.ts'],
  ['takes none of the program', 'a.ts', undefined, 'a.ts'],
  ['keeps a query of its own', 'a.ts?2', `${FOLDER}b.test.ts?3`, 'a.ts?2'],
  ['stays as it is in a package', 'node_modules/p/a.js', `${FOLDER}b.test.ts?3`, 'node_modules/p/a.js'],
  ['stays as it is elsewhere', '../functions/a.ts', `${FOLDER}b.test.ts?3`, '../functions/a.ts'],
])('a module %s', (_title, url, importer, expected) => {
  const inFolder = (path: string) => (path.startsWith('../') ? `file:///project/${path.slice(3)}` : `${FOLDER}${path}`);
  const resolved = { url: inFolder(url), format: 'module' };
  expect(withQueryOfImporter(resolved, importer, FOLDER)).toEqual({ url: inFolder(expected), format: 'module' });
});
