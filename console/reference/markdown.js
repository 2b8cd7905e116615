/**
 * The little of Markdown that the document uses: paragraphs, lists, tables, `code`, **strong** and links. Pure: it knows
 * no page.
 *
 * @typedef {{kind: 'text' | 'code' | 'strong', text: string} | {kind: 'link', text: string, to: string}} Span
 * @typedef {readonly Span[]} Spans
 * @typedef {{kind: 'paragraph', spans: Spans}
 *   | {kind: 'list', items: readonly Spans[]}
 *   | {kind: 'table', head: readonly Spans[], rows: readonly (readonly Spans[])[]}} Block
 */

const SPAN = /`(?<code>[^`]+)`|\*\*(?<strong>[^*]+)\*\*|\[(?<text>[^\]]+)\]\((?<to>[^)\s]+)\)/g;

/**
 * @param {string} text
 * @returns {readonly Block[]}
 */
export function blocksOf(text) {
  return text
    .trim()
    .split(/\n\s*\n/)
    .filter((block) => block !== '')
    .map((block) => {
      if (TABLE.test(block)) return tableOf(block);
      if (!block.startsWith('- ')) return { kind: 'paragraph', spans: spansOf(block) };
      return { kind: 'list', items: block.slice(2).split(/\n- /).map(spansOf) };
    });
}

/** A row of names, and below it the row of dashes. */
const TABLE = /^\|.*\|\n\|[\s|:-]+\|\n/;

/** @param {string} block @returns {Block} */
function tableOf(block) {
  const [head = [], , ...rows] = block.split('\n').map((row) => row.split('|').slice(1, -1).map(spansOf));
  return { kind: 'table', head, rows };
}

/**
 * @param {string} text
 * @returns {Spans}
 */
export function spansOf(text) {
  const joined = text.replace(/\s+/g, ' ').trim();
  /** @type {Span[]} */
  const spans = [];
  let end = 0;
  for (const match of joined.matchAll(SPAN)) {
    if (match.index > end) spans.push({ kind: 'text', text: joined.slice(end, match.index) });
    const { code, strong, text: label, to } = match.groups ?? {};
    if (code !== undefined) spans.push({ kind: 'code', text: code });
    else if (strong !== undefined) spans.push({ kind: 'strong', text: strong });
    else spans.push({ kind: 'link', text: label ?? '', to: to ?? '' });
    end = match.index + match[0].length;
  }
  if (end < joined.length) spans.push({ kind: 'text', text: joined.slice(end) });
  return spans;
}
