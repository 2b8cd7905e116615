import { type Json, type JsonObject, textOf } from '../../functions/customer/json.ts';
import { objectsOf } from './customer-directory.ts';
import { toJsonObject } from './digits.ts';
import type { Looseness } from './loose-v1.ts';

interface Context {
  readonly id: string;
  readonly document: JsonObject;
  readonly query: URLSearchParams;
  readonly loose: Looseness;
}

/** Whether a flag is set: given at all, and neither `false` nor `0`. [S1] gives most of them no type. */
export function isAskedFor(query: URLSearchParams, name: string): boolean {
  const value = query.getAll(name).at(-1);
  return value !== undefined && !['false', '0'].includes(value.toLowerCase());
}

/**
 * The sections of [S1] that have to be asked for, by their flag. Their names and what they are about are documented;
 * the names inside are made up [?].
 */
const SECTIONS: Readonly<Record<string, (context: Context) => Json>> = {
  next_slab: ({ document }) => {
    const [programme = {}] = objectsOf(document.loyaltyProgramDetails);
    return {
      next_slab: programme.nextSlab ?? '',
      next_slab_serial_number: textOf(programme.nextSlabSerialNumber) ?? '-1',
      next_slab_description: programme.nextSlabDescription ?? '',
    };
  },
  slab_history: ({ loose }) => ({
    history: [
      {
        from_slab: '',
        to_slab: 'Bronze',
        changed_on: '2024-03-01 09:30:00',
        upgrade_bonus_points: loose.amount('0.0'),
      },
      { from_slab: 'Bronze', to_slab: 'Silver', changed_on: '2024-11-12 17:02:11', upgrade_bonus_points: '25.50' },
    ],
  }),
  ndnc_status: () => ({ mobile: 'NOT_FOUND' }),
  optin_status: ({ loose }) => ({ sms: loose.flag(true), email: loose.flag(false) }),
  expiry_schedule: ({ loose }) => ({
    schedule: [{ points: loose.amount('12.50'), program_id: '901', expiry_date: '2027-03-31 23:59:59' }],
  }),
  expired_points: ({ loose }) => ({ item: [{ points: loose.amount('7.250'), expired_on: '2025-03-31 23:59:59' }] }),
  points_summary: ({ document, loose }) => ({
    program: objectsOf(document.loyaltyProgramDetails).map((programme) => ({
      program_id: textOf(programme.programId) ?? '',
      points: loose.amount(textOf(programme.loyaltyPoints) ?? '0'),
      redeemed: loose.amount(textOf(programme.redeemed) ?? '0'),
      expired: loose.amount(textOf(programme.expired) ?? '0'),
      returned: loose.amount(textOf(programme.returned) ?? '0'),
    })),
  }),
  promotion_points: ({ loose }) => ({
    promotion: [{ points: loose.amount('25.50'), issued_at: 'store.demo', expiry_date: '2027-06-30 23:59:59' }],
  }),
  membership_retention_criteria: ({ loose }) => ({ purchase: loose.amount('5000.0'), visits: loose.counter(4) }),
  tier_upgrade_criteria: ({ loose }) => ({ based_on: 'CURRENT_POINTS', threshold: loose.amount('3000.0') }),
  mlp: ({ document, query, loose }) => ({
    program: objectsOf(document.loyaltyProgramDetails)
      .filter(({ programId }) => [undefined, textOf(programId)].includes(query.getAll('program_id').at(-1)))
      .map((programme) => ({
        program_id: textOf(programme.programId) ?? '',
        title: programme.programTitle ?? '',
        current_slab: programme.currentSlab ?? '',
        points: loose.amount(textOf(programme.loyaltyPoints) ?? '0'),
        ...gap(query, 'gap_to_upgrade_for', 'gap_to_upgrade', 2750, loose),
        ...gap(query, 'gap_to_renew_for', 'gap_to_renew', 3750, loose),
      })),
  }),
  user_group: ({ loose }) => ({ id: '501', name: 'Made-up family', members: loose.counter(2) }),
  customer_image: ({ id }) => `https://images.example.com/${id}.png`,
  subscriptions: () =>
    toJsonObject({ subscription: [{ channel: 'EMAIL', priority: 'BULK', scope: 'ALL', is_subscribed: '1' }] }),
  segments: ({ loose }) => ({ segment: [{ name: 'made-up-segment', value: 'frequent', is_active: loose.flag(true) }] }),
  member_care_access: ({ loose }) => loose.flag(false),
  card_details: ({ document }) => ({
    card: objectsOf(document.cardDetails).map((card) => ({
      card_number: card.cardNumber ?? '',
      card_external_id: card.cardExternalId ?? '',
      series_code: card.seriesCode ?? '',
      type: card.type ?? '',
    })),
  }),
  tracker_info: ({ loose }) => loose.empty,
  delayed_accrual: ({ loose }) => ({ points: loose.amount('5.00') }),
};

/** The sections that were asked for, and no other. */
export function describeSections(
  { id, document }: { readonly id: string; readonly document: JsonObject },
  query: URLSearchParams,
  loose: Looseness,
): JsonObject {
  const asked = Object.entries(SECTIONS).filter(([flag]) => isAskedFor(query, flag));
  return Object.fromEntries(asked.map(([flag, describe]) => [flag, describe({ id, document, query, loose })]));
}

/** One unit a day falls away, as in the v2 reply; needs `mlp`. */
function gap(query: URLSearchParams, parameter: string, name: string, today: number, loose: Looseness): JsonObject {
  const days = query.getAll(parameter).at(-1);
  return days !== undefined && /^\d{1,6}$/.test(days)
    ? { [name]: loose.amount((today + Number(days)).toFixed(1)) }
    : {};
}
