import type { Credentials } from '../../credentials.ts';

/** How long a failed read of the credentials is remembered at first; doubles each time that it fails again. */
const MIN_REMEMBERED_MS = 1000;
const MAX_REMEMBERED_MS = 30_000;

/**
 * Reads the credentials, and remembers a failure for a short, growing time. With Secrets Manager down each read takes up
 * to two seconds: without this, every miss would pay them before it fails.
 *
 * A failure that costs no time is not remembered: the operator who fills an empty secret sees it work at once.
 *
 * @param read reads the credentials; its failure is what every look-up gets while the failure is remembered
 * @param now milliseconds since some moment, never set back
 * @param isAnswered whether a failure is Secrets Manager's own answer about the secret, which takes no long time
 */
export function backedOff(
  read: () => Promise<Credentials>,
  now: () => number,
  isAnswered: (error: unknown) => boolean,
): () => Promise<Credentials> {
  let rememberedMs = 0;
  let failure: { readonly error: unknown; readonly until: number } | undefined;
  return async () => {
    if (failure !== undefined && now() < failure.until) throw failure.error;
    try {
      const credentials = await read();
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
