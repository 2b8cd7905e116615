import { type Json, type JsonObject, objectsOf, textOf } from '../../functions/customer/json/json.ts';
import type { Place } from './customer.ts';
import { type Comparison, comparable, type Identifier, toIdentifierName } from './identifiers.ts';
import { ANY_SOURCE, INSTORE } from './sources.ts';

/** Whether an identifier is on the customer's cards instead of in a profile. */
function isOnCard({ name }: Identifier): boolean {
  return name === 'cardnumber' || name === 'cardExternalId';
}

function matchesCard(card: JsonObject, { name, value }: Identifier): boolean {
  return textOf(name === 'cardnumber' ? card.cardNumber : card.cardExternalId) === value;
}

function isAt(profile: JsonObject, { source, accountId }: Place): boolean {
  if (source === ANY_SOURCE) return true;
  return profile.source === source && (source === INSTORE || profile.accountId === accountId);
}

/** Takes an identifier out of a document. `taken` are the cards that carried it. */
export function takeIdentifier(
  document: JsonObject,
  place: Place,
  identifier: Identifier,
  comparison: Comparison,
): { kept: JsonObject; taken: readonly JsonObject[] } {
  if (isOnCard(identifier)) {
    const cards = objectsOf(document.cardDetails);
    const taken = cards.filter((card) => matchesCard(card, identifier));
    return { kept: { ...document, cardDetails: cards.filter((card) => !taken.includes(card)) }, taken };
  }
  const isIt = (entry: JsonObject): boolean =>
    toIdentifierName(textOf(entry.type) ?? '') === identifier.name &&
    comparable({ name: identifier.name, value: textOf(entry.value) ?? '' }, comparison) ===
      comparable(identifier, comparison);
  const without = (list: Json | undefined): Json => objectsOf(list).filter((entry) => !isIt(entry));
  const profiles = objectsOf(document.profiles).map((profile) =>
    isAt(profile, place)
      ? {
          ...profile,
          identifiers: without(profile.identifiers),
          identifiersAll: without(profile.identifiersAll),
          commChannels: without(profile.commChannels),
        }
      : profile,
  );
  return { kept: { ...document, profiles }, taken: [] };
}

/** Puts an identifier into a document; `cards` are those that carried it so far. */
export function giveIdentifier(
  document: JsonObject,
  place: Place,
  identifier: Identifier,
  cards: readonly Json[],
  comparison: Comparison,
): JsonObject {
  if (isOnCard(identifier)) {
    const own = objectsOf(document.cardDetails);
    const isOwned = own.some((card) => matchesCard(card, identifier));
    const blank: JsonObject = {
      [identifier.name === 'cardnumber' ? 'cardNumber' : 'cardExternalId']: identifier.value,
    };
    const given = isOwned ? [] : cards.length > 0 ? cards : [blank];
    return { ...document, cardDetails: [...own, ...given] };
  }
  const entry: JsonObject = { type: identifier.name, value: identifier.value };
  const { kept } = takeIdentifier(document, place, identifier, comparison);
  const profiles = objectsOf(kept.profiles);
  const target = profiles.find((profile) => isAt(profile, place));
  const given: JsonObject = {
    ...(target ?? { source: place.source === ANY_SOURCE ? INSTORE : place.source, accountId: place.accountId }),
    identifiers: [...objectsOf(target?.identifiers), entry],
    identifiersAll: [...objectsOf(target?.identifiersAll), entry],
  };
  return { ...kept, profiles: [...profiles.filter((profile) => profile !== target), given] };
}
