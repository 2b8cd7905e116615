import fc from 'fast-check';

/**
 * The share of a property's runs that is made: PROPERTY_RUNS. A quarter by default: each run of the tests draws other
 * inputs. CI makes all runs. `npm run test:unit`, which is for every save, makes a tenth.
 */
const SHARE = Number(process.env.PROPERTY_RUNS ?? 0.25);
/** Whether all runs of each property are made, as in CI. */
export const makesAllRuns = SHARE >= 1;

/** The runs of a property that names no number: fast-check's own. */
const DEFAULT_RUNS = 100;

/** This number of runs of a property, or the share of them that is made: at least one. */
export function runs(count: number, share = SHARE): { readonly numRuns: number } {
  return { numRuns: Math.max(1, Math.round(count * share)) };
}

/**
 * Whether a property that fails ends at once, and searches for no smaller example. The mutation test sets it, because
 * it reads no example: PROPERTY_ENDS_ON_FAILURE.
 */
const endOnFailure = process.env.PROPERTY_ENDS_ON_FAILURE === '1';

fc.configureGlobal({ ...runs(DEFAULT_RUNS), endOnFailure });

/**
 * Any character except half of a surrogate pair. It replaces fast-check’s unit `binary`: the tables of `binary` take a
 * second of CPU in each file.
 */
export const anyCharacter: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10_ffff - 0x800 })
  .map((number) => String.fromCodePoint(number < 0xd800 ? number : number + 0x800));

export { fc };
