import type { UpstreamRequest } from '../request.ts';

/** The value of a parameter. If it is given twice, the last value counts (in v2 the first). */
export function lastValueOf({ query }: UpstreamRequest, name: string): string | undefined {
  return query.getAll(name).at(-1);
}

/**
 * Whether a flag is set: it is given, and is not `false` or `0`. [S1] gives most flags no type.
 *
 * @param isByDefault the result for a flag that is not given
 */
export function isAskedFor(request: UpstreamRequest, name: string, isByDefault = false): boolean {
  const value = lastValueOf(request, name);
  return value === undefined ? isByDefault : !['false', '0'].includes(value.toLowerCase());
}

/** The whole number of a parameter; undefined without one. */
export function wholeNumberOf(request: UpstreamRequest, name: string): number | undefined {
  const value = lastValueOf(request, name);
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}
