import { distanceBetween } from '../customer/request/edit-distance.ts';

/** A name in the environment that is not a setting's, and the setting that it is close to. */
export interface MisspeltName {
  readonly name: string;
  readonly meant: string;
}

/** The units that a wrong name may have at its end, in place of the right unit or of none. */
const UNIT_AT_END = /_(?:MS|MILLIS|MILLISECONDS|S|SEC|SECS|SECOND|SECONDS|MINUTES)$/;

/** How the names of Lambda and the AWS SDK begin. Lambda sets about twenty of them. */
const OF_AWS = /^(?:AWS|LAMBDA)_/;

/**
 * The names in an environment that are close to a setting's: in another letter case, with `-` or no `_`, with another
 * unit or none, or with a typing error. It does not use the values. A name may belong to another program, so it is only
 * good for a warning.
 *
 * @param environment as Node gives it
 * @param known the names of all settings
 */
export function misspeltNames(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): readonly MisspeltName[] {
  // The settings of the functions have no such names, so a cold start does not compare Lambda's names with each of
  // them.
  const isAwsCompared = known.some((name) => OF_AWS.test(name));
  return Object.keys(environment)
    .filter((name) => (isAwsCompared || !OF_AWS.test(name)) && environment[name]?.trim() && !known.includes(name))
    .flatMap((name) => {
      const meant = closest(name, known);
      return meant === undefined ? [] : [{ name, meant }];
    });
}

/** The sentence for a person. */
export function describeMisspelt({ name, meant }: MisspeltName): string {
  return `${name} is set, and is not a setting of Lookaside. If ${meant} is meant, rename it; if not, leave it.`;
}

function closest(name: string, known: readonly string[]): string | undefined {
  const plain = plainly(name);
  const withoutUnit = plain.replace(UNIT_AT_END, '');
  // A name twice as long as any setting is not a typing error, and comparing it would cost time.
  if (plain.length > 64) return undefined;
  return known
    .map((candidate) => {
      const isUnitAlone = candidate.replace(UNIT_AT_END, '') === withoutUnit;
      const isSame = isUnitAlone || joined(candidate) === joined(plain);
      return { candidate, edits: isSame ? 0 : distanceBetween(plain, candidate, editsAllowed(candidate)) };
    })
    .filter(({ candidate, edits }) => edits <= editsAllowed(candidate))
    .sort((left, right) => left.edits - right.edits)[0]?.candidate;
}

/** The name in upper case, with `_` between words. */
function plainly(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .replace(/[-. ]+/g, '_');
}

/** The name without the `_` between its words. */
function joined(name: string): string {
  return name.replaceAll('_', '');
}

/** How many edits away a name may be. A short name is close to too many others: `PORT` to `SORT`. */
function editsAllowed(name: string): number {
  if (name.length < 8) return 0;
  return name.length < 12 ? 1 : 2;
}
