export function isFlagSet(query: URLSearchParams, name: string): boolean {
  return query.get(name)?.toLowerCase() === 'true';
}

/** The days from today that a gap is asked for; undefined without the parameter, NaN if it is no whole number. */
export function gapOf(query: URLSearchParams, name: 'gapToUpgrade' | 'gapToRenew'): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}
