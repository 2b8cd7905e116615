import { fillObject, readDocument } from '../template.ts';
import type { Customer, Place } from './customer.ts';
import { describeCustomer, type Registration } from './description.ts';

/**
 * The values that the customers take in turns, and the identifiers of each source. One identifier of each source exists
 * in no other source.
 */
const DATA = readDocument(new URL('data/made-up.json.txt', import.meta.url)) as unknown as {
  readonly names: readonly { readonly firstName: string; readonly lastName: string }[];
  /** The sources and accounts that a customer is registered in. */
  readonly places: readonly (readonly Place[])[];
  readonly identifiers: Readonly<Record<string, Registration['identifiers']>>;
  readonly cardStatuses: readonly string[];
};

/** How many made-up customers there are, unless an option says otherwise. */
export const DEFAULT_CUSTOMER_COUNT = 40;

/**
 * A made-up customer, the same in every run: customer n (1, 2, 3, …) is a function of n only. There is no person behind
 * it: example domains, and numbers counted up. The table of all values is in the simulator's README.
 */
export function madeUpCustomer(n: number): Customer {
  const customer = made.get(n) ?? makeUp(n);
  made.set(n, customer);
  return customer;
}

/**
 * The customers that were made before. Such an object never changes: a command that changes a customer makes a new
 * object.
 */
const made = new Map<number, Customer>();

function makeUp(n: number): Customer {
  return describeCustomer({
    id: n % 8 === 1 ? String(9_007_199_254_740_993n + 2n * BigInt(n - 1)) : String(7_000_000_000 + n),
    ...pick(DATA.names, n),
    registrations: pick(DATA.places, n).map((place) => ({ ...place, identifiers: identifiersIn(place.source, n) })),
    cards: Array.from({ length: n % 4 }, (_, k) => ({
      cardnumber: `9900${String(n * 10 + k).padStart(12, '0')}`,
      cardExternalId: `CardExt-${n}-${k}`,
      status: pick(DATA.cardStatuses, n + k),
    })),
    programmeCount: n % 3 === 0 ? 2 : 1,
    points: `${n * 12}.50`,
    lifetimePurchases: n % 10 === 0 ? `1${String(n).padStart(7, '0')}.250` : `${n * 1250}.500`,
    offset: pick(['Z', '+05:30', '+08:00'], n),
  });
}

function pick<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T;
}

function identifiersIn(source: string, n: number): Registration['identifiers'] {
  const isEven = n % 2 === 0;
  return fillObject(DATA.identifiers[source] ?? {}, {
    mobile: `${isEven ? '91' : ''}${9_000_000_000 + n}`,
    email: `customer-${n}@example.${isEven ? 'in' : 'com'}`,
    digits: String(n).padStart(4, '0'),
  }) as Registration['identifiers'];
}
