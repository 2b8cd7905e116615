import { cacheParameters, describe, type Reply, send, type Target } from '../../functions/smoke/exchange.ts';
import { explainFailure } from '../../functions/smoke/failure.ts';
import { type Identifier, lookupAddress, madeUp } from '../../functions/smoke/identifier.ts';
import type { Findings } from '../../functions/smoke/lookup-check.ts';

/** A step that removes the entry of an identifier: its log lines, and whether the deployment acknowledges it. */
export type Removal = (identifier: Identifier) => Promise<Findings & { readonly isAcknowledged: boolean }>;

/**
 * Puts the entry of a made-up customer into the cache, has it removed, and checks whether it is still served.
 * @param stillServed the problem, if it is still served
 */
export async function checkRemoval(target: Target, remove: Removal, stillServed: string): Promise<Findings> {
  const identifier = madeUp();
  const before = await lookUp(target, identifier);
  if (typeof before === 'string') return { lines: [], problems: [before] };
  const { lines, problems, isAcknowledged } = await remove(identifier);
  if (!isAcknowledged) return { lines, problems };
  const after = await lookUp(target, identifier);
  if (typeof after === 'string') return { lines, problems: [after] };
  return {
    lines: [...lines, `the look-up after it: ${describe(after)}`],
    problems: cacheParameters(after).includes('hit') ? [...problems, stillServed] : problems,
  };
}

/** The answer, or the problem of a look-up that has none: without an answer the check proves nothing. */
async function lookUp(target: Target, identifier: Identifier): Promise<Reply | string> {
  const reply = await send(target, lookupAddress('v2', identifier));
  return typeof reply === 'string' ? reply : (explainFailure(reply, target) ?? reply);
}
