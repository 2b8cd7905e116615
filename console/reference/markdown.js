/**
 * The little of Markdown that the document uses: paragraphs, lists, `code`, **strong** and links. Pure: it knows no page.
 *
 * @typedef {{kind: 'text' | 'code' | 'strong', text: string} | {kind: 'link', text: string, to: string}} Span
 * @typedef {{kind: 'paragraph', spans: readonly Span[]} | {kind: 'list', items: readonly (readonly Span[])[]}} Block
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
      if (!block.startsWith('- ')) return { kind: 'paragraph', spans: spansOf(block) };
      return { kind: 'list', items: block.slice(2).split(/\n- /).map(spansOf) };
    });
}

/**
 * @param {string} text
 * @returns {readonly Span[]}
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
