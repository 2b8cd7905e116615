import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const page = readFileSync('docs/security.md', 'utf8');
const [, table = ''] = page.split('## Each property, and the test that holds it');

/** The rows of the last table: a property, a file of tests, and a title in it. */
const ROWS = [...table.matchAll(/^\| (.+?) +\| `(test\/[\w/.-]+)`: (.+?) +\|$/gm)].map(
  ([, property = '', file = '', title = '']) => ({ property, file, title }),
);

test('the table of docs/security.md can be read, row by row', () => {
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  // A heading and a rule come first.
  expect(ROWS).toHaveLength(lines.length - 2);
  expect(ROWS.length).toBeGreaterThan(20);
});

test.each(ROWS)('$property: $file has the test that is named', ({ file, title }) => {
  expect(existsSync(file)).toBe(true);
  const titles = [...readFileSync(file, 'utf8').matchAll(/(?:\btest|[\])])\(\s*(['"])(.*?[^\\])\1,/gs)].map(
    ([, , each]) => each,
  );
  expect(titles).toContain(title);
});
