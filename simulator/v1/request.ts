/** What a v1.1 get asks for. */
export interface V1Request {
  readonly query: URLSearchParams;
  /** The `language` header: an ISO code. Empty: English. */
  readonly language: string;
}

/** The value of a parameter that counts: the last, where it is given twice (v2 takes the first). */
export function lastValueOf({ query }: V1Request, name: string): string | undefined {
  return query.getAll(name).at(-1);
}

/**
 * Whether a flag is set: given at all, and neither `false` nor `0`. [S1] gives most of them no type.
 *
 * @param isByDefault what a flag that is not given counts as
 */
export function isAskedFor(request: V1Request, name: string, isByDefault = false): boolean {
  const value = lastValueOf(request, name);
  return value === undefined ? isByDefault : !['false', '0'].includes(value.toLowerCase());
}
