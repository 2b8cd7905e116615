import { type Json, type JsonObject, objectsOf, rawNumber, textOf } from '../../functions/customer/json/json.ts';
import { ControlError } from '../control-error.ts';
import { type Customer, identifiersOf, type Place, placeOf } from './customer.ts';
import { type Comparison, comparable, type Identifier } from './identifiers.ts';
import { giveIdentifier, takeIdentifier } from './reassignment.ts';
import { ANY_SOURCE, INSTORE } from './sources.ts';

/** The customer that an identifier finds, and whether the identifier is that of a customer who was merged into this one. */
export interface Found {
  readonly customer: Customer;
  readonly isMerged: boolean;
}

/**
 * The upstream's customers. Each is found by every identifier, in the source and account that it is registered in.
 * The directory keeps nothing after the process ends.
 */
export class CustomerDirectory {
  readonly #customers = new Map<string, Customer>();
  /** Ids by place and identifier. Several ids if customers share a secondary identifier. */
  readonly #idsByKey = new Map<string, Set<string>>();
  readonly #comparison: Comparison;

  constructor(customers: Iterable<Customer>, comparison: Comparison) {
    this.#comparison = comparison;
    for (const customer of customers) this.put(customer);
  }

  get size(): number {
    return this.#customers.size;
  }

  /** @throws {ControlError} if there is no such customer */
  get(id: string): Customer {
    const customer = this.#customers.get(id);
    if (customer === undefined) throw new ControlError(`There is no customer ${id}.`);
    return customer;
  }

  /** Every customer, in the order in which they were added. */
  all(): readonly Customer[] {
    return [...this.#customers.values()];
  }

  /** Adds a customer, or replaces the one with the same id. */
  put(customer: Customer): void {
    const known = this.#customers.get(customer.id);
    if (known !== undefined)
      for (const key of searchKeys(known, this.#comparison)) this.#idsByKey.get(key)?.delete(known.id);
    this.#customers.set(customer.id, customer);
    for (const key of searchKeys(customer, this.#comparison)) {
      const ids = this.#idsByKey.get(key);
      if (ids === undefined) this.#idsByKey.set(key, new Set([customer.id]));
      else ids.add(customer.id);
    }
  }

  /** Finds the customer of an identifier. A customer that is alive counts before one that was merged away or erased. */
  find(place: Place, identifier: Identifier): Found | undefined {
    const ids = [...(this.#idsByKey.get(searchKey(place, identifier, this.#comparison)) ?? [])];
    const customers = ids.map((id) => this.get(id));
    const found =
      customers.find(({ isErased, mergedInto }) => !isErased && mergedInto === undefined) ??
      customers.find(({ isErased }) => !isErased) ??
      customers[0];
    if (found === undefined) return undefined;
    const customer = this.#survivorOf(found);
    return { customer, isMerged: customer !== found };
  }

  #survivorOf(customer: Customer): Customer {
    return customer.mergedInto === undefined ? customer : this.#survivorOf(this.get(customer.mergedInto));
  }

  /** Changes a customer's document. */
  change(id: string, change: (document: JsonObject) => JsonObject): void {
    const customer = this.get(id);
    this.put({ ...customer, document: { ...change(customer.document), id: rawNumber(id) } });
  }

  /** From now on every look-up of this customer answers that the customer is deleted. */
  erase(id: string): void {
    this.put({ ...this.get(id), isErased: true });
  }

  /** From now on the identifiers of one customer find the other, with warning 8069. */
  merge(fromId: string, intoId: string): void {
    const from = this.get(fromId);
    if (this.#survivorOf(this.get(intoId)).id === fromId) {
      throw new ControlError(`Customer ${fromId} cannot be merged into ${intoId}: that would go round in a circle.`);
    }
    this.put({ ...from, mergedInto: intoId });
  }

  /** Takes an identifier from every customer that has it in that source and account, and gives it to another customer. */
  reassign(place: Place, identifier: Identifier, toId: string): void {
    const target = this.get(toId);
    if (identifier.name === 'id') throw new ControlError('A customer id cannot be reassigned.');
    const known = this.#idsByKey.get(searchKey(place, identifier, this.#comparison)) ?? [];
    const holders = [...known].filter((id) => id !== toId);
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

function searchKey({ source, accountId }: Place, identifier: Identifier, comparison: Comparison): string {
  const account = source === INSTORE || source === ANY_SOURCE ? '' : accountId;
  return JSON.stringify([source, account, identifier.name, comparable(identifier, comparison)]);
}

/** Every key that finds a customer: own identifiers per profile; id and cards in every source the customer is in. */
function searchKeys({ id, document }: Customer, comparison: Comparison): Set<string> {
  const keys = new Set<string>();
  const common: Identifier[] = [{ name: 'id', value: id }];
  for (const card of objectsOf(document.cardDetails)) {
    const number = textOf(card.cardNumber);
    const externalId = textOf(card.cardExternalId);
    if (number !== undefined) common.push({ name: 'cardnumber', value: number });
    if (externalId !== undefined) common.push({ name: 'cardExternalId', value: externalId });
  }
  for (const profile of objectsOf(document.profiles)) {
    const place = placeOf(profile);
    for (const identifier of [...identifiersOf(profile), ...common]) {
      keys.add(searchKey(place, identifier, comparison));
      keys.add(searchKey({ source: ANY_SOURCE, accountId: '' }, identifier, comparison));
    }
  }
  return keys;
}
