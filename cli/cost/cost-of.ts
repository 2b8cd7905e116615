import { MEMORY_MB, requestMs, revalidationMs } from './durations.ts';
import { ACCESS_BYTES, BATCH_LINE_BYTES, LINE_BYTES, PLATFORM_BYTES, REVALIDATION_LINE_BYTES } from './logged.ts';
import { type CostPlan, perLookup, shareOf } from './plan.ts';
import { PRICES } from './prices.ts';
import { USED } from './used.ts';

/** The metered amounts of a plan's look-ups. */
export interface Amounts {
  readonly gatewayRequests: number;
  readonly lambdaRequests: number;
  readonly gbSeconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly logBytes: number;
  readonly upstreamCalls: number;
}

/** US dollars, by the service that charges them. */
export interface Dollars {
  readonly gateway: number;
  readonly lambda: number;
  readonly dynamoDb: number;
  readonly logs: number;
  readonly total: number;
}

const MILLION = 1e6;

/** Multiplies the use of each kind of look-up by the plan's numbers of look-ups. */
export function amountsOf(plan: CostPlan): Amounts {
  const { lookups, batch, direct, joined, upstreamMs } = plan;
  const requests = lookups / batch;
  const gatewayRequests = requests * (1 - direct);
  const used = (name: 'reads' | 'writes' | 'upstreamCalls') =>
    lookups * perLookup(plan, (outcome) => mixed(USED[outcome].alone[name], USED[outcome].joined[name], joined));
  const upstreamCalls = used('upstreamCalls');
  // A stale joined look-up needs a revalidation for each half.
  const revalidations = lookups * shareOf(plan, 'stale') * (1 + joined);
  const fetched = batch * (shareOf(plan, 'miss') + shareOf(plan, 'notFound'));
  const content = { lookups: batch, fetched, stale: batch * plan.stale, joined };
  const ranMs = requests * requestMs(content, upstreamMs) + revalidations * revalidationMs(upstreamMs);
  const lineBytes =
    batch === 1
      ? perLookup(plan, (outcome) => LINE_BYTES[outcome])
      : BATCH_LINE_BYTES.base + batch * perLookup(plan, (outcome) => BATCH_LINE_BYTES[outcome]);
  return {
    ...meteredOf({ requests, gatewayRequests, revalidations, ranMs, lineBytes: requests * lineBytes }),
    readUnits: used('reads') + upstreamCalls,
    writeUnits: used('writes'),
    upstreamCalls,
  };
}

/** The runs of functions, and their log lines. */
export interface Run {
  /** Invocations that answer a caller. */
  readonly requests: number;
  /** The share of them that comes through the gateway. */
  readonly gatewayRequests: number;
  readonly revalidations: number;
  /** The duration of all runs together. */
  readonly ranMs: number;
  /** The log lines of the requests. Bytes. */
  readonly lineBytes: number;
}

/** The part of it that the gateway, Lambda and the logs meter. */
export function meteredOf({
  requests,
  gatewayRequests,
  revalidations,
  ranMs,
  lineBytes,
}: Run): Pick<Amounts, 'gatewayRequests' | 'lambdaRequests' | 'gbSeconds' | 'logBytes'> {
  return {
    gatewayRequests,
    lambdaRequests: requests + revalidations,
    gbSeconds: (ranMs / 1000) * (MEMORY_MB / 1024),
    logBytes:
      lineBytes +
      requests * PLATFORM_BYTES +
      gatewayRequests * ACCESS_BYTES +
      revalidations * (REVALIDATION_LINE_BYTES + PLATFORM_BYTES),
  };
}

/** @param gatewayMillion what a million requests of the gateway cost. Default: of a REST API, as it is deployed */
export function dollarsOf(amounts: Amounts, gatewayMillion: number = PRICES.restApiMillionRequests): Dollars {
  const gateway = (amounts.gatewayRequests / MILLION) * gatewayMillion;
  const lambda =
    (amounts.lambdaRequests * PRICES.lambdaMillionRequests + amounts.gbSeconds * PRICES.lambdaMillionGbSeconds) /
    MILLION;
  const dynamoDb =
    (amounts.readUnits * PRICES.dynamoDbMillionReads + amounts.writeUnits * PRICES.dynamoDbMillionWrites) / MILLION;
  const logs = (amounts.logBytes / 1e9) * PRICES.logsGigabyte;
  return { gateway, lambda, dynamoDb, logs, total: gateway + lambda + dynamoDb + logs };
}

function mixed(alone: number, joinedOnes: number, joined: number): number {
  return alone * (1 - joined) + joinedOnes * joined;
}
