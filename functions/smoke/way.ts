import { cacheParameters, RENAMED, type Reply } from './exchange.ts';

/**
 * If two clocks differ by more, one of them is wrong: a slow network alone does not explain it. AWS refuses signatures
 * at 300 s.
 */
const CLOCK_TOLERANCE_MS = 30_000;

/** How much rounding and the network may add to an entry's age. */
const AGE_TOLERANCE_SECONDS = 3;

/** The headers of every reply of the function (contract §1). */
const EXPECTED_HEADERS = ['cache-status', 'cache-control', 'x-content-type-options'];

/** Describes the headers that something on the way renamed or removed. */
export function explainHeaders({ headers }: Reply): string[] {
  const renamed = [...headers.keys()]
    .filter((name) => name.startsWith(RENAMED))
    .map((name) => name.slice(RENAMED.length));
  const ours = [...EXPECTED_HEADERS, 'age', 'etag', 'retry-after', 'x-cap-requestid'].filter((name) =>
    renamed.includes(name),
  );
  const missing = EXPECTED_HEADERS.filter((name) => !headers.has(name) && !renamed.includes(name));
  return [
    ...ours.map((name) => `The gateway renamed ${name} to ${RENAMED}${name}: clients will not see it.`),
    ...missing.map((name) => `The header ${name} is missing: something between removes it.`),
  ];
}

/**
 * Describes clocks that differ: this machine's from the gateway's, or those of the function's instances from each
 * other.
 */
export function explainClocks(first: Reply, second: Reply): string[] {
  const problems: string[] = [];
  const gatewayAt = Date.parse(second.headers.get('date') ?? '');
  const skewMs = gatewayAt - (second.askedAt + second.answeredAt) / 2;
  if (Math.abs(skewMs) > CLOCK_TOLERANCE_MS) {
    const seconds = Math.round(Math.abs(skewMs) / 1000);
    problems.push(
      `This machine's clock is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} the gateway's. Look-ups still work, but ` +
        'above 300 s AWS refuses signed calls (cdk deploy, direct invocation).',
    );
  }
  const ageSeconds = Number(second.headers.get('age') ?? Number.NaN);
  const oldestSeconds = (second.answeredAt - first.askedAt) / 1000 + AGE_TOLERANCE_SECONDS;
  if (cacheParameters(first).includes('stored') && (ageSeconds < 0 || ageSeconds > oldestSeconds)) {
    problems.push(
      `The second answer's Age is ${ageSeconds} s, but it was fetched at most ${Math.round(oldestSeconds)} s ago: ` +
        "the clocks of the function's instances disagree.",
    );
  }
  return problems;
}
