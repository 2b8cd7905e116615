import type { RequestReading } from '../../functions/customer/customer-details-request.ts';
import { compileProjection } from '../../functions/customer/projection.ts';
import { createLookup, type LookupPolicy } from '../../functions/lookup/lookup.ts';
import type { LookupService } from '../../functions/lookup-service.ts';
import { TILL_PROFILE } from '../../functions/settings.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryCacheStore } from './memory-cache-store.ts';
import { DEFAULT_READING } from './request-reading.ts';
import { ScriptedUpstream } from './scripted-upstream.ts';

const POLICY: LookupPolicy = {
  windows: {
    freshForMs: 300_000,
    staleWhileRevalidateMs: 900_000,
    staleIfErrorMs: 86_400_000,
    notFoundFreshForMs: 15_000,
  },
  projection: compileProjection(TILL_PROFILE),
  keySecret: 'secret',
};

/** The look-up as the entries get it, over a store in memory, a scripted upstream and a clock turned by hand. */
export function startLookupService(reading: RequestReading = DEFAULT_READING) {
  const clock = new ManualClock();
  const store = new MemoryCacheStore();
  const upstream = new ScriptedUpstream(clock);
  const lookup = createLookup({ clock, random: () => 0, store, upstream }, POLICY);
  const service: LookupService = { lookup, reading, clock, store: undefined };
  return { service, clock, store, upstream };
}

/** A log that keeps its lines. */
export class RecordingLog {
  readonly lines: {
    readonly level: 'info' | 'error';
    readonly message: string;
    readonly facts: Readonly<Record<string, unknown>>;
  }[] = [];

  info(message: string, facts: Readonly<Record<string, unknown>>): void {
    this.lines.push({ level: 'info', message, facts });
  }

  error(message: string, facts: Readonly<Record<string, unknown>>): void {
    this.lines.push({ level: 'error', message, facts });
  }
}
