import type { Parameter } from './canonical-request.ts';
import { InvalidRequestError } from './invalid-request-error.ts';

/** The parameters of a look-up, each known and given once. */
export type Given<Name extends string> = ReadonlyMap<Name, string>;

/** The parameters of a request, as they were given. */
export interface Collected<Name extends string> {
  readonly given: Given<Name>;
  /** The parameters that the deployment adds (EXTRA_PARAMETERS), in the order in which they came. */
  readonly extra: readonly Parameter[];
}

/**
 * Collects the parameters. Empty pairs are harmless.
 *
 * @param allowed the API's names; it may hold a name twice
 * @param extraAllowed further names; no name is in both lists
 * @throws {InvalidRequestError} if a name is in neither list, or is given twice
 */
export async function collect<Name extends string>(
  parameters: Iterable<Parameter>,
  allowed: readonly Name[],
  extraAllowed: readonly string[] = [],
): Promise<Collected<Name>> {
  const given = new Map<Name, string>();
  const extra = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (name === '' && value === '') continue;
    const known = allowed.find((candidate) => candidate === name);
    if (known === undefined && !extraAllowed.includes(name)) {
      // The first refusal loads this code, so that a hit does not.
      const { safeParameterName } = await import('./parameter-name.ts');
      throw new InvalidRequestError(
        'unknown_parameter',
        `${safeParameterName(name)} is not known; allowed are ${[...allowed, ...extraAllowed].join(', ')}.`,
      );
    }
    if (given.has(name as Name) || extra.has(name)) {
      throw new InvalidRequestError('duplicate_parameter', `${name} is given more than once; give it once.`);
    }
    if (known === undefined) extra.set(name, value);
    else given.set(known, value);
  }
  return { given, extra: [...extra] };
}

/** The refusal of a parameter. */
export function invalidParameter(name: string, problem: string): InvalidRequestError {
  return new InvalidRequestError('invalid_parameter', `${name} ${problem}.`);
}

/** Parameters sorted by their names. They make the key and go upstream in this order. */
export function sortParameters(parameters: readonly Parameter[]): readonly Parameter[] {
  return [...parameters].sort(([left], [right]) => (left < right ? -1 : 1));
}
