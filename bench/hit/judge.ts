import type { FunctionNames } from '../../infra/eager-functions.ts';

/** The ratios to the bare SDK read, as measured at the last change of the hit path. */
export interface RecordedRatios {
  /** CPU to the first hit of a fresh process. */
  readonly coldCpu: number;
  /** CPU of a hit on a warm instance, for a caller that accepts gzip. */
  readonly warmCpu: number;
}

/** How much more than the recorded ratio still counts as noise. */
const TOLERANCE = 0.15;

/** The problems of measured ratios, a sentence for each; empty: none. */
export function whatIsSlower(measured: RecordedRatios, recorded: RecordedRatios): readonly string[] {
  return [...judge('Cold', measured.coldCpu, recorded.coldCpu), ...judge('Warm', measured.warmCpu, recorded.warmCpu)];
}

function judge(title: string, measured: number, recorded: number): readonly string[] {
  const limit = recorded * (1 + TOLERANCE);
  if (measured <= limit) return [];
  // A figure that is not a number never passes.
  return [
    `${title}: a hit takes ${measured.toFixed(2)} times the CPU of the bare SDK read; recorded is ${recorded}, ` +
      `allowed are ${limit.toFixed(2)}.`,
  ];
}

/** The share of the called functions that may be missing in the record: a change of the code need not record anew. */
const MISSING_SHARE = 0.05;

/**
 * The problem of a record of the functions that a first hit calls; undefined: it is recent enough.
 *
 * @param called the functions that a first hit calls now
 */
export function whatIsNotRecorded(called: FunctionNames, recorded: FunctionNames): string | undefined {
  const names = namesOf(called);
  const known = new Set(namesOf(recorded));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length <= names.length * MISSING_SHARE) return undefined;
  return (
    `A first hit calls ${names.length} functions, and ${missing.length} of them are not in ` +
    `infra/first-hit-functions.json, such as ${missing.slice(0, 3).join(', ')}; allowed are ${MISSING_SHARE * 100} %. ` +
    'Record them: npm run bench:first-hit.'
  );
}

function namesOf(functions: FunctionNames): readonly string[] {
  return Object.entries(functions).flatMap(([source, names]) => names.map((name) => `${source}: ${name}`));
}
