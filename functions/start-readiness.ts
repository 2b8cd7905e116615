import type { LookupPurpose } from './lookup/lookup-policy.ts';
import type { Settings } from './settings/settings.ts';

/** What an instance is ready for when its start ends: a hit; or also a fetch, with its code and the credentials. */
export type StartReadiness = 'hit' | 'fetch';

/**
 * Lambda gives an instance a whole CPU only while it starts. So a start loads all that a fetch needs, except if a
 * caller whose answer is a hit may wait for this start. The first row that fits counts.
 *
 * | the instance | ready for |
 * |---|---|
 * | does not run on Lambda | hit |
 * | has provisioned concurrency: no event waits for its start | fetch |
 * | revalidates: its first event is a fetch, and no caller waits for it | fetch |
 * | has no cache: its first event is a fetch | fetch |
 * | any other | hit |
 */
export function startReadiness(
  { aws, cache }: Pick<Settings, 'aws' | 'cache'>,
  purpose: LookupPurpose,
): StartReadiness {
  if (aws.initializationType === undefined) return 'hit';
  const isFetchFirst =
    aws.initializationType === 'provisioned-concurrency' || purpose === 'revalidate' || cache.mode === 'bypass';
  return isFetchFirst ? 'fetch' : 'hit';
}
