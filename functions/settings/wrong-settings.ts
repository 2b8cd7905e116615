import type { ProjectionError } from '../customer/reply/projection.ts';
import type { CallerClassError } from './caller-classes.ts';
import type { Definition } from './definition.ts';
import { MAX_WINDOWS_SECONDS, type SettingName, type SettingValues } from './definitions.ts';
import { shownValue } from './readers.ts';

/** The errors by which a reader of a setting says where the mistake is. Their messages repeat no secret. */
export type ExplainedMistake = ProjectionError | CallerClassError;

/**
 * One sentence about a setting that is missing or not allowed: its value (unless it is secret), and the allowed values.
 *
 * @param mistake says where the mistake in the value is, if the setting's reader knows that
 */
export function describeWrong(
  name: SettingName,
  given: string | undefined,
  { allowed, isSecret }: Definition<unknown>,
  mistake: ExplainedMistake | undefined,
): string {
  const value = given === undefined ? 'missing' : isSecret ? 'wrong (its value is a secret)' : shownValue(given);
  const where = mistake === undefined ? '' : ` and ${mistake.message}`;
  return `${name} is ${value}${where}; allowed is ${allowed}.`;
}

/** The problems of settings that do not fit together. It leaves out settings that are wrong by themselves. */
export function contradictions(values: Partial<SettingValues>): string[] {
  const problems: string[] = [];
  const isInline = values.UPSTREAM_CREDENTIALS !== null;
  const isSecret = values.UPSTREAM_CREDENTIALS_ARN !== '';
  if (values.UPSTREAM_CREDENTIALS !== undefined && isInline === isSecret) {
    problems.push(
      `UPSTREAM_CREDENTIALS and UPSTREAM_CREDENTIALS_ARN are ${isInline ? 'both set' : 'both missing'}; ` +
        'allowed is exactly one of them: the credentials as JSON, or the ARN of the secret that holds them.',
    );
  }
  const windows = ['FRESH_SECONDS', 'STALE_WHILE_REVALIDATE_SECONDS', 'STALE_IF_ERROR_SECONDS'] as const;
  const windowsSeconds = windows.reduce((sum, name) => sum + (values[name] ?? Number.NaN), 0);
  if (windowsSeconds > MAX_WINDOWS_SECONDS) {
    problems.push(
      `${windows.map((name) => `${name} is ${values[name]}`).join(', ')}; ` +
        `allowed is ${MAX_WINDOWS_SECONDS} (30 days) for all of them together.`,
    );
  }
  return problems;
}
