import type { CacheKey } from '../../customer/request/cache-key.ts';
import { notCached } from '../answers.ts';
import type { Asked } from '../asked.ts';
import { EMPTY_ITEM, type StoredItem } from '../entry.ts';
import type { LookupPolicy, LookupPorts } from '../lookup-policy.ts';
import type { LookupResult } from '../lookup-result.ts';
import type { Shown } from '../shared-read.ts';
import { createAskContext } from './ask-context.ts';
import { askAlone } from './ask-upstream.ts';
import type { UpstreamBudget } from './budget/upstream-budget.ts';
import { ForwardLookup } from './forward-lookup.ts';
import { VariantLimit } from './variant-limit.ts';

/** The part of a look-up that a fresh hit does not need. */
export interface Forward {
  /** @param shown the item of the first read; undefined: the store did not answer */
  run(asked: Asked, shown: Shown<StoredItem> | undefined): Promise<LookupResult>;
}

/**
 * Makes the part of a look-up that goes forward. Each instance has one, which remembers the upstream's pauses, the
 * budget, and the variants that the instance stored. The code of the budget runs only if there is one.
 */
export function createForward(ports: LookupPorts, policy: LookupPolicy): Forward | Promise<Forward> {
  const { callLimits } = policy;
  // Without the store there is no budget.
  if (callLimits === undefined || ports.store === undefined) return forwardWith(ports, policy, undefined);
  return import('./budget/upstream-budget.ts').then(({ UpstreamBudget }) =>
    forwardWith(ports, policy, new UpstreamBudget(ports.clock, callLimits)),
  );
}

function forwardWith(ports: LookupPorts, policy: LookupPolicy, budget: UpstreamBudget | undefined): Forward {
  const context = createAskContext(ports, policy, budget);
  const variants = new VariantLimit(ports.clock);
  const mayStore = (key: CacheKey, item: StoredItem | undefined) =>
    item === undefined || !isEmpty(item) || variants.admits(key);
  return {
    run: async (asked, shown) => {
      const { key, directives, startedAt } = asked;
      const mayWait = key !== undefined && mayStore(key, shown?.value);
      if (mayWait) return new ForwardLookup(context, { ...asked, key }, shown).run();
      // The cache has no entry of this look-up, and will not get one.
      const reason = directives.noCache ? 'request' : 'miss';
      if (directives.onlyIfCached) return notCached(asked, reason);
      return askAlone(context, asked, { reason, item: EMPTY_ITEM, readAt: startedAt });
    },
  };
}

/** Whether the store holds nothing under a key. */
function isEmpty({ version, lease, outcome }: StoredItem): boolean {
  return version === undefined && lease === undefined && outcome === undefined;
}
