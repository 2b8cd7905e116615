import { objectsOf, textOf } from '../../functions/customer/json/json.ts';
import { type Customer, cardIdentifiersOf, identifiersOf, placeOf } from '../customers/customer.ts';
import type { CustomerDirectory } from '../customers/directory.ts';

/** A customer, as the list shows it. */
export type ListedCustomer = ReturnType<typeof toListed>;

/** The most customers that one list holds. */
const MAX_LISTED = 100;

/**
 * The customers that fit: every word of the query stands in the name, the id or an identifier, in any letter case. `total`
 * says how many fit in all.
 *
 * @param query empty: all fit
 */
export function listCustomers(directory: CustomerDirectory, query: string) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = directory
    .all()
    .map(toListed)
    .filter((customer) => fits(customer, words));
  return { customers: fitting.slice(0, MAX_LISTED), total: fitting.length };
}

/**
 * A customer in a list: the facts that distinguish customers, and the identifiers that find this one. Tier and points
 * are of the first programme.
 */
function toListed({ id, document, isErased, mergedInto }: Customer) {
  const profiles = objectsOf(document.profiles);
  const [programme] = objectsOf(document.loyaltyProgramDetails);
  const [profile = {}] = profiles;
  const cardNumbers = objectsOf(document.cardDetails)
    .flatMap(cardIdentifiersOf)
    .filter(({ name }) => name === 'cardnumber');
  return {
    id,
    name: [textOf(profile.firstName), textOf(profile.lastName)].filter(Boolean).join(' '),
    tier: textOf(programme?.currentSlab),
    points: textOf(programme?.loyaltyPoints),
    identifiers: [
      ...profiles.flatMap((each) => identifiersOf(each).map((identifier) => ({ ...placeOf(each), ...identifier }))),
      ...cardNumbers.map((identifier) => ({ ...placeOf(profile), ...identifier })),
    ],
    isErased,
    mergedInto,
  };
}

function fits({ id, name, identifiers }: ListedCustomer, words: readonly string[]): boolean {
  const text = [id, name, ...identifiers.map(({ value }) => value)].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}
