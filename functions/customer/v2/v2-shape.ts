import { type IdentifierName, toListedIdentifierName } from '../identifier/identifier-name.ts';
import { isArray, isObject, type Json, type JsonObject, listOf, objectsOf, textOf } from '../json/json.ts';
import { partsOf } from '../reply/error-elements.ts';
import { type Projection, project } from '../reply/projection.ts';
import type { AskedSections } from '../request/canonical-request.ts';

/* The shape of v2's replies: a `ReplyShape`. The whole reply is the customer. */

/** The top-level names of a v2 reply to a look-up that asks for nothing extra ([S2], sample reply). */
export const BASE_REPLY_NAMES: ReadonlySet<string> = new Set([
  'id',
  'profiles',
  'loyaltyInfo',
  'segments',
  'associatedWith',
  'extendedFields',
  'loyaltyProgramDetails',
  'cardDetails',
  'warnings',
]);

/** If a caller asked for anything extra, a top-level name that the base reply does not have is kept too (contract §1). */
export function trim(reply: JsonObject, projection: Projection, asked: AskedSections): JsonObject {
  const isAskedFor = (section: string) =>
    asked.names.includes(section) || (asked.includesUnknown && !BASE_REPLY_NAMES.has(section));
  return project(reply, projection, isAskedFor);
}

/** A warning that half of the profile is missing is always kept, even if the caller does not name it. */
export function narrow(profile: JsonObject, fields: Projection): JsonObject {
  const seen = fields.within === undefined ? profile : narrow(profile, fields.within);
  const narrowed = project(seen, fields);
  const missing = objectsOf(seen.warnings).filter(({ code }) => isMissingCode(code));
  return missing.length === 0 || narrowed.warnings !== undefined ? narrowed : { ...narrowed, warnings: missing };
}

/** The codes of our own warnings: both APIs were asked, and a section, or the profile, is missing. */
export const MISSING_SECTIONS = 'missing_sections';
export const MISSING_PROFILE = 'missing_profile';

function isMissingCode(code: Json | undefined): boolean {
  return code === MISSING_SECTIONS || code === MISSING_PROFILE;
}

/** The member of a card that holds identifiers of a type. */
const CARD_MEMBER_BY_NAME: Readonly<Partial<Record<IdentifierName, string>>> = {
  cardnumber: 'cardNumber',
  cardExternalId: 'cardExternalId',
};

/**
 * A profile may list a card among its identifiers, with or without `cardDetails`. Each of these lists may be one
 * object. All are read: an identifier that is not read could hide that the reply is about another customer.
 */
export function listIdentifiers(reply: JsonObject, name: IdentifierName): readonly (Json | undefined)[] {
  if (name === 'id') return [reply.id];
  const ofProfiles = listOf(reply.profiles)
    .filter(isObject)
    .flatMap(({ identifiers }) => listOf(identifiers))
    .filter(isObject)
    .filter(({ type }) => toListedIdentifierName(textOf(type) ?? '') === name)
    .map(({ value }) => value);
  const cardMember = CARD_MEMBER_BY_NAME[name];
  if (cardMember === undefined) return ofProfiles;
  const cards = listOf(reply.cardDetails).filter(isObject);
  return [...cards.map((card) => card[cardMember]), ...ofProfiles];
}

/** The customer of the reply: the reply itself. */
export function customerOf(profile: JsonObject): Json {
  return profile;
}

/** The code and the message of the first error in `errors`. */
export function errorOf({ errors }: JsonObject): { readonly code: Json; readonly message: Json } {
  const [error = null] = isArray(errors) ? errors : [];
  return partsOf(error);
}
