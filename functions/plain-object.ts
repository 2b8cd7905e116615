/** The members of an object by their names, of any values: nothing has checked them yet. */
export type PlainObject = Readonly<Record<string, unknown>>;

/** Whether this is an object with names: no list, no null. */
export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
