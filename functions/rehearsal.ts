import type { RequestLog } from './adapters/telemetry/logger.ts';
import { sampleMobile } from './customer/identifier/sample-mobile.ts';
import type { RequestReading } from './customer/request/reading.ts';
import type { LookupService } from './lookup-service.ts';

/** The `message` of a rehearsal's line in the log. */
export const INIT_MESSAGE = 'init';

/** How long a rehearsal is waited for: longer than the store's first call may take. Milliseconds of free time. */
const MAX_REHEARSAL_MS = 1500;

/**
 * Opens the store by a whole look-up, so that the first customer of an instance finds everything in use already: the connection,
 * and the code of a hit. Lambda gives a function a whole CPU while it starts, and its share only afterwards.
 *
 * The look-up asks the store for a key that no entry has, once, and is shown an entry of nobody. It is `only-if-cached`, so
 * it asks no upstream. It leaves a line `init` in the log and counts in no metric. It never fails, and is waited for no longer
 * than a second and a half: a store that is down is the first look-up's to find out.
 *
 * Beside it the secrets client of the AWS SDK is loaded, where it is used: at 256 MB its code takes the first miss half a second.
 *
 * @param lookUp makes a handler that logs here, and has it answer `rehearsedLookup`
 */
export async function rehearse(
  { store, clock, loadSecretsClient }: LookupService,
  log: RequestLog,
  lookUp: (initLog: RequestLog) => Promise<unknown>,
): Promise<void> {
  if (store === undefined) return;
  const noted = (_message: string, { durationMs, status, storeFailure }: Readonly<Record<string, unknown>>) => {
    log.info(INIT_MESSAGE, { durationMs, status, store: storeFailure ?? 'ok' });
  };
  const loading = loadSecretsClient();
  await store.open(async () => {
    const over = new AbortController();
    const run = lookUp({ info: noted, error: noted }).catch(() => undefined);
    await Promise.race([run, clock.sleepFree(MAX_REHEARSAL_MS, over.signal)]);
    over.abort();
  });
  await loading;
}

/** What a rehearsal asks for: an identifier that makes a key, and is read as those of tills are. */
export interface RehearsedLookup {
  readonly source: 'INSTORE';
  readonly identifierName: string;
  readonly identifierValue: string;
}

/** From the cache or not at all; nothing stale, for which a newer one would be asked. */
export const REHEARSED_CACHE_CONTROL = 'only-if-cached, max-age=60';

/** The look-up that rehearses a deployment which reads like this. */
export function rehearsedLookup(reading: RequestReading): RehearsedLookup {
  const identifierName = reading.primaryIdentifier ?? 'mobile';
  const mobile = identifierName === 'mobile' ? sampleMobile(reading) : undefined;
  if (mobile !== undefined) return { source: 'INSTORE', identifierName, identifierValue: mobile };
  if (identifierName === 'email') {
    return { source: 'INSTORE', identifierName, identifierValue: 'nobody@lookaside.invalid' };
  }
  return { source: 'INSTORE', identifierName: 'externalId', identifierValue: 'nobody' };
}
