import { cacheParameters, RENAMED, type Reply } from './exchange.ts';

/** Above this the clock is wrong, and not only the network slow. AWS refuses signatures at 300 s. */
const CLOCK_TOLERANCE_MS = 30_000;

/** The time that rounding and the network may add to an entry's age. */
const AGE_TOLERANCE_SECONDS = 3;

/** The headers of every reply of the function (contract §1). */
const EXPECTED_HEADERS = ['cache-status', 'cache-control', 'x-content-type-options'];

/** Headers that something on the way renamed or removed. */
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
    ...missing.map((name) => `The header ${name} is missing: something between takes it away.`),
  ];
}

/** Clocks that differ: this machine's and the gateway's, or those of the function's instances. */
export function explainClocks(first: Reply, second: Reply): string[] {
  const problems: string[] = [];
  const gatewayAt = Date.parse(second.headers.get('date') ?? '');
  const skewMs = gatewayAt - (second.askedAt + second.answeredAt) / 2;
  if (Math.abs(skewMs) > CLOCK_TOLERANCE_MS) {
    const seconds = Math.round(Math.abs(skewMs) / 1000);
    problems.push(
      `This machine's clock is ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} the gateway's. Look-ups do not mind; AWS ` +
        'refuses signed calls (cdk deploy, direct invocation) beyond 300 s.',
    );
  }
  const ageSeconds = Number(second.headers.get('age') ?? Number.NaN);
  const oldestSeconds = (second.answeredAt - first.askedAt) / 1000 + AGE_TOLERANCE_SECONDS;
  if (cacheParameters(first).includes('stored') && (ageSeconds < 0 || ageSeconds > oldestSeconds)) {
    problems.push(
      `The second answer's Age is ${ageSeconds} s, though it was fetched ${Math.round(oldestSeconds)} s ago at most: ` +
        "the clocks of the function's instances disagree.",
    );
  }
  return problems;
}
