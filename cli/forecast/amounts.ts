import { type Amounts, meteredOf } from '../cost/cost-of.ts';
import { MEASURED_MS, requestMs, revalidationMs } from '../cost/durations.ts';
import { LINE_BYTES } from '../cost/logged.ts';
import { UNITS_OF_LEASE, USED } from '../cost/used.ts';
import type { ForecastPlan } from './plan.ts';
import type { Outcome, Tally, Write } from './tally.ts';

const FOUND_FILL_UNITS = USED.miss.alone.writes - UNITS_OF_LEASE;

/** The write units of each kind, for a profile of 4 KB of JSON. A stale look-up writes a mark and a lease on its entry. */
const WRITE_UNITS: Readonly<Record<Write, number>> = {
  foundFill: FOUND_FILL_UNITS,
  notFoundFill: USED.notFound.alone.writes - UNITS_OF_LEASE,
  onEntry: (USED.stale.alone.writes - FOUND_FILL_UNITS) / 2,
  onNothing: UNITS_OF_LEASE,
};

/** The log line of each outcome. Bytes. A line of a collapsed or a failed look-up is as long as that of a miss. */
const LINES: Readonly<Record<Outcome, number>> = {
  hit: LINE_BYTES.hit,
  stale: LINE_BYTES.stale,
  miss: LINE_BYTES.miss,
  collapsed: LINE_BYTES.miss,
  error: LINE_BYTES.miss,
};

/** A look-up alone that the cache answers, and one that waits for the upstream. */
const FROM_CACHE = { lookups: 1, fetched: 0, stale: 0, joined: 0 };
const FORWARDED = { ...FROM_CACHE, fetched: 1 };

/** The metered amounts of a forecast's look-ups. Each comes alone, through the gateway. */
export function amountsOf({ upstreamMs }: ForecastPlan, tally: Tally): Amounts {
  const { lookups, revalidations } = tally;
  const fromCache = lookups.hit + lookups.stale;
  const forwarded = lookups.miss + lookups.collapsed + lookups.error;
  const requests = fromCache + forwarded;
  const ranMs =
    fromCache * requestMs(FROM_CACHE, upstreamMs) +
    forwarded * requestMs(FORWARDED, upstreamMs) +
    revalidations * (MEASURED_MS.stale - MEASURED_MS.hit + revalidationMs(upstreamMs));
  const lineBytes = Object.entries(LINES).reduce(
    (sum, [outcome, bytes]) => sum + lookups[outcome as Outcome] * bytes,
    0,
  );
  return {
    ...meteredOf({ requests, gatewayRequests: requests, revalidations, ranMs, lineBytes }),
    readUnits: tally.reads * USED.hit.alone.reads,
    writeUnits: Object.entries(WRITE_UNITS).reduce(
      (sum, [kind, units]) => sum + tally.writes[kind as Write] * units,
      0,
    ),
    upstreamCalls: tally.upstreamCalls,
  };
}
