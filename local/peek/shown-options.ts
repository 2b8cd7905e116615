/** The options of a variant for a person. Free texts of the caller are keyed hashes, so only their names are shown. */
export function shownOptions(options: readonly string[]): readonly string[] {
  return options.map((option) => option.replace(/^(source|account|filters)=.*/, '$1'));
}
