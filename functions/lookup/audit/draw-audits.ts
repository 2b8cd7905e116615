import type { CanonicalRequest } from '../../customer/request/canonical-request.ts';
import type { StoredItem } from '../entry.ts';
import type { Decision } from '../freshness.ts';
import type { Clock, Revalidator } from '../ports.ts';
import { isHeldBack } from '../revalidation.ts';
import type { AuditRequest, DueAudits } from './audit-words.ts';

interface DrawPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: () => number;
  readonly revalidator: Revalidator;
}

/** Draws the hits to audit (AUDIT_SHARE). This code is loaded only if the share is not 0. */
export class AuditDraw implements DueAudits {
  readonly #ports: DrawPorts;
  readonly #share: number;

  /** @param share of the hits, 0 to 1 */
  constructor(ports: DrawPorts, share: number) {
    this.#ports = ports;
    this.#share = share;
  }

  /** The audit of this hit, with a revalidation that is due anyway. Undefined: the hit is not audited. */
  drawDue(item: StoredItem): AuditRequest | undefined {
    return this.#draw(item, false);
  }

  /**
   * Asks for the audit of a hit, if it is drawn. A stale hit that is revalidated is drawn with its revalidation. It
   * asks for none if a fetch of the item is in progress, or if the upstream failed for it a short time ago.
   *
   * @returns whether time has passed, so that the entry must be judged again
   */
  async askFor(
    request: CanonicalRequest,
    item: StoredItem,
    decision: Extract<Decision, { use: 'hit' }>,
  ): Promise<boolean> {
    if (decision.detail === 'stale-while-revalidate') return false;
    const audit = this.#draw(item, true);
    if (audit === undefined || item.lease !== undefined || isHeldBack(item, audit.servedAt)) return false;
    // If the look-up cannot ask for the audit, the audit is lost. That does no harm: audits are a sample.
    await this.#ports.revalidator.revalidate(request, { isForPrefetch: false, audit });
    return true;
  }

  #draw({ version, entry }: StoredItem, isExtra: boolean): AuditRequest | undefined {
    if (version === undefined || entry === undefined || this.#ports.random() >= this.#share) return undefined;
    return { version, askedAt: entry.askedAt, servedAt: this.#ports.clock.now(), isExtra };
  }
}
