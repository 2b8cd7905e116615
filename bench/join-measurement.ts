import { startEmbeddedDynamoDb } from '../local/embedded-dynamodb.ts';
import { startLocal } from '../local/service.ts';
import { basicAuthorization, DEFAULT_BASIC_CREDENTIALS } from '../simulator/credentials.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { startCountingProxy } from './counting-proxy.ts';

/**
 * The cost of "profile and coupons": with one joined look-up, with two look-ups through Lookaside, and with the
 * upstream's two APIs directly. Everything runs in this process: the service, its embedded DynamoDB, the upstream's
 * simulator.
 */

/** One of the ways to get a customer's profile and coupons. */
export interface MeasuredWay {
  readonly way: string;
  readonly miss: Cost;
  readonly hit: Cost;
}

/** The cost of one customer. */
export interface Cost {
  /** Requests to the upstream. */
  readonly upstream: number;
  /** Requests to DynamoDB. */
  readonly dynamoDb: number;
  /** Until all of it was there: the median. Milliseconds. */
  readonly durationMs: number;
}

/** How much to measure, and under which conditions. */
export interface MeasuringOptions {
  /** How many customers each way is measured with. */
  readonly sampleCount: number;
  /** How long a reply of the upstream takes, in milliseconds. Default: the simulator's own, 300 ± 100. */
  readonly latencyMs?: number;
  /** Gets the number of customers with which each way was measured. */
  readonly onSample?: (done: number) => void;
}

/** Fetches one customer's profile and coupons. */
type Ask = (externalId: string) => Promise<unknown>;

/** One customer's costs, before they are summed up. */
interface Sample {
  readonly miss: Cost;
  readonly hit: Cost;
}

/**
 * Measures each way with its own customers: the first time a miss, the second time a hit. The upstream itself has no
 * hits: every call costs the same.
 */
export async function measureProfileAndCoupons(options: MeasuringOptions): Promise<readonly MeasuredWay[]> {
  const { sampleCount, latencyMs, onSample } = options;
  await using started = new AsyncDisposableStack();
  const simulator = await startSimulator({ latencyMs });
  started.defer(() => simulator.close());
  const dynamoDb = await startEmbeddedDynamoDb(undefined);
  started.defer(() => dynamoDb.close());
  const store = await startCountingProxy(dynamoDb.url);
  started.defer(() => store.close());
  const service = await startLocal({
    PORT: '0',
    LOG_LEVEL: 'SILENT',
    AWS_ENDPOINT_URL_DYNAMODB: store.url,
    UPSTREAM_BASE_URL: simulator.url,
    UPSTREAM_CREDENTIALS: JSON.stringify(DEFAULT_BASIC_CREDENTIALS),
    // A busy machine must not count as an outage of the store.
    CACHE_TIMEOUT_MS: '5000',
  });
  started.defer(() => service.close());

  const measure = async (ask: Ask, externalId: string): Promise<Cost> => {
    const before = { upstream: simulator.counters.requests, dynamoDb: store.requestCount };
    const startedAt = performance.now();
    await ask(externalId);
    return {
      durationMs: performance.now() - startedAt,
      upstream: simulator.counters.requests - before.upstream,
      dynamoDb: store.requestCount - before.dynamoDb,
    };
  };

  const direct = apisAt(simulator.url, { authorization: basicAuthorization(DEFAULT_BASIC_CREDENTIALS) });
  const lookaside = apisAt(service.url, {});
  const ways: readonly { readonly way: string; readonly ask: Ask; readonly isCached: boolean }[] = [
    { way: 'one joined look-up', ask: lookaside.joined, isCached: true },
    { way: 'two look-ups, at once', ask: lookaside.bothAtOnce, isCached: true },
    { way: 'two look-ups, one after the other', ask: lookaside.bothInTurn, isCached: true },
    { way: 'the two APIs, at once', ask: direct.bothAtOnce, isCached: false },
    { way: 'the two APIs, one after the other', ask: direct.bothInTurn, isCached: false },
  ];

  let customerCount = 0;
  const newCustomer = (): string => {
    customerCount += 1;
    const externalId = `BENCH-${customerCount}`;
    simulator.control({ add: { id: String(7_300_000_000 + customerCount), identifiers: { externalId } } });
    return externalId;
  };

  // The first look-up loads code and opens connections. That does not count as the cost of a look-up.
  for (const { ask } of ways) await ask(newCustomer());
  const samples = ways.map((): Sample[] => []);
  // In turn, so that a machine that slows down slows every way down.
  for (let n = 0; n < sampleCount; n += 1) {
    for (const [position, { ask, isCached }] of ways.entries()) {
      const externalId = newCustomer();
      const miss = await measure(ask, externalId);
      samples[position]?.push({ miss, hit: isCached ? await measure(ask, externalId) : miss });
    }
    onSample?.(n + 1);
  }
  return ways.map(({ way }, position) => {
    const own = samples[position] ?? [];
    return { way, miss: sumUp(own, 'miss'), hit: sumUp(own, 'hit') };
  });
}

/** How a customer's profile and coupons are asked for at an address that answers both APIs. */
function apisAt(baseUrl: string, headers: Readonly<Record<string, string>>) {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(`${baseUrl}${path}`, { headers });
    if (response.status !== 200) throw new Error(`The answer to the benchmark has status ${response.status}.`);
    return response.json();
  };
  const profile = (externalId: string, more = '') =>
    get(
      `/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=externalId&identifierValue=${externalId}${more}`,
    );
  const coupons = (externalId: string) => get(`/v1.1/customer/get?external_id=${externalId}&format=json&user_id=true`);
  return {
    joined: (externalId: string) => profile(externalId, '&embed=coupons'),
    bothAtOnce: (externalId: string) => Promise.all([profile(externalId), coupons(externalId)]),
    bothInTurn: async (externalId: string) => [await profile(externalId), await coupons(externalId)],
  };
}

/**
 * What one customer costs. The counts are the same for every customer; the duration is the median.
 *
 * @throws {Error} if the counts differ: then something else than the look-ups was counted
 */
function sumUp(samples: readonly Sample[], what: keyof Sample): Cost {
  const costs = samples.map((sample) => sample[what]);
  const counts = new Set(costs.map(({ upstream, dynamoDb }) => `${upstream} and ${dynamoDb}`));
  if (counts.size > 1) throw new Error(`Requests to the upstream and to DynamoDB differ: ${[...counts].join(', ')}.`);
  const [first] = costs;
  return {
    upstream: first?.upstream ?? 0,
    dynamoDb: first?.dynamoDb ?? 0,
    durationMs: median(costs.map(({ durationMs }) => durationMs)),
  };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
