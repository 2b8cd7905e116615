import { type Json, type JsonObject, objectsOf, textOf } from '../../functions/customer/json/json.ts';
import type { Notice } from '../upstream-errors.ts';
import { CARD_MEMBERS, type Identifier, toIdentifierName } from './identifiers.ts';
import { INSTORE } from './sources.ts';

/** A customer as the upstream holds one: the v2 reply with all its base sections, and what happened to the customer. */
export interface Customer {
  /** The customer id: digits, up to 64 bits. */
  readonly id: string;
  /** The v2 document; v1.1's reply is made from it too. */
  readonly document: JsonObject;
  /** Deleted after a request of that person. The identifiers stay, so that the upstream can answer with that fact. */
  readonly isErased: boolean;
  /** The id of the customer that this one was merged into; undefined for most. */
  readonly mergedInto: string | undefined;
  /** Warnings that every reply with this customer carries. */
  readonly warnings: readonly Notice[];
}

/** Where a look-up searches. */
export interface Place {
  readonly source: string;
  /** The account of the source; without meaning for INSTORE and ALL. */
  readonly accountId: string;
}

/** A new customer with nothing special about it. */
export function toCustomer(id: string, document: JsonObject): Customer {
  return { id, document, isErased: false, mergedInto: undefined, warnings: [] };
}

/** The identifiers registered in a profile. */
export function identifiersOf(profile: JsonObject): readonly Identifier[] {
  return objectsOf(profile.identifiers).flatMap(({ type, value }) => {
    const name = toIdentifierName(textOf(type) ?? '');
    const text = textOf(value);
    return name === undefined || text === undefined ? [] : [{ name, value: text }];
  });
}

/** The identifiers of a card. */
export function cardIdentifiersOf(card: JsonObject): readonly Identifier[] {
  return Object.entries(CARD_MEMBERS).flatMap(([name, member]) => {
    const value = textOf(card[member]);
    return value === undefined ? [] : [{ name: name as keyof typeof CARD_MEMBERS, value }];
  });
}

/** The profile of the store; the first one if the customer is in no store. */
export function storeProfileOf(document: JsonObject): JsonObject {
  const profiles = objectsOf(document.profiles);
  return profiles.find(({ source }) => source === INSTORE) ?? profiles[0] ?? {};
}

/** The place of a profile, or the place that a command names. Default: INSTORE. */
export function placeOf(given: { source?: Json | undefined; accountId?: Json | undefined }): Place {
  return { source: textOf(given.source) ?? INSTORE, accountId: textOf(given.accountId) ?? '' };
}
