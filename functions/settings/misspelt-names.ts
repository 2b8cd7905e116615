import { distanceBetween } from '../customer/request/edit-distance.ts';

/** A name in the environment that is not a setting's, and the setting that it is close to. */
export interface MisspeltName {
  readonly name: string;
  readonly meant: string;
}

/** A setting's name, in the forms that a name is compared with. */
interface Candidate {
  readonly name: string;
  readonly withoutUnit: string;
  readonly joined: string;
  /** How many edits away a name may be. */
  readonly maxEdits: number;
}

/** The units that a wrong name may have at its end, in place of the right unit or of none. */
const UNIT_AT_END = /_(?:MS|MILLIS|MILLISECONDS|S|SEC|SECS|SECOND|SECONDS|MINUTES)$/;

/** The names that a process on Lambda has: about thirty of Lambda itself, the AWS SDK, Node and the system. */
const OF_PLATFORM = /^(?:AWS_|LAMBDA_|LC_|LD_|NODE_|_X_AMZN_|(?:_|_HANDLER|HOME|LANG|PATH|PWD|SHLVL|TZ)$)/;

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
  // The settings of the functions have no such names, so a cold start does not compare the platform's names with each
  // of them.
  const isPlatformCompared = known.some((name) => OF_PLATFORM.test(name));
  const names = Object.keys(environment).filter(
    (name) => !known.includes(name) && (isPlatformCompared || !OF_PLATFORM.test(name)) && environment[name]?.trim(),
  );
  if (names.length === 0) return [];
  const candidates = known.map(toCandidate);
  return names.flatMap((name) => {
    const meant = closest(name, candidates);
    return meant === undefined ? [] : [{ name, meant }];
  });
}

/** The sentence for a person. */
export function describeMisspelt({ name, meant }: MisspeltName): string {
  return `${name} is set, and is not a setting of Lookaside. If ${meant} is meant, rename it; if not, leave it.`;
}

function toCandidate(name: string): Candidate {
  return { name, withoutUnit: name.replace(UNIT_AT_END, ''), joined: joined(name), maxEdits: editsAllowed(name) };
}

/** The setting that a name is closest to. If several are equally close, it is the first of them. */
function closest(name: string, candidates: readonly Candidate[]): string | undefined {
  const plain = plainly(name);
  // A name twice as long as any setting is not a typing error, and comparing it would cost time.
  if (plain.length > 64) return undefined;
  const withoutUnit = plain.replace(UNIT_AT_END, '');
  const joinedName = joined(plain);
  let meant: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const isSame = candidate.withoutUnit === withoutUnit || candidate.joined === joinedName;
    const edits = isSame ? 0 : distanceBetween(plain, candidate.name, candidate.maxEdits);
    if (edits <= candidate.maxEdits && edits < least) {
      meant = candidate.name;
      least = edits;
    }
  }
  return meant;
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
