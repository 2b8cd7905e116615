import { type Json, type JsonObject, objectsOf, rawNumber } from '../../functions/customer/json/json.ts';
import { ControlError } from '../control-error.ts';
import { type Customer, cardIdentifiersOf, identifiersOf, type Place, placeOf } from './customer.ts';
import { comparable, type Identifier } from './identifiers.ts';
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
  readonly #isDual: boolean;

  /** @param isDual whether dual eligibility is on */
  constructor(customers: Iterable<Customer>, isDual: boolean) {
    this.#isDual = isDual;
    for (const customer of customers) this.put(customer);
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
    if (known !== undefined) for (const key of this.#keysOf(known)) this.#idsByKey.get(key)?.delete(known.id);
    this.#customers.set(customer.id, customer);
    for (const key of this.#keysOf(customer)) {
      this.#idsByKey.set(key, (this.#idsByKey.get(key) ?? new Set()).add(customer.id));
    }
  }

  /** Finds the customer of an identifier. A customer that is alive counts before one that was merged away or erased. */
  find(place: Place, identifier: Identifier): Found | undefined {
    const customers = this.#holdersOf(place, identifier).map((id) => this.get(id));
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
    // A customer who does not exist gets nothing, and no one loses anything.
    this.get(toId);
    if (identifier.name === 'id') throw new ControlError('A customer id cannot be reassigned.');
    const wanted = comparable(identifier, this.#isDual);
    const isIt = (other: Identifier): boolean => comparable(other, this.#isDual) === wanted;
    const cards: Json[] = [];
    for (const id of this.#holdersOf(place, identifier).filter((holder) => holder !== toId)) {
      this.change(id, (document) => {
        const { kept, taken } = takeIdentifier(document, place, identifier, isIt);
        cards.push(...taken);
        return kept;
      });
    }
    this.change(toId, (document) => giveIdentifier(document, place, identifier, cards, isIt));
  }

  #holdersOf(place: Place, identifier: Identifier): readonly string[] {
    return [...(this.#idsByKey.get(this.#keyOf(place, identifier)) ?? [])];
  }

  #keyOf({ source, accountId }: Place, identifier: Identifier): string {
    const account = source === INSTORE || source === ANY_SOURCE ? '' : accountId;
    return JSON.stringify([source, account, identifier.name, comparable(identifier, this.#isDual)]);
  }

  /** Every key that finds a customer: own identifiers per profile; id and cards in every source the customer is in. */
  #keysOf({ id, document }: Customer): Set<string> {
    const ofCards = objectsOf(document.cardDetails).flatMap(cardIdentifiersOf);
    const places = objectsOf(document.profiles).flatMap((profile) =>
      [...identifiersOf(profile), { name: 'id', value: id } as const, ...ofCards].flatMap((identifier) => [
        this.#keyOf(placeOf(profile), identifier),
        this.#keyOf({ source: ANY_SOURCE, accountId: '' }, identifier),
      ]),
    );
    return new Set(places);
  }
}
