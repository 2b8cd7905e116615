import { type Amounts, dollarsOf } from './cost-of.ts';
import { ACCESS_BYTES } from './logged.ts';
import { type CostPlan, shareOf } from './plan.ts';
import { HOURS_A_MONTH, PRICES } from './prices.ts';
import type { StandingDollars } from './standing.ts';

/** An alternative: its cost in a month, and what it does not do. */
export interface Alternative {
  readonly name: string;
  /** US dollars a month. */
  readonly dollars: number;
  readonly upstreamCalls: number;
  readonly lacks: string;
}

const DAX_NODES = 3;
const ELASTICACHE_NODES = 2;

/**
 * The same look-ups by the alternatives, with the same share of hits.
 * @param parts the cost of the stack without a look-up
 */
export function alternativesOf(plan: CostPlan, amounts: Amounts, parts: StandingDollars): readonly Alternative[] {
  const { total, dynamoDb } = dollarsOf(amounts);
  const standing = parts.total;
  const { upstreamCalls } = amounts;
  const withoutReads = dollarsOf({ ...amounts, readUnits: 0 }).total;
  const network = HOURS_A_MONTH * PRICES.natGatewayHour;
  return [
    {
      name: 'an HTTP API in front of it',
      dollars: dollarsOf(amounts, PRICES.httpApiMillionRequests).total + standing - parts.firewall,
      upstreamCalls,
      lacks:
        "API keys and usage plans for tills, the gateway's own answers, compression, a firewall; `front: 'http'` makes it",
    },
    gatewayCache(plan),
    {
      name: `DAX in front of the table: ${DAX_NODES} dax.t3.small, a NAT gateway`,
      dollars: withoutReads + standing + HOURS_A_MONTH * DAX_NODES * PRICES.daxNodeHour + network,
      upstreamCalls,
      lacks:
        'strongly consistent reads: without them a purged entry may still be served; it needs a VPC, and costs money without a look-up too',
    },
    {
      name: `ElastiCache instead of the table: ${ELASTICACHE_NODES} cache.t4g.small, a NAT gateway`,
      dollars: total - dynamoDb + standing + HOURS_A_MONTH * ELASTICACHE_NODES * PRICES.elastiCacheNodeHour + network,
      upstreamCalls,
      lacks:
        'durable writes: a failover may lose a purge; the stack has no adapter for it; it needs a VPC, and costs money without a look-up too',
    },
    {
      name: 'no cache: tills ask Capillary',
      dollars: 0,
      upstreamCalls: plan.lookups * (1 + plan.joined),
      lacks:
        "an answer while Capillary fails or is slow, and protection from its limit; the tills hold Capillary's credentials",
    },
  ];
}

/**
 * It caches requests, so each look-up is one, and a joined one is two. It fetches a stale reply while the till waits.
 */
function gatewayCache(plan: CostPlan): Alternative {
  const requests = plan.lookups * (1 + plan.joined);
  const gatewayOnly: Amounts = {
    gatewayRequests: requests,
    lambdaRequests: 0,
    gbSeconds: 0,
    readUnits: 0,
    writeUnits: 0,
    logBytes: requests * ACCESS_BYTES,
    upstreamCalls: 0,
  };
  return {
    name: "API Gateway's cache of 1.6 GB, without functions",
    dollars: dollarsOf(gatewayOnly).total + HOURS_A_MONTH * PRICES.gatewayCacheHour,
    upstreamCalls: requests * (1 - shareOf(plan, 'hit')),
    lacks:
      'stale answers, one fetch for many callers, one entry for all spellings of a number, purges of a customer and by events, batches, joins; an entry lives an hour at most',
  };
}
