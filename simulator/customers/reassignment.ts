import { type Json, type JsonObject, objectsOf, textOf } from '../../functions/customer/json/json.ts';
import type { Place } from './customer.ts';
import { CARD_MEMBERS, type Identifier, toIdentifierName } from './identifiers.ts';
import { ANY_SOURCE, INSTORE } from './sources.ts';

/** Whether an identifier is the one that another customer gets. */
type IsIt = (identifier: Identifier) => boolean;

/** The lists of a profile that hold its identifiers. */
const LISTS = ['identifiers', 'identifiersAll', 'commChannels'];

function isAt(profile: JsonObject, { source, accountId }: Place): boolean {
  if (source === ANY_SOURCE) return true;
  return profile.source === source && (source === INSTORE || profile.accountId === accountId);
}

/** Takes an identifier out of a document. `taken` are the cards that carried it. */
export function takeIdentifier(document: JsonObject, place: Place, { name, value }: Identifier, isIt: IsIt) {
  const cards = objectsOf(document.cardDetails);
  const taken = cards.filter((card) => textOf(card[CARD_MEMBERS[name] ?? '']) === value);
  const isKept = ({ type, value: text }: JsonObject): boolean =>
    toIdentifierName(textOf(type) ?? '') !== name || !isIt({ name, value: textOf(text) ?? '' });
  const profiles = objectsOf(document.profiles).map((profile) => {
    if (!isAt(profile, place)) return profile;
    return { ...profile, ...Object.fromEntries(LISTS.map((list) => [list, objectsOf(profile[list]).filter(isKept)])) };
  });
  const cardDetails = cards.filter((card) => !taken.includes(card));
  return { kept: { ...document, profiles, ...(taken.length > 0 ? { cardDetails } : {}) }, taken };
}

/** Puts an identifier into a document; `cards` are those that carried it so far. */
export function giveIdentifier(
  document: JsonObject,
  place: Place,
  identifier: Identifier,
  cards: readonly Json[],
  isIt: IsIt,
): JsonObject {
  const { kept, taken } = takeIdentifier(document, place, identifier, isIt);
  const { name, value } = identifier;
  const member = CARD_MEMBERS[name];
  if (member !== undefined) {
    if (taken.length > 0) return document;
    const given = cards.length > 0 ? cards : [{ [member]: value }];
    return { ...document, cardDetails: [...objectsOf(document.cardDetails), ...given] };
  }
  const entry: JsonObject = { type: name, value };
  const profiles = objectsOf(kept.profiles);
  const target = profiles.find((profile) => isAt(profile, place));
  const given: JsonObject = {
    ...(target ?? { source: place.source === ANY_SOURCE ? INSTORE : place.source, accountId: place.accountId }),
    identifiers: [...objectsOf(target?.identifiers), entry],
    identifiersAll: [...objectsOf(target?.identifiersAll), entry],
  };
  return { ...kept, profiles: [...profiles.filter((profile) => profile !== target), given] };
}
