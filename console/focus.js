/**
 * Focuses a heading if the control that had the focus is gone. Without this, a keyboard starts again at the top of the page.
 *
 * @param {string} id of a heading with tabindex -1
 */
export function keepFocusAt(id) {
  if (document.activeElement === document.body) document.getElementById(id)?.focus({ preventScroll: true });
}
