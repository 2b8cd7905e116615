import { type FreeTime, FreeTimeDeadline } from './adapters/free-time-deadline.ts';
import type { RequestLog } from './adapters/telemetry/logger.ts';
import { sampleMobile } from './customer/identifier/sample-mobile.ts';
import type { RequestReading } from './customer/request/reading.ts';
import type { LookupService } from './lookup-service.ts';
import type { StartReadiness } from './start-readiness.ts';

/** The `message` of a rehearsal's line in the log. */
export const INIT_MESSAGE = 'init';

/** How long the start waits for a rehearsal: longer than the store's first call may take. Milliseconds of free time. */
const MAX_REHEARSAL_MS = 1500;

/**
 * Opens the store by a whole look-up, so that the connection and the code of a hit are ready for an instance's first
 * request. Lambda gives a function a whole CPU while it starts, and only its share afterwards. The look-up asks the
 * store once, for a key that no entry has, and gets an entry of no customer. It is `only-if-cached`, so it asks no
 * upstream. It writes a line `init` to the log and counts in no metric. It never fails, and the start waits for it for
 * a second and a half at most. If the store is down, the first look-up notices it. At the same time the start loads all
 * that a fetch needs, if it must be ready for one. Otherwise it loads only the secrets client of the AWS SDK, if the
 * service uses it: at 256 MB that code would cost the first miss half a second. Without a cache there is no look-up to
 * rehearse.
 *
 * @param lookUp makes a handler with this log, and lets it answer `rehearsedLookup`
 * @param freeTime counts the wait. Default: this process's
 */
export async function rehearse(
  { store, loadSecretsClient, loadForFetch }: LookupService,
  log: RequestLog,
  readiness: StartReadiness,
  lookUp: (initLog: RequestLog) => Promise<unknown>,
  freeTime?: FreeTime,
): Promise<void> {
  const noted = (_message: string, { durationMs, status, storeFailure }: Readonly<Record<string, unknown>>) => {
    log.info(INIT_MESSAGE, { durationMs, status, store: storeFailure ?? 'ok' });
  };
  const loading = readiness === 'fetch' ? loadForFetch() : loadSecretsClient();
  await store?.open(async () => {
    const deadline = new FreeTimeDeadline(MAX_REHEARSAL_MS, freeTime);
    const late = new Promise<void>((resolve) => deadline.signal.addEventListener('abort', () => resolve()));
    const run = lookUp({ info: noted, error: noted }).catch(() => undefined);
    await Promise.race([run, late]);
    deadline.clear();
  });
  await loading;
}

/** The parameters of a rehearsal. They make a key, and the code reads them like those of a till. */
export interface RehearsedLookup {
  readonly source: 'INSTORE';
  readonly identifierName: string;
  readonly identifierValue: string;
}

/** The answer comes from the cache only, and is never stale, because a stale entry would ask for a newer one. */
export const REHEARSED_CACHE_CONTROL = 'only-if-cached, max-age=60';

/** The rehearsal's look-up for a deployment with this reading. */
export function rehearsedLookup(reading: RequestReading): RehearsedLookup {
  const identifierName = reading.primaryIdentifier ?? 'mobile';
  const mobile = identifierName === 'mobile' ? sampleMobile(reading) : undefined;
  if (mobile !== undefined) return { source: 'INSTORE', identifierName, identifierValue: mobile };
  if (identifierName === 'email') {
    return { source: 'INSTORE', identifierName, identifierValue: 'nobody@lookaside.invalid' };
  }
  return { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'nobody' };
}
