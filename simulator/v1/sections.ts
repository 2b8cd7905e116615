import { type Json, type JsonObject, objectsOf, textOf } from '../../functions/customer/json/json.ts';
import { toJsonObject } from '../digits.ts';
import { isAskedFor, lastValueOf, type V1Request } from './request.ts';
import type { Looseness } from './style.ts';

interface Context {
  readonly id: string;
  readonly document: JsonObject;
  readonly request: V1Request;
  readonly loose: Looseness;
}

/** Sections whose name in the reply is not the flag's [S1]. */
const NAME_BY_FLAG: Readonly<Record<string, string>> = { tier_upgrade_criteria: 'tier_update_criteria' };

/**
 * The sections of [S1] that have to be asked for, by their flag; undefined where a customer has none. Their names and
 * what they are about are documented; the names inside are made up [?].
 */
const SECTIONS: Readonly<Record<string, (context: Context) => Json | undefined>> = {
  next_slab: ({ document, request, loose }) => {
    const [programme = {}] = programmesOf(document, request);
    return {
      next_slab: programme.nextSlab ?? '',
      next_slab_serial_number: textOf(programme.nextSlabSerialNumber) ?? '-1',
      next_slab_description: programme.nextSlabDescription ?? '',
      trackers: { tracker: [tracker(loose)] },
      current_nps_status: 'PASSIVE',
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
  points_summary: ({ document, request, loose }) => ({
    program: programmesOf(document, request).map((programme) => ({
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
  // Neither in the highest tier nor for strategies that are based on trackers [S1].
  tier_upgrade_criteria: ({ document, request, loose }) => {
    const [programme = {}] = programmesOf(document, request);
    const strategy = objectsOf(programme.upgradeStrategies).find(({ upgradeBasedOn }) => upgradeBasedOn !== 'TRACKER');
    if (strategy === undefined || (textOf(programme.nextSlab) ?? '') === '') return undefined;
    return {
      based_on: strategy.upgradeBasedOn ?? '',
      threshold: loose.amount(textOf(strategy.upgradeThreshold) ?? '0'),
    };
  },
  mlp: ({ document, request, loose }) => ({
    program: programmesOf(document, request).map((programme) => ({
      program_id: textOf(programme.programId) ?? '',
      title: programme.programTitle ?? '',
      current_slab: programme.currentSlab ?? '',
      points: loose.amount(textOf(programme.loyaltyPoints) ?? '0'),
      ...gap(request, 'gap_to_upgrade_for', 'gap_to_upgrade', 2750, loose),
      ...gap(request, 'gap_to_renew_for', 'gap_to_renew', 3750, loose),
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
  tracker_info: ({ loose }) => ({ tracker: [tracker(loose)] }),
  delayed_accrual: ({ loose }) => ({ points: loose.amount('5.00') }),
};

/** The sections that were asked for, and no other. */
export function describeSections(
  { id, document }: { readonly id: string; readonly document: JsonObject },
  request: V1Request,
  loose: Looseness,
): JsonObject {
  const sections: Record<string, Json> = {};
  for (const [flag, describe] of Object.entries(SECTIONS)) {
    const section = isAskedFor(request, flag) ? describe({ id, document, request, loose }) : undefined;
    if (section !== undefined) sections[NAME_BY_FLAG[flag] ?? flag] = section;
  }
  return sections;
}

/** The customer's loyalty programmes; with `program_id` that one alone, wherever the reply tells of programmes [?]. */
export function programmesOf(document: JsonObject, request: V1Request): readonly JsonObject[] {
  const wanted = lastValueOf(request, 'program_id');
  const programmes = objectsOf(document.loyaltyProgramDetails);
  return wanted === undefined ? programmes : programmes.filter(({ programId }) => textOf(programId) === wanted);
}

/** One unit a day falls away, as in the v2 reply; needs `mlp`. */
function gap(request: V1Request, parameter: string, name: string, today: number, loose: Looseness): JsonObject {
  const days = lastValueOf(request, parameter);
  return days !== undefined && /^\d{1,6}$/.test(days)
    ? { [name]: loose.amount((today + Number(days)).toFixed(1)) }
    : {};
}

function tracker(loose: Looseness): JsonObject {
  return { name: 'Made-up visits', value: loose.counter(3) };
}
