import type { JoinedSection } from '../request/canonical-request.ts';

/** A joined section, with the v1.1 parameter that asks for it. */
export interface JoinedSource extends Omit<JoinedSection, 'name'> {
  readonly parameter: readonly [name: string, value: string];
}

/**
 * The values of `embed` that v2 does not have, and the v1.1 parameter that brings each. The v2 document refers its
 * readers to v1.1 for them ([S2]). The service asks for each by name, even if v1.1 gives it by default, so that it
 * stays whole under every projection. Coupons have no flag, so the parameter of their default order asks for them.
 */
export const JOINED: Readonly<Record<string, JoinedSource>> = {
  coupons: { parameter: ['coupon_order_by', 'created_date'], from: ['coupons'], form: 'list' },
  ndncStatus: { parameter: ['ndnc_status', 'true'], from: ['ndnc_status'], form: 'object' },
  optinStatus: { parameter: ['optin_status', 'true'], from: ['optin_status'], form: 'flags' },
  registeredStore: { parameter: ['registered_store', 'true'], from: ['registered_store'], form: 'object' },
  registeredTill: { parameter: ['registered_till', 'true'], from: ['registered_till'], form: 'object' },
  retentionCriteria: {
    parameter: ['membership_retention_criteria', 'true'],
    from: ['membership_retention_criteria'],
    form: 'object',
  },
  slabHistory: { parameter: ['slab_history', 'true'], from: ['slab_history'], form: 'list' },
  tierUpgradeCriteria: {
    parameter: ['tier_upgrade_criteria', 'true'],
    from: ['tier_update_criteria', 'tier_upgrade_criteria'],
    form: 'object',
  },
};

/** Every value of `embed` that the service fetches from v1.1, in the documented spelling, sorted. */
export const JOINED_EMBEDS: readonly string[] = Object.keys(JOINED).sort();

const JOINED_BY_LOWER_CASE = new Map(JOINED_EMBEDS.map((embed) => [embed.toLowerCase(), embed]));

/** The documented spelling of a joined embed, in any letter case; undefined if there is no such embed. */
export function toJoinedEmbed(text: string): string | undefined {
  return JOINED_BY_LOWER_CASE.get(text.toLowerCase());
}
