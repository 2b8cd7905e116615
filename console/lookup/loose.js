/** The objects of a list, or of one object in place of a list. @param {unknown} value @returns {any[]} */
export function objects(value) {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'object' && each !== null && !Array.isArray(each));
}

/** A text, or a boolean as a text; empty for anything else. @param {unknown} value */
export function text(value) {
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : '';
}

/** Whether v1.1 says yes: it writes booleans as texts, in any letter case, and as `1`. @param {unknown} value */
export function isTrue(value) {
  return ['true', '1'].includes(String(value).toLowerCase());
}
