/** A text as one word of a shell, whatever it holds. @param {string} text */
export function shellWord(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
