import { type Json, type JsonObject, objectsOf, textOf } from '../../functions/customer/json/json.ts';
import type { Place } from './customer.ts';
import { CARD_MEMBERS, type Comparison, comparable, type Identifier, toIdentifierName } from './identifiers.ts';
import { ANY_SOURCE, INSTORE } from './sources.ts';

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
  const { name, value } = identifier;
  const member = CARD_MEMBERS[name];
  if (member !== undefined) {
    const cards = objectsOf(document.cardDetails);
    const carriesIt = (card: JsonObject): boolean => textOf(card[member]) === value;
    const kept = { ...document, cardDetails: cards.filter((card) => !carriesIt(card)) };
    return { kept, taken: cards.filter(carriesIt) };
  }
  const wanted = comparable(identifier, comparison);
  const isIt = (entry: JsonObject): boolean =>
    toIdentifierName(textOf(entry.type) ?? '') === name &&
    comparable({ name, value: textOf(entry.value) ?? '' }, comparison) === wanted;
  const without = (list: Json | undefined): Json => objectsOf(list).filter((entry) => !isIt(entry));
  const profiles = objectsOf(document.profiles).map((profile) => {
    if (!isAt(profile, place)) return profile;
    const { identifiers, identifiersAll, commChannels } = profile;
    return {
      ...profile,
      identifiers: without(identifiers),
      identifiersAll: without(identifiersAll),
      commChannels: without(commChannels),
    };
  });
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
  const { kept, taken } = takeIdentifier(document, place, identifier, comparison);
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
