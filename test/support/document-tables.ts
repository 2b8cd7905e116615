/** The rows of every table under a heading, up to the next heading: cells as written. */
export function rows(page: string, heading: string): string[][] {
  const [, rest] = page.split(`\n${heading}\n`);
  if (rest === undefined) throw new Error(`There is no heading ${heading}.`);
  const [section = ''] = rest.split(/\n#+ /);
  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[-| ]+\|$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** The text in a cell's code span; the cell itself if there is none. */
export const code = (cell = '') => /^`([^`]*)`$/.exec(cell)?.[1] ?? cell;

/** The first cells of the rows that begin with a code span. */
export const listed = (table: string[][]) =>
  table.filter(([first]) => first?.startsWith('`')).map(([first]) => code(first));

/** Every code span of a page, without code blocks. */
export const codeSpans = (page: string) =>
  [...page.replace(/^```.*?^```$/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
