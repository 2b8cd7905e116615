import type { StoredItem } from '../entry.ts';

/**
 * The hit that an audit compares with the upstream's present answer. The event of the audit carries it. It holds no
 * customer's data.
 */
export interface AuditRequest {
  /** Which entry was served: the token of the lease under which it was written. */
  readonly version: string;
  /** When the upstream was asked for that entry. Epoch milliseconds. */
  readonly askedAt: number;
  /** When the entry was served. Epoch milliseconds. */
  readonly servedAt: number;
  /**
   * Whether the invocation is for the audit only. False: a revalidation is due anyway, and its fetch serves the audit
   * too.
   */
  readonly isExtra: boolean;
}

/** Draws hits to audit with revalidations that are due anyway. */
export interface DueAudits {
  /** The audit of this hit. Undefined: the hit is not audited. */
  drawDue(item: StoredItem): AuditRequest | undefined;
}

/**
 * Why a hit was not compared.
 *
 * - `late`: the event came so late after the hit that a comparison would have no meaning
 * - `replaced`: the served entry is gone, or another look-up's fetch replaced it first
 * - `held-back`: the upstream failed a short time ago, so no audit asks it
 * - `store`: the store did not answer
 * - `not-kept`: the upstream's answer is incomplete or was not stored, so it cannot be compared
 * - `failed`: the upstream failed
 */
export type SkipReason = 'late' | 'replaced' | 'held-back' | 'store' | 'not-kept' | 'failed';

/** The result of an audit. */
export type AuditOutcome =
  /** The upstream still gives the served answer. */
  | { readonly kind: 'same' }
  /** The upstream gives another answer now. */
  | { readonly kind: 'drift'; readonly sections: readonly DriftSection[] }
  | { readonly kind: 'skipped'; readonly why: SkipReason };

/**
 * A top-level section that differs, by its documented name; or one of these:
 *
 * - `other`: a section that is not documented
 * - `gone`: now the upstream does not find the served customer, has erased the customer, or refuses the look-up
 * - `appeared`: "not found" was served, but now the upstream finds the customer
 */
export type DriftSection = string;

/** The sections that no page of the upstream documents. */
export const OTHER_SECTION = 'other';
/** Now the upstream does not find the served customer, has erased the customer, or refuses the look-up. */
export const GONE = 'gone';
/** "Not found" was served, but now the upstream finds the customer. */
export const APPEARED = 'appeared';
