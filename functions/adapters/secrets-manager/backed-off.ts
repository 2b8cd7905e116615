import type { Credentials } from '../../credentials.ts';
import { againAfterFreeze } from '../again-after-freeze.ts';
import { TIMEOUT_MS } from './read-credentials.ts';

/** How long the service first remembers a failed read of the credentials. It doubles at each further failure. */
const MIN_REMEMBERED_MS = 1000;
const MAX_REMEMBERED_MS = 30_000;

/**
 * Reads the credentials, and remembers a failure for a short, growing time. If Secrets Manager is down, each read takes
 * up to two seconds: without this, every miss would wait that long before it fails. It does not remember a failure that
 * costs no time. So if an operator fills an empty secret, the next miss uses it. It also remembers no failure of a read
 * during which the instance was frozen: it reads again.
 * @param read reads the credentials; while the failure is remembered, every look-up gets it
 * @param now milliseconds since some moment, never set back
 * @param isAnswered whether a failure is Secrets Manager's own answer about the secret, which comes quickly
 */
export function backedOff(
  read: () => Promise<Credentials>,
  now: () => number,
  isAnswered: (error: unknown) => boolean,
): () => Promise<Credentials> {
  let rememberedMs = 0;
  /** `until`: by the clock `now`. Milliseconds. */
  let failure: { readonly error: unknown; readonly until: number } | undefined;
  return async () => {
    if (failure !== undefined && now() < failure.until) throw failure.error;
    try {
      const credentials = await againAfterFreeze(read, TIMEOUT_MS, now);
      rememberedMs = 0;
      failure = undefined;
      return credentials;
    } catch (error) {
      if (isAnswered(error)) throw error;
      rememberedMs = Math.min(Math.max(rememberedMs * 2, MIN_REMEMBERED_MS), MAX_REMEMBERED_MS);
      // Counted from the end of the read, which may have taken longer than this.
      failure = { error, until: now() + rememberedMs };
      throw error;
    }
  };
}
