import type { ForecastPlan } from '../../../cli/forecast/plan.ts';

/** A small fleet, by the default settings. */
export function aPlan(changes: Partial<ForecastPlan> = {}): ForecastPlan {
  return {
    stores: 10,
    tills: 4,
    visitsPerTill: 100,
    customers: 2000,
    skew: 0.6,
    kioskShare: 0.3,
    serviceShare: 0.5,
    unknownShare: 0.05,
    opens: 9,
    closes: 21,
    days: 2,
    outage: undefined,
    callsPerMinute: undefined,
    seed: 7,
    windows: {
      freshForMs: 300_000,
      staleWhileRevalidateMs: 900_000,
      staleIfErrorMs: 86_400_000,
      notFoundFreshForMs: 15_000,
    },
    staleSoftTimeoutMs: 600,
    upstreamMs: 300,
    ...changes,
  };
}
