/**
 * The style of a part that keeps its height while a look-up runs: the parts below do not jump up and down again.
 *
 * @param {string} selector of the part
 * @param {boolean} isRunning
 */
export function heldHeight(selector, isRunning) {
  const height = isRunning ? (document.querySelector(selector)?.getBoundingClientRect().height ?? 0) : 0;
  return height === 0 ? '' : `min-block-size: ${height}px`;
}
