/**
 * Thrown if a setting is wrong or missing. It names each such setting, its value (unless it is secret), and the allowed
 * values.
 */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  /** One sentence for each problem. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Wrong settings. ${problems.join(' ')}`);
    this.problems = problems;
  }
}
