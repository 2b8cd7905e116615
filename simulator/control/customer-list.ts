import { objectsOf, textOf } from '../../functions/customer/json/json.ts';
import { type Customer, identifiersOf } from '../customers/customer.ts';
import type { CustomerDirectory } from '../customers/directory.ts';
import { INSTORE } from '../customers/sources.ts';

/** A customer in a list: what tells one from another, and how each is found. */
export interface ListedCustomer {
  readonly id: string;
  readonly name: string;
  /** The tier of the first programme. */
  readonly tier: string | undefined;
  /** The balance of the first programme: its digits. */
  readonly points: string | undefined;
  readonly identifiers: readonly ListedCustomerIdentifier[];
  readonly isErased: boolean;
  /** The id of the customer that this one was merged into. */
  readonly mergedInto: string | undefined;
}

export interface ListedCustomerIdentifier {
  readonly source: string;
  /** Empty where the source has no accounts. */
  readonly accountId: string;
  readonly name: string;
  readonly value: string;
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
  const [profile] = profiles;
  return {
    id,
    name: [textOf(profile?.firstName), textOf(profile?.lastName)].filter(Boolean).join(' '),
    tier: textOf(programme?.currentSlab),
    points: textOf(programme?.loyaltyPoints),
    identifiers: [
      ...profiles.flatMap((each) => {
        const place = { source: textOf(each.source) ?? INSTORE, accountId: textOf(each.accountId) ?? '' };
        return identifiersOf(each).map((identifier) => ({ ...place, ...identifier }));
      }),
      ...objectsOf(document.cardDetails).map((card) => ({
        source: textOf(profile?.source) ?? INSTORE,
        accountId: textOf(profile?.accountId) ?? '',
        name: 'cardnumber',
        value: textOf(card.cardNumber) ?? '',
      })),
    ],
    isErased,
    mergedInto,
  };
}

function fits({ id, name, identifiers }: ListedCustomer, words: readonly string[]): boolean {
  const text = [id, name, ...identifiers.map(({ value }) => value)].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}
