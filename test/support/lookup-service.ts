import { compileProjection } from '../../functions/customer/reply/projection.ts';
import type { RequestReading } from '../../functions/customer/request/reading.ts';
import type { LookupService } from '../../functions/lookup-service.ts';
import { TILL_PROFILE, TILL_PROFILE_V1 } from '../../functions/settings/till-profile.ts';
import { startFleet } from './fleet.ts';
import { DEFAULT_READING } from './request-reading.ts';

/** The look-up as the entries get it, over a store in memory, a scripted upstream and a clock that the test turns. */
export function startLookupService(reading: RequestReading = DEFAULT_READING) {
  const fleet = startFleet({
    policy: { projections: { v2: compileProjection(TILL_PROFILE), 'v1.1': compileProjection(TILL_PROFILE_V1) } },
  });
  const { clock, store, upstream, revalidator, customerLookup: lookup, readTogether, audit } = fleet;
  const service: LookupService = {
    lookup,
    readTogether,
    reading,
    clock,
    audit,
    deadlineMs: 6300,
    store: undefined,
    loadSecretsClient: async () => undefined,
    loadForFetch: async () => undefined,
  };
  return { service, clock, store, upstream, revalidator };
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
