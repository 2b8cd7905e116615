import { cacheParameters, describe, type Reply, send, type Target } from '../../functions/smoke/exchange.ts';
import { explainFailure } from '../../functions/smoke/failure.ts';
import { type Identifier, lookupAddress } from '../../functions/smoke/identifier.ts';
import type { Findings } from '../../functions/smoke/lookup-check.ts';

/** The clock and the sleep of this check. */
export interface Waiting {
  readonly sleep: (ms: number) => Promise<void>;
}

/** What an entry may live beyond its `ttl` until it is stale: rounding, and clocks that differ. */
const STALE_MARGIN_MS = 2000;

/** How often, and at which interval, to look for the revalidated entry. */
const TRIES = 10;
const BETWEEN_TRIES_MS = 2000;

/** The check does not wait for a longer freshness. */
const LONGEST_WAIT_SECONDS = 3600;

/**
 * Checks that a stale entry is revalidated: the look-ups need the permission to invoke the function for it. It waits
 * until the customer's entry is stale, looks the customer up, and looks again until the entry is fresh. It takes as
 * long as FRESH_SECONDS, so it is done on demand only. It never throws.
 *
 * @param identifier a customer that the upstream finds: what is not found is never served stale
 */
export async function checkRevalidation(target: Target, identifier: Identifier, { sleep }: Waiting): Promise<Findings> {
  const lines: string[] = [];
  const ask = async (title: string): Promise<Reply | string> => {
    const reply = await send(target, lookupAddress('v2', identifier));
    if (typeof reply === 'string') return reply;
    lines.push(`${title}: ${describe(reply)}`);
    return explainFailure(reply, target) ?? reply;
  };
  const wrong = (problem: string): Findings => ({ lines, problems: [problem] });

  let stale = await ask('revalidation, the entry');
  if (typeof stale === 'string') return wrong(stale);
  if (stale.status !== 200) {
    return wrong(
      'The upstream does not find this customer, and only found customers are revalidated: --identifier names one.',
    );
  }
  if (ttlOf(stale) >= 0 || !cacheParameters(stale).includes('hit')) {
    const fresh = cacheParameters(stale).includes('hit') ? stale : await ask('revalidation, the entry again');
    if (typeof fresh === 'string') return wrong(fresh);
    const seconds = ttlOf(fresh);
    if (!(seconds >= 0 && seconds <= LONGEST_WAIT_SECONDS)) {
      return wrong(
        `The entry is fresh for ${seconds} s; to see it revalidated takes as long. Allowed is ${LONGEST_WAIT_SECONDS} s ` +
          '(FRESH_SECONDS), and an entry that is stored.',
      );
    }
    await sleep((seconds + 1) * 1000 + STALE_MARGIN_MS);
    stale = await ask('revalidation, the stale entry');
    if (typeof stale === 'string') return wrong(stale);
  }
  if (!cacheParameters(stale).includes('detail=stale-while-revalidate')) {
    return wrong(
      'The entry is not served stale while it is revalidated. Possible reasons: the upstream does not find this customer, ' +
        'and only found customers are revalidated (--identifier names one); STALE_WHILE_REVALIDATE_SECONDS is 0 or short; ' +
        'an event marked the entry meanwhile.',
    );
  }
  for (let tried = 0; tried < TRIES; tried++) {
    await sleep(BETWEEN_TRIES_MS);
    const again = await ask('revalidation, looked again');
    if (typeof again === 'string') return wrong(again);
    if (cacheParameters(again).includes('hit') && ttlOf(again) >= 0) return { lines, problems: [] };
  }
  return wrong(
    'A stale entry was served and not revalidated. Possible reasons: the look-ups may not invoke the function that ends in ' +
      '-revalidate (look for isRevalidationLost in the log of the function that ends in -http); the function that ends in ' +
      '-revalidate fails, or has no free instance (look at its own log; docs/operating.md, "Revalidation").',
  );
}

/** The seconds of freshness that are left; NaN: the reply does not say. */
function ttlOf(reply: Reply): number {
  const ttl = cacheParameters(reply).find((parameter) => parameter.startsWith('ttl='));
  return ttl === undefined ? Number.NaN : Number(ttl.slice('ttl='.length));
}
