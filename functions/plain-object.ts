/** The members of an object by their names. Nothing has checked their values yet. */
export type PlainObject = Readonly<Record<string, unknown>>;

/** Whether this is an object, and neither a list nor null. */
export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
