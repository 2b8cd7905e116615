import { duration } from './format.js';

/**
 * @typedef {Pick<import('./state.js').Entry, 'askedAt' | 'freshUntil' | 'staleWhileRevalidateUntil' | 'staleIfErrorUntil'
 *   | 'markedAt'>} Windows
 */

/**
 * The window of an entry. The first row that fits counts.
 *
 * | the entry | window |
 * |---|---|
 * | past every window | over |
 * | marked stale | marked |
 * | fresh | fresh |
 * | within stale-while-revalidate | stale |
 * | anything else | stale, only if the upstream fails |
 *
 * @param {Windows} entry
 * @param {number} now epoch milliseconds
 * @returns {{chip: string, word: string, text: string}} a chip's kind and word, and what it means
 */
export function phaseOf({ freshUntil, staleWhileRevalidateUntil, staleIfErrorUntil, markedAt }, now) {
  const last = Math.max(freshUntil, staleWhileRevalidateUntil, staleIfErrorUntil);
  if (now >= last) return { chip: 'other', word: 'over', text: 'not served any more' };
  if (markedAt !== undefined) {
    return { chip: 'stale', word: 'marked stale', text: 'the next look-up asks Capillary' };
  }
  if (now < freshUntil) return { chip: 'hit', word: 'fresh', text: `fresh for ${duration(freshUntil - now)}` };
  if (now < staleWhileRevalidateUntil) {
    return {
      chip: 'stale',
      word: 'stale',
      text: `served while revalidated, for ${duration(staleWhileRevalidateUntil - now)}`,
    };
  }
  return { chip: 'stale', word: 'stale', text: `only if Capillary fails, for ${duration(last - now)}` };
}

/**
 * The position of an entry on its line, 0 to 1. Each window takes a third of the line, however long it is: the last one
 * is a day by default, and the first five minutes.
 *
 * @param {Windows} entry
 * @param {number} now epoch milliseconds
 */
export function positionOf({ askedAt, freshUntil, staleWhileRevalidateUntil, staleIfErrorUntil }, now) {
  const ends = [freshUntil, Math.max(freshUntil, staleWhileRevalidateUntil)];
  const edges = [askedAt, ...ends, Math.max(.../** @type {[number, number]} */ (ends), staleIfErrorUntil)];
  for (let index = 0; index < 3; index += 1) {
    const [start = 0, end = 0] = edges.slice(index, index + 2);
    if (now < end) return (index + Math.max(0, now - start) / (end - start)) / 3;
  }
  return 1;
}
