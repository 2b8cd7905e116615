import { objectsOf, textOf } from '../../functions/customer/json/json.ts';
import { type Customer, identifiersOf, type Place, placeOf } from '../customers/customer.ts';
import type { CustomerDirectory } from '../customers/directory.ts';

/** A customer in a list: what tells one from another, and how each is found. */
export interface ListedCustomer {
  readonly id: string;
  readonly name: string;
  /** The tier of the first programme. */
  readonly tier: string | undefined;
  /** The balance of the first programme: its digits. */
  readonly points: string | undefined;
  readonly identifiers: readonly (Place & { readonly name: string; readonly value: string })[];
  readonly isErased: boolean;
  /** The id of the customer that this one was merged into. */
  readonly mergedInto: string | undefined;
}

export interface CustomerList {
  readonly customers: readonly ListedCustomer[];
  /** How many fit in all. */
  readonly total: number;
}

/** The most customers that one list holds. */
const MAX_LISTED = 100;

/**
 * The customers that fit: every word of the query stands in the name, the id or an identifier, in any letter case.
 *
 * @param query empty: all fit
 */
export function listCustomers(directory: CustomerDirectory, query: string): CustomerList {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = directory
    .all()
    .map(toListed)
    .filter((customer) => fits(customer, words));
  return { customers: fitting.slice(0, MAX_LISTED), total: fitting.length };
}

function toListed({ id, document, isErased, mergedInto }: Customer): ListedCustomer {
  const profiles = objectsOf(document.profiles);
  const [programme] = objectsOf(document.loyaltyProgramDetails);
  const [profile = {}] = profiles;
  const cards = objectsOf(document.cardDetails);
  return {
    id,
    name: [textOf(profile.firstName), textOf(profile.lastName)].filter(Boolean).join(' '),
    tier: textOf(programme?.currentSlab),
    points: textOf(programme?.loyaltyPoints),
    identifiers: [
      ...profiles.flatMap((each) => identifiersOf(each).map((identifier) => ({ ...placeOf(each), ...identifier }))),
      ...cards.map(({ cardNumber }) => ({ ...placeOf(profile), name: 'cardnumber', value: textOf(cardNumber) ?? '' })),
    ],
    isErased,
    mergedInto,
  };
}

function fits({ id, name, identifiers }: ListedCustomer, words: readonly string[]): boolean {
  const text = [id, name, ...identifiers.map(({ value }) => value)].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}
