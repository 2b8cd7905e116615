import type { StoredItem } from '../entry.ts';

/** That a hit is to be compared with what the upstream says now: the event of the audit carries it. Holds no customer's data. */
export interface AuditRequest {
  /** Which entry was served: the token of the lease under which it was written. */
  readonly version: string;
  /** When the upstream was asked for that entry. Epoch milliseconds. */
  readonly askedAt: number;
  /** When the entry was served. Epoch milliseconds. */
  readonly servedAt: number;
  /** Whether the audit is all that is asked for. False: a revalidation is due anyhow, and its fetch is the audit's. */
  readonly isExtra: boolean;
}

/** Draws hits to audit by revalidations that are due anyhow. */
export interface DueAudits {
  /** Whether this hit is audited. Undefined: it is not. */
  drawDue(item: StoredItem): AuditRequest | undefined;
}

/**
 * Why a hit was not compared.
 *
 * - `late`: the event came so long after the hit that the comparison would say nothing of it
 * - `replaced`: the entry that was served is not there any more, or another look-up's fetch replaced it first
 * - `held-back`: the upstream failed a short while ago, so no audit asks it
 * - `store`: the store did not say what it holds
 * - `not-kept`: the upstream's answer is not whole, or could not be kept: it is no measure
 * - `failed`: the upstream failed
 */
export const SKIP_REASONS = ['late', 'replaced', 'held-back', 'store', 'not-kept', 'failed'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What an audit found. */
export type AuditOutcome =
  /** The upstream says what was served. */
  | { readonly kind: 'same' }
  /** The upstream says something else now. */
  | { readonly kind: 'drift'; readonly sections: readonly DriftSection[] }
  | { readonly kind: 'skipped'; readonly why: SkipReason };

/**
 * A top-level section that differs, by its documented name; or one of these:
 *
 * - `other`: a section that is not documented
 * - `gone`: a customer was served, and the upstream does not know, erased or refuses the customer now
 * - `appeared`: "not found" was served, and the upstream knows the customer now
 */
export type DriftSection = string;

export const OTHER_SECTION = 'other';
export const GONE = 'gone';
export const APPEARED = 'appeared';
