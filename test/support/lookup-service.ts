import type { RequestReading } from '../../functions/customer/customer-details-request.ts';
import { compileProjection } from '../../functions/customer/projection.ts';
import type { LookupService } from '../../functions/lookup-service.ts';
import { TILL_PROFILE } from '../../functions/settings.ts';
import { startFleet } from './fleet.ts';
import { DEFAULT_READING } from './request-reading.ts';

/** The look-up as the entries get it, over a store in memory, a scripted upstream and a clock turned by hand. */
export function startLookupService(reading: RequestReading = DEFAULT_READING) {
  const { clock, store, upstream, lookup } = startFleet({ policy: { projection: compileProjection(TILL_PROFILE) } });
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
