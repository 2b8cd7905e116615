/** The columns of a description beside its term, at least. If there are fewer, the description stands below the term. */
const BESIDE_COLUMNS = 40;
/** Text in fewer columns than these is not wrapped: most of its words would be longer. */
const MIN_COLUMNS = 20;
const TERM_INDENT = 2;
const BELOW_INDENT = 6;

/**
 * An option, argument or command of a help, with its description: beside it in a wide terminal, below it in a narrow
 * one.
 * @param termColumns the columns of the longest term of the list
 * @param columns of the terminal
 */
export function layItem(term: string, termColumns: number, description: string, columns: number): string {
  const start = `${' '.repeat(TERM_INDENT)}${term}`;
  if (description === '') return start;
  const besideIndent = TERM_INDENT + termColumns + TERM_INDENT;
  return columns - besideIndent >= BESIDE_COLUMNS
    ? start.padEnd(besideIndent) + wrapped(description, columns, besideIndent).trimStart()
    : `${start}\n${wrapped(description, columns, BELOW_INDENT)}`;
}

/** Text in lines of at most this many columns, each with this indent. A word is never broken. */
export function wrapped(text: string, columns: number, indent = 0): string {
  const space = columns - indent;
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line === '') lines[lines.length - 1] = word;
    else if (space < MIN_COLUMNS || line.length + 1 + word.length <= space) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `${' '.repeat(indent)}${line}`).join('\n');
}
