import { type Json, type JsonObject, objectsOf, textOf } from '../../functions/customer/json/json.ts';
import type { UpstreamRequest } from '../request.ts';
import { readTemplate } from '../template.ts';
import { isAskedFor, lastValueOf, wholeNumberOf } from './parameters.ts';
import { inStyle, type V1Style } from './style.ts';

interface Context {
  readonly document: JsonObject;
  /** The programmes that the request is about. */
  readonly programmes: readonly JsonObject[];
  readonly request: UpstreamRequest;
  readonly style: V1Style;
}

/** Sections with another name in the reply than the flag's [S1]. */
const NAME_BY_FLAG: Readonly<Record<string, string>> = { tier_upgrade_criteria: 'tier_update_criteria' };

/** The sections that are the same for every customer, by their flag; `inStyle` reads them. */
const fillSections = readTemplate(new URL('data/sections.json.txt', import.meta.url));

/** The other sections, by their flag; undefined if a customer has none. */
const SECTIONS: Readonly<Record<string, (context: Context) => Json | undefined>> = {
  next_slab: ({ programmes: [programme = {}], style }) => ({
    next_slab: programme.nextSlab ?? '',
    next_slab_serial_number: textOf(programme.nextSlabSerialNumber) ?? '-1',
    next_slab_description: programme.nextSlabDescription ?? '',
    trackers: { tracker: [{ name: 'Made-up visits', value: style.counter(3) }] },
    current_nps_status: 'PASSIVE',
  }),
  points_summary: ({ programmes, style }) => ({
    program: programmes.map(({ programId, loyaltyPoints, redeemed, expired, returned }) => ({
      program_id: textOf(programId) ?? '',
      points: style.amount(loyaltyPoints),
      redeemed: style.amount(redeemed),
      expired: style.amount(expired),
      returned: style.amount(returned),
    })),
  }),
  // Missing in the highest tier, and for strategies that are based on trackers [S1].
  tier_upgrade_criteria: ({ programmes: [programme = {}], style }) => {
    const strategy = objectsOf(programme.upgradeStrategies).find(({ upgradeBasedOn }) => upgradeBasedOn !== 'TRACKER');
    if (strategy === undefined || (textOf(programme.nextSlab) ?? '') === '') return undefined;
    return { based_on: strategy.upgradeBasedOn ?? '', threshold: style.amount(strategy.upgradeThreshold) };
  },
  mlp: ({ programmes, request, style }) => ({
    program: programmes.map(({ programId, programTitle, currentSlab, loyaltyPoints }) => ({
      program_id: textOf(programId) ?? '',
      title: programTitle ?? '',
      current_slab: currentSlab ?? '',
      points: style.amount(loyaltyPoints),
      ...gap(request, 'gap_to_upgrade', 2750, style),
      ...gap(request, 'gap_to_renew', 3750, style),
    })),
  }),
  card_details: ({ document }) => ({
    card: objectsOf(document.cardDetails).map((card) => ({
      card_number: card.cardNumber ?? '',
      card_external_id: card.cardExternalId ?? '',
      series_code: card.seriesCode ?? '',
      type: card.type ?? '',
    })),
  }),
};

/**
 * The sections that the request asks for by their flag [S1]. Their names and their meaning are documented. The names inside
 * are made up [?].
 */
export function describeSections(
  id: string,
  document: JsonObject,
  request: UpstreamRequest,
  style: V1Style,
): JsonObject {
  const context = { document, programmes: programmesOf(document, request), request, style };
  const sections: Record<string, Json> = {};
  for (const [flag, template] of Object.entries(fillSections({ id }))) {
    if (!isAskedFor(request, flag)) continue;
    const describe = SECTIONS[flag];
    const section = describe === undefined ? inStyle(style, template) : describe(context);
    if (section !== undefined) sections[NAME_BY_FLAG[flag] ?? flag] = section;
  }
  return sections;
}

/** The customer's loyalty programmes. With `program_id` that one only, everywhere in the reply [?]. */
export function programmesOf(document: JsonObject, request: UpstreamRequest): readonly JsonObject[] {
  const wanted = lastValueOf(request, 'program_id');
  const programmes = objectsOf(document.loyaltyProgramDetails);
  return wanted === undefined ? programmes : programmes.filter(({ programId }) => textOf(programId) === wanted);
}

/** The gap grows by one unit a day, as in the v2 reply. Needs `mlp`. */
function gap(request: UpstreamRequest, name: string, today: number, style: V1Style): JsonObject {
  const days = wholeNumberOf(request, `${name}_for`);
  return days === undefined ? {} : { [name]: style.amount((today + days).toFixed(1)) };
}
