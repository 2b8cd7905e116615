/**
 * How many edits change one text into another. An edit inserts, removes or changes a character, or swaps two neighbours
 * (optimal string alignment). The time grows with the product of the lengths: use it for short texts.
 *
 * @param most if there are more edits than this, the answer may be any greater number
 */
export function distanceBetween(left: string, right: string, most: number): number {
  if (Math.abs(left.length - right.length) > most || editsOfSets(left, right) > most) return most + 1;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current: number[] = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isExchanged =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isExchanged ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}

/**
 * The least possible number of edits, by the characters that only one of the texts has: an edit changes two of them at
 * most.
 */
function editsOfSets(left: string, right: string): number {
  let differing = setOf(left) ^ setOf(right);
  let count = 0;
  for (; differing !== 0; differing &= differing - 1) count += 1;
  return Math.ceil(count / 2);
}

/**
 * The characters of a text, as bits. Two characters may share a bit. That can only make two sets more similar, never
 * less.
 */
function setOf(text: string): number {
  let set = 0;
  for (let at = 0; at < text.length; at += 1) set |= 1 << (text.charCodeAt(at) & 31);
  return set;
}
