import { erasedAsHolder, failedAsHolder, notCached, timedOut } from './answers.ts';
import type { Asked } from './asked.ts';
import type { LeaseOutcome } from './entry.ts';
import type { ForwardReason } from './freshness.ts';
import type { LookupResult } from './lookup-result.ts';

/** A way in which a look-up ends at once, without the store and without the upstream. */
export type DefiniteEnd =
  | { readonly kind: 'not-cached' | 'time-out' }
  | { readonly kind: 'fail-as-holder'; readonly ended: Extract<LeaseOutcome, { kind: 'failed' }> }
  | { readonly kind: 'answer-as-holder'; readonly ended: Extract<LeaseOutcome, { kind: 'erased' }> };

/** The answer of such a look-up. @param now epoch milliseconds */
export function definiteAnswer(asked: Asked, end: DefiniteEnd, reason: ForwardReason, now: number): LookupResult {
  switch (end.kind) {
    case 'not-cached':
      return notCached(asked, reason);
    case 'fail-as-holder':
      return failedAsHolder(asked, end.ended, reason);
    case 'answer-as-holder':
      return erasedAsHolder(asked, { ...end.ended, ageMs: Math.max(0, now - end.ended.askedAt) }, reason);
    case 'time-out':
      return timedOut(asked, reason);
  }
}
