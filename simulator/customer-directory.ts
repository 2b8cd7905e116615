import { isArray, isObject, type Json, type JsonObject, textOf } from '../functions/customer/json/json.ts';
import { digits } from './digits.ts';
import { type Comparison, comparable, type Identifier, toIdentifierName } from './identifiers.ts';
import { ANY_SOURCE, INSTORE } from './sources.ts';
import type { Notice } from './upstream-errors.ts';

/** A customer as the upstream holds one: the v2 reply with all its base sections, and what became of the customer. */
export interface Customer {
  /** The customer id: digits, up to 64 bits. */
  readonly id: string;
  /** The v2 document; v1.1's reply is made from it too. */
  readonly document: JsonObject;
  /** Deleted after a request of that person: the identifiers still stand, so that they are answered with that fact. */
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

/** What a search comes to. `mergedFromId` is the id that the identifier stood for before a merge. */
export type Search =
  | { readonly kind: 'found'; readonly customer: Customer; readonly mergedFromId: string | undefined }
  | { readonly kind: 'erased' }
  | { readonly kind: 'not-found' };

/** Thrown when a change names a customer or a value that cannot be: the message says which. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
}

/** A new customer with nothing special about it. The id is read out of the document. */
export function toCustomer(document: JsonObject): Customer {
  const id = textOf(document.id);
  if (id === undefined) throw new DirectoryError('The document of a customer has no id.');
  return { id, document, isErased: false, mergedInto: undefined, warnings: [] };
}

/**
 * The upstream's customers, found by every identifier of theirs in the source and account it is registered in.
 * Nothing is kept beyond the process.
 */
export class CustomerDirectory {
  readonly #customers = new Map<string, Customer>();
  /** Ids by place and identifier. Several where a secondary identifier is shared. */
  readonly #idsByKey = new Map<string, Set<string>>();
  readonly #comparison: Comparison;

  constructor(customers: Iterable<Customer>, comparison: Comparison) {
    this.#comparison = comparison;
    for (const customer of customers) this.put(customer);
  }

  get size(): number {
    return this.#customers.size;
  }

  /** @throws {DirectoryError} when there is no such customer */
  get(id: string): Customer {
    const customer = this.#customers.get(id);
    if (customer === undefined) throw new DirectoryError(`There is no customer ${id}.`);
    return customer;
  }

  has(id: string): boolean {
    return this.#customers.has(id);
  }

  /** Adds a customer, or takes the place of the one with the same id. */
  put(customer: Customer): void {
    const known = this.#customers.get(customer.id);
    if (known !== undefined)
      for (const key of keysOf(known, this.#comparison)) this.#idsByKey.get(key)?.delete(known.id);
    this.#customers.set(customer.id, customer);
    for (const key of keysOf(customer, this.#comparison)) {
      const ids = this.#idsByKey.get(key);
      if (ids === undefined) this.#idsByKey.set(key, new Set([customer.id]));
      else ids.add(customer.id);
    }
  }

  /** Finds the customer of an identifier; one that is alive before one that was merged away or erased. */
  find(place: Place, identifier: Identifier): Search {
    const ids = [...(this.#idsByKey.get(keyOf(place, identifier, this.#comparison)) ?? [])];
    const customers = ids.map((id) => this.get(id));
    const found =
      customers.find(({ isErased, mergedInto }) => !isErased && mergedInto === undefined) ??
      customers.find(({ isErased }) => !isErased) ??
      customers[0];
    if (found === undefined) return { kind: 'not-found' };
    const survivor = this.#survivorOf(found);
    if (survivor.isErased) return { kind: 'erased' };
    return { kind: 'found', customer: survivor, mergedFromId: survivor === found ? undefined : found.id };
  }

  #survivorOf(customer: Customer): Customer {
    return customer.mergedInto === undefined ? customer : this.#survivorOf(this.get(customer.mergedInto));
  }

  /** Changes a customer's document. */
  change(id: string, change: (document: JsonObject) => JsonObject): void {
    const customer = this.get(id);
    this.put({ ...customer, document: { ...change(customer.document), id: digits(id) } });
  }

  /** From now on every look-up of this customer answers that the customer is deleted. */
  erase(id: string): void {
    this.put({ ...this.get(id), isErased: true });
  }

  /** From now on the identifiers of one customer find the other, with warning 8069. */
  merge(fromId: string, intoId: string): void {
    const from = this.get(fromId);
    if (this.#survivorOf(this.get(intoId)).id === fromId) {
      throw new DirectoryError(`Customer ${fromId} cannot be merged into ${intoId}: that would go round in a circle.`);
    }
    this.put({ ...from, mergedInto: intoId });
  }

  /** Takes an identifier from whoever has it in that source and account, and gives it to a customer. */
  reassign(place: Place, identifier: Identifier, toId: string): void {
    const target = this.get(toId);
    if (identifier.name === 'id') throw new DirectoryError('A customer id cannot be reassigned.');
    const holders = [...(this.#idsByKey.get(keyOf(place, identifier, this.#comparison)) ?? [])].filter(
      (id) => id !== toId,
    );
    const cards: Json[] = [];
    for (const id of holders) {
      this.change(id, (document) => {
        const { kept, taken } = takeIdentifier(document, place, identifier, this.#comparison);
        cards.push(...taken);
        return kept;
      });
    }
    this.change(target.id, (document) => giveIdentifier(document, place, identifier, cards, this.#comparison));
  }
}

/** The objects of a list; anything else in it is left out. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter((element) => isObject(element)) : [];
}

/** Whether an identifier sits on the customer's cards instead of in a profile. */
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

function takeIdentifier(
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

function giveIdentifier(
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

function keyOf({ source, accountId }: Place, identifier: Identifier, comparison: Comparison): string {
  const account = source === INSTORE || source === ANY_SOURCE ? '' : accountId;
  return JSON.stringify([source, account, identifier.name, comparable(identifier, comparison)]);
}

/** Every key that finds a customer: own identifiers per profile; id and cards in every source the customer is in. */
function keysOf({ id, document }: Customer, comparison: Comparison): Set<string> {
  const keys = new Set<string>();
  const common: Identifier[] = [{ name: 'id', value: id }];
  for (const card of objectsOf(document.cardDetails)) {
    const number = textOf(card.cardNumber);
    const externalId = textOf(card.cardExternalId);
    if (number !== undefined) common.push({ name: 'cardnumber', value: number });
    if (externalId !== undefined) common.push({ name: 'cardExternalId', value: externalId });
  }
  for (const profile of objectsOf(document.profiles)) {
    const place = { source: textOf(profile.source) ?? INSTORE, accountId: textOf(profile.accountId) ?? '' };
    for (const identifier of [...identifiersOf(profile), ...common]) {
      keys.add(keyOf(place, identifier, comparison));
      keys.add(keyOf({ source: ANY_SOURCE, accountId: '' }, identifier, comparison));
    }
  }
  return keys;
}

/** The identifiers registered in a profile. */
export function identifiersOf(profile: JsonObject): readonly Identifier[] {
  return objectsOf(profile.identifiers).flatMap(({ type, value }) => {
    const name = toIdentifierName(textOf(type) ?? '');
    const text = textOf(value);
    return name === undefined || text === undefined ? [] : [{ name, value: text }];
  });
}
